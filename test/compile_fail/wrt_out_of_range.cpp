// SPDX-License-Identifier: BSL-1.0
// A choice of an argument that the function does not have.
#include <tapeless/tapeless.hpp>

constexpr auto product = [](auto x, auto y) { return x * y; };

#ifdef MISTAKE
constexpr auto second = tapeless::wrt<2>;
#else
constexpr auto second = tapeless::wrt<1>;
#endif

double slope(double x, double y) {
    // expected: names an argument that the call does not have; the first argument is 0.
    return tapeless::gradient(product, second)(x, y);
}
