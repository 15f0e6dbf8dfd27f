// SPDX-License-Identifier: BSL-1.0
#include "problem.hpp"

#include <tapeless/tapeless.hpp>

namespace {

struct by_tapeless {
    CONTEST_INLINE contest::derivatives<problem> operator()(const contest::point<problem>& at) const {
        const auto [price, sensitivities] = tapeless::value_and_gradient(call_price)(at[0], at[1], at[2], at[3], at[4]);
        const auto [delta, by_strike, rho, vega, by_time] = sensitivities;
        return {price, delta, by_strike, rho, vega, by_time};
    }
};
const bool entered = contest::enter<problem, by_tapeless>("tapeless");

}  // namespace
