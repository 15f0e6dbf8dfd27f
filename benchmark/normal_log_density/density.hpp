// SPDX-License-Identifier: BSL-1.0
// The log-density and its derivative by sigma from the sum of the squared distances from the means.
#pragma once

#include "problem.hpp"

CONTEST_INLINE void finish(const problem::data& data, double squares, problem::result& result) {
    const auto n = static_cast<double>(data.y.size());
    const double reciprocal = 1 / data.sigma, of_sigma = squares * reciprocal * reciprocal;
    result.value = -0.5 * of_sigma - n * (std::log(data.sigma) + half_log_2pi);
    result.by_sigma = (of_sigma - n) * reciprocal;
}
