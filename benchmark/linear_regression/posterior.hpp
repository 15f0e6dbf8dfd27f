// SPDX-License-Identifier: BSL-1.0
// The log-posterior and its gradient from what a pass over the samples leaves.
#pragma once

#include "problem.hpp"

/// squares: of the residuals, their sum; by_w: the sum of the samples times their residual.
CONTEST_INLINE void finish(const problem::data& data, double squares, const double* by_w, problem::result& result) {
    const auto n = static_cast<double>(data.y.size());
    const double precision = std::exp(-2 * data.log_sigma);
    double prior = 0;
    for (std::ptrdiff_t k = 0; k < problem::features; ++k) {
        const double w = data.w[k];
        prior += w * w;
        result.by_w[k] = precision * by_w[k] - w;
    }
    result.value = -0.5 * (precision * squares + prior) - n * data.log_sigma - (n + problem::features) * half_log_2pi;
    result.by_log_sigma = precision * squares - n;
}
