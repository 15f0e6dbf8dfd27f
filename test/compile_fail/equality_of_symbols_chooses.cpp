// SPDX-License-Identifier: BSL-1.0
// A function that compares with ==, called with symbols.
#include <tapeless/tapeless.hpp>

constexpr auto x = tapeless::symbol<"x">;
constexpr auto y = tapeless::symbol<"y">;
constexpr auto by_sameness = [](auto a, auto b) { return select(a == b, 7, a * b); };
constexpr auto by_value = [](auto a, auto b) { return select(equal_to(a, b), 7, a * b); };

int main() {
#ifdef MISTAKE
    // expected: tapeless::select: the condition is a bool and would choose now, for all values of the symbols; a == b asks whether two expressions are the same, write equal_to(a, b) for the equality of values.
    by_sameness(x, y)(x = 3.0, y = 3.0);
#else
    by_value(x, y)(x = 3.0, y = 3.0);
#endif
}
