// SPDX-License-Identifier: BSL-1.0
// Two values for one symbol.
#include <tapeless/tapeless.hpp>

constexpr auto x = tapeless::symbol<"x">;

int main() {
#ifdef MISTAKE
    // expected: tapeless::expression: a symbol is given two values.
    sin(x)(x = 2.0, x = 3.0);
#else
    sin(x)(x = 2.0);
#endif
}
