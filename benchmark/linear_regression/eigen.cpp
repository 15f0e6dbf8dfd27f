// SPDX-License-Identifier: BSL-1.0
// The value alone.
#include "problem.hpp"

#include <Eigen/Core>

namespace {

struct by_eigen {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        using matrix = Eigen::Matrix<double, Eigen::Dynamic, problem::features, Eigen::RowMajor>;
        const auto count = static_cast<Eigen::Index>(data.y.size());
        const Eigen::Map<const matrix> X(data.X.data(), count, problem::features);
        const Eigen::Map<const Eigen::VectorXd> y(data.y.data(), count);
        const Eigen::Map<const Eigen::Vector<double, problem::features>> w(data.w.data());
        const auto n = static_cast<double>(count);
        const double precision = std::exp(-2 * data.log_sigma);
        result.value = -0.5 * precision * (y - X * w).squaredNorm() - n * (data.log_sigma + half_log_2pi) - 0.5 * w.squaredNorm() -
                       problem::features * half_log_2pi;
    }
};
const bool entered = contest::enter<problem, by_eigen>("eigen", {.rows = 1});

}  // namespace
