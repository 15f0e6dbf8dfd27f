// SPDX-License-Identifier: BSL-1.0
// Expressions of symbols: values, derivatives that are expressions again, equality of expressions, numbers in them.
#include <tapeless/tapeless.hpp>

#include <cstdio>
#include <iostream>

using tapeless::derivative, tapeless::literal, tapeless::symbol, tapeless::to_string;

constexpr auto x = symbol<"x">;
constexpr auto y = symbol<"y">;
constexpr auto e = x * y + sin(x);

static_assert(derivative(e, x) == y + cos(x));
static_assert((x * y)(x = 2.0, y = 3.0) == 6.0);

// A literal is part of the type; a plain number is a value that the expression carries.
static_assert(literal<2> * x == x + x);
static_assert(2 * x == x * 2);
static_assert(!(2 * x == x + x));

int main() {
    std::cout << "e = " << to_string(e) << ", de/dx = " << to_string(derivative(e, x)) << '\n';
    std::printf("e at x = 2, y = 3: %.6f\n", e(x = 2.0, y = 3.0));

    const auto gradient = tapeless::gradient(e)(x = 2.0, y = 3.0);
    std::printf("its gradient: %.6f by x, %.6f by y\n", gradient[x], gradient[y]);

    const auto [value, by_y] = tapeless::value_and_gradient(e, y)(x = 2.0, y = 3.0);
    std::printf("value %.6f, by y alone %.6f\n", value, by_y[y]);

    // A number that is known at run time only.
    const double rate = 0.25;
    const auto decay = exp(-rate * x);
    std::cout << "d/dx " << to_string(decay) << " = " << to_string(derivative(decay, x)) << '\n';

    // A function of symbols is an expression.
    constexpr auto hypotenuse = [](auto a, auto b) { return sqrt(a * a + b * b); };
    std::cout << "d/dx " << to_string(hypotenuse(x, y)) << " = " << to_string(derivative(hypotenuse(x, y), x)) << '\n';
}
