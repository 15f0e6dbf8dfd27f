// SPDX-License-Identifier: BSL-1.0
// The problem as a function of arrays, for the contenders on one thread and on all.
#pragma once

#include "problem.hpp"

#include <tapeless/arrays.hpp>

template <class Policy>
struct by_tapeless {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        constexpr auto log_density = [](auto y, auto mean, auto sigma) {
            const auto z = (y - mean) / sigma;
            return sum(-0.5 * z * z - log(sigma) - half_log_2pi);
        };
        result.value = tapeless::value_and_gradient(log_density, tapeless::wrt<1, 2>).into(result.by_mean, result.by_sigma)(Policy{}, data.y, data.mean, data.sigma);
    }
};
