// SPDX-License-Identifier: BSL-1.0
// The value alone: a loop for the recurrence, arrays for the rest.
#include "problem.hpp"

#include <Eigen/Core>

namespace {

struct by_eigen {
    Eigen::ArrayXd h;

    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) {
        const auto count = static_cast<Eigen::Index>(data.y.size());
        const Eigen::Map<const Eigen::ArrayXd> y(data.y.data(), count), e(data.innovation.data(), count);
        h = data.sigma * e;
        h[0] /= std::sqrt(1 - data.phi * data.phi);
        for (Eigen::Index t = 1; t < count; ++t) h[t] += data.phi * h[t - 1];
        h += data.mu;
        result.value = -0.5 * (h + y.square() * (-h).exp() + e.square()).sum();
    }
};
const bool entered = contest::enter<problem, by_eigen>("eigen", {.rows = 1});

}  // namespace
