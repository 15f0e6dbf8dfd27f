// SPDX-License-Identifier: BSL-1.0
// A function that calls another one that is not constexpr.
#include <tapeless/tapeless.hpp>

#ifndef MISTAKE
constexpr
#endif
double factor() { return 3; }

double slope(double x) {
    // expected: tapeless::gradient: the function is not constexpr
    return tapeless::gradient([](auto x) { return factor() * x * x; })(x);
}
