// SPDX-License-Identifier: BSL-1.0
// The reference of this contest.
#include "problem.hpp"

namespace {

struct by_formula {
    void operator()(const problem::data& data, problem::result& result) const {
        const std::size_t samples = data.y.size(), features = data.w.size();
        long double loss = 0;
        std::vector<long double> dw(features);
        for (std::size_t i = 0; i < samples; ++i) {
            const double* const x = &data.X[i * features];
            long double margin = 0;
            for (std::size_t k = 0; k < features; ++k) margin += static_cast<long double>(x[k]) * data.w[k];
            margin *= data.y[i];
            loss += std::log1p(std::exp(-margin));
            const long double by_product = -data.y[i] / (1 + std::exp(margin));
            for (std::size_t k = 0; k < features; ++k) dw[k] += by_product * x[k];
        }
        result.value = static_cast<double>(loss / samples);
        for (std::size_t k = 0; k < features; ++k) result.dw[k] = static_cast<double>(dw[k] / samples);
    }
};
const bool set = contest::set_problem<problem, by_formula>();

}  // namespace
