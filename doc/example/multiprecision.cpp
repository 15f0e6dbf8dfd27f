// SPDX-License-Identifier: BSL-1.0
// Gradients in other number types: float, long double, and 50 digits of Boost.Multiprecision.
#include <tapeless/tapeless.hpp>

#include <boost/multiprecision/cpp_bin_float.hpp>

#include <cstdio>
#include <iomanip>
#include <iostream>

using fifty_digits = boost::multiprecision::cpp_bin_float_50;

constexpr auto f = [](auto x, auto y) { return exp(-x * x) * lgamma(y) + pow(x, y); };

int main() {
    // A derivative by an argument has the argument's type; all are computed in their common type.
    const float in_float = tapeless::gradient(f, tapeless::wrt<0>)(0.7f, 2.3f);
    const long double in_long_double = tapeless::gradient(f, tapeless::wrt<0>)(0.7L, 2.3L);
    std::printf("%.5f\n%.16Lf\n", in_float, in_long_double);

    const auto [by_x, by_y] = tapeless::gradient(f)(fifty_digits("0.7"), fifty_digits("2.3"));
    std::cout << std::setprecision(48) << by_x << '\n' << by_y << '\n';
}
