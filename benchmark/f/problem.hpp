// SPDX-License-Identifier: BSL-1.0
// f(x, y) = t^2 + exp(t) log(1 + x^2) with t = sin(x y): the function of the quickstart.
#pragma once

#include "../contest.hpp"

inline constexpr auto f = []<class Number>(const Number& x, const Number& y) {
    using std::exp, std::log, std::sin;
    const Number t = sin(x * y);
    return Number(t * t + exp(t) * log(1.0 + x * x));
};

struct problem {
    static constexpr const char* title = "f: value and gradient of t^2 + exp(t) log(1 + x^2) with t = sin(x y)";
    static constexpr int inputs = 2, variables = 2, outputs = 1, points = 256;
    static constexpr contest::interval range(std::size_t) { return {-2, 2}; }
    template <class Number>
    static std::array<Number, outputs> value(const std::array<Number, inputs>& at) {
        return {f(at[0], at[1])};
    }
};
