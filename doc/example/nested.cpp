// SPDX-License-Identifier: BSL-1.0
// Higher derivatives: what gradient, derivative and jacobian return is a function like any other.
#include <tapeless/tapeless.hpp>

#include <array>
#include <cstdio>

using tapeless::derivative, tapeless::gradient, tapeless::jacobian;

constexpr auto cube = [](auto x) { return x * x * x; };
static_assert(derivative(derivative(cube))(2.0) == 12.0);
static_assert(derivative(derivative(derivative(cube)))(2.0) == 6.0);

constexpr auto f = [](auto v) { return v[0] * v[0] * v[1] + exp(v[0] * v[2]); };
constexpr auto hessian = jacobian(gradient(f));

// The product of the Hessian with a vector: the gradient of the directional derivative.
constexpr auto slope_along = [](auto v, auto direction) {
    const auto by_v = gradient(f)(v);
    return by_v[0] * direction[0] + by_v[1] * direction[1] + by_v[2] * direction[2];
};
constexpr auto hessian_times = gradient(slope_along, tapeless::wrt<0>);

int main() {
    const std::array point{1.0, 2.0, 0.5};
    for (const auto& row : hessian(point)) std::printf("%9.6f %9.6f %9.6f\n", row[0], row[1], row[2]);

    const auto product = hessian_times(point, std::array{1.0, 0.0, -1.0});
    std::printf("times (1, 0, -1): %.6f %.6f %.6f\n", product[0], product[1], product[2]);
}
