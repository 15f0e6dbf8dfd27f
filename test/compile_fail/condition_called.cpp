// SPDX-License-Identifier: BSL-1.0
// The value of a comparison.
#include <tapeless/tapeless.hpp>

constexpr auto x = tapeless::symbol<"x">;

int main() {
#ifdef MISTAKE
    // expected: tapeless::expression: a condition has no value of its own; use it in select(condition, a, b).
    (x < 1)(x = 2.0);
#else
    select(x < 1, x, 2 * x)(x = 2.0);
#endif
}
