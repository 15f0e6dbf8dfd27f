// SPDX-License-Identifier: BSL-1.0
// How many operations a function and its gradient perform, as constant expressions.
#include <tapeless/tapeless.hpp>

#include <array>
#include <cstdio>

constexpr auto f = [](auto x, auto y) {
    auto t = sin(x * y);
    return t * t + exp(t) * log(1 + x * x);
};

constexpr auto square_norm = [](auto v) { return v[0] * v[0] + v[1] * v[1] + v[2] * v[2]; };

constexpr auto of_function = tapeless::operation_count(f);
constexpr auto of_gradient = tapeless::operation_count(tapeless::gradient(f));

// The sine is computed once, and the gradient needs nothing else of its kind.
static_assert(of_function["sin"] == 1 && of_gradient["sin"] == 1);
static_assert(of_gradient["exp"] == 1 && of_gradient["log"] == 1 && of_gradient["cos"] == 1);
static_assert(tapeless::operation_count<std::array<double, 3>>(square_norm).total() == 5);

int main() {
    std::printf("f: %d operations\n", of_function.total());
    for (const auto& [name, count] : of_function) std::printf("%2d %.*s\n", count, static_cast<int>(name.size()), name.data());
    std::printf("its gradient: %s operations\n", of_gradient.total() <= 2 * of_function.total() ? "at most twice as many" : "more than twice as many");
}
