// SPDX-License-Identifier: BSL-1.0
// One pass; no quotient and no logarithm in it.
#include "../sums.hpp"
#include "density.hpp"

namespace {

struct hand_written {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        const double *const y = data.y.data(), *const mean = data.mean.data();
        double* const by_mean = result.by_mean.data();
        const double precision = 1 / (data.sigma * data.sigma);
        const double squares = contest::sum_of(static_cast<std::ptrdiff_t>(data.y.size()), [&](std::ptrdiff_t k) {
            const double distance = y[k] - mean[k];
            by_mean[k] = distance * precision;
            return distance * distance;
        });
        finish(data, squares, result);
    }
};
const bool entered = contest::enter<problem, hand_written>("hand_written");

}  // namespace
