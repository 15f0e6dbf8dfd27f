// SPDX-License-Identifier: BSL-1.0
// The gradient of a function of two numbers, with its value, by one argument only, and at compile time.
#include <tapeless/tapeless.hpp>

#include <array>
#include <cstdio>

constexpr auto f = [](auto x, auto y) {
    auto t = sin(x * y);
    return t * t + exp(t) * log(1 + x * x);
};

constexpr auto square_norm = [](auto v) {
    decltype(v[0] * v[0]) sum = 0;
    for (auto element : v) sum += element * element;
    return sum;
};

static_assert(tapeless::gradient([](auto x) { return x * x; })(3.0) == 6.0);

int main() {
    const auto [dx, dy] = tapeless::gradient(f)(1.3, 0.7);
    std::printf("gradient of f at (1.3, 0.7): %.6f %.6f\n", dx, dy);

    const auto [value, by_y] = tapeless::value_and_gradient(f, tapeless::wrt<1>)(1.3, 0.7);
    std::printf("value %.6f, derivative by y alone %.6f\n", value, by_y);

    // The result has the shape of the argument.
    const std::array<double, 3> by_elements = tapeless::gradient(square_norm)(std::array{1.0, 2.0, 3.0});
    std::printf("gradient of v[0]² + v[1]² + v[2]² at (1, 2, 3): %g %g %g\n", by_elements[0], by_elements[1], by_elements[2]);
}
