// SPDX-License-Identifier: BSL-1.0
// The quickstart of the README.
#include <tapeless/tapeless.hpp>

#include <cstdio>
#include <iostream>

constexpr auto f = [](auto x, auto y) {
    auto t = sin(x * y);
    return t * t + exp(t) * log(1 + x * x);
};
constexpr auto df = tapeless::gradient(f);

static_assert(tapeless::gradient([](auto x) { return x * x; })(3.0) == 6.0);

constexpr auto x = tapeless::symbol<"x">;
constexpr auto y = tapeless::symbol<"y">;
constexpr auto e = x * y + sin(x);

static_assert(tapeless::derivative(e, x) == y + cos(x));

int main() {
    auto [dx, dy] = df(1.3, 0.7);  // straight-line code, no allocation
    std::printf("df/dx = %.6f, df/dy = %.6f\n", dx, dy);

    auto g = tapeless::gradient(e)(x = 2.0, y = 3.0);
    std::printf("de/dx = %.6f, de/dy = %.6f\n", g[x], g[y]);
    std::cout << "de/dx = " << tapeless::to_string(tapeless::derivative(e, x)) << '\n';
}
