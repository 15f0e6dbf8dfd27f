// SPDX-License-Identifier: BSL-1.0
// A network of two layers: the mean square of tanh(X W1 + b1) W2 + b2 - Y, a sample a row. Six products of matrices, less that for the gradient by X.
#pragma once

#include "../array_contest.hpp"

struct problem {
    static constexpr const char* title = "network of two layers, mean square error: value and gradient by weights and biases";
    static constexpr std::ptrdiff_t outputs = 10;
    /// Samples, and features, of which there are as many in the hidden layer.
    static constexpr std::array<contest::extent, 2> sizes{{{256, 128}, {1024, 1024}}};

    struct data {
        contest::numbers X, Y, W1, b1, W2, b2;
        explicit data(const contest::extent& size) {
            contest::random_numbers draw;
            const double scale = 1 / std::sqrt(static_cast<double>(size.columns));
            X = contest::drawn(size.rows * size.columns, draw, {-1, 1});
            Y = contest::drawn(size.rows * outputs, draw, {-1, 1});
            W1 = contest::drawn(size.columns * size.columns, draw, {-scale, scale});
            b1 = contest::drawn(size.columns, draw, {-1, 1});
            W2 = contest::drawn(size.columns * outputs, draw, {-scale, scale});
            b2 = contest::drawn(outputs, draw, {-1, 1});
        }
        std::ptrdiff_t samples() const { return std::ssize(Y) / outputs; }
        std::ptrdiff_t features() const { return std::ssize(b1); }
    };
    struct result {
        double value = 0;
        contest::numbers by_W1, by_b1, by_W2, by_b2;
        explicit result(const contest::extent& size) : by_W1(size.columns * size.columns), by_b1(size.columns), by_W2(size.columns * outputs), by_b2(outputs) {}
        std::array<std::span<double>, 5> rows() { return {std::span(&value, 1), by_W1, by_b1, by_W2, by_b2}; }
    };
};
