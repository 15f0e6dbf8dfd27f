// SPDX-License-Identifier: BSL-1.0
// The polygamma function by its order, which is an integer.
#include <tapeless/tapeless.hpp>

#ifdef MISTAKE
constexpr auto f = [](auto n, auto x) { return polygamma(n, x); };
#else
constexpr auto f = [](auto n, auto x) { return n * polygamma(2, x); };
#endif

double slope(double n, double x) {
    // expected: tapeless::gradient: the function uses an operation that has no derivative by the operand that is differentiated.
    auto [by_n, by_x] = tapeless::gradient(f)(n, x);
    return by_n + by_x;
}
