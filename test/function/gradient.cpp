// SPDX-License-Identifier: BSL-1.0
// gradient and value_and_gradient: shapes of arguments and results, and what a function may do.
#include <tapeless/tapeless.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <tuple>
#include <type_traits>

BOOST_AUTO_TEST_SUITE(gradient)

namespace {

template <class Number>
constexpr Number power(Number x, int exponent) {
    Number result = 1;
    for (int k = 0; k < exponent; ++k) result *= x;
    return result;
}

struct squared_norm {
    template <class T, std::size_t Size>
    constexpr T operator()(const std::array<T, Size>& x) const {
        T sum = 0;
        for (const T& entry : x) sum += entry * entry;
        return sum;
    }
};

}  // namespace

BOOST_AUTO_TEST_CASE(of_one_number_is_a_number) {
    constexpr auto df = tapeless::gradient([](auto x) { return x * x; });
    static_assert(df(3.0) == 6);
    static_assert(std::is_same_v<decltype(df(3.0)), double>);
    BOOST_CHECK_EQUAL(df(3.0), 6);
}

BOOST_AUTO_TEST_CASE(of_several_numbers_is_a_tuple) {
    constexpr auto df = tapeless::gradient([](auto x, auto y, auto z) { return x * y - z / y; });
    static_assert(std::is_same_v<decltype(df(1.0, 2.0, 3.0)), std::tuple<double, double, double>>);
    static_assert(df(1.0, 2.0, 3.0) == std::tuple(2.0, 1.75, -0.5));
}

BOOST_AUTO_TEST_CASE(of_the_introductory_example_is_that_of_calculus) {
    constexpr auto f = [](auto x, auto y) {
        auto t = sin(x * y);
        return t * t + exp(t) * log(1 + x * x);
    };
    const double x = 1.3, y = 0.7, t = std::sin(x * y), c = std::cos(x * y), outer = 2 * t + std::exp(t) * std::log(1 + x * x);
    const auto [dx, dy] = tapeless::gradient(f)(x, y);
    BOOST_CHECK_CLOSE_FRACTION(dx, outer * c * y + std::exp(t) * 2 * x / (1 + x * x), 1e-15);
    BOOST_CHECK_CLOSE_FRACTION(dy, outer * c * x, 1e-15);
}

BOOST_AUTO_TEST_CASE(of_an_array_is_an_array) {
    constexpr auto df = tapeless::gradient(squared_norm{});
    static_assert(df(std::array{1.0, 2.0, 3.0}) == std::array{2.0, 4.0, 6.0});
    static_assert(std::is_same_v<decltype(df(std::array{1.0f, 2.0f})), std::array<float, 2>>);
}

BOOST_AUTO_TEST_CASE(of_an_array_of_arrays_is_one_too) {
    constexpr auto determinant = [](const auto& m) { return m[0][0] * m[1][1] - m[0][1] * m[1][0]; };
    using matrix = std::array<std::array<double, 2>, 2>;
    constexpr matrix m{{{1, 2}, {3, 4}}};
    static_assert(tapeless::gradient(determinant)(m) == matrix{{{4, -3}, {-2, 1}}});
}

BOOST_AUTO_TEST_CASE(of_a_tuple_is_a_tuple) {
    constexpr auto f = [](const auto& t) { return std::get<0>(t) * std::get<1>(t)[1] + std::get<1>(t)[0]; };
    constexpr auto df = tapeless::gradient(f)(std::tuple(2.0, std::array{3.0, 5.0}));
    static_assert(std::is_same_v<std::remove_const_t<decltype(df)>, std::tuple<double, std::array<double, 2>>>);
    static_assert(df == std::tuple(5.0, std::array{1.0, 2.0}));
}

BOOST_AUTO_TEST_CASE(of_numbers_beside_arrays_keeps_each_shape) {
    constexpr auto f = [](auto scale, const auto& x, auto offset) { return scale * (x[0] * x[1]) + offset; };
    static_assert(tapeless::gradient(f)(2.0, std::array{3.0, 5.0}, 1.0) == std::tuple(15.0, std::array{10.0, 6.0}, 1.0));
}

BOOST_AUTO_TEST_CASE(comes_with_the_value_on_request) {
    constexpr auto both = tapeless::value_and_gradient([](auto x, auto y) { return x * x * y; });
    constexpr auto result = both(3.0, 2.0);
    static_assert(result.value == 18 && result.gradient == std::tuple(12.0, 9.0));
    const auto [value, slopes] = both(3.0, 2.0);
    BOOST_CHECK_EQUAL(value, 18);
    BOOST_CHECK_EQUAL(std::get<0>(slopes), 12);
}

BOOST_AUTO_TEST_CASE(by_an_unused_argument_is_0) {
    static_assert(tapeless::gradient([](auto x, auto) { return 3 * x; })(1.0, 2.0) == std::tuple(3.0, 0.0));
    static_assert(tapeless::gradient([](const auto& x) { return x[1]; })(std::array{1.0, 2.0, 3.0}) == std::array{0.0, 1.0, 0.0});
}

BOOST_AUTO_TEST_CASE(of_a_constant_is_0) {
    static_assert(tapeless::gradient([](auto) { return 7; })(1.0) == 0);
    static_assert(tapeless::gradient([](auto) { return 7.5; })(1.0) == 0);
    static_assert(tapeless::gradient([](auto x, auto y) { return decltype(x + y)(2); })(1.0, 2.0) == std::tuple(0.0, 0.0));
    static_assert(tapeless::value_and_gradient([](auto) { return 7.5; })(1.0).value == 7.5);
}

