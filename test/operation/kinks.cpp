// SPDX-License-Identifier: BSL-1.0
// What holds where an operation has no derivative, as the kink column of the table states, and that a branch of select that is
// not taken leaves no trace.
#include <tapeless/tapeless.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <limits>

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double pi = 3.14159265358979323846;

// One function three ways: by a reverse sweep, by a forward sweep, and by elimination (two results of two arguments).
template <class Function>
void check_derivative(const Function&, double x, double expected) {
    BOOST_TEST_CONTEXT("x = " << x) {
        BOOST_CHECK_EQUAL(tapeless::derivative(Function{})(x), expected);
        constexpr auto twice = [](auto t) { return std::array{Function{}(t), t * 3}; };
        BOOST_CHECK_EQUAL(tapeless::derivative(twice)(x)[0], expected);
        constexpr auto of_two = [](auto t, auto u) { return std::array{Function{}(t) + u, t * u}; };
        BOOST_CHECK_EQUAL(std::get<0>(tapeless::jacobian(of_two)(x, 2.0))[0], expected);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kinks)

BOOST_AUTO_TEST_CASE(abs_has_derivative_0_at_0) {
    static_assert(tapeless::derivative([](auto x) { return abs(x); })(0.0) == 0);
    static_assert(tapeless::derivative([](auto x) { return abs(x); })(-2.0) == -1);
    check_derivative([](auto x) { return abs(x); }, 0.0, 0.0);
    check_derivative([](auto x) { return abs(x); }, -0.0, 0.0);
}

BOOST_AUTO_TEST_CASE(sign_and_floor_have_derivative_0_everywhere) {
    for (double x : {-1.0, 0.0, 0.5, 1.0, 2.0}) {
        check_derivative([](auto v) { return sign(v); }, x, 0);
        check_derivative([](auto v) { return floor(v); }, x, 0);
    }
}

BOOST_AUTO_TEST_CASE(max_and_min_share_the_derivative_at_a_tie) {
    constexpr auto larger = [](auto a, auto b) { return max(a, b); };
    constexpr auto smaller = [](auto a, auto b) { return min(a, b); };
    static_assert(tapeless::gradient(larger)(2.0, 2.0) == std::tuple(0.5, 0.5));
    static_assert(tapeless::gradient(smaller)(2.0, 2.0) == std::tuple(0.5, 0.5));
    static_assert(tapeless::gradient(larger)(0.0, -0.0) == std::tuple(0.5, 0.5));
    static_assert(tapeless::gradient(larger)(1.0, 2.0) == std::tuple(0.0, 1.0));
    static_assert(tapeless::gradient(smaller)(1.0, 2.0) == std::tuple(1.0, 0.0));
}

BOOST_AUTO_TEST_CASE(max_and_min_hand_on_a_nan_of_either_operand) {
    constexpr auto larger = tapeless::value_and_gradient([](auto a, auto b) { return max(a, b); });
    constexpr auto smaller = tapeless::value_and_gradient([](auto a, auto b) { return min(a, b); });
    BOOST_CHECK(std::isnan(larger(std::nan(""), 1.0).value));
    BOOST_CHECK(std::isnan(larger(1.0, std::nan("")).value));
    BOOST_CHECK(std::isnan(smaller(std::nan(""), 1.0).value));
    BOOST_CHECK(std::isnan(smaller(1.0, std::nan("")).value));
    BOOST_CHECK(larger(std::nan(""), 1.0).gradient == std::tuple(0.0, 0.0));
    BOOST_CHECK(smaller(1.0, std::nan("")).gradient == std::tuple(0.0, 0.0));
}

BOOST_AUTO_TEST_CASE(roots_are_infinitely_steep_at_0) {
    check_derivative([](auto x) { return sqrt(x); }, 0.0, infinity);
    check_derivative([](auto x) { return cbrt(x); }, 0.0, infinity);
    check_derivative([](auto x) { return pow(x, 0.5); }, 0.0, infinity);
    BOOST_CHECK_EQUAL(tapeless::derivative(tapeless::derivative([](auto x) { return sqrt(x); }))(0.0), -infinity);
    BOOST_CHECK(std::isnan(tapeless::derivative(tapeless::derivative([](auto x) { return cbrt(x); }))(0.0)));
}

// The root of -infinity is no number, where pow(-infinity, 0.5) is infinity in IEEE 754.
BOOST_AUTO_TEST_CASE(pow_with_exponent_one_half_is_the_square_root) {
    const auto [value, slope] = tapeless::value_and_derivative([](auto x) { return pow(x, 0.5); })(-infinity);
    BOOST_CHECK(std::isnan(value) && std::isnan(slope));
}

BOOST_AUTO_TEST_CASE(inverse_functions_are_infinitely_steep_at_their_ends) {
    check_derivative([](auto x) { return asin(x); }, 1.0, infinity);
    check_derivative([](auto x) { return asin(x); }, -1.0, infinity);
    check_derivative([](auto x) { return acos(x); }, 1.0, -infinity);
    check_derivative([](auto x) { return acos(x); }, -1.0, -infinity);
    check_derivative([](auto x) { return acosh(x); }, 1.0, infinity);
    check_derivative([](auto x) { return atanh(x); }, 1.0, infinity);
    check_derivative([](auto x) { return atanh(x); }, -1.0, infinity);
}

BOOST_AUTO_TEST_CASE(lgamma_and_digamma_have_a_nan_at_their_poles) {
    for (double x : {0.0, -1.0, -2.0}) {
        BOOST_CHECK(std::isnan(tapeless::derivative([](auto v) { return lgamma(v); })(x)));
        BOOST_CHECK(std::isnan(tapeless::derivative([](auto v) { return digamma(v); })(x)));
        BOOST_CHECK(std::isnan(tapeless::derivative([](auto v) { return polygamma(2, v); })(x)));
    }
}

BOOST_AUTO_TEST_CASE(pow_of_0_has_no_nan_by_base_or_exponent) {
    constexpr auto power = tapeless::value_and_gradient([](auto a, auto b) { return pow(a, b); });
    const auto at = [&](double a, double b) { return power(a, b).gradient; };
    BOOST_CHECK_EQUAL(power(0.0, 0.0).value, 1);
    BOOST_CHECK(at(0.0, 0.0) == std::tuple(0.0, 0.0));
    BOOST_CHECK(at(0.0, 1.0) == std::tuple(1.0, 0.0));
    BOOST_CHECK(at(0.0, 2.0) == std::tuple(0.0, 0.0));
    BOOST_CHECK(at(0.0, 0.5) == std::tuple(infinity, 0.0));
    BOOST_CHECK(at(3.0, 0.0) == std::tuple(0.0, std::log(3.0)));
    BOOST_CHECK_EQUAL(std::get<0>(at(-2.0, 3.0)), 12);
    BOOST_CHECK(std::isnan(std::get<1>(at(-2.0, 3.0))));
}

BOOST_AUTO_TEST_CASE(pow_with_a_literal_exponent_is_a_polynomial_at_0) {
    static_assert(tapeless::derivative([](auto x) { return pow(x, 0); })(0.0) == 0);
    static_assert(tapeless::derivative([](auto x) { return pow(x, 1); })(0.0) == 1);
    static_assert(tapeless::derivative([](auto x) { return pow(x, 2); })(0.0) == 0);
    static_assert(tapeless::derivative([](auto x) { return pow(x, 3); })(-2.0) == 12);
    static_assert(tapeless::derivative(tapeless::derivative([](auto x) { return pow(x, 2); }))(0.0) == 2);
    static_assert(tapeless::derivative([](auto x) { return pow(x, -1); })(2.0) == -0.25);
}

BOOST_AUTO_TEST_CASE(mixed_second_derivatives_of_a_power_are_equal) {
    constexpr auto hessian = tapeless::jacobian(tapeless::gradient([](auto a, auto b) { return pow(a, b); }));
    const auto [by_a, by_b] = hessian(2.0, 0.0);
    BOOST_CHECK_EQUAL(std::get<1>(by_a), 0.5);
    BOOST_CHECK_EQUAL(std::get<0>(by_b), 0.5);
    BOOST_CHECK_EQUAL(std::get<1>(std::get<0>(hessian(1.0, 0.0))), 1);
}

BOOST_AUTO_TEST_CASE(second_derivative_of_a_variable_power_is_right_at_0) {
    constexpr auto second =
        tapeless::derivative(tapeless::derivative([](auto a, auto b) { return pow(a, b); }, tapeless::wrt<0>), tapeless::wrt<0>);
    BOOST_CHECK_EQUAL(second(0.0, 2.0), 2);
    BOOST_CHECK_EQUAL(second(0.0, 3.0), 0);
}

BOOST_AUTO_TEST_CASE(copysign_follows_the_sign_that_a_zero_carries) {
    constexpr auto f = tapeless::gradient([](auto a, auto b) { return copysign(a, b); });
    BOOST_CHECK(f(3.0, -2.0) == std::tuple(-1.0, 0.0));
    BOOST_CHECK(f(-3.0, -2.0) == std::tuple(1.0, 0.0));
    BOOST_CHECK(f(0.0, -2.0) == std::tuple(-1.0, 0.0));
    BOOST_CHECK(f(-0.0, -2.0) == std::tuple(1.0, 0.0));
}

BOOST_AUTO_TEST_CASE(hypot_and_atan2_have_a_nan_at_the_origin) {
    const auto [a, b] = tapeless::gradient([](auto x, auto y) { return hypot(x, y); })(0.0, 0.0);
    BOOST_CHECK(std::isnan(a) && std::isnan(b));
    const auto [c, d] = tapeless::gradient([](auto x, auto y) { return atan2(x, y); })(0.0, 0.0);
    BOOST_CHECK(std::isnan(c) && std::isnan(d));
}

BOOST_AUTO_TEST_CASE(derivatives_of_atan2_are_right_at_any_scale) {
    constexpr auto angle = tapeless::gradient([](auto y, auto x) { return atan2(y, x); });
    for (double scale : {1e-300, 1e-161, 1e-100, 1.0, 1e100, 1e200, 1e300}) {
        const auto [a, b] = angle(3 * scale, 4 * scale);
        BOOST_CHECK_CLOSE_FRACTION(a, 0.16 / scale, 1e-15);
        BOOST_CHECK_CLOSE_FRACTION(b, -0.12 / scale, 1e-15);
    }
    const auto [a, b] = angle(3e-30f, 4e-30f);
    BOOST_CHECK_CLOSE_FRACTION(a, 0.16e30f, 1e-6);
    BOOST_CHECK_CLOSE_FRACTION(b, -0.12e30f, 1e-6);
}

BOOST_AUTO_TEST_CASE(second_derivatives_of_atan2_exist_on_the_axes) {
    constexpr auto by_y_and_x = tapeless::derivative(tapeless::derivative([](auto y, auto x) { return atan2(y, x); }, tapeless::wrt<0>), tapeless::wrt<1>);
    BOOST_CHECK_EQUAL(by_y_and_x(2.0, 0.0), 0.25);
    BOOST_CHECK_EQUAL(by_y_and_x(0.0, 2.0), -0.25);
}

BOOST_AUTO_TEST_CASE(atan2_is_smooth_across_its_branch_cut) {
    const auto [a, b] = tapeless::gradient([](auto y, auto x) { return atan2(y, x); })(0.0, -2.0);
    BOOST_CHECK_EQUAL(a, -0.5);
    BOOST_CHECK_EQUAL(b, 0);
    BOOST_CHECK_EQUAL(tapeless::value_and_gradient([](auto y, auto x) { return atan2(y, x); })(0.0, -2.0).value, pi);
}

BOOST_AUTO_TEST_SUITE_END()
