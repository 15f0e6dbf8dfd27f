// SPDX-License-Identifier: BSL-1.0
// The gradient of a function of arrays that returns an array.
#include <tapeless/arrays.hpp>

#include <vector>

#ifdef MISTAKE
// expected: tapeless::gradient: the function returns an array; reduce it to a number, as sum does. tapeless::value returns the array itself.
constexpr auto sums = [](auto x) { return cumsum(x); };
#else
constexpr auto sums = [](auto x) { return sum(cumsum(x)); };
#endif

auto slope(const std::vector<double>& x) { return tapeless::gradient(sums)(x); }
