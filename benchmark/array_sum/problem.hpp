// SPDX-License-Identifier: BSL-1.0
// The sum of an array.
#pragma once

#include "../array_contest.hpp"

struct problem {
    static constexpr const char* title = "Sum of an array: value and gradient";
    static constexpr std::array<contest::extent, 4> sizes{{{16}, {128}, {1024}, {16384}}};

    struct data {
        contest::numbers x;
        explicit data(const contest::extent& size) {
            contest::random_numbers draw;
            x = contest::drawn(size.rows, draw, {-1, 1});
        }
    };
    struct result {
        double value = 0;
        contest::numbers dx;
        explicit result(const contest::extent& size) : dx(size.rows) {}
        std::array<std::span<double>, 2> rows() { return {std::span(&value, 1), dx}; }
    };
};
