// SPDX-License-Identifier: BSL-1.0
// The problem as a function of arrays, for the contenders on one thread and on all.
#pragma once

#include "problem.hpp"

#include <tapeless/arrays.hpp>

template <class Policy>
struct by_tapeless {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        constexpr auto loss = [](auto w, auto X, auto y) { return mean(log1p(exp(-y * dot(X, w)))); };
        const tapeless::array_view<const double, 2> X(data.X.data(), {std::ssize(data.y), std::ssize(data.w)});
        result.value = tapeless::value_and_gradient(loss, tapeless::wrt<0>).into(result.dw)(Policy{}, data.w, X, data.y);
    }
};
