// SPDX-License-Identifier: BSL-1.0
// Levenberg-Marquardt: least squares of a model to observations.
#pragma once

#include "model.hpp"
#include "problem.hpp"

#include <Eigen/Core>

#include <functional>

namespace nist {

struct fit {
    enum class ending { converged, iteration_limit, not_finite_at_start };

    Eigen::VectorXd parameters;
    double sum_of_squares;
    int iterations;  ///< steps tried
    ending end;
};

/// Fits the model from the given parameters. The damping follows K. Madsen, H. B. Nielsen, O. Tingleff, Methods for
/// Non-Linear Least Squares Problems (2004), algorithm 3.16; each step is bent by the model's second derivative along it, and
/// refused where it bends too much: M. K. Transtrum, J. P. Sethna, Improvements to the Levenberg-Marquardt algorithm (2012).
/// progress: called before each step with the number of steps and the sum of squares so far.
fit levenberg_marquardt(const model& fitted, const problem& data, const Eigen::VectorXd& start,
                        const std::function<void(int, double)>& progress);

}  // namespace nist
