// SPDX-License-Identifier: BSL-1.0
// Operations from outside: the functions of the table by their bare names, on every number type, and under `using namespace`.
#include <tapeless/tapeless.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <tuple>

namespace own {

TAPELESS_OPERATION(size, (x), abs(x) + fabs(x), (2 * sign(x)), .even = true)
TAPELESS_OPERATION(root, (x), sqrt(x), (0.5 / y))
TAPELESS_OPERATION(larger_sum, (a, b, c), fma(a, b, max(b, c)) + min(a, clamp(c, 0, 1)), (b + 1, none, 1))
TAPELESS_OPERATION(power_of_two, (x), exp(x * log(number_like(x, 2))), (y * log(number_like(x, 2))))
TAPELESS_OPERATION(exceeds, (a, b), a > b, (none, none), .result = kind::logical)

}  // namespace own

// At global scope next to the library's names.
using namespace tapeless;
TAPELESS_OPERATION(softplus, (x), log1p(exp(x)), (1 / (1 + exp(-x))))

BOOST_AUTO_TEST_SUITE(own_operation)

BOOST_AUTO_TEST_CASE(abs_is_not_that_of_an_int) {
    BOOST_CHECK_EQUAL(own::size(-0.25), 0.5);
    const auto [value, slope] = value_and_derivative([](auto x) { return own::size(x); })(-0.25);
    BOOST_CHECK_EQUAL(value, 0.5);
    BOOST_CHECK_EQUAL(slope, -2);
}

BOOST_AUTO_TEST_CASE(the_number_type_is_kept) {
    BOOST_CHECK_EQUAL(own::root(2.0L), std::sqrt(2.0L));
    BOOST_CHECK_EQUAL(value_and_derivative([](auto x) { return own::root(x); })(2.0L).value, std::sqrt(2.0L));
    static_assert(std::is_same_v<decltype(own::root(2.0f)), float>);
}

BOOST_AUTO_TEST_CASE(integers_count_as_double) {
    static_assert(std::is_same_v<decltype(own::root(2)), double>);
    BOOST_CHECK_EQUAL(softplus(0), std::log(2.0));
}

BOOST_AUTO_TEST_CASE(three_operands_and_functions_of_several_arguments) {
    const auto [value, gradient] = value_and_gradient([](auto a, auto b, auto c) { return own::larger_sum(a, b, c); }, wrt<0, 2>)(2.0, 3.0, 4.0);
    BOOST_CHECK_EQUAL(value, 11);
    BOOST_CHECK(gradient == std::tuple(4.0, 1.0));
}

BOOST_AUTO_TEST_CASE(constants_have_the_type_of_the_operand) {
    BOOST_CHECK_EQUAL(own::power_of_two(0.3L), std::exp(0.3L * std::log(2.0L)));
    BOOST_CHECK_CLOSE_FRACTION(derivative([](auto x) { return own::power_of_two(x); })(3.0), 8 * std::log(2.0), 1e-15);
}

BOOST_AUTO_TEST_CASE(a_condition_feeds_select) {
    constexpr auto f = [](auto x, auto y) { return select(own::exceeds(x, y), x * x, y); };
    static_assert(gradient(f)(3.0, 2.0) == std::tuple(6.0, 0.0));
    static_assert(gradient(f)(1.0, 2.0) == std::tuple(0.0, 1.0));
}

BOOST_AUTO_TEST_SUITE_END()
