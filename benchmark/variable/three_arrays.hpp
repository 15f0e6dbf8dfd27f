// SPDX-License-Identifier: BSL-1.0
// What the problems of one elementwise statement on three arrays of floats have in common: arguments, results, and contenders generic in the statement.
// The seed is an array, so that no way back is simpler than any other.
#pragma once

#include "../array_contest.hpp"

/// Statement: value(w, x, b), generic in the number type.
template <class Statement>
struct three_arrays : Statement {
    static constexpr const char* baseline = "tapeless";
    static constexpr double tolerance = 1e-5;
    static constexpr std::array<contest::extent, 1> sizes{{{1'000'000}}};
    /// Forward reads w, x, b and writes y; backward reads w, x, b and the seed and writes dw, dx, db.
    static constexpr std::ptrdiff_t streams = 11;
    static double bytes(const contest::extent& size) { return streams * sizeof(float) * static_cast<double>(size.rows); }

    using floats = contest::numbers_of<float>;
    struct data {
        floats w, x, b, seed;
        explicit data(const contest::extent& size) {
            contest::random_numbers draw;
            for (floats* each : {&w, &x, &b, &seed}) *each = contest::drawn<float>(size.rows, draw, {0.1, 1});
        }
    };
    struct result {
        floats y, dw, dx, db;
        explicit result(const contest::extent& size) : y(size.rows), dw(y), dx(y), db(y) {}
        std::array<std::span<float>, 4> rows() { return {y, dw, dx, db}; }
    };
};
