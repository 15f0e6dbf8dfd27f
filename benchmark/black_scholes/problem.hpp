// SPDX-License-Identifier: BSL-1.0
// The price of a call, one after the other.
#pragma once

#include "../contest.hpp"
#include "call_price.hpp"

struct problem {
    static constexpr const char* title = "Black-Scholes call: price and its 5 sensitivities";
    static constexpr int inputs = 5, variables = 5, outputs = 1, points = 256;
    static constexpr contest::interval range(std::size_t k) { return {call_price_ranges[k].low, call_price_ranges[k].high}; }
    template <class Number>
    static std::array<Number, outputs> value(const std::array<Number, inputs>& at) {
        return {call_price(at[0], at[1], at[2], at[3], at[4])};
    }
};
