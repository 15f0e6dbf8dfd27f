// SPDX-License-Identifier: BSL-1.0
// jacobian and value_and_jacobian: all shapes of results by all shapes of arguments.
#include <tapeless/tapeless.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <tuple>
#include <type_traits>

BOOST_AUTO_TEST_SUITE(jacobian)

template <int Rows, int Columns>
using matrix = std::array<std::array<double, Columns>, Rows>;

BOOST_AUTO_TEST_CASE(of_a_number_is_the_gradient) {
    constexpr auto f = [](auto x, auto y) { return x * y; };
    static_assert(tapeless::jacobian(f)(2.0, 3.0) == tapeless::gradient(f)(2.0, 3.0));
    static_assert(tapeless::jacobian([](auto x) { return x * x; })(2.0) == 4);
}

BOOST_AUTO_TEST_CASE(of_an_array_by_an_array_is_a_matrix) {
    constexpr auto f = [](const auto& x) { return std::array{x[0] * x[1], x[1] - x[2], x[0] * x[0]}; };
    static_assert(tapeless::jacobian(f)(std::array{2.0, 3.0, 5.0}) == matrix<3, 3>{{{3, 2, 0}, {0, 1, -1}, {4, 0, 0}}});
}

BOOST_AUTO_TEST_CASE(has_one_row_a_result_whether_wide_or_tall) {
    constexpr auto wide = [](const auto& x) { return std::array{x[0] * x[1] + x[2] * x[3], x[0] - x[3]}; };
    static_assert(tapeless::jacobian(wide)(std::array{1.0, 2.0, 3.0, 4.0}) == matrix<2, 4>{{{2, 1, 4, 3}, {1, 0, 0, -1}}});
    constexpr auto tall = [](const auto& x) { return std::array{x[0], x[1], x[0] * x[1], x[0] + x[1]}; };
    static_assert(tapeless::jacobian(tall)(std::array{2.0, 3.0}) == matrix<4, 2>{{{1, 0}, {0, 1}, {3, 2}, {1, 1}}});
}

BOOST_AUTO_TEST_CASE(by_several_arguments_is_a_tuple_of_one_entry_an_argument) {
    constexpr auto f = [](auto a, const auto& x) { return std::array{a * x[0], a + x[1]}; };
    constexpr auto j = tapeless::jacobian(f)(2.0, std::array{3.0, 5.0});
    static_assert(std::get<0>(j) == std::array{3.0, 1.0});
    static_assert(std::get<1>(j) == matrix<2, 2>{{{2, 0}, {0, 1}}});
}

BOOST_AUTO_TEST_CASE(of_a_tuple_is_a_tuple_of_one_entry_a_result) {
    constexpr auto f = [](auto x, auto y) { return std::tuple{x * y, std::array{x, y}}; };
    constexpr auto j = tapeless::jacobian(f)(2.0, 3.0);
    static_assert(std::get<0>(j) == std::tuple(3.0, 2.0));
    static_assert(std::get<1>(j) == std::tuple(std::array{1.0, 0.0}, std::array{0.0, 1.0}));
}

BOOST_AUTO_TEST_CASE(of_nested_arrays_nests) {
    constexpr auto f = [](auto t, auto u) { return std::array{std::array{t, t * u}, std::array{u, t + u}}; };
    constexpr auto j = tapeless::jacobian(f)(2.0, 3.0);
    static_assert(std::get<0>(j) == matrix<2, 2>{{{1, 3}, {0, 1}}});
    static_assert(std::get<1>(j) == matrix<2, 2>{{{0, 2}, {1, 1}}});
}

BOOST_AUTO_TEST_CASE(comes_with_the_value_on_request) {
    constexpr auto result = tapeless::value_and_jacobian([](const auto& x) { return std::array{x[0] * x[1], x[0]}; })(std::array{2.0, 3.0});
    static_assert(result.value == std::array{6.0, 2.0});
    static_assert(result.jacobian == matrix<2, 2>{{{3, 2}, {1, 0}}});
}

BOOST_AUTO_TEST_CASE(of_constant_results_is_0) {
    constexpr auto f = [](const auto& x) { return std::array{x[0] - x[0] + 1, x[1]}; };
    static_assert(tapeless::jacobian(f)(std::array{2.0, 3.0}) == matrix<2, 2>{{{0, 0}, {0, 1}}});
    constexpr auto g = [](auto x, auto) { return std::tuple{x, 4}; };
    constexpr auto j = tapeless::jacobian(g)(2.0, 3.0);
    static_assert(std::get<0>(j) == std::tuple(1.0, 0.0) && std::get<1>(j) == std::tuple(0.0, 0.0));
}

BOOST_AUTO_TEST_CASE(may_return_one_intermediate_twice) {
    constexpr auto f = [](auto x, auto y) {
        const auto product = x * y;
        return std::array{product, product, -product};
    };
    constexpr auto j = tapeless::jacobian(f)(2.0, 3.0);
    static_assert(std::get<0>(j) == std::array{3.0, 3.0, -3.0} && std::get<1>(j) == std::array{2.0, 2.0, -2.0});
}

// The three ways to a Jacobian must agree: rows one by one go backwards, columns one by one forwards, all at once eliminates.
BOOST_AUTO_TEST_CASE(agrees_with_its_rows_and_its_columns) {
    constexpr auto f = [](auto x, auto y, auto z) {
        const auto s = sin(x * y), e = exp(z) / (x + y), r = sqrt(s * s + e * e);
        return std::array{r * s, log(r) + z, e / r, atan2(s, e), hypot(s, z) - x};
    };
    constexpr auto row = []<int K>(std::integral_constant<int, K>) {
        return [](auto x, auto y, auto z) { return decltype(f){}(x, y, z)[K]; };
    };
    const auto j = tapeless::jacobian(f)(0.7, 1.1, -0.3);
    const auto by_x = tapeless::derivative(f, tapeless::wrt<0>)(0.7, 1.1, -0.3);
    const auto by_z = tapeless::derivative(f, tapeless::wrt<2>)(0.7, 1.1, -0.3);
    const auto check_row = [&]<int K>(std::integral_constant<int, K> k) {
        const auto [dx, dy, dz] = tapeless::gradient(decltype(row(k)){})(0.7, 1.1, -0.3);
        BOOST_CHECK_CLOSE_FRACTION(std::get<0>(j)[K], dx, 1e-14);
        BOOST_CHECK_CLOSE_FRACTION(std::get<1>(j)[K], dy, 1e-14);
        BOOST_CHECK_CLOSE_FRACTION(std::get<2>(j)[K], dz, 1e-14);
        BOOST_CHECK_CLOSE_FRACTION(by_x[K], dx, 1e-14);
        BOOST_CHECK_CLOSE_FRACTION(by_z[K], dz, 1e-14);
    };
    check_row(std::integral_constant<int, 0>{});
    check_row(std::integral_constant<int, 1>{});
    check_row(std::integral_constant<int, 2>{});
    check_row(std::integral_constant<int, 3>{});
    check_row(std::integral_constant<int, 4>{});
}

BOOST_AUTO_TEST_SUITE_END()
