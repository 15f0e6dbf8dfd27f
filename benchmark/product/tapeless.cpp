// SPDX-License-Identifier: BSL-1.0
#include "problem.hpp"

#include <tapeless/tapeless.hpp>

namespace {

struct by_tapeless {
    CONTEST_INLINE contest::derivatives<problem> operator()(const contest::point<problem>& at) const {
        const auto [value, gradient] = tapeless::value_and_gradient(product)(at);
        contest::derivatives<problem> result;
        result[0] = value;
        std::copy(gradient.begin(), gradient.end(), result.begin() + 1);
        return result;
    }
};
const bool entered = contest::enter<problem, by_tapeless>("tapeless");

}  // namespace
