// SPDX-License-Identifier: BSL-1.0
// A gradient by a symbol that does not occur.
#include <tapeless/tapeless.hpp>

constexpr auto x = tapeless::symbol<"x">;
constexpr auto z = tapeless::symbol<"z">;

int main() {
#ifdef MISTAKE
    // expected: tapeless::gradient: the expression does not contain the symbol to differentiate by.
    tapeless::gradient(sin(x), z);
#else
    tapeless::gradient(sin(x), x);
#endif
}
