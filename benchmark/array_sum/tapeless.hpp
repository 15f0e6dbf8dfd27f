// SPDX-License-Identifier: BSL-1.0
// The problem as a function of an array, for the contenders on one thread and on all.
#pragma once

#include "problem.hpp"

#include <tapeless/arrays.hpp>

template <class Policy>
struct by_tapeless {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        constexpr auto total = [](auto x) { return sum(x); };
        result.value = tapeless::value_and_gradient(total).into(result.dx)(Policy{}, data.x);
    }
};
