// SPDX-License-Identifier: BSL-1.0
// A step of Adam, gradients given.
#pragma once

#include "../../array_contest.hpp"

struct problem {
    static constexpr const char* title = "A step of Adam for 10^6 parameters";
    static constexpr const char* baseline = "tapeless";
    static constexpr double tolerance = 1e-5;
    static constexpr std::array<contest::extent, 1> sizes{{{1'000'000}}};
    static constexpr double learning_rate = 1e-3, decay = 0.9, square_decay = 0.999, epsilon = 1e-8;
    /// Values and two means are read and written, gradients read.
    static double bytes(const contest::extent& size) { return 7 * sizeof(float) * static_cast<double>(size.rows); }

    using floats = contest::numbers_of<float>;
    struct data {
        floats values, gradients;
        explicit data(const contest::extent& size) {
            contest::random_numbers draw;
            values = contest::drawn<float>(size.rows, draw, {-1, 1});
            gradients = contest::drawn<float>(size.rows, draw, {-1, 1});
        }
    };
    /// After the first step.
    struct result {
        floats values;
        explicit result(const contest::extent& size) : values(size.rows) {}
        std::array<std::span<float>, 1> rows() { return {values}; }
    };
};
