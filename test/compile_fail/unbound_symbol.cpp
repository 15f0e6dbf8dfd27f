// SPDX-License-Identifier: BSL-1.0
// A symbol without a value.
#include <tapeless/tapeless.hpp>

constexpr auto x = tapeless::symbol<"x">;
constexpr auto y = tapeless::symbol<"y">;

int main() {
#ifdef MISTAKE
    // expected: tapeless::gradient: a symbol of the expression is unbound; give each a value, as in e(x = 2.0, y = 3.0).
    tapeless::gradient(x * y + sin(x))(x = 2.0);
#else
    tapeless::gradient(x * y + sin(x))(x = 2.0, y = 3.0);
#endif
}
