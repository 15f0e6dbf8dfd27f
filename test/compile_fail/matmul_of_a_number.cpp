// SPDX-License-Identifier: BSL-1.0
// A product of matrices of which one is a number.
#include <tapeless/function/array_call.hpp>

#include <vector>

#ifdef MISTAKE
// expected: tapeless::matmul: an operand is a number; multiply with *.
constexpr auto scaled = [](auto x, auto s) { return sum(sin(matmul(x, s))); };
#else
constexpr auto scaled = [](auto x, auto s) { return sum(sin(x * s)); };
#endif

double slope(const std::vector<double>& x, double s) { return tapeless::value_and_gradient(scaled, tapeless::wrt<1>)(x, s).value; }
