// SPDX-License-Identifier: BSL-1.0
// Functions of numbers, called with arrays: each element is the call on its numbers, whatever the shape, the strides and the position.
#include <tapeless/arrays.hpp>

#include <Eigen/Core>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <cstdlib>
#include <new>
#include <numeric>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace own {

// The table's functions by their bare names.
TAPELESS_OPERATION(all_of_them, (a, b),
                   abs(a) + fabs(b) + sqrt(fabs(a)) + sin(a) + cos(b) + tan(a) + fma(a, b, max(a, b)) + ceil(a) + floor(b) + trunc(a) + sign(b) + exp(a) + log1p(fabs(b)) + pow(fabs(a), b) + hypot(a, b) +
                       select(equal_to(b, 0), 1, polygamma(2, fabs(b) + 1)) + select(isnan(a), 0, digamma(fabs(a) + 1)) + copysign(a, b) + erf(a) + tanh(b) + cbrt(a),
                   (1, 2))

}  // namespace own

namespace {

constexpr auto f = [](auto x, auto y) { return sin(x) * y + exp(-x * y) / (1 + y * y); };
constexpr auto f_with_gradient = tapeless::value_and_gradient(f);
constexpr int lane_count = tapeless::detail::lanes<double>::count;

std::vector<double> ramp(int count, double first, double step) {
    std::vector<double> x(static_cast<std::size_t>(count));
    for (int k = 0; k < count; ++k) x[static_cast<std::size_t>(k)] = first + k * step;
    return x;
}

void check_near(double computed, double expected) { BOOST_CHECK_SMALL(computed - expected, 1e-14 * (1 + std::abs(expected))); }

}  // namespace

BOOST_AUTO_TEST_SUITE(elementwise)

