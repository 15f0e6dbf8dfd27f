// SPDX-License-Identifier: BSL-1.0
// The Jacobian of spherical coordinates, and Newton's method for two equations.
#include <tapeless/tapeless.hpp>

#include <array>
#include <cstdio>

constexpr auto cartesian = [](auto spherical) {
    const auto [radius, polar, azimuth] = spherical;
    return std::array{radius * sin(polar) * cos(azimuth), radius * sin(polar) * sin(azimuth), radius * cos(polar)};
};

// A circle of radius 2 meets the curve y = exp(-x).
constexpr auto equations = [](auto p) { return std::array{p[0] * p[0] + p[1] * p[1] - 4, p[1] - exp(-p[0])}; };

int main() {
    // jacobian[i][j] is the derivative of result i by number j of the argument.
    const auto jacobian = tapeless::jacobian(cartesian)(std::array{2.0, 0.5, 0.25});
    for (const auto& row : jacobian) std::printf("%9.6f %9.6f %9.6f\n", row[0], row[1], row[2]);

    std::array point{1.0, 1.0};
    for (int step = 0; step < 6; ++step) {
        const auto [residual, j] = tapeless::value_and_jacobian(equations)(point);
        const double determinant = j[0][0] * j[1][1] - j[0][1] * j[1][0];
        point[0] -= (j[1][1] * residual[0] - j[0][1] * residual[1]) / determinant;
        point[1] -= (j[0][0] * residual[1] - j[1][0] * residual[0]) / determinant;
    }
    std::printf("they meet at (%.9f, %.9f)\n", point[0], point[1]);
}
