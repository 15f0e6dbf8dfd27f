// SPDX-License-Identifier: BSL-1.0
// A vector that is appended to a matrix.
#include <tapeless/function/array_call.hpp>

#include <vector>

#ifdef MISTAKE
// expected: tapeless::concat: the arrays have different numbers of dimensions.
constexpr auto total = [](auto x, auto y) { return sum(exp(concat(x, y))); };
#else
constexpr auto total = [](auto x, auto y) { return sum(exp(concat(reshape(x, -1), y))); };
#endif

auto slope(const tapeless::array_view<double, 2>& x, const std::vector<double>& y) { return tapeless::gradient(total, tapeless::wrt<1>)(x, y); }
