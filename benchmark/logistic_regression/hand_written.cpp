// SPDX-License-Identifier: BSL-1.0
// One pass over the samples.
#include "../sums.hpp"
#include "problem.hpp"

namespace {

struct hand_written {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        const auto samples = static_cast<std::ptrdiff_t>(data.y.size()), features = static_cast<std::ptrdiff_t>(data.w.size());
        const double *x = data.X.data(), *const y = data.y.data(), *const w = data.w.data();
        double* const dw = result.dw.data();
        std::fill_n(dw, features, 0.0);
        double loss = 0;
        const double share = 1 / static_cast<double>(samples);
        for (std::ptrdiff_t i = 0; i < samples; ++i, x += features) {
            const double exponential = std::exp(-y[i] * contest::sum_of(features, [&](std::ptrdiff_t k) { return x[k] * w[k]; }));
            loss += std::log1p(exponential);
            const double by_product = -share * y[i] * exponential / (1 + exponential);
            for (std::ptrdiff_t k = 0; k < features; ++k) dw[k] += by_product * x[k];
        }
        result.value = loss * share;
    }
};
const bool entered = contest::enter<problem, hand_written>("hand_written");

}  // namespace
