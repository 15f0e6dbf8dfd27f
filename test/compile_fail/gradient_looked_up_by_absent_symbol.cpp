// SPDX-License-Identifier: BSL-1.0
// A gradient asked for an entry that it does not have.
#include <tapeless/tapeless.hpp>

constexpr auto x = tapeless::symbol<"x">;
constexpr auto z = tapeless::symbol<"z">;

#ifdef MISTAKE
// expected: tapeless::gradient: the gradient has no entry for this symbol
double d = tapeless::gradient(sin(x))(x = 1.0)[z];
#else
double d = tapeless::gradient(sin(x))(x = 1.0)[x];
#endif
