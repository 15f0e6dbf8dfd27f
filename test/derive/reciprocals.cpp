// SPDX-License-Identifier: BSL-1.0
// What is divided by more than once is inverted once; the function's own quotients stay.
#include <tapeless/tapeless.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <limits>

namespace {

constexpr auto quotient = [](auto x, auto y) { return x / y; };

// The first multiple of 1 whose product with the reciprocal of y rounds to another number than the quotient does.
double numerator_that_tells(double y) {
    double x = 1;
    while (x < 1000 && x * (1 / y) == x / y) ++x;
    BOOST_REQUIRE_LT(x, 1000);
    return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reciprocals)

BOOST_AUTO_TEST_CASE(a_derivative_divides_once_by_each_divisor) {
    constexpr auto by_two_divisors = [](auto x, auto y, auto z) { return log(x) * log(y) + 1 / z; };
    static_assert(tapeless::operation_count(tapeless::gradient(by_two_divisors))["divide"] == 3);
    constexpr auto cosines = [](auto x, auto y, auto z) { return hypot(x, hypot(y, z)); };
    // Of the four quotients two have one divisor and two the other.
    static_assert(tapeless::operation_count(tapeless::gradient(cosines))["divide"] == 2);
    static_assert(tapeless::operation_count(tapeless::gradient(quotient))["divide"] == 2);
}

BOOST_AUTO_TEST_CASE(a_reciprocal_that_only_scales_a_product_is_its_divisor) {
    constexpr auto f = [](auto x) { return log(x) * log(x); };
    // 2 * log(x) / x
    static_assert(tapeless::operation_count(tapeless::gradient(f))["divide"] == 1);
    static_assert(tapeless::operation_count(tapeless::gradient(f)).total() == 3);
}

BOOST_AUTO_TEST_CASE(the_value_of_a_quotient_is_the_quotient) {
    for (double y : {3.0, 7.0, 49.0}) {
        const double x = numerator_that_tells(y);
        BOOST_CHECK_EQUAL(tapeless::value_and_gradient(quotient)(x, y).value, x / y);
    }
    constexpr auto direction = [](auto x, auto y, auto z) { return std::array{x / z, y / z}; };
    const double x = numerator_that_tells(3);
    BOOST_CHECK(tapeless::value_and_jacobian(direction)(x, x + 1, 3.0).value == (std::array{x / 3, (x + 1) / 3}));
}

// The reciprocal of a subnormal number overflows, and so do these derivatives; the value does not.
BOOST_AUTO_TEST_CASE(a_subnormal_divisor_leaves_the_value_as_it_is) {
    const auto [value, by] = tapeless::value_and_gradient(quotient)(1e-310, 2e-310);
    BOOST_CHECK_EQUAL(value, 0.5);
    BOOST_CHECK_EQUAL(std::get<0>(by), std::numeric_limits<double>::infinity());
    BOOST_CHECK_EQUAL(std::get<1>(by), -std::numeric_limits<double>::infinity());
    BOOST_CHECK_EQUAL(tapeless::value_and_gradient(quotient)(0.0, 2e-310).value, 0);
    BOOST_CHECK_CLOSE(tapeless::value_and_gradient(quotient)(1e-40f, 2e-39f).value, 0.05f, 0.01);
}

BOOST_AUTO_TEST_SUITE_END()
