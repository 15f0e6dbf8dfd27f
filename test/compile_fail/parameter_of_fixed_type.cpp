// SPDX-License-Identifier: BSL-1.0
// A function of double alone.
#include <tapeless/tapeless.hpp>

double slope(double x) {
#ifdef MISTAKE
    // expected: tapeless::derivative: the function takes numbers of a fixed type only; make its parameters generic, [](auto x) instead of [](double x).
    return tapeless::derivative([](double t) { return t * t; })(x);
#else
    return tapeless::derivative([](auto t) { return t * t; })(x);
#endif
}
