// SPDX-License-Identifier: BSL-1.0
// A function that captures a value of its surroundings.
#include <tapeless/tapeless.hpp>

double slope(double factor, double x) {
#ifdef MISTAKE
    // expected: tapeless::gradient: the function captures run-time values; pass them as arguments and choose what to differentiate by with tapeless::wrt
    return tapeless::gradient([factor](auto x) { return factor * x * x; })(x);
#else
    return tapeless::gradient([](auto factor, auto x) { return factor * x * x; }, tapeless::wrt<1>)(factor, x);
#endif
}
