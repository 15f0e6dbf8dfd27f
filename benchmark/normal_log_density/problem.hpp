// SPDX-License-Identifier: BSL-1.0
// The log-density of independent normal numbers y with a mean each and one standard deviation.
#pragma once

#include "../array_contest.hpp"
#include "../normal.hpp"

#include <numbers>

struct problem {
    static constexpr const char* title = "Normal log-density: value and gradient by the vector of means and by sigma";
    static constexpr std::array<contest::extent, 4> sizes{{{16}, {128}, {1024}, {16384}}};

    struct data {
        contest::numbers y, mean;
        double sigma = 1.3;
        explicit data(const contest::extent& size) {
            contest::random_numbers draw;
            y = contest::drawn(size.rows, draw, {-3, 3});
            mean = contest::drawn(size.rows, draw, {-1, 1});
        }
    };
    struct result {
        double value = 0;
        contest::numbers by_mean;
        double by_sigma = 0;
        explicit result(const contest::extent& size) : by_mean(size.rows) {}
        std::array<std::span<double>, 3> rows() { return {std::span(&value, 1), by_mean, std::span(&by_sigma, 1)}; }
    };
};
