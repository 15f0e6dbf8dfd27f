// SPDX-License-Identifier: BSL-1.0
// The prices of many calls and their sensitivities.
#pragma once

#include "../array_contest.hpp"
#include "../black_scholes/call_price.hpp"

struct problem {
    static constexpr const char* title = "Black-Scholes calls in arrays: prices and their 5 sensitivities, to memory";
    static constexpr std::array<contest::extent, 2> sizes{{{1'000}, {1'000'000}}};
    static constexpr int inputs = 5, outputs = 6;
    static double bytes(const contest::extent& size) { return 8.0 * (inputs + outputs) * static_cast<double>(size.rows); }

    /// S, K, r, sigma, T.
    struct data {
        std::array<contest::numbers, inputs> of;
        explicit data(const contest::extent& size) {
            contest::random_numbers draw;
            for (std::size_t k = 0; k < of.size(); ++k) of[k] = contest::drawn(size.rows, draw, {call_price_ranges[k].low, call_price_ranges[k].high});
        }
    };
    /// The prices, then their derivatives by each.
    struct result {
        std::array<contest::numbers, outputs> of;
        explicit result(const contest::extent& size) {
            for (contest::numbers& one : of) one.resize(size.rows);
        }
        std::array<std::span<double>, outputs> rows() { return {of[0], of[1], of[2], of[3], of[4], of[5]}; }
    };
};