BOOST_AUTO_TEST_CASE(every_length_gives_the_numbers_of_single_calls) {
    for (int count : {0, 1, 2, lane_count - 1, lane_count, lane_count + 1, 100, 1000}) {
        const auto x = ramp(count, -1, 0.01), y = ramp(count, 0.5, 0.02);
        const auto [values, gradient] = f_with_gradient(x, y);
        const auto& [by_x, by_y] = gradient;
        static_assert(std::is_same_v<std::remove_cvref_t<decltype(values)>, tapeless::array<double, 1>>);
        BOOST_REQUIRE_EQUAL(values.size(), count);
        for (int k = 0; k < count; ++k) {
            const auto [value, by] = f_with_gradient(x[static_cast<std::size_t>(k)], y[static_cast<std::size_t>(k)]);
            check_near(values[k], value);
            check_near(by_x[k], std::get<0>(by));
            check_near(by_y[k], std::get<1>(by));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_result_does_not_depend_on_the_position) {
    const auto x = ramp(41, -1, 0.07), y = ramp(41, 0.5, 0.02);
    const auto [all, by_all] = f_with_gradient(x, y);
    for (std::size_t first = 0; first < 20; ++first) {
        const auto [part, by_part] = f_with_gradient(std::span(x).subspan(first), std::span(y).subspan(first));
        for (std::ptrdiff_t k = 0; k < part.size(); ++k) {
            BOOST_CHECK_EQUAL(part[k], all[k + static_cast<std::ptrdiff_t>(first)]);
            BOOST_CHECK_EQUAL(std::get<0>(by_part)[k], std::get<0>(by_all)[k + static_cast<std::ptrdiff_t>(first)]);
        }
    }
}

BOOST_AUTO_TEST_CASE(numbers_stand_for_all_elements) {
    const auto x = ramp(20, 0, 0.1);
    const auto [by_x, by_y] = tapeless::gradient(f)(x, 2.0);
    BOOST_REQUIRE_EQUAL(by_y.size(), 20);
    for (int k = 0; k < 20; ++k) check_near(by_y[k], std::get<1>(tapeless::gradient(f)(0.1 * k, 2.0)));
}

BOOST_AUTO_TEST_CASE(an_argument_of_several_numbers_stands_for_all_elements) {
    constexpr auto line = [](const auto& p, auto x) { return p[0] + p[1] * x + p[2] * x * x; };
    const auto x = ramp(11, 0, 0.5);
    const auto [by_p, by_x] = tapeless::gradient(line)(std::array{1.0, 2.0, 3.0}, x);
    static_assert(std::is_same_v<std::remove_cvref_t<decltype(by_p)>, std::array<tapeless::array<double, 1>, 3>>);
    for (int k = 0; k < 11; ++k) {
        BOOST_CHECK_EQUAL(by_p[0][k], 1);
        BOOST_CHECK_EQUAL(by_p[1][k], x[static_cast<std::size_t>(k)]);
        check_near(by_x[k], 2 + 6 * x[static_cast<std::size_t>(k)]);
    }
}

// Every pair of shapes that stretch to (2, 3, 4), in any order of memory.
BOOST_AUTO_TEST_CASE(arrays_of_up_to_four_axes_broadcast) {
    const auto memory_x = ramp(120, -1, 0.02), memory_y = ramp(120, 0.3, 0.01);
    using tapeless::array_view, tapeless::extents;
    const auto check = [&]<int RankX, int RankY>(const array_view<const double, RankX>& x, const array_view<const double, RankY>& y, const extents<4>& shape) {
        const auto by_x = tapeless::derivative(f, tapeless::wrt<0>)(x, y);
        static_assert(std::remove_cvref_t<decltype(by_x)>::rank == std::max(RankX, RankY));
        std::ptrdiff_t position = 0;
        extents<4> at;
        for (at[0] = 0; at[0] < shape[0]; ++at[0])
            for (at[1] = 0; at[1] < shape[1]; ++at[1])
                for (at[2] = 0; at[2] < shape[2]; ++at[2])
                    for (at[3] = 0; at[3] < shape[3]; ++at[3]) {
                        const auto element = [&]<int Rank>(const array_view<const double, Rank>& view) {
                            std::ptrdiff_t offset = 0;
                            for (int k = 0; k < Rank; ++k) offset += view.shape()[k] == 1 ? 0 : view.strides()[k] * at[4 - Rank + k];
                            return view.data()[offset];
                        };
                        check_near(by_x[position++], tapeless::derivative(f, tapeless::wrt<0>)(element(x), element(y)));
                    }
        BOOST_CHECK_EQUAL(position, by_x.size());
    };
    const double *const x = memory_x.data(), *const y = memory_y.data();
    const auto of = []<class... Extent>(const double* data, Extent... extent) { return array_view<const double, sizeof...(Extent)>(data, {extent...}); };
    check(of(x, 2, 3, 4), of(y, 2, 3, 4), {1, 2, 3, 4});
    check(of(x, 2, 3, 4), of(y, 3, 4), {1, 2, 3, 4});
    check(of(x, 2, 3, 4), of(y, 4), {1, 2, 3, 4});
    check(of(x, 2, 3, 4), of(y, 3, 1), {1, 2, 3, 4});
    check(of(x, 2, 1, 4), of(y, 3, 1), {1, 2, 3, 4});
    check(of(x, 1, 3, 1), of(y, 2, 1, 4), {1, 2, 3, 4});
    check(of(x, 2, 1, 1), of(y, 4), {1, 2, 1, 4});
    check(of(x, 5, 2, 3, 4), of(y, 2, 1, 1), {5, 2, 3, 4});
    check(of(x, 2, 1, 3, 1), of(y, 5, 1, 4), {2, 5, 3, 4});
    check(of(x, 7), of(y, 1), {1, 1, 1, 7});
    check(of(x, 3, 0), of(y, 1), {1, 1, 3, 0});
    // Columns first, backwards, every third.
    check(array_view<const double, 2>(x, {5, 6}, {1, 5}), of(y, 5, 6), {1, 1, 5, 6});
    check(array_view<const double, 2>(x + 29, {5, 6}, {-6, -1}), of(y, 6), {1, 1, 5, 6});
    check(array_view<const double, 1>(x, {35}, {3}), of(y, 35), {1, 1, 1, 35});
    check(array_view<const double, 3>(x, {2, 3, 4}, {4, 8, 1}), array_view<const double, 3>(y, {2, 3, 4}, {4, 8, 1}), {1, 2, 3, 4});
}

// More than a buffer's block of 256.
BOOST_AUTO_TEST_CASE(long_rows_with_strides_go_through_the_buffer) {
    const auto memory = ramp(2000, -1, 0.001);
    const tapeless::array_view<const double, 1> x(memory.data(), {1000}, {2});
    const auto by_x = tapeless::derivative(f, tapeless::wrt<0>)(x, 1.5);
    for (int k = 0; k < 1000; k += 37) check_near(by_x[k], tapeless::derivative(f, tapeless::wrt<0>)(x(k), 1.5));
}

BOOST_AUTO_TEST_CASE(number_types_mix) {
    const std::vector<float> x{0.5f, 1.5f, 2.5f};
    const std::vector<int> y{1, 2, 3};
    const auto by_x = tapeless::gradient([](auto a, auto b) { return a * a * b; }, tapeless::wrt<0>)(x, y);
    static_assert(std::is_same_v<std::remove_cvref_t<decltype(by_x)>, tapeless::array<float, 1>>);
    BOOST_CHECK_EQUAL(by_x[2], 15);
    const auto wider = tapeless::gradient([](auto a, auto b) { return a * b; }, tapeless::wrt<1>)(x, std::vector<double>{1, 2, 3});
    static_assert(std::is_same_v<std::remove_cvref_t<decltype(wider)>, tapeless::array<double, 1>>);
    BOOST_CHECK_EQUAL(wider[1], 1.5);
    const std::vector<long double> z{0.1L, 0.2L};
    BOOST_CHECK_EQUAL(tapeless::derivative([](auto a) { return exp(a); })(z)[1], std::exp(0.2L));
    using boost::multiprecision::cpp_bin_float_50;
    const std::vector<cpp_bin_float_50> many(11, cpp_bin_float_50(1) / 3);
    BOOST_CHECK_EQUAL(tapeless::derivative([](auto a) { return a * a; })(many)[10], cpp_bin_float_50(2) / 3);
}

BOOST_AUTO_TEST_CASE(floats_fill_registers_of_floats) {
    const std::vector<float> x(37, 0.75f);
    const auto [values, slopes] = tapeless::value_and_derivative([](auto v) { return tanh(v) + select(v > 1, v, log(v)); })(x);
    for (int k = 0; k < 37; ++k) {
        BOOST_CHECK_CLOSE_FRACTION(values[k], std::tanh(0.75f) + std::log(0.75f), 1e-6f);
        BOOST_CHECK_EQUAL(slopes[k], slopes[0]);
    }
}

BOOST_AUTO_TEST_CASE(several_results_are_several_arrays) {
    constexpr auto circle = [](auto t) { return std::array{cos(t), sin(t)}; };
    const auto t = ramp(9, 0, 0.25);
    const auto [dx, dy] = tapeless::derivative(circle)(t);
    for (int k = 0; k < 9; ++k) {
        check_near(dx[k], -std::sin(0.25 * k));
        check_near(dy[k], std::cos(0.25 * k));
    }
}

BOOST_AUTO_TEST_CASE(a_jacobian_is_of_arrays) {
    constexpr auto polar = [](auto r, auto t) { return std::array{r * cos(t), r * sin(t)}; };
    const auto r = ramp(9, 1, 0.5);
    const auto [value, jacobian] = tapeless::value_and_jacobian(polar)(r, 0.25);
    const auto& [by_r, by_t] = jacobian;
    for (int k = 0; k < 9; ++k) {
        check_near(value[1][k], (1 + 0.5 * k) * std::sin(0.25));
        check_near(by_r[0][k], std::cos(0.25));
        check_near(by_t[1][k], (1 + 0.5 * k) * std::cos(0.25));
    }
    std::vector<double> x(9), y(9);
    tapeless::jacobian(polar, tapeless::wrt<0>).into(x, y)(r, 0.25);
    check_near(y[8], std::sin(0.25));
}

BOOST_AUTO_TEST_CASE(arrays_of_other_libraries_are_arguments_and_memory) {
    Eigen::MatrixXd x = Eigen::MatrixXd::Random(5, 7), by_x(5, 7), by_y(5, 7);
    const double row[7] = {1, 2, 3, 4, 5, 6, 7};
    tapeless::gradient(f).into(by_x, by_y)(x, row);
    for (int i = 0; i < 5; ++i)
        for (int j = 0; j < 7; ++j) {
            const auto [dx, dy] = tapeless::gradient(f)(x(i, j), row[j]);
            check_near(by_x(i, j), dx);
            check_near(by_y(i, j), dy);
        }
}

BOOST_AUTO_TEST_CASE(a_derivative_may_be_written_over_its_argument) {
    auto x = ramp(23, 0, 0.1);
    const auto expected = tapeless::derivative([](auto v) { return sin(v); })(x);
    tapeless::derivative([](auto v) { return sin(v); }).into(x)(x);
    for (int k = 0; k < 23; ++k) BOOST_CHECK_EQUAL(x[static_cast<std::size_t>(k)], expected[k]);
}

BOOST_AUTO_TEST_CASE(shapes_that_do_not_fit_are_named_before_anything_is_written) {
    const auto x = ramp(12, 0, 0.1);
    std::vector<double> memory(12, 7), other(12, 7);
    const auto message = [](auto call) -> std::string {
        try {
            call();
        } catch (const tapeless::shape_error& error) {
            return error.what();
        }
        return "no error";
    };
    BOOST_CHECK_EQUAL(message([&] { tapeless::gradient(f)(x, ramp(5, 0, 1)); }),
                      "tapeless::gradient: argument 1 has the shape (5,), which does not broadcast with (12,), the shape of the arguments before it.");
    const tapeless::array_view<const double, 2> matrix(x.data(), {3, 4});
    BOOST_CHECK_EQUAL(message([&] { tapeless::value_and_derivative(f, tapeless::wrt<0>)(matrix, std::vector<double>(3)); }),
                      "tapeless::value_and_derivative: argument 1 has the shape (3,), which does not broadcast with (3, 4), the shape of the arguments before it.");
    std::vector<double> shorter(11, 7);
    BOOST_CHECK_EQUAL(message([&] { tapeless::gradient(f).into(memory, shorter)(x, 2.0); }),
                      "tapeless::gradient: memory 1 of into(…) has the shape (11,); the results have (12,).");
    BOOST_CHECK_EQUAL(memory[0], 7);
}

BOOST_AUTO_TEST_CASE(operations_from_outside_have_the_functions_of_the_table_on_registers_too) {
    const auto a = ramp(13, -1.8, 0.3), b = ramp(13, 1.2, -0.2);
    const auto [value, by_a] = tapeless::value_and_gradient([](auto x, auto y) { return own::all_of_them(x, y); }, tapeless::wrt<0>)(a, b);
    for (std::size_t k = 0; k < a.size(); ++k) {
        BOOST_TEST(value[k] == own::all_of_them(a[k], b[k]), boost::test_tools::tolerance(1e-14));
        BOOST_TEST(by_a[k] == 1);
    }
}

BOOST_AUTO_TEST_SUITE_END()
