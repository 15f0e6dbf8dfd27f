// SPDX-License-Identifier: BSL-1.0
// Bayesian linear regression: y = X w with normal errors of standard deviation exp(log_sigma), weights with standard normal priors, log_sigma with a flat one.
#pragma once

#include "../array_contest.hpp"
#include "../normal.hpp"

#include <numbers>

struct problem {
    static constexpr const char* title = "Bayesian linear regression, log-posterior: value and gradient by weights and log sigma";
    static constexpr std::ptrdiff_t features = 10;
    static constexpr std::array<contest::extent, 4> sizes{{{16, features}, {128, features}, {1024, features}, {16384, features}}};

    struct data {
        /// X: a sample a row.
        contest::numbers X, y, w;
        double log_sigma = 0.2;
        explicit data(const contest::extent& size) {
            contest::random_numbers draw;
            X = contest::drawn(size.rows * size.columns, draw, {-1, 1});
            w = contest::drawn(size.columns, draw, {-1, 1});
            y = contest::drawn(size.rows, draw, {-2, 2});
        }
    };
    struct result {
        double value = 0;
        contest::numbers by_w;
        double by_log_sigma = 0;
        explicit result(const contest::extent& size) : by_w(size.columns) {}
        std::array<std::span<double>, 3> rows() { return {std::span(&value, 1), by_w, std::span(&by_log_sigma, 1)}; }
    };
};
