// SPDX-License-Identifier: BSL-1.0
// The log-likelihood of a Gaussian mixture with a Wishart prior, as ADBench states it (Šrajer, Kukelova, Fitzgibbon: A benchmark of selected algorithmic
// differentiation tools on some problems in computer vision and machine learning, 2018): by weights alpha, means, and of each inverse covariance a triangular
// root Q. Q's diagonal is exp(q); q and then the numbers below the diagonal, column by column, are a row of icf.
#pragma once

#include "../array_contest.hpp"
#include "../normal.hpp"

#include <numbers>

struct problem {
    static constexpr const char* title = "Gaussian mixture of 10 components in 10 dimensions: value and gradient";
    static constexpr std::array<contest::extent, 1> sizes{{{1'000}}};
    static constexpr int components = 10, dimensions = 10, below = dimensions * (dimensions - 1) / 2, icf_columns = dimensions + below;
    /// Where a row of icf holds an entry of Q.
    static constexpr int place(int row, int column) { return row == column ? row : dimensions + column * (2 * dimensions - column - 1) / 2 + row - column - 1; }

    struct data {
        contest::numbers alphas, means, icf;
        /// A coordinate a row: points stand side by side.
        contest::numbers x;
        std::ptrdiff_t points;
        /// Of the prior.
        double gamma = 1, m = 0;
        explicit data(const contest::extent& size) : points(size.rows) {
            contest::random_numbers draw;
            alphas = contest::drawn(components, draw, {-1, 1});
            means = contest::drawn(components * dimensions, draw, {0, 1});
            icf = contest::drawn(components * icf_columns, draw, {-1, 1});
            x = contest::drawn(size.rows * dimensions, draw, {-1, 1});
        }
        /// The terms that no parameter changes.
        double constant() const {
            const double p = dimensions, n = p + m + 1;
            double log_gamma = 0.25 * p * (p - 1) * std::log(std::numbers::pi);
            for (std::ptrdiff_t j = 0; j < dimensions; ++j) log_gamma += std::lgamma(0.5 * (n - static_cast<double>(j)));
            const double prior = n * p * (std::log(gamma) - 0.5 * std::log(2)) - log_gamma;
            return -static_cast<double>(points) * p * half_log_2pi - static_cast<double>(components) * prior;
        }
    };
    struct result {
        double value = 0;
        contest::numbers by_alphas, by_means, by_icf;
        explicit result(const contest::extent&) : by_alphas(components), by_means(components * dimensions), by_icf(components * icf_columns) {}
        std::array<std::span<double>, 4> rows() { return {std::span(&value, 1), by_alphas, by_means, by_icf}; }
    };
};
