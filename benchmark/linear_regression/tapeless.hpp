// SPDX-License-Identifier: BSL-1.0
// The problem as a function of arrays, for the contenders on one thread and on all.
#pragma once

#include "problem.hpp"

#include <tapeless/arrays.hpp>

template <class Policy>
struct by_tapeless {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        constexpr auto log_posterior = [](auto w, auto log_sigma, auto X, auto y) {
            const auto log_density = [](auto z) { return -0.5 * z * z - half_log_2pi; };
            return sum(log_density((y - dot(X, w)) / exp(log_sigma)) - log_sigma) + sum(log_density(w));
        };
        const tapeless::array_view<const double, 2> X(data.X.data(), {std::ssize(data.y), std::ssize(data.w)});
        result.value = tapeless::value_and_gradient(log_posterior, tapeless::wrt<0, 1>).into(result.by_w, result.by_log_sigma)(Policy{}, data.w, data.log_sigma, X, data.y);
    }
};
