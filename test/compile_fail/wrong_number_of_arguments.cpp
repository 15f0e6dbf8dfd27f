// SPDX-License-Identifier: BSL-1.0
// A gradient that is called with fewer arguments than its function takes.
#include <tapeless/tapeless.hpp>

constexpr auto product = [](auto x, auto y) { return x * y; };

double slope(double x) {
#ifdef MISTAKE
    // expected: tapeless::gradient: the function cannot be called with this number of arguments
    auto [by_x, by_y] = tapeless::gradient(product)(x);
#else
    auto [by_x, by_y] = tapeless::gradient(product)(x, 2.0);
#endif
    return by_x + by_y;
}
