// SPDX-License-Identifier: BSL-1.0
// sum(w x + b x exp(-x)): an exponential to six numbers of memory.
#pragma once

#include "../array_contest.hpp"

struct problem {
    static constexpr const char* title = "Streams: sum(w x + b x exp(-x)) and its gradients by w, x and b";
    static constexpr std::array<contest::extent, 2> sizes{{{1'000'000}, {10'000'000}}};
    /// Three arrays in, three out.
    static double bytes(const contest::extent& size) { return 48.0 * static_cast<double>(size.rows); }

    struct data {
        contest::numbers w, x, b;
        explicit data(const contest::extent& size) {
            contest::random_numbers draw;
            w = contest::drawn(size.rows, draw, {-1, 1});
            x = contest::drawn(size.rows, draw, {0, 3});
            b = contest::drawn(size.rows, draw, {-1, 1});
        }
    };
    struct result {
        double value = 0;
        contest::numbers dw, dx, db;
        explicit result(const contest::extent& size) : dw(size.rows), dx(dw), db(dw) {}
        std::array<std::span<double>, 4> rows() { return {std::span(&value, 1), dw, dx, db}; }
    };
};
