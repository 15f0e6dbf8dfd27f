// SPDX-License-Identifier: BSL-1.0
// A slice that ends where an argument says.
#include <tapeless/function/array_call.hpp>

#include <vector>

using tapeless::axis;

#ifdef MISTAKE
// expected: tapeless::slice: bounds are constants; steps that an argument names are taken with gather, or chosen with where and iota.
constexpr auto first_few = [](auto x, auto n) { return sum(slice(x, 0, n)); };
#else
constexpr auto first_few = [](auto x, auto n) { return sum(where(iota(x, axis<0>) < n, x, 0)); };
#endif

auto slope(const std::vector<double>& x, double n) { return tapeless::gradient(first_few, tapeless::wrt<0>)(x, n); }
