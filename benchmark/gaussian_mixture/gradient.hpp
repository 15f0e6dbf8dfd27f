// SPDX-License-Identifier: BSL-1.0
// What contenders written by hand have in common: all that is done once a component, before the points and after them.
#pragma once

#include "problem.hpp"

struct component {
    static constexpr std::ptrdiff_t d = problem::dimensions;
    double mean[d], diagonal[d], below[problem::below];
    /// alpha and the sum of q.
    double log_scale;

    component(const problem::data& data, std::ptrdiff_t k) {
        const double* const icf = data.icf.data() + k * problem::icf_columns;
        std::copy_n(data.means.data() + k * d, d, mean);
        std::copy_n(icf + d, problem::below, below);
        log_scale = data.alphas[k];
        for (std::ptrdiff_t a = 0; a < d; ++a) {
            diagonal[a] = std::exp(icf[a]);
            log_scale += icf[a];
        }
    }
};

/// Sums over the points, each times its weight for the component; z is Q times the distance from the mean.
struct component_sums {
    static constexpr std::ptrdiff_t d = problem::dimensions;
    double weight = 0;
    double means[d] = {};            ///< Q' z
    double diagonal[d] = {};         ///< z[a] distance[a]
    double below[problem::below] = {};  ///< z[a] distance[b], b < a, column by column
};

/// Writes the result, but for the sum over the points of its value, which is passed.
inline void finish(const problem::data& data, double log_likelihood, const component* of, const component_sums* sums, problem::result& result) {
    constexpr std::ptrdiff_t K = problem::components, d = problem::dimensions;
    const auto n = static_cast<double>(data.points);
    const double greatest = *std::max_element(data.alphas.begin(), data.alphas.end());
    double scale = 0;
    for (std::ptrdiff_t k = 0; k < K; ++k) scale += result.by_alphas[k] = std::exp(data.alphas[k] - greatest);
    const double squared = data.gamma * data.gamma;
    double squares = 0, logarithms = 0;
    for (std::ptrdiff_t k = 0; k < K; ++k) {
        result.by_alphas[k] = sums[k].weight - n * result.by_alphas[k] / scale;
        std::copy_n(sums[k].means, d, result.by_means.data() + k * d);
        double* const by_icf = result.by_icf.data() + k * problem::icf_columns;
        for (std::ptrdiff_t a = 0; a < d; ++a) {
            const double diagonal = of[k].diagonal[a];
            squares += diagonal * diagonal;
            logarithms += data.icf[k * problem::icf_columns + a];
            by_icf[a] = sums[k].weight - sums[k].diagonal[a] * diagonal + squared * diagonal * diagonal - data.m;
        }
        for (std::ptrdiff_t at = 0; at < problem::below; ++at) {
            squares += of[k].below[at] * of[k].below[at];
            by_icf[d + at] = squared * of[k].below[at] - sums[k].below[at];
        }
    }
    result.value = data.constant() + log_likelihood - n * (greatest + std::log(scale)) + 0.5 * squared * squares - data.m * logarithms;
}
