// SPDX-License-Identifier: BSL-1.0
// A choice of no argument.
#include <tapeless/tapeless.hpp>

constexpr auto product = [](auto x, auto y) { return x * y; };

auto slopes() {
#ifdef MISTAKE
    // expected: tapeless::wrt: no argument is named; without wrt all arguments are differentiated by.
    return tapeless::gradient(product, tapeless::wrt<>)(2.0, 3.0);
#else
    return tapeless::gradient(product)(2.0, 3.0);
#endif
}
