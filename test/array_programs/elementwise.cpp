// SPDX-License-Identifier: BSL-1.0
// Every elementwise operation on vectors that fill registers, are longer, and shorter.
#include "reference.hpp"

using namespace array_programs;

BOOST_AUTO_TEST_SUITE(elementwise)

BOOST_AUTO_TEST_CASE(arithmetic) {
    check<vector, vector, vector>([](auto x, auto y, auto z) { return sum(x + y - z * y) + sum(sin(-x / y)) + sum(cos(fma(x, y, z))); });
}
BOOST_AUTO_TEST_CASE(roots_and_powers) {
    check<vector, vector>([](auto x, auto y) { return sum(sqrt(x) * y) + sum(cbrt(y)) + sum(pow(x, y)) + sum(pow(x, 2.5) * y) + sum(pow(2, y)) + sum(pow(y, 3)); });
}
BOOST_AUTO_TEST_CASE(exponentials) {
    check<vector>([](auto x) { return sum(x * exp(x)) + sum(x * exp2(x)) + sum(x * expm1(x)) + sum(x * exp_minus_square(x)); });
}
BOOST_AUTO_TEST_CASE(logarithms) {
    check<vector>([](auto x) { return sum(x * log(x)) + sum(x * log2(x)) + sum(x * log10(x)) + sum(x * log1p(x)); });
}
BOOST_AUTO_TEST_CASE(trigonometric_functions) {
    check<vector>([](auto x) { return sum(x * sin(x)) + sum(x * cos(x)) + sum(x * tan(x)); });
}
BOOST_AUTO_TEST_CASE(inverse_trigonometric_functions) {
    check<vector, vector>([](auto x, auto y) { return sum(x * asin(x)) + sum(x * acos(x)) + sum(x * atan(x)) + sum(atan2(x, y)) + sum(sin(one_minus_square(x))); });
}
BOOST_AUTO_TEST_CASE(hyperbolic_functions) {
    check<vector>([](auto x) { return sum(x * sinh(x)) + sum(x * cosh(x)) + sum(x * tanh(x)) + sum(x * sech_squared(x)); });
}
BOOST_AUTO_TEST_CASE(inverse_hyperbolic_functions) {
    check<vector>([](auto x) { return sum(x * asinh(x)) + sum(x * acosh(x)) + sum(x * atanh(1 / x)); });
}
BOOST_AUTO_TEST_CASE(error_functions) {
    check<vector>([](auto x) { return sum(x * erf(x)) + sum(sin(x) * erfc(x)); });
}
BOOST_AUTO_TEST_CASE(gamma_functions) {
    check<vector>([](auto x) { return sum(x * lgamma(x)) + sum(x * digamma(x)) + sum(sin(polygamma(1, x))); });
}
BOOST_AUTO_TEST_CASE(parts_of_numbers) {
    check<vector, vector>([](auto x, auto y) {
        return sum(y * abs(x)) + sum(y * sign(x)) + sum(y * floor(3 * x)) + sum(y * ceil(3 * x)) + sum(y * trunc(3 * x)) + sum(copysign(x * x, y)) + sum(fabs(x * y));
    });
}
BOOST_AUTO_TEST_CASE(functions_of_two_numbers) {
    check<vector, vector, number>([](auto x, auto y, auto s) {
        return sum(hypot(x, y)) + sum(sin(min(x, y))) + sum(cos(max(x, s))) + sum(clamp(x * y, -0.5, 0.75)) + sum(select(x > y, x * y, y));
    });
}

BOOST_AUTO_TEST_SUITE_END()
