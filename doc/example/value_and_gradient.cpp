// SPDX-License-Identifier: BSL-1.0
// Value and gradient in one call: gradient descent on Rosenbrock's function, and the gradient by some arguments only.
#include <tapeless/tapeless.hpp>

#include <array>
#include <cstdio>

constexpr auto rosenbrock = [](auto p) {
    auto a = 1 - p[0];
    auto b = p[1] - p[0] * p[0];
    return a * a + 100 * b * b;
};

// The data, x and y, are arguments too; only the parameters are differentiated by.
constexpr auto squared_error = [](auto slope, auto offset, auto x, auto y) {
    auto residual = slope * x + offset - y;
    return residual * residual;
};

int main() {
    std::array point{-1.0, 1.5};
    double step = 1e-3;
    for (int iteration = 0; iteration < 20000; ++iteration) {
        const auto [value, gradient] = tapeless::value_and_gradient(rosenbrock)(point);
        if (iteration % 5000 == 0) std::printf("step %5d: value %.2e at (%.4f, %.4f)\n", iteration, value, point[0], point[1]);
        for (int k = 0; k < 2; ++k) point[k] -= step * gradient[k];
    }

    const auto [value, by_parameters] = tapeless::value_and_gradient(squared_error, tapeless::wrt<0, 1>)(2.0, 0.5, 3, 7.0);
    const auto [by_slope, by_offset] = by_parameters;
    std::printf("error %g, by slope %g, by offset %g\n", value, by_slope, by_offset);
}
