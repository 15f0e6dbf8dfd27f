// SPDX-License-Identifier: BSL-1.0
// Every number type with the arithmetic of double: results keep the argument's own type and its precision.
#include <tapeless/tapeless.hpp>

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <tuple>
#include <type_traits>

BOOST_AUTO_TEST_SUITE(number_types)

namespace {

using boost::multiprecision::cpp_bin_float_50;

struct example {
    template <class X, class Y>
    constexpr auto operator()(X x, Y y) const {
        auto t = sin(x * y);
        return t * t + exp(t) * log(1 + x * x) + pow(y, 3) / sqrt(x) + tapeless::select(x < y, cos(x), tanh(x)) + atan2(x, y);
    }
};

// By central differences in the number type itself.
template <class Number>
void check_against_differences(Number h, Number tolerance) {
    const Number x = Number(13) / 10, y = Number(7) / 10;
    const auto f = [](const Number& a, const Number& b) -> Number { return tapeless::value_and_gradient(example{})(a, b).value; };
    const auto [dx, dy] = tapeless::gradient(example{})(x, y);
    static_assert(std::is_same_v<std::remove_cvref_t<decltype(dx)>, Number>);
    BOOST_CHECK_SMALL(Number(dx - (f(x + h, y) - f(x - h, y)) / (2 * h)), tolerance);
    BOOST_CHECK_SMALL(Number(dy - (f(x, y + h) - f(x, y - h)) / (2 * h)), tolerance);
}

}  // namespace

BOOST_AUTO_TEST_CASE(float_gives_float) {
    static_assert(std::is_same_v<decltype(tapeless::gradient(example{})(1.0f, 2.0f)), std::tuple<float, float>>);
    static_assert(tapeless::derivative([](auto x) { return x * x; })(3.0f) == 6.0f);
    check_against_differences<float>(1e-2f, 2e-3f);
}

BOOST_AUTO_TEST_CASE(float_is_computed_in_float) {
    const float x = 0.1f;
    BOOST_CHECK_EQUAL(tapeless::derivative([](auto v) { return v * v * v; })(x), x * x + x * (2 * x));
    BOOST_CHECK_EQUAL(tapeless::derivative([](auto v) { return sin(v); })(x), std::cos(x));
}

BOOST_AUTO_TEST_CASE(long_double_keeps_its_precision) {
    check_against_differences<long double>(1e-6L, 1e-10L);
    BOOST_CHECK_EQUAL(tapeless::derivative([](auto v) { return exp(v); })(0.1L), std::exp(0.1L));
    static_assert(tapeless::derivative([](auto x) { return x * x; })(3.0L) == 6.0L);
    // What double cannot hold.
    const long double tiny = std::numeric_limits<long double>::epsilon();
    BOOST_CHECK_EQUAL(tapeless::derivative([](auto x) { return x * x; })(1 + tiny), 2 + 2 * tiny);
}

BOOST_AUTO_TEST_CASE(multiprecision_keeps_fifty_digits) {
    check_against_differences<cpp_bin_float_50>(cpp_bin_float_50("1e-16"), cpp_bin_float_50("1e-29"));
    const cpp_bin_float_50 x = cpp_bin_float_50(1) / 3;
    BOOST_CHECK_SMALL(cpp_bin_float_50(tapeless::derivative([](auto v) { return log(v); })(x) - 3), cpp_bin_float_50("1e-49"));
}

BOOST_AUTO_TEST_CASE(multiprecision_without_expression_templates_works_too) {
    using number = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<50>, boost::multiprecision::et_off>;
    check_against_differences<number>(number("1e-16"), number("1e-29"));
}

BOOST_AUTO_TEST_CASE(mixed_numbers_give_each_argument_its_own_type) {
    constexpr auto f = [](auto x, auto y) { return x * y; };
    static_assert(std::is_same_v<decltype(tapeless::gradient(f)(2.0f, 3.0)), std::tuple<float, double>>);
    static_assert(tapeless::gradient(f)(2.0f, 3.0) == std::tuple(3.0f, 2.0));
    static_assert(std::is_same_v<decltype(tapeless::value_and_gradient(f)(2.0f, 3.0).value), double>);
    constexpr auto g = [](const auto& x, auto y) { return x[0] * y; };
    static_assert(std::is_same_v<decltype(tapeless::gradient(g)(std::array{2.0f}, 3.0L)), std::tuple<std::array<float, 1>, long double>>);
}

BOOST_AUTO_TEST_CASE(mixed_numbers_are_computed_in_the_widest) {
    // In float the product of the two would lose the last bits of y.
    constexpr double y = 1 + std::numeric_limits<double>::epsilon();
    static_assert(tapeless::value_and_gradient([](auto a, auto b) { return a * b; })(1.0f, y).value == y);
}

// Quotients of literals and the constants of the table's derivatives have the precision of the number type.
BOOST_AUTO_TEST_CASE(constants_of_derivatives_have_all_digits) {
    const cpp_bin_float_50 one = 1, pi = acos(cpp_bin_float_50(-1)), tolerance = 100 * std::numeric_limits<cpp_bin_float_50>::epsilon();
    const auto check = [&](auto f, const cpp_bin_float_50& expected) { BOOST_CHECK_SMALL(cpp_bin_float_50(tapeless::derivative(f)(one) - expected), tolerance); };
    check([](auto x) { return x / 3; }, one / 3);
    check([](auto x) { return pow(x, 3) / 3 + x / 10 + x / 7 * x; }, 1 + one / 10 + 2 * one / 7);
    check([](auto x) { return exp2(x); }, 2 * log(cpp_bin_float_50(2)));
    check([](auto x) { return log2(x); }, 1 / log(cpp_bin_float_50(2)));
    check([](auto x) { return log10(x); }, 1 / log(cpp_bin_float_50(10)));
    check([](auto x) { return erf(x); }, 2 * exp(-one) / sqrt(pi));
    check([](auto x) { return erfc(x); }, -2 * exp(-one) / sqrt(pi));
    check(tapeless::derivative([](auto x) { return cbrt(x); }), -2 * one / 9);
    check([](auto x) { return x * tapeless::derivative([](auto t) { return t / 3; })(x); }, one / 3);
    BOOST_CHECK_EQUAL(tapeless::derivative([](auto x) { return x / 3; })(1.0L), 1.0L / 3);
}

BOOST_AUTO_TEST_SUITE_END()
