// SPDX-License-Identifier: BSL-1.0
// derivative and value_and_derivative, and derivatives of derivatives.
#include <tapeless/tapeless.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <tuple>
#include <type_traits>

BOOST_AUTO_TEST_SUITE(derivative)

BOOST_AUTO_TEST_CASE(of_a_function_of_one_number_is_a_number) {
    static_assert(tapeless::derivative([](auto x) { return x * x * x; })(2.0) == 12);
    static_assert(tapeless::derivative([](auto x) { return 1 / x; })(2.0) == -0.25);
    BOOST_CHECK_EQUAL(tapeless::derivative([](auto x) { return sin(x); })(0.3), std::cos(0.3));
}

BOOST_AUTO_TEST_CASE(comes_with_the_value_on_request) {
    constexpr auto result = tapeless::value_and_derivative([](auto x) { return x * x * x; })(2.0);
    static_assert(result.value == 8 && result.derivative == 12);
}

BOOST_AUTO_TEST_CASE(of_an_array_result_has_the_shape_of_the_result) {
    constexpr auto curve = [](auto t) { return std::array{t, t * t, 3 - t}; };
    static_assert(tapeless::derivative(curve)(2.0) == std::array{1.0, 4.0, -1.0});
    constexpr auto both = tapeless::value_and_derivative(curve)(2.0);
    static_assert(both.value == std::array{2.0, 4.0, 1.0} && both.derivative == std::array{1.0, 4.0, -1.0});
}

BOOST_AUTO_TEST_CASE(of_a_tuple_result_has_the_shape_of_the_result) {
    constexpr auto f = [](auto t) { return std::tuple{t * t, std::array{t, 2 * t}}; };
    static_assert(tapeless::derivative(f)(3.0) == std::tuple(6.0, std::array{1.0, 2.0}));
}

BOOST_AUTO_TEST_CASE(by_one_of_several_arguments) {
    constexpr auto f = [](auto x, auto y) { return x * x * y; };
    static_assert(tapeless::derivative(f, tapeless::wrt<0>)(3.0, 2.0) == 12);
    static_assert(tapeless::derivative(f, tapeless::wrt<1>)(3.0, 2.0) == 9);
}

BOOST_AUTO_TEST_CASE(of_a_derivative_is_the_second) {
    constexpr auto f = [](auto x) { return x * x * x * x; };
    static_assert(tapeless::derivative(tapeless::derivative(f))(2.0) == 48);
    static_assert(tapeless::derivative(tapeless::derivative(tapeless::derivative(f)))(2.0) == 48);
    static_assert(tapeless::derivative(tapeless::derivative(tapeless::derivative(tapeless::derivative(f))))(2.0) == 24);
    static_assert(tapeless::derivative(tapeless::derivative(tapeless::derivative(tapeless::derivative(tapeless::derivative(f)))))(2.0) ==
                  0);
}

BOOST_AUTO_TEST_CASE(of_a_derivative_follows_the_functions_of_calculus) {
    constexpr auto f = [](auto x) { return exp(x) * sin(x); };
    const double x = 0.7;
    BOOST_CHECK_CLOSE_FRACTION(tapeless::derivative(tapeless::derivative(f))(x), 2 * std::exp(x) * std::cos(x), 1e-14);
    constexpr auto g = [](auto v) { return log(v); };
    BOOST_CHECK_CLOSE_FRACTION(tapeless::derivative(tapeless::derivative(tapeless::derivative(g)))(x), 2 / (x * x * x), 1e-14);
}

BOOST_AUTO_TEST_CASE(mixed_second_derivatives_are_equal) {
    constexpr auto f = [](auto x, auto y) { return x * x * x * y * y; };
    static_assert(tapeless::derivative(tapeless::derivative(f, tapeless::wrt<0>), tapeless::wrt<1>)(2.0, 3.0) == 72);
    static_assert(tapeless::derivative(tapeless::derivative(f, tapeless::wrt<1>), tapeless::wrt<0>)(2.0, 3.0) == 72);
}

BOOST_AUTO_TEST_CASE(of_a_gradient_gives_the_rows_of_the_hessian) {
    constexpr auto f = [](const auto& x) { return x[0] * x[0] * x[1] + x[1] * x[1] * x[1]; };
    using matrix = std::array<std::array<double, 2>, 2>;
    static_assert(tapeless::jacobian(tapeless::gradient(f))(std::array{2.0, 3.0}) == matrix{{{6, 4}, {4, 18}}});
}

