// SPDX-License-Identifier: BSL-1.0
// The Jacobian of an expression, which has one value.
#include <tapeless/tapeless.hpp>

constexpr auto x = tapeless::symbol<"x">;
constexpr auto y = tapeless::symbol<"y">;

double slope() {
#ifdef MISTAKE
    // expected: tapeless::jacobian: an expression has one value; call tapeless::gradient(e).
    return jacobian(x * y)(x = 2.0, y = 1.0);
#else
    return gradient(x * y)(x = 2.0, y = 1.0)[x];
#endif
}
