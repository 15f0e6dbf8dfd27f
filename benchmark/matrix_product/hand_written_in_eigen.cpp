// SPDX-License-Identifier: BSL-1.0
// Forwards and backwards by hand, with Eigen's products.
#include "problem.hpp"

#include <Eigen/Core>

namespace {

class by_hand {
public:
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) {
        const Eigen::Index samples = data.samples(), features = data.features();
        const auto read = [](const contest::numbers& memory, Eigen::Index rows, Eigen::Index columns) { return Eigen::Map<const matrix>(memory.data(), rows, columns); };
        const auto write = [](contest::numbers& memory, Eigen::Index rows, Eigen::Index columns) { return Eigen::Map<matrix>(memory.data(), rows, columns); };
        const auto X = read(data.X, samples, features), Y = read(data.Y, samples, problem::outputs), W1 = read(data.W1, features, features), W2 = read(data.W2, features, problem::outputs);
        hidden_.noalias() = X * W1;
        hidden_ = (hidden_.rowwise() + read(data.b1, 1, features).row(0)).array().tanh();
        rest_.noalias() = hidden_ * W2;
        rest_ += read(data.b2, 1, problem::outputs).replicate(samples, 1) - Y;
        const double scale = 1 / static_cast<double>(rest_.size());
        result.value = scale * rest_.squaredNorm();
        rest_ *= 2 * scale;
        write(result.by_b2, 1, problem::outputs) = rest_.colwise().sum();
        write(result.by_W2, features, problem::outputs).noalias() = hidden_.transpose() * rest_;
        back_.noalias() = rest_ * W2.transpose();
        back_.array() *= 1 - hidden_.array().square();
        write(result.by_b1, 1, features) = back_.colwise().sum();
        write(result.by_W1, features, features).noalias() = X.transpose() * back_;
    }

private:
    using matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    matrix hidden_, rest_, back_;
};
const bool entered = contest::enter<problem, by_hand>("hand_written_in_eigen");

}  // namespace
