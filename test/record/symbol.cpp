// SPDX-License-Identifier: BSL-1.0
// Symbols, expressions, bindings, and what is derived from them.
#include <tapeless/tapeless.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <type_traits>

BOOST_AUTO_TEST_SUITE(symbol)

namespace {

constexpr auto x = tapeless::symbol<"x">;
constexpr auto y = tapeless::symbol<"y">;
constexpr auto two = tapeless::literal<2>;

}  // namespace

BOOST_AUTO_TEST_CASE(a_derivative_equals_what_one_would_write) {
    static_assert(derivative(x * y + sin(x), x) == y + cos(x));
    static_assert(derivative(x * y + sin(x), y) == x);
    static_assert(derivative(x * x * y, x) == two * x * y);
    static_assert(derivative(exp(x * y), x) == y * exp(x * y));
    static_assert(derivative(derivative(sin(x), x), x) == -sin(x));
    static_assert(derivative(log(x), x) == tapeless::literal<1> / x);
    static_assert(derivative(pow(x, tapeless::literal<3>), x) == tapeless::literal<3> * (x * x));
    BOOST_TEST((derivative(x * y + sin(x), x) == y + cos(x)));
}

BOOST_AUTO_TEST_CASE(the_order_of_writing_does_not_matter) {
    static_assert(x * y + sin(x) == sin(x) + y * x);
    static_assert(std::is_same_v<decltype(x * y + sin(x)), decltype(sin(x) + y * x)>);
    static_assert(!(x * y == x + y));
    static_assert(!(x - y == y - x));
    static_assert(!(sin(x) == sin(y)));
    BOOST_TEST((x * y == y * x));
}

BOOST_AUTO_TEST_CASE(equal_names_are_equal_symbols) {
    static_assert(tapeless::symbol<"x"> * 1.0 == 1.0 * x);
    BOOST_TEST((tapeless::symbol<"y"> == y));
}

BOOST_AUTO_TEST_CASE(a_derivative_by_a_symbol_that_does_not_occur_is_zero) {
    static_assert(derivative(sin(x), y) == tapeless::literal<0>);
    BOOST_TEST(derivative(sin(x), y)() == 0.0);
}

BOOST_AUTO_TEST_CASE(run_time_literals_are_values_of_the_expression) {
    double factor = 3.0;
    const auto e = factor * x * x + y / 4;
    BOOST_TEST(e(x = 2.0, y = 8.0) == 14.0);
    factor = 5.0;
    const auto other = factor * x * x + y / 4;
    static_assert(std::is_same_v<decltype(e), decltype(other)>);
    BOOST_TEST(!(e == other));
    BOOST_TEST(derivative(other, x)(x = 2.0) == 20.0);
    BOOST_TEST(derivative(other, y)() == 0.25);
    static_assert(derivative(2 * x * y, y) == 2 * x);
    static_assert(!(derivative(2 * x * y, y) == 3 * x));
}

BOOST_AUTO_TEST_CASE(a_gradient_is_looked_up_by_symbol_whatever_the_order_of_binding) {
    const auto g = gradient(x * y + sin(x));
    const auto at = g(y = 3.0, x = 2.0);
    BOOST_TEST(at[x] == 3 + std::cos(2.0), boost::test_tools::tolerance(1e-15));
    BOOST_TEST(at[y] == 2.0);
    const auto by_y = gradient(x * y + sin(x), y)(x = 2.0, y = 3.0);
    BOOST_TEST(by_y[y] == 2.0);
    const auto both = gradient(x * y, y, x)(x = 2.0, y = 3.0);
    BOOST_TEST(both[x] == 3.0);
    BOOST_TEST(both[y] == 2.0);
}

BOOST_AUTO_TEST_CASE(value_and_gradient_binds_as_a_pair) {
    const auto [value, g] = value_and_gradient(x * exp(y))(x = 2.0, y = 0.5);
    BOOST_TEST(value == 2 * std::exp(0.5), boost::test_tools::tolerance(1e-15));
    BOOST_TEST(g[x] == std::exp(0.5), boost::test_tools::tolerance(1e-15));
    BOOST_TEST(g[y] == 2 * std::exp(0.5), boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(an_expression_of_arithmetic_is_evaluated_by_the_compiler) {
    static_assert((x * y + 1)(x = 2.0, y = 3.0) == 7.0);
    static_assert(gradient(x * x * y)(x = 2.0, y = 3.0)[x] == 12.0);
    static_assert(std::is_same_v<decltype((x * y)(x = 2.0f, y = 3.0f)), float>);
    static_assert(std::is_same_v<decltype((x * y)(x = 2.0f, y = 3.0)), double>);
    BOOST_TEST((x * y)(x = 2.0, y = 3.0) == 6.0);
}

BOOST_AUTO_TEST_CASE(comparisons_choose_and_equal_to_compares_values) {
    const auto e = select(x < y && !equal_to(x, 1), x * 3, exp(y));
    BOOST_TEST(e(x = 2.0, y = 3.0) == 6.0);
    BOOST_TEST(e(x = 1.0, y = 3.0) == std::exp(3.0), boost::test_tools::tolerance(1e-15));
    BOOST_TEST(derivative(e, x)(x = 2.0, y = 3.0) == 3.0);
    BOOST_TEST(derivative(e, x)(x = 4.0, y = 3.0) == 0.0);
    // sqrt(x) and its derivative are NaN there; the branch is not taken.
    const auto guarded = select(x > 0, sqrt(x), 0);
    BOOST_TEST(derivative(guarded, x)(x = -1.0) == 0.0);
    BOOST_TEST(gradient(guarded)(x = -1.0)[x] == 0.0);
}

BOOST_AUTO_TEST_CASE(constants_fold_and_neutral_elements_vanish) {
    static_assert(x + tapeless::literal<0> == x);
    static_assert(x * tapeless::literal<1> == x);
    static_assert(-(-x) == +x);
    static_assert(x + x == two * x);
    static_assert(two * (two * x) == tapeless::literal<4> * x);
    static_assert(tapeless::literal<2> + tapeless::literal<3> == tapeless::literal<5>);
    BOOST_TEST((x - tapeless::literal<0> == x));
}

BOOST_AUTO_TEST_SUITE_END()
