// SPDX-License-Identifier: BSL-1.0
// An operation from outside the library: the logistic function, whose derivative stays accurate where the textbook's
// y * (1 - y) does not.
#include <tapeless/tapeless.hpp>

#include <cstdio>

namespace statistics {

// Name, operands, value, partial derivatives (y is the value), and what differs from the defaults.
TAPELESS_OPERATION(logistic, (x), 1 / (1 + exp(-x)), (y * logistic(-x)), .domain = {{-700, 700}})

}  // namespace statistics

constexpr auto logistic = [](auto x) { return statistics::logistic(x); };
constexpr auto textbook_slope = [](double y) { return y * (1 - y); };

int main() {
    const auto [value, slope] = tapeless::value_and_derivative(logistic)(1.0);
    std::printf("at  1: value %.6f, slope %.6f\n", value, slope);

    // From 37 on the value rounds to 1, and 1 - y to 0.
    const auto [far_value, far_slope] = tapeless::value_and_derivative(logistic)(40.0);
    std::printf("at 40: value %.6f, slope %.6e; y * (1 - y) would be %g\n", far_value, far_slope, textbook_slope(far_value));

    // The partial derivative is made of operations, so it has derivatives itself.
    constexpr auto curvature = tapeless::derivative(tapeless::derivative(logistic));
    std::printf("at  1: curvature %.6f\n", curvature(1.0));
}
