// SPDX-License-Identifier: BSL-1.0
// A value for a symbol that does not occur.
#include <tapeless/tapeless.hpp>

constexpr auto x = tapeless::symbol<"x">;
constexpr auto z = tapeless::symbol<"z">;

int main() {
#ifdef MISTAKE
    // expected: tapeless::expression: a value is given for an unknown symbol, one that the expression does not contain.
    sin(x)(x = 2.0, z = 3.0);
#else
    (sin(x) + z)(x = 2.0, z = 3.0);
#endif
}
