// SPDX-License-Identifier: BSL-1.0
// Levenberg-Marquardt with QR instead of normal equations, whose squared condition Lanczos1 would not survive.
#include "levenberg_marquardt.hpp"

#include <Eigen/QR>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace nist {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

struct linearisation {
    VectorXd residuals;  ///< observed minus model
    MatrixXd jacobian;   ///< of the model by the parameters
    double sum_of_squares;

    /// Never 0: they divide.
    VectorXd column_norms() const { return jacobian.colwise().norm().transpose().cwiseMax(std::numeric_limits<double>::min()); }
    bool finite() const { return std::isfinite(sum_of_squares) && jacobian.allFinite(); }
};

linearisation linearise(const model& fitted, const problem& data, const VectorXd& b) {
    const Index count = static_cast<Index>(data.observation_count());
    linearisation at{VectorXd(count), MatrixXd(count, b.size()), 0};
    VectorXd gradient(b.size());
    for (Index k = 0; k < count; ++k) {
        at.residuals[k] = fitted.response(data.response[k]) - fitted.value_and_gradient(b.data(), data.predictors_of(k), gradient.data());
        at.jacobian.row(k) = gradient;
    }
    at.sum_of_squares = at.residuals.squaredNorm();
    return at;
}

VectorXd second_derivative(const model& fitted, const problem& data, const VectorXd& b, const VectorXd& direction) {
    VectorXd second(static_cast<Index>(data.observation_count()));
    for (Index k = 0; k < second.size(); ++k) second[k] = fitted.second_derivative(b.data(), data.predictors_of(k), direction.data());
    return second;
}

/// Minimises |J scale⁻¹ s - right|² + damping |s|² over s, the step measured by the scale.
class damped_system {
public:
    damped_system(const MatrixXd& jacobian, const VectorXd& scale, double damping)
        : rows_(jacobian.rows()), matrix_(MatrixXd::Zero(jacobian.rows() + jacobian.cols(), jacobian.cols())) {
        matrix_.topRows(rows_) = jacobian * scale.cwiseInverse().asDiagonal();
        matrix_.bottomRows(jacobian.cols()).diagonal().setConstant(std::sqrt(damping));
        factors_.compute(matrix_);
    }
    VectorXd solve(const VectorXd& right) const {
        VectorXd extended = VectorXd::Zero(matrix_.rows());
        extended.head(rows_) = right;
        return factors_.solve(extended);
    }
    /// |right|² - |J scale⁻¹ s - right|² at the minimum s, in the form without cancellation.
    double decrease(const VectorXd& s) const {
        return (matrix_.topRows(rows_) * s).squaredNorm() + 2 * (matrix_.bottomRows(s.size()) * s).squaredNorm();
    }

private:
    Index rows_;
    MatrixXd matrix_;
    Eigen::ColPivHouseholderQR<MatrixXd> factors_;
};

}  // namespace

fit levenberg_marquardt(const model& fitted, const problem& data, const VectorXd& start, const std::function<void(int, double)>& progress) {
    constexpr int iteration_limit = 10000;
    // Half of the 0.75 that Transtrum and Sethna name for twice this ratio.
    constexpr double largest_curvature = 0.375;
    // A scale that never falls (Moré) keeps a parameter that the model stops feeling from running away: BoxBOD and MGH17 need that.
    // One that forgets slowly also leaves a start where a column was enormous: MGH10. Not tuned finely: all 54 starts succeed with
    // 0.5 to 0.95 and first dampings from 1e-6 to 1.
    constexpr double scale_memory = 0.8;

    VectorXd b = start;
    linearisation here = linearise(fitted, data, b);
    if (!here.finite()) return {b, here.sum_of_squares, 0, fit::ending::not_finite_at_start};
    VectorXd scale = here.column_norms();
    double damping = 1e-3, growth = 2, last_length = std::numeric_limits<double>::infinity();
    for (int iteration = 0; iteration < iteration_limit; ++iteration) {
        progress(iteration, here.sum_of_squares);
        const damped_system system(here.jacobian, scale, damping);
        const VectorXd velocity = system.solve(here.residuals);
        const VectorXd straight = velocity.cwiseQuotient(scale);
        if (b + straight == b) return {b, here.sum_of_squares, iteration, fit::ending::converged};
        const VectorXd acceleration = system.solve(-second_derivative(fitted, data, b, straight));
        bool accepted = false;
        if (acceleration.norm() <= largest_curvature * velocity.norm()) {
            const VectorXd next = b + straight + 0.5 * acceleration.cwiseQuotient(scale);
            linearisation there = linearise(fitted, data, next);
            const double expected = system.decrease(velocity);
            const double gain = (here.sum_of_squares - there.sum_of_squares) / expected;
            // A decrease that rounding hides cannot be judged by the sums: the last steps need only become shorter.
            const bool hidden = expected < 1e-12 * here.sum_of_squares;
            accepted = there.finite() && (hidden ? velocity.norm() < 0.9 * last_length : gain > 1e-3);
            if (accepted) {
                b = next;
                here = std::move(there);
                scale = here.column_norms().cwiseMax(scale_memory * scale);
                damping = std::max(1e-16, damping * (hidden ? 0.1 : std::max(1.0 / 3, 1 - std::pow(2 * gain - 1, 3))));
                growth = 2;
                last_length = velocity.norm();
            }
        }
        if (!accepted) {
            damping *= growth;
            growth *= 2;
        }
    }
    return {b, here.sum_of_squares, iteration_limit, fit::ending::iteration_limit};
}

}  // namespace nist
