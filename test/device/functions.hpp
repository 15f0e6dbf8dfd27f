// SPDX-License-Identifier: BSL-1.0
// Functions that together have every operation with a derivative, smooth where they are tested: x in (-1, 1), y in (0.2, 3).
#pragma once

#include <tapeless/device.hpp>

namespace functions {

inline constexpr auto product = [](auto x, auto y) { return sin(x) * y + exp(-x * y) / (1 + y * y); };
inline constexpr auto special = [](auto x, auto y) { return erfc(x) + lgamma(y) * tanh(x * y) + atan2(x, y) + erf(y); };
inline constexpr auto powers = [](auto x, auto y) { return pow(y, x) + cbrt(y) + log1p(y) + hypot(x, y) + log2(y) + exp2(x) + expm1(x) + sqrt(y) * log10(y); };
inline constexpr auto inverse = [](auto x, auto y) {
    const auto t = 0.3 * x;
    return asin(t) + acos(t) * atanh(t) + acosh(1 + y) + atan(x) + sinh(x) + cosh(x) + tan(t) + asinh(y) + fma(x, y, t);
};
inline constexpr auto choices = [](auto x, auto y) { return select(x < y - 1, x * x, sqrt(y)) + max(x, y - 1) * min(x, 0.5) + abs(x) * floor(y) + copysign(y, x); };
inline constexpr auto polygammas = [](auto x, auto y) { return digamma(y) * x + digamma(x * 0.49 - 0.5); };
// More than 300 nodes with its derivatives: one element a thread.
inline constexpr auto longer = []<class T>(T x, T y) {
    for (int k = 0; k < 40; ++k) {
        const T next = x + 0.01 * sin(y) * x;
        y = y - 0.01 * x * y;
        x = next;
    }
    return T(x * y);
};

}  // namespace functions
