// SPDX-License-Identifier: BSL-1.0
// The Black-Scholes price of a European call, by spot S, strike K, rate r, volatility sigma and time T.
#pragma once

#include <cmath>
#include <numbers>

inline constexpr auto call_price = []<class Number>(const Number& S, const Number& K, const Number& r, const Number& sigma, const Number& T) {
    using std::erfc, std::exp, std::log, std::sqrt;
    const auto normal = [](const Number& d) {
        using std::erfc;
        return Number(0.5 * erfc(Number(-d * (0.5 * std::numbers::sqrt2))));
    };
    const Number deviation = sigma * sqrt(T);
    const Number d1 = (log(S / K) + (r + 0.5 * sigma * sigma) * T) / deviation;
    const Number d2 = d1 - deviation;
    return Number(S * normal(d1) - K * exp(-r * T) * normal(d2));
};

/// Where the numbers are drawn from, in the order of call_price.
inline constexpr struct {
    double low, high;
} call_price_ranges[] = {{80, 120}, {80, 120}, {0.01, 0.1}, {0.1, 0.5}, {0.25, 2}};
