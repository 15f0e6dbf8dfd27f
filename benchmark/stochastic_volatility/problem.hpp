// SPDX-License-Identifier: BSL-1.0
// The log-posterior of an autoregressive stochastic volatility, as Stan's manual has it without centering: log-volatilities h(0) = mu + sigma e(0) / sqrt(1 - phi^2),
// h(t) = mu + phi (h(t - 1) - mu) + sigma e(t), returns y(t) with the variance exp(h(t)), innovations e(t) with the variance 1; but for a constant.
#pragma once

#include "../array_contest.hpp"

struct problem {
    static constexpr const char* title = "AR(1) stochastic volatility: value and gradient by the innovations, mu, phi and sigma";
    static constexpr std::array<contest::extent, 4> sizes{{{16}, {128}, {1024}, {16384}}};

    struct data {
        contest::numbers innovation, y;
        double mu = -0.4, phi = 0.95, sigma = 0.25;
        explicit data(const contest::extent& size) {
            contest::random_numbers draw;
            innovation = contest::drawn(size.rows, draw, {-2, 2});
            y = contest::drawn(size.rows, draw, {-1.5, 1.5});
        }
    };
    struct result {
        double value = 0;
        contest::numbers by_innovation;
        std::array<double, 3> by_parameters{};  ///< mu, phi, sigma
        explicit result(const contest::extent& size) : by_innovation(size.rows) {}
        std::array<std::span<double>, 3> rows() { return {std::span(&value, 1), by_innovation, by_parameters}; }
    };
};
