// SPDX-License-Identifier: BSL-1.0
// The function of numbers, called with arrays, for the contenders on one thread and on all.
#pragma once

#include "problem.hpp"

#include <tapeless/arrays.hpp>

template <class Policy>
struct by_tapeless {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        const auto& [S, K, r, sigma, T] = data.of;
        auto& [price, delta, by_strike, rho, vega, by_time] = result.of;
        tapeless::value_and_gradient(call_price).into(price, delta, by_strike, rho, vega, by_time)(Policy{}, S, K, r, sigma, T);
    }
};
