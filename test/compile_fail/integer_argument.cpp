// SPDX-License-Identifier: BSL-1.0
// The derivative at an integer.
#include <tapeless/tapeless.hpp>

constexpr auto square = [](auto x) { return x * x; };

double slope() {
#ifdef MISTAKE
    // expected: tapeless::derivative: an argument to differentiate by is an integer; pass a real number, 2.0 instead of 2.
    return tapeless::derivative(square)(2);
#else
    return tapeless::derivative(square)(2.0);
#endif
}
