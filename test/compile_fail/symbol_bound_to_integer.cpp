// SPDX-License-Identifier: BSL-1.0
// An integer where a real number is needed.
#include <tapeless/tapeless.hpp>

constexpr auto x = tapeless::symbol<"x">;

int main() {
#ifdef MISTAKE
    // expected: tapeless::expression: a symbol is bound to an integer; bind it to a real number, x = 2.0 instead of x = 2.
    sin(x)(x = 2);
#else
    sin(x)(x = 2.0);
#endif
}
