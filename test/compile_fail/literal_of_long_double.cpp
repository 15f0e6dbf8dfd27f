// SPDX-License-Identifier: BSL-1.0
// A literal that no double holds.
#include <tapeless/tapeless.hpp>

double slope(double x) {
#ifdef MISTAKE
    // expected: or a literal that is no double, as 0.1L: write the number, or pass it as an argument
    return tapeless::derivative([](auto t) { return t * 0.1L; })(x);
#else
    return tapeless::derivative([](auto t) { return t * 0.1; })(x);
#endif
}
