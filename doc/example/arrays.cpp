// SPDX-License-Identifier: BSL-1.0
// A function of arrays: logistic regression by gradient descent.
#include <tapeless/arrays.hpp>

#include <cmath>
#include <cstdio>
#include <iostream>
#include <vector>

using tapeless::axis;
using tapeless::wrt;

// The mean loss of weights w on samples X, one a row, with labels y of 1 and -1: log(1 + exp(z)), without overflow where z is large.
constexpr auto loss = [](auto w, auto X, auto y) {
    const auto z = -y * dot(X, w);
    return mean(max(z, 0) + log1p(exp(-abs(z))));
};

// Cross-entropy of a row of scores against the class of each sample: reductions nest, and indices are numbers too.
constexpr auto cross_entropy = [](auto scores, auto label) {
    const auto is_class = expand_dims(label, axis<1>) == iota(scores, axis<1>);
    return -sum(where(is_class, log_softmax(scores, axis<1>), 0)) / extent(scores, axis<0>);
};

int main() {
    constexpr int samples = 200, features = 3;
    std::vector<double> X(samples * features), y(samples);
    for (int i = 0; i < samples; ++i) {
        for (int k = 0; k < features; ++k) X[i * features + k] = std::sin(1.0 + 1.7 * i + 2.3 * i * k);
        y[i] = X[i * features] - 0.5 * X[i * features + 1] > 0 ? 1 : -1;
    }
    const tapeless::array_view<const double, 2> matrix(X.data(), {samples, features});

    // One reading of X for the value and the gradient together, and no allocation after the first step.
    std::vector<double> w(features), dw(features);
    const auto step = tapeless::value_and_gradient(loss, wrt<0>).into(dw);
    for (int iteration = 0; iteration <= 300; ++iteration) {
        const double value = step(w, matrix, y);
        if (iteration % 100 == 0) std::printf("%3d: loss %.6f\n", iteration, value);
        for (int k = 0; k < features; ++k) w[k] -= 2 * dw[k];
    }

    // How it runs: loops, and what is kept between them.
    std::cout << explain(tapeless::value_and_gradient(loss, wrt<0>), w, matrix, y);

    const double scores[2][3] = {{1, 2, 3}, {0, 0, 0}};
    const std::vector<int> labels{2, 0};
    const auto [value, gradient] = tapeless::value_and_gradient(cross_entropy, wrt<0>)(scores, labels);
    std::printf("cross-entropy %.6f, gradient by the last score %.6f\n", value, gradient(1, 2));

    try {
        tapeless::gradient(loss, wrt<0>)(w, matrix, labels);
    } catch (const tapeless::shape_error& error) {
        std::printf("%s\n", error.what());
    }
}
