// SPDX-License-Identifier: BSL-1.0
// The derivative of an expression by nothing in particular.
#include <tapeless/tapeless.hpp>

constexpr auto x = tapeless::symbol<"x">;
constexpr auto y = tapeless::symbol<"y">;

double slope() {
#ifdef MISTAKE
    // expected: tapeless::derivative: name the symbol to differentiate by, derivative(e, x).
    return derivative(x * x * y)(x = 2.0, y = 1.0);
#else
    return derivative(x * x * y, x)(x = 2.0, y = 1.0);
#endif
}
