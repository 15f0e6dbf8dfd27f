// SPDX-License-Identifier: BSL-1.0
// A differentiated function returns the value that the standard library returns.
#include <tapeless/tapeless.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>

BOOST_AUTO_TEST_SUITE(values)

#define TAPELESS_SAME_AS_STD(NAME, ...)                                                                                                 \
    BOOST_AUTO_TEST_CASE(NAME##_is_that_of_the_standard_library) {                                                                      \
        for (double x : {__VA_ARGS__}) {                                                                                                \
            volatile double at = x; /* keeps the compiler from computing one of them in higher precision */                             \
            BOOST_CHECK_EQUAL(tapeless::value_and_derivative([](auto v) { return NAME(v); })(double(at)).value, std::NAME(double(at))); \
        }                                                                                                                               \
    }

TAPELESS_SAME_AS_STD(sqrt, 0.25, 2.0, 1e300)
TAPELESS_SAME_AS_STD(cbrt, -0.25, 2.0, 1e300)
TAPELESS_SAME_AS_STD(exp, -1.5, 0.3, 20.0)
TAPELESS_SAME_AS_STD(exp2, -1.5, 0.3, 20.0)
TAPELESS_SAME_AS_STD(expm1, -1.5, 1e-9, 20.0)
TAPELESS_SAME_AS_STD(log, 1e-9, 0.3, 20.0)
TAPELESS_SAME_AS_STD(log2, 1e-9, 0.3, 20.0)
TAPELESS_SAME_AS_STD(log10, 1e-9, 0.3, 20.0)
TAPELESS_SAME_AS_STD(log1p, 1e-9, -0.3, 20.0)
TAPELESS_SAME_AS_STD(sin, -3.0, 0.3, 20.0)
TAPELESS_SAME_AS_STD(cos, -3.0, 0.3, 20.0)
TAPELESS_SAME_AS_STD(tan, -3.0, 0.3, 20.0)
TAPELESS_SAME_AS_STD(asin, -0.9, 0.3)
TAPELESS_SAME_AS_STD(acos, -0.9, 0.3)
TAPELESS_SAME_AS_STD(atan, -0.9, 0.3, 20.0)
TAPELESS_SAME_AS_STD(sinh, -0.9, 0.3, 20.0)
TAPELESS_SAME_AS_STD(cosh, -0.9, 0.3, 20.0)
TAPELESS_SAME_AS_STD(tanh, -0.9, 0.3, 20.0)
TAPELESS_SAME_AS_STD(asinh, -0.9, 0.3, 20.0)
TAPELESS_SAME_AS_STD(acosh, 1.1, 20.0)
TAPELESS_SAME_AS_STD(atanh, -0.9, 0.3)
TAPELESS_SAME_AS_STD(erf, -0.9, 0.3, 2.0)
TAPELESS_SAME_AS_STD(erfc, -0.9, 0.3, 20.0)
TAPELESS_SAME_AS_STD(lgamma, 0.3, 2.5, 20.0)
TAPELESS_SAME_AS_STD(abs, -0.9, 0.3)
TAPELESS_SAME_AS_STD(floor, -0.9, 0.3, 7.0)
#undef TAPELESS_SAME_AS_STD

BOOST_AUTO_TEST_CASE(functions_of_two_and_three_numbers_are_those_of_the_standard_library) {
    volatile double u = 1.3, v = -0.7, w = 2.9;
    const double a = u, b = v, c = w;
    BOOST_CHECK_EQUAL(tapeless::value_and_gradient([](auto x, auto y) { return pow(x, y); })(a, b).value, std::pow(a, b));
    BOOST_CHECK_EQUAL(tapeless::value_and_gradient([](auto x, auto y) { return atan2(x, y); })(a, b).value, std::atan2(a, b));
    BOOST_CHECK_EQUAL(tapeless::value_and_gradient([](auto x, auto y) { return hypot(x, y); })(a, b).value, std::hypot(a, b));
    BOOST_CHECK_EQUAL(tapeless::value_and_gradient([](auto x, auto y) { return copysign(x, y); })(a, b).value, std::copysign(a, b));
    BOOST_CHECK_EQUAL(tapeless::value_and_gradient([](auto x, auto y) { return min(x, y); })(a, b).value, std::fmin(a, b));
    BOOST_CHECK_EQUAL(tapeless::value_and_gradient([](auto x, auto y) { return max(x, y); })(a, b).value, std::fmax(a, b));
    BOOST_CHECK_EQUAL(tapeless::value_and_gradient([](auto x, auto y, auto z) { return fma(x, y, z); })(a, b, c).value, std::fma(a, b, c));
}

BOOST_AUTO_TEST_SUITE_END()
