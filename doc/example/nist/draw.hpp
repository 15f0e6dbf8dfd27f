// SPDX-License-Identifier: BSL-1.0
// Observations, fitted curve and residuals as an SVG picture.
#pragma once

#include "levenberg_marquardt.hpp"

#include <ostream>

namespace nist {

/// For models of two predictors: one curve for each value of the second.
void draw(std::ostream& svg, const problem& data, const model& fitted, const Eigen::VectorXd& parameters);

}  // namespace nist
