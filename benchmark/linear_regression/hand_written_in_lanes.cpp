// SPDX-License-Identifier: BSL-1.0
// The samples of a register at once.
#include "../rows_in_lanes.hpp"
#include "posterior.hpp"

namespace {

using contest::lane_count, contest::lanes;

struct in_lanes {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        constexpr std::ptrdiff_t features = problem::features;
        const auto count = static_cast<std::ptrdiff_t>(data.y.size());
        const double *X = data.X.data(), *const y = data.y.data(), *const w = data.w.data();
        double by_w[features] = {};
        lanes sum(0.0);
        std::ptrdiff_t i = 0;
        for (; i + lane_count <= count; i += lane_count, X += lane_count * features) {
            const lanes residuals = lanes::load_unaligned(y + i) - contest::products_of_rows(X, features, w);
            sum = xsimd::fma(residuals, residuals, sum);
            contest::add_rows(X, features, residuals, by_w);
        }
        double squares = xsimd::hadd(sum);
        for (; i < count; ++i, X += features) {
            double residual = y[i];
            for (std::ptrdiff_t k = 0; k < features; ++k) residual -= X[k] * w[k];
            squares += residual * residual;
            for (std::ptrdiff_t k = 0; k < features; ++k) by_w[k] += residual * X[k];
        }
        finish(data, squares, by_w, result);
    }
};
const bool entered = contest::enter<problem, in_lanes>("hand_written_in_lanes");

}  // namespace
