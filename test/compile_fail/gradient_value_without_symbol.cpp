// SPDX-License-Identifier: BSL-1.0
// A gradient of an expression that is called as if it had an order of arguments.
#include <tapeless/tapeless.hpp>

constexpr auto x = tapeless::symbol<"x">;
constexpr auto y = tapeless::symbol<"y">;

double slope() {
#ifdef MISTAKE
    // expected: tapeless::gradient: a value is given without its symbol; bind each by name, as in e(x = 2.0, y = 3.0).
    return gradient(x * y)(2.0, y = 1.0)[x];
#else
    return gradient(x * y)(x = 2.0, y = 1.0)[x];
#endif
}
