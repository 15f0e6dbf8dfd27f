// SPDX-License-Identifier: BSL-1.0
// The problem as a function of arrays, for the contenders on one thread and on all.
#pragma once

#include "problem.hpp"

#include <tapeless/arrays.hpp>

template <class Policy>
struct by_tapeless {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        constexpr auto value = [](auto w, auto x, auto b) { return sum(w * x + b * x * exp(-x)); };
        result.value = tapeless::value_and_gradient(value).into(result.dw, result.dx, result.db)(Policy{}, data.w, data.x, data.b);
    }
};
