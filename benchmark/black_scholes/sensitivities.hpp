// SPDX-License-Identifier: BSL-1.0
// The price and its sensitivities in closed form, as one writes them by hand. The one density: S phi(d1) = K exp(-r T) phi(d2), so both terms need one
// exponential, and delta, vega and theta have no term of phi(d2).
#pragma once

#include <array>
#include <cmath>
#include <numbers>

/// The price, then its derivatives by S, K, r, sigma and T. Number: double, or a register. erfc: a library's.
template <class Number, class Erfc>
[[gnu::always_inline]] inline std::array<Number, 6> price_and_sensitivities(const Number& S, const Number& K, const Number& r, const Number& sigma, const Number& T, const Erfc& erfc) {
    using std::exp, std::log, std::sqrt;
    constexpr double half_sqrt2 = 0.5 * std::numbers::sqrt2;
    constexpr double inverse_sqrt_2pi = 0.5 * std::numbers::sqrt2 * std::numbers::inv_sqrtpi;
    const Number root = sqrt(T);
    const Number deviation = sigma * root;
    const Number reciprocal = 1 / deviation;
    const Number half_variance = 0.5 * sigma * sigma;
    const Number d1 = (log(S / K) + (r + half_variance) * T) * reciprocal;
    const Number d2 = d1 - deviation;
    const Number normal1 = 0.5 * erfc(-d1 * half_sqrt2);
    const Number discounted = exp(-r * T) * (0.5 * erfc(-d2 * half_sqrt2));
    const Number density = S * (inverse_sqrt_2pi * exp(-0.5 * d1 * d1));
    const Number strike = K * discounted;
    return {S * normal1 - strike, normal1, -discounted, T * strike, density * root, density * (half_variance * reciprocal) + r * strike};
}
