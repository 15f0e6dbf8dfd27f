// SPDX-License-Identifier: BSL-1.0
// Logistic regression: the mean loss of weights w on samples X, one a row, with labels y of 1 and -1.
#pragma once

#include "../array_contest.hpp"

struct problem {
    static constexpr const char* title = "Logistic regression: mean(log1p(exp(-y X w))) and its gradient by w";
    static constexpr std::array<contest::extent, 3> sizes{{{1'000, 1'000}, {100'000, 20}, {1'000'000, 20}}};
    /// X once.
    static double bytes(const contest::extent& size) { return 8.0 * static_cast<double>(size.rows) * static_cast<double>(size.columns); }

    struct data {
        contest::numbers X, y, w;
        explicit data(const contest::extent& size) {
            contest::random_numbers draw;
            X = contest::drawn(size.rows * size.columns, draw, {-1, 1});
            w = contest::drawn(size.columns, draw, {-1, 1});
            y = contest::drawn(size.rows, draw, {-1, 1});
            for (double& label : y) label = label < 0 ? -1 : 1;
        }
    };
    struct result {
        double value = 0;
        contest::numbers dw;
        explicit result(const contest::extent& size) : dw(size.columns) {}
        std::array<std::span<double>, 2> rows() { return {std::span(&value, 1), dw}; }
    };
};
