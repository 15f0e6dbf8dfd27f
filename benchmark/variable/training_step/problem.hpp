// SPDX-License-Identifier: BSL-1.0
// The network of doc/example/fashion_mnist.cpp, 784-128-10 with relu and cross entropy, on minibatches of 128 random images: forward, backward and Adam.
#pragma once

#include "../../array_contest.hpp"

struct problem {
    static constexpr const char* title = "Training of the network 784-128-10 on minibatches of 128 images, forward, backward and Adam: one step, and one epoch of 468 steps";
    static constexpr const char* baseline = "tapeless";
    static constexpr double tolerance = 1e-5;
    static constexpr std::ptrdiff_t pixels = 784, units = 128, classes = 10, batch = 128;
    static constexpr double learning_rate = 1e-3;
    static constexpr std::array<contest::extent, 2> sizes{{{batch}, {468 * batch}}};

    using floats = contest::numbers_of<float>;
    struct data {
        floats images, w1, b1, w2, b2;
        std::vector<std::int64_t> labels;
        explicit data(const contest::extent& size) : labels(size.rows) {
            contest::random_numbers draw;
            images = contest::drawn<float>(size.rows * pixels, draw, {0, 1});
            w1 = contest::drawn<float>(pixels * units, draw, {-0.05, 0.05});
            b1 = contest::drawn<float>(units, draw, {-0.05, 0.05});
            w2 = contest::drawn<float>(units * classes, draw, {-0.1, 0.1});
            b2 = contest::drawn<float>(classes, draw, {-0.1, 0.1});
            for (auto& label : labels) label = static_cast<std::int64_t>(draw({0, static_cast<double>(classes)}));
        }
    };
    /// The loss of the first step; its gradients, unless others follow.
    struct result {
        float loss = 0;
        floats by_w1, by_b1, by_w2, by_b2;
        explicit result(const contest::extent& size) {
            if (size.rows > batch) return;
            by_w1.resize(pixels * units);
            by_b1.resize(units);
            by_w2.resize(units * classes);
            by_b2.resize(classes);
        }
        bool has_gradients() const { return !by_w1.empty(); }
        std::vector<std::span<float>> rows() {
            if (!has_gradients()) return {std::span(&loss, 1)};
            return {std::span(&loss, 1), by_w1, by_b1, by_w2, by_b2};
        }
    };
};
