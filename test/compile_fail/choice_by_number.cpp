// SPDX-License-Identifier: BSL-1.0
// A position where a choice of arguments has to be.
#include <tapeless/tapeless.hpp>

constexpr auto product = [](auto x, auto y) { return x * y; };

double slope() {
#ifdef MISTAKE
    // expected: tapeless::gradient: the function comes first, then by what to differentiate, as in tapeless::wrt<0>.
    return tapeless::gradient(product, 0)(1.0, 2.0);
#else
    return tapeless::gradient(product, tapeless::wrt<0>)(1.0, 2.0);
#endif
}
