// SPDX-License-Identifier: BSL-1.0
// An expression that is called as if it had an order of arguments.
#include <tapeless/tapeless.hpp>

constexpr auto x = tapeless::symbol<"x">;
constexpr auto y = tapeless::symbol<"y">;

double value() {
#ifdef MISTAKE
    // expected: tapeless::expression: a value is given without its symbol; bind each by name, as in e(x = 2.0, y = 3.0).
    return (x * y)(2.0, 1.0);
#else
    return (x * y)(x = 2.0, y = 1.0);
#endif
}
