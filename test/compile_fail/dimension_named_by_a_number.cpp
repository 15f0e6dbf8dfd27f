// SPDX-License-Identifier: BSL-1.0
// A dimension that is named by a number, as in numpy.
#include <tapeless/function/array_call.hpp>

using tapeless::axis;

#ifdef MISTAKE
// expected: tapeless::sum: dimensions are named as types, sum(x, axis<0>).
constexpr auto squares = [](auto x) { return norm(sum(x, 0)); };
#else
constexpr auto squares = [](auto x) { return norm(sum(x, axis<0>)); };
#endif

auto slope(const tapeless::array_view<double, 2>& x) { return tapeless::gradient(squares)(x); }
