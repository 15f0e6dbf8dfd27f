// SPDX-License-Identifier: BSL-1.0
// A function with == that is called with a symbol.
#include <tapeless/tapeless.hpp>

constexpr auto x = tapeless::symbol<"x">;

#ifdef MISTAKE
// expected: tapeless: == of an expression and a number; write equal_to(a, b) for the equality of values, inside of select.
constexpr auto sinc = [](auto t) { return tapeless::select(t == 0, 1, sin(t) / t); };
#else
constexpr auto sinc = [](auto t) { return tapeless::select(equal_to(t, 0), 1, sin(t) / t); };
#endif

double value() { return tapeless::select(equal_to(x, 0), 1, sinc(x))(x = 1.0); }