BOOST_AUTO_TEST_CASE(of_the_argument_itself_is_1) {
    static_assert(tapeless::gradient([](auto x) { return x; })(5.0) == 1);
    static_assert(tapeless::value_and_gradient([](auto x) { return x; })(5.0).value == 5);
    static_assert(tapeless::gradient([](auto x) { return +x; })(5.0) == 1);
}

BOOST_AUTO_TEST_CASE(goes_through_loops_that_accumulate) {
    constexpr auto polynomial = [](auto x) {
        decltype(x) sum = 0;
        for (int k = 1; k <= 4; ++k) sum += k * x;
        decltype(x) product(1);
        for (int k = 0; k < 3; ++k) product *= sum;
        product -= x;
        product /= 2;
        return product;
    };
    static_assert(tapeless::gradient(polynomial)(1.0) == 1499.5);
    static_assert(tapeless::value_and_gradient(polynomial)(1.0).value == 499.5);
}

BOOST_AUTO_TEST_CASE(goes_through_arrays_inside_of_the_function) {
    constexpr auto f = [](auto x) {
        std::array<decltype(x), 5> powers{};
        powers[0] = 1;
        for (std::size_t k = 1; k < powers.size(); ++k) powers[k] = powers[k - 1] * x;
        return powers[4] + powers[2];
    };
    static_assert(tapeless::gradient(f)(2.0) == 36);
}

BOOST_AUTO_TEST_CASE(goes_through_constexpr_function_templates) {
    static_assert(tapeless::gradient([](auto x) { return power(x, 5); })(2.0) == 80);
    static_assert(tapeless::gradient([](auto x, auto y) { return power(x, 2) * power(y, 3); })(2.0, 3.0) == std::tuple(108.0, 108.0));
}

BOOST_AUTO_TEST_CASE(takes_literals_of_every_arithmetic_type) {
    constexpr auto f = [](auto x) { return 2 * x + 3u * x + 4L * x + 0.5f * x + 0.25 * x + x * 'a' + true * x - 1.0L * x; };
    static_assert(tapeless::gradient(f)(1.0) == 2 + 3 + 4 + 0.5 + 0.25 + 'a' + 1 - 1);
}

BOOST_AUTO_TEST_CASE(takes_function_objects_and_functions_that_change_their_own_copy) {
    constexpr auto f = [](auto x) {
        x = x * x;
        x += 1;
        return x;
    };
    static_assert(tapeless::gradient(f)(3.0) == 6);
}

BOOST_AUTO_TEST_CASE(is_an_empty_function_object) {
    constexpr auto f = [](auto x) { return x * x; };
    static_assert(std::is_empty_v<decltype(tapeless::gradient(f))>);
    static_assert(std::is_empty_v<decltype(tapeless::value_and_gradient(f))>);
    static_assert(std::is_empty_v<decltype(tapeless::derivative(f))>);
    static_assert(std::is_empty_v<decltype(tapeless::value_and_derivative(f))>);
    static_assert(std::is_empty_v<decltype(tapeless::jacobian(f))>);
    static_assert(std::is_empty_v<decltype(tapeless::value_and_jacobian(f))>);
    static_assert(std::is_empty_v<decltype(tapeless::gradient(f, tapeless::wrt<0>))>);
}

BOOST_AUTO_TEST_CASE(with_its_value_is_a_function_like_any_other) {
    constexpr auto f = tapeless::value_and_gradient([](auto x, auto y) { return x * x * y; });
    const auto [by_x, second_by_x] = tapeless::jacobian(f, tapeless::wrt<0>)(3.0, 5.0);
    BOOST_CHECK_EQUAL(by_x, 30);
    BOOST_CHECK(second_by_x == std::tuple(10.0, 6.0));
    BOOST_TEST(tapeless::to_string(f) == "(y * x^2, y * 2 * x, x^2)");
    static_assert(tapeless::operation_count(f)["multiply"] == 4);
}

// The derivative by the literal varies with the other argument, so it is a term as well.
BOOST_AUTO_TEST_CASE(may_be_taken_at_a_literal_inside_a_function) {
    static constexpr auto g = [](auto u, auto w) { return u * u * w; };
    constexpr auto h = [](auto x) {
        const auto [by_u, by_w] = tapeless::gradient(g)(x, 2.0);
        return by_u + by_w;
    };
    static_assert(h(3.0) == 21 && tapeless::derivative(h)(3.0) == 10);
    constexpr auto k = [](auto x) {
        const auto [value, by_w] = tapeless::value_and_gradient(g, tapeless::wrt<1>)(x, 2.0);
        const auto [by_u, by_x] = tapeless::jacobian(g)(3.0, x);
        return value * by_w * by_u * by_x;
    };
    static_assert(tapeless::derivative(k)(1.0) == 540);
}

BOOST_AUTO_TEST_CASE(an_empty_argument_has_no_derivatives) {
    constexpr auto f = [](auto x, auto) { return x * x; };
    static_assert(std::get<0>(tapeless::gradient(f)(3.0, std::tuple<>{})) == 6);
}

BOOST_AUTO_TEST_SUITE_END()
