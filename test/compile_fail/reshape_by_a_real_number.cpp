// SPDX-License-Identifier: BSL-1.0
// A size of reshape that is no whole number.
#include <tapeless/function/array_call.hpp>

#include <vector>

#ifdef MISTAKE
// expected: tapeless::reshape: a size is an int, or the extent of a dimension.
constexpr auto halves = [](auto x) { return sum(exp(reshape(x, 2.0, -1)[0])); };
#else
constexpr auto halves = [](auto x) { return sum(exp(reshape(x, 2, -1)[0])); };
#endif

auto slope(const std::vector<double>& x) { return tapeless::gradient(halves)(x); }