BOOST_AUTO_TEST_CASE(inside_of_a_function_is_differentiated_with_it) {
    // Newton's step x - g / g' as a function.
    constexpr auto step = [](auto x) {
        constexpr auto g = [](auto v) { return v * v - 2; };
        return x - g(x) / tapeless::derivative(g)(x);
    };
    static_assert(tapeless::derivative(step)(2.0) == 0.25);
    static_assert(tapeless::value_and_derivative(step)(2.0).value == 1.5);
}

BOOST_AUTO_TEST_CASE(of_a_gradient_inside_of_a_function_of_several_numbers) {
    constexpr auto slope_squared = [](auto x, auto y) {
        const auto [dx, dy] = tapeless::gradient([](auto a, auto b) { return a * a * b; })(x, y);
        return dx * dx + dy * dy;
    };
    // 4 x^2 y^2 + x^4
    static_assert(tapeless::gradient(slope_squared)(1.0, 2.0) == std::tuple(36.0, 16.0));
}

BOOST_AUTO_TEST_CASE(of_a_value_and_gradient_inside_of_a_function) {
    constexpr auto f = [](auto x) {
        const auto [value, slope] = tapeless::value_and_derivative([](auto v) { return v * v; })(x);
        return value * slope;
    };
    static_assert(tapeless::derivative(f)(2.0) == 24);
}

// The first derivative has log(2), which is no constant expression.
BOOST_AUTO_TEST_CASE(of_a_power_of_a_literal_is_taken_at_any_order) {
    constexpr auto power = [](auto x) { return pow(2, x); };
    constexpr auto third = tapeless::derivative(tapeless::derivative(tapeless::derivative(power)));
    BOOST_CHECK_CLOSE_FRACTION(third(1.5), std::exp2(1.5) * std::pow(std::log(2.0), 3), 1e-15);
    BOOST_TEST(tapeless::to_string(tapeless::derivative(power)) == "2^x * log(2)");
    static constexpr auto scaled = [](auto x, auto y) { return pow(0.5, x) * y; };
    // d/dx of (pow(0.5, x) * log(0.5) * x, pow(0.5, x)) at 2
    const auto [first, second] = tapeless::jacobian([](auto x) { return tapeless::gradient(scaled)(x, x); })(2.0);
    BOOST_CHECK_CLOSE_FRACTION(first, 0.25 * std::log(0.5) * (1 + 2 * std::log(0.5)), 1e-15);
    BOOST_CHECK_CLOSE_FRACTION(second, 0.25 * std::log(0.5), 1e-15);
    constexpr auto of_one = tapeless::derivative(tapeless::derivative([](auto x) { return pow(1, x); }));
    constexpr auto of_zero = tapeless::derivative(tapeless::derivative([](auto x) { return pow(0, x); }));
    BOOST_CHECK_EQUAL(of_one(3.0), 0);
    BOOST_CHECK_EQUAL(of_zero(3.0), 0);
}

// The first derivatives are operations with derivatives of their own: those of their formulas would cancel next to 0.
BOOST_AUTO_TEST_CASE(second_derivatives_next_to_a_root_are_accurate) {
    constexpr auto second = [](auto f) { return tapeless::derivative(tapeless::derivative(f)); };
    for (double x : {1e-9, -1e-17}) {
        BOOST_CHECK_CLOSE_FRACTION(second([](auto t) { return tanh(t); })(x), -2 * x, 1e-15);
        BOOST_CHECK_CLOSE_FRACTION(second([](auto t) { return asin(t); })(x), x, 1e-15);
        BOOST_CHECK_CLOSE_FRACTION(second([](auto t) { return acos(t); })(x), -x, 1e-15);
        BOOST_CHECK_CLOSE_FRACTION(second([](auto t) { return atanh(t); })(x), 2 * x, 1e-15);
    }
}

BOOST_AUTO_TEST_CASE(inverse_hyperbolic_functions_of_large_numbers_are_not_flat) {
    BOOST_CHECK_CLOSE_FRACTION(tapeless::derivative([](auto x) { return asinh(x); })(1e160), 1e-160, 1e-15);
    BOOST_CHECK_CLOSE_FRACTION(tapeless::derivative([](auto x) { return acosh(x); })(1e160), 1e-160, 1e-15);
    BOOST_CHECK_CLOSE_FRACTION(tapeless::derivative([](auto x) { return asinh(x); })(1e20f), 1e-20f, 1e-6f);
}

BOOST_AUTO_TEST_CASE(arguments_may_be_taken_by_reference) {
    static_assert(tapeless::derivative([](auto& x) { return x * x; })(3.0) == 6);
    static_assert(tapeless::derivative([](auto&& x) { return x * x; })(3.0) == 6);
}

BOOST_AUTO_TEST_SUITE_END()
