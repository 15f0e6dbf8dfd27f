// SPDX-License-Identifier: BSL-1.0
// The choice of arguments in the place of the function.
#include <tapeless/tapeless.hpp>

constexpr auto product = [](auto x, auto y) { return x * y; };

double slope() {
#ifdef MISTAKE
    // expected: tapeless::derivative: the function comes first, then by what to differentiate, as in tapeless::wrt<0>.
    return tapeless::derivative(tapeless::wrt<0>, product)(1.0, 2.0);
#else
    return tapeless::derivative(product, tapeless::wrt<0>)(1.0, 2.0);
#endif
}
