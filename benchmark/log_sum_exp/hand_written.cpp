// SPDX-License-Identifier: BSL-1.0
// Each exponential once: it stands in the gradient's memory until their sum is known.
#include "../sums.hpp"
#include "problem.hpp"

namespace {

struct hand_written {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        const auto count = static_cast<std::ptrdiff_t>(data.x.size());
        const double* const x = data.x.data();
        double* const dx = result.dx.data();
        double greatest = x[0];
        for (std::ptrdiff_t k = 1; k < count; ++k) greatest = x[k] > greatest ? x[k] : greatest;
        for (std::ptrdiff_t k = 0; k < count; ++k) dx[k] = std::exp(x[k] - greatest);
        const double sum = contest::sum_of(count, [&](std::ptrdiff_t k) { return dx[k]; });
        result.value = greatest + std::log(sum);
        const double reciprocal = 1 / sum;
        for (std::ptrdiff_t k = 0; k < count; ++k) dx[k] *= reciprocal;
    }
};
const bool entered = contest::enter<problem, hand_written>("hand_written");

}  // namespace
