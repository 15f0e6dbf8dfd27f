// SPDX-License-Identifier: BSL-1.0
#include "problem.hpp"

#include <tapeless/tapeless.hpp>

namespace {

struct by_tapeless {
    CONTEST_INLINE contest::derivatives<problem> operator()(const contest::point<problem>& at) const {
        const auto [value, gradient] = tapeless::value_and_gradient(f)(at[0], at[1]);
        const auto [by_x, by_y] = gradient;
        return {value, by_x, by_y};
    }
};
const bool entered = contest::enter<problem, by_tapeless>("tapeless");

}  // namespace
