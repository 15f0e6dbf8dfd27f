// SPDX-License-Identifier: BSL-1.0
// One reading of memory, the samples of a register at once.
#include "../rows_in_lanes.hpp"
#include "losses.hpp"
#include "problem.hpp"

namespace {

using contest::lane_count, contest::lanes;

struct in_lanes {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        const auto samples = static_cast<std::ptrdiff_t>(data.y.size()), features = static_cast<std::ptrdiff_t>(data.w.size());
        const double *X = data.X.data(), *const y = data.y.data(), *const w = data.w.data();
        double* const dw = result.dw.data();
        std::fill_n(dw, features, 0.0);
        lanes sum(0.0);
        std::ptrdiff_t i = 0;
        for (; i + lane_count <= samples; i += lane_count, X += lane_count * features)
            contest::add_rows(X, features, add_losses(contest::products_of_rows(X, features, w), lanes::load_unaligned(y + i), sum), dw);
        result.value = xsimd::hadd(sum);
        for (; i < samples; ++i, X += features) {
            double product = 0;
            for (std::ptrdiff_t k = 0; k < features; ++k) product += X[k] * w[k];
            const double exponential = std::exp(-y[i] * product);
            result.value += std::log1p(exponential);
            for (std::ptrdiff_t k = 0; k < features; ++k) dw[k] -= y[i] * exponential / (1 + exponential) * X[k];
        }
        const double share = 1 / static_cast<double>(samples);
        result.value *= share;
        for (std::ptrdiff_t k = 0; k < features; ++k) dw[k] *= share;
    }
};
const bool entered = contest::enter<problem, in_lanes>("hand_written_in_lanes");

}  // namespace
