// SPDX-License-Identifier: BSL-1.0
// Derivatives of any order of a function of one number, and of several results by one number.
#include <tapeless/tapeless.hpp>

#include <array>
#include <cstdio>

constexpr auto bell = [](auto x) { return exp(-x * x / 2); };
constexpr auto slope = tapeless::derivative(bell);
constexpr auto curvature = tapeless::derivative(slope);

constexpr auto height = [](auto speed, auto angle, auto t) { return speed * sin(angle) * t - 9.81 / 2 * t * t; };

constexpr auto circle = [](auto angle) { return std::array{cos(angle), sin(angle)}; };

int main() {
    std::printf("bell curve at 0.5: slope %.6f, curvature %.6f\n", slope(0.5), curvature(0.5));

    const auto [metres, vertical_speed] = tapeless::value_and_derivative(height, tapeless::wrt<2>)(20.0, 0.8, 1.5);
    std::printf("after 1.5 s: %.3f m high, %.3f m/s upwards\n", metres, vertical_speed);

    const auto [dx, dy] = tapeless::derivative(circle)(0.5);
    std::printf("direction on the circle at angle 0.5: (%.6f, %.6f)\n", dx, dy);
}
