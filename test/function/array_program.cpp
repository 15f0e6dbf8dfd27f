// SPDX-License-Identifier: BSL-1.0
// Calls of functions of arrays: kinds of arrays and of memory, shapes that do not fit, empty arrays, long sums. What each operation gives is compared with
// PyTorch in array_programs/.
#include "array_checks.hpp"

#include <tapeless/arrays.hpp>

#include <Eigen/Core>
#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace {

using tapeless::axis;
using tapeless::wrt;

constexpr auto logistic = [](auto w, auto X, auto y) { return mean(log1p(exp(-y * dot(X, w)))); };
constexpr auto squares = [](auto x) { return sum(x * x); };
constexpr auto inner = [](auto a, auto b) { return sum(a * b); };

struct data {
    std::vector<double> w, X, y;
    std::ptrdiff_t rows, columns;
    data(std::ptrdiff_t n, std::ptrdiff_t d) : w(static_cast<std::size_t>(d)), X(static_cast<std::size_t>(n * d)), y(static_cast<std::size_t>(n)), rows(n), columns(d) {
        unsigned state = 1;
        const auto next = [&] { return (state = state * 1664525u + 1013904223u) / 4294967296.0 - 0.5; };
        for (double& each : w) each = next();
        for (double& each : X) each = 4 * next();
        for (double& each : y) each = next() > 0 ? 1 : -1;
    }
    tapeless::array_view<const double, 2> matrix() const { return {X.data(), {rows, columns}}; }
};

/// The value, then the gradient by w, with loops.
std::vector<long double> logistic_by_hand(const data& d) {
    std::vector<long double> result(static_cast<std::size_t>(d.columns) + 1);
    for (std::ptrdiff_t i = 0; i < d.rows; ++i) {
        const double* const row = d.X.data() + i * d.columns;
        long double product = 0;
        for (std::ptrdiff_t k = 0; k < d.columns; ++k) product += static_cast<long double>(row[k]) * d.w[static_cast<std::size_t>(k)];
        const long double y = d.y[static_cast<std::size_t>(i)], e = std::exp(-y * product);
        result[0] += std::log1p(e) / d.rows;
        for (std::ptrdiff_t k = 0; k < d.columns; ++k) result[static_cast<std::size_t>(k) + 1] -= e / (1 + e) * y * row[k] / d.rows;
    }
    return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(array_program)

BOOST_AUTO_TEST_CASE(every_shape_of_a_matrix_gives_the_sums_of_plain_loops) {
    for (const auto& [n, d] : {std::pair{1, 1}, {1, 20}, {2, 3}, {7, 8}, {8, 7}, {9, 17}, {15, 1}, {100, 20}, {1000, 3}, {33, 1000}, {5000, 2}}) {
        const data given(n, d);
        const auto expected = logistic_by_hand(given);
        const auto [value, dw] = tapeless::value_and_gradient(logistic, wrt<0>)(given.w, given.matrix(), given.y);
        check_near(value, expected[0]);
        for (std::ptrdiff_t k = 0; k < d; ++k) check_near(dw(k), expected[static_cast<std::size_t>(k) + 1]);
    }
}

BOOST_AUTO_TEST_CASE(strides_number_types_and_eigen_give_the_same) {
    const data given(37, 5);
    const auto [value, dw] = tapeless::value_and_gradient(logistic, wrt<0>)(given.w, given.matrix(), given.y);

    // Column by column, every second row, back to front.
    std::vector<double> spread(2 * given.X.size());
    for (std::ptrdiff_t i = 0; i < 37; ++i)
        for (std::ptrdiff_t k = 0; k < 5; ++k) spread[static_cast<std::size_t>(2 * (36 - i) + k * 74)] = given.X[static_cast<std::size_t>(i * 5 + k)];
    const tapeless::array_view<const double, 2> backwards(spread.data() + 72, {37, 5}, {-2, 74});
    const auto from_strides = tapeless::value_and_gradient(logistic, wrt<0>)(given.w, backwards, given.y);
    check_near(from_strides.value, value);

    Eigen::MatrixXd by_columns(37, 5);
    for (int i = 0; i < 37; ++i)
        for (int k = 0; k < 5; ++k) by_columns(i, k) = given.X[static_cast<std::size_t>(i * 5 + k)];
    const auto from_eigen = tapeless::value_and_gradient(logistic, wrt<0>)(given.w, by_columns, given.y);
    check_near(from_eigen.value, value);

    const std::vector<int> labels(given.y.begin(), given.y.end());
    const auto from_integers = tapeless::value_and_gradient(logistic, wrt<0>)(given.w, given.matrix(), labels);
    BOOST_TEST(from_integers.value == value);
    for (int k = 0; k < 5; ++k) {
        check_near(from_strides.gradient(k), dw(k));
        check_near(from_eigen.gradient(k), dw(k));
        BOOST_TEST(from_integers.gradient(k) == dw(k));
    }

    const std::vector<float> w(given.w.begin(), given.w.end()), y(given.y.begin(), given.y.end()), X(given.X.begin(), given.X.end());
    const auto in_floats = tapeless::value_and_gradient(logistic, wrt<0>)(w, tapeless::array_view<const float, 2>(X.data(), {37, 5}), y);
    static_assert(std::is_same_v<decltype(in_floats.value), float>);
    check_near(in_floats.value, value, 1e-6);
    for (int k = 0; k < 5; ++k) check_near(in_floats.gradient(k), dw(k), 1e-6);
}

BOOST_AUTO_TEST_CASE(results_have_the_shapes_of_the_arguments_in_the_order_of_the_choice) {
    constexpr auto f = [](auto s, auto x, auto p) { return s * sum(x * x) + p[0] * p[1] * sum(x); };
    const std::vector<double> x{1, 2, 3};
    const std::array<double, 2> p{2, 5};
    const auto [by_p, by_s, by_x] = tapeless::gradient(f, wrt<2, 0, 1>)(4.0, x, p);
    static_assert(std::is_same_v<decltype(by_p), const std::array<double, 2>> && std::is_same_v<decltype(by_s), const double>);
    BOOST_TEST(by_s == 14);
    BOOST_TEST((by_p == std::array<double, 2>{30, 12}));
    BOOST_TEST(by_x[2] == 4 * 2 * 3 + 10);
    BOOST_TEST(tapeless::gradient(squares)(x)[1] == 4);
    BOOST_TEST(tapeless::gradient(f, wrt<0>)(4.0, x, p) == 14);
}

BOOST_AUTO_TEST_CASE(a_function_of_numbers_is_still_called_on_every_element) {
    const std::vector<double> x{1, 2, 3};
    const auto each = tapeless::value_and_gradient([](auto a) { return a * a; })(x);
    BOOST_TEST(each.value[2] == 9);
    BOOST_TEST(each.gradient[2] == 6);
}

BOOST_AUTO_TEST_CASE(into_writes_gradients_and_returns_the_value) {
    const data given(50, 9);
    std::vector<double> dw(9), dy(50), strided(18, -1.0);
    const double value = tapeless::value_and_gradient(logistic, wrt<2, 0>).into(dy, dw)(given.w, given.matrix(), given.y);
    const auto [expected_value, expected] = tapeless::value_and_gradient(logistic, wrt<0, 2>)(given.w, given.matrix(), given.y);
    BOOST_TEST(value == expected_value);
    BOOST_TEST(dw == std::vector<double>(std::get<0>(expected).begin(), std::get<0>(expected).end()), boost::test_tools::per_element());
    BOOST_TEST(dy == std::vector<double>(std::get<1>(expected).begin(), std::get<1>(expected).end()), boost::test_tools::per_element());

    tapeless::gradient(logistic, wrt<0>).into(tapeless::array_view<double, 1>(strided.data(), {9}, {2}))(given.w, given.matrix(), given.y);
    for (std::size_t k = 0; k < 9; ++k) {
        check_near(strided[2 * k], dw[k]);
        BOOST_TEST(strided[2 * k + 1] == -1);
    }

    double by_scale = 0;
    const std::vector<double> x{1, 2, 3};
    std::vector<double> dx(3);
    constexpr auto scaled = [](auto s, auto v) { return s * sum(v * v); };
    BOOST_TEST(tapeless::value_and_gradient(scaled).into(by_scale, dx)(2.0, x) == 28);
    BOOST_TEST(by_scale == 14);
    BOOST_TEST(dx[2] == 12);
}

BOOST_AUTO_TEST_CASE(a_gradient_may_be_written_over_an_argument) {
    constexpr auto neighbours = [](auto x) { return sum(slice_from(x, 1) * slice(x, 0, -1)) + logsumexp(x); };
    std::vector<double> x(100);
    std::iota(x.begin(), x.end(), -50.0);
    const auto expected = tapeless::value_and_gradient(neighbours)(x);
    const double value = tapeless::value_and_gradient(neighbours).into(x)(x);
    BOOST_TEST(value == expected.value);
    BOOST_TEST(x == std::vector<double>(expected.gradient.begin(), expected.gradient.end()), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(one_array_may_be_several_arguments) {
    const std::vector<double> x{1, 2, 3};
    const auto [value, gradient] = tapeless::value_and_gradient(inner)(x, x);
    BOOST_TEST(value == 14);
    BOOST_TEST(std::get<0>(gradient)[2] == 3);
    BOOST_TEST(std::get<1>(gradient)[2] == 3);
}

BOOST_AUTO_TEST_CASE(empty_arrays_give_the_answers_of_numpy) {
    const std::vector<double> none;
    BOOST_TEST(tapeless::value_and_gradient(squares)(none).value == 0);
    BOOST_TEST(tapeless::value_and_gradient(squares)(none).gradient.size() == 0);
    BOOST_TEST(tapeless::value_and_gradient([](auto x) { return prod(x); })(none).value == 1);
    BOOST_TEST(tapeless::value_and_gradient([](auto x) { return logsumexp(x); })(none).value == -std::numeric_limits<double>::infinity());
    BOOST_TEST(std::isnan(tapeless::value_and_gradient([](auto x) { return mean(x); })(none).value));
    BOOST_TEST(tapeless::value_and_gradient([](auto x, auto y) { return y * select(all(x > 0.0) && !any(x > 0.0), 1.0, 0.0); })(none, 3.0).value == 3);
    const data rows(0, 3), columns(4, 0);
    BOOST_TEST(tapeless::value_and_gradient(inner)(rows.matrix(), rows.matrix()).value == 0);
    const auto [value, dw] = tapeless::value_and_gradient(logistic, wrt<0>)(columns.w, columns.matrix(), columns.y);
    check_near(value, std::log(2.0));
    BOOST_TEST(dw.size() == 0);
    BOOST_TEST(message_of([&] { tapeless::gradient([](auto x) { return max(x); })(none); }) ==
               "tapeless::gradient: a maximum or minimum is over no elements, of argument 0 of the shape (0,).");
}

BOOST_AUTO_TEST_CASE(lengths_that_differ_are_an_error_before_anything_is_written) {
    const data given(4, 3);
    const std::vector<double> five(5);
    std::vector<double> dw(3, 7.0);
    BOOST_TEST(message_of([&] { tapeless::value_and_gradient(logistic, wrt<0>).into(dw)(given.w, given.matrix(), five); }) ==
               "tapeless::value_and_gradient: dimension 0 of argument 2 of the shape (5,) runs over 5 elements, but 4 are needed to go with argument 1 of the shape (4, 3).");
    BOOST_TEST(message_of([&] { tapeless::gradient(logistic, wrt<0>)(five, given.matrix(), given.y); })==
               "tapeless::gradient: dimension 1 of argument 1 of the shape (4, 3) runs over 3 elements, but 5 are needed to go with argument 0 of the shape (5,).");
    std::vector<double> too_long(4, 7.0);
    BOOST_TEST(message_of([&] { tapeless::gradient(logistic, wrt<0>).into(too_long)(given.w, given.matrix(), given.y); }) ==
               "tapeless::gradient: memory 0 of into(…) has the shape (4,); the argument has (3,).");
    BOOST_TEST(message_of([&] { tapeless::gradient([](auto x) { return x[3] * sum(x); })(given.w); }) ==
               "tapeless::gradient: dimension 0 of argument 0 of the shape (3,) has no element at 3, which the function names.");
    BOOST_TEST((dw == std::vector<double>(3, 7.0)));
}

BOOST_AUTO_TEST_CASE(a_sum_of_ten_million_terms_keeps_its_digits) {
    std::vector<float> x(10'000'000, 0.1f);
    const auto [value, dx] = tapeless::value_and_gradient([](auto v) { return sum(v); })(x);
    // A single float as a sum would stop at 1087937.
    BOOST_TEST(std::abs(value / 1e6f - 1) < 3e-7f);
    BOOST_TEST(dx[9'999'999] == 1);
    std::vector<double> alternating(10'000'000);
    for (std::size_t k = 0; k < alternating.size(); ++k) alternating[k] = (k % 2 ? -1.0 : 1.0) * (1 + 1e-3 * static_cast<double>(k % 1000));
    long double exact = 0;
    for (const double each : alternating) exact += each;
    BOOST_TEST(std::abs(tapeless::value_and_gradient([](auto v) { return sum(v); })(alternating).value - static_cast<double>(exact)) < 1e-8);
}

BOOST_AUTO_TEST_CASE(a_literal_result_and_an_unused_array_have_a_gradient_of_zeros) {
    const std::vector<double> x{1, 2}, y{3, 4};
    const auto [value, gradient] = tapeless::value_and_gradient([](auto a, auto) { return sum(a); })(x, y);
    BOOST_TEST(value == 3);
    BOOST_TEST(std::get<1>(gradient)[1] == 0);
    const auto constant = tapeless::value_and_gradient([](auto a) { return 0 * sum(a) + extent(a, axis<0>); })(x);
    BOOST_TEST(constant.value == 2);
    BOOST_TEST(constant.gradient[0] == 0);
}

BOOST_AUTO_TEST_CASE(the_reverse_of_gather_is_a_scatter_add) {
    constexpr auto f = [](auto x, auto where, auto y) { return sum(gather(exp(x), where) * y); };
    const std::vector<double> x{1, 2, 3}, y{10, 20, 30, 40};
    const std::vector<int> where{2, 0, 2, -2};
    const auto [value, gradient] = tapeless::value_and_gradient(f, wrt<0, 2>)(x, where, y);
    const auto& [dx, dy] = gradient;
    check_near(value, 40 * std::exp(3.0) + 20 * std::exp(1.0) + 40 * std::exp(2.0));
    check_near(dx[0], 20 * std::exp(1.0));
    check_near(dx[1], 40 * std::exp(2.0));
    check_near(dx[2], 40 * std::exp(3.0));
    check_near(dy[3], std::exp(2.0));

    // Rows of a table, at the places of a table of indices, in the middle of slices.
    const double table[4][2] = {{1, 2}, {3, 4}, {5, 6}, {7, 8}};
    const long places[2][3] = {{0, 1, 1}, {2, 0, -1}};
    constexpr auto cubes = [](auto E, auto at) {
        const auto rows = gather(slice_from(E, 1), at);
        return sum(rows * rows * rows);
    };
    const auto result = tapeless::value_and_gradient(cubes, wrt<0>)(table, places);
    // Rows 1, 2, 2, 3, 1, 3 of the table.
    BOOST_TEST(result.value == 2 * (27 + 64 + 125 + 216 + 343 + 512));
    BOOST_TEST(result.gradient(0, 1) == 0);
    BOOST_TEST(result.gradient(1, 1) == 2 * 3 * 16);
    BOOST_TEST(result.gradient(2, 0) == 2 * 3 * 25);
    BOOST_TEST(result.gradient(3, 1) == 2 * 3 * 64);

    BOOST_TEST(message_of([&] { tapeless::gradient(cubes, wrt<0>)(table, std::vector<int>{0, 3}); }) ==
               "tapeless::gradient: argument 1 of the shape (2,) has the index 3; dimension 0 of argument 0 of the shape (4, 2) has 3 elements to choose from.");
    BOOST_TEST(tapeless::value_and_gradient(cubes, wrt<0>)(table, std::vector<int>{}).gradient(3, 1) == 0);
    // Real numbers are indices if they are whole.
    BOOST_TEST(tapeless::gradient(cubes, wrt<0>)(table, std::vector<double>{0, -1})(3, 0) == 3 * 49);
    for (const double index : {0.5, std::numeric_limits<double>::quiet_NaN(), 1e300})
        BOOST_TEST(message_of([&] { tapeless::gradient(cubes, wrt<0>)(table, std::vector<double>{0, index}); }) ==
                   "tapeless::gradient: argument 1 of the shape (2,) has an index that is no whole number; dimension 0 of argument 0 of the shape (4, 2) has 3 elements to choose from.");
}

BOOST_AUTO_TEST_CASE(positions_have_steps_from_either_end) {
    constexpr auto at_5 = [](auto x) { return sum(x) * iota(x, axis<0>)[5]; };
    constexpr auto before_last = [](auto x) { return sum(x) * iota(x, axis<0>)[-2]; };
    const std::vector<double> x{1, 2, 3};
    BOOST_TEST(tapeless::value(at_5)(std::vector<double>(6, 1.0)) == 30);
    BOOST_TEST(tapeless::value(before_last)(x) == 6);
    BOOST_TEST(message_of([&] { tapeless::value(at_5)(x); }) ==
               "tapeless::value: the axis of a recurrence (scan, cumsum) or of positions (iota) has 3 steps; the function names step 5.");
}

BOOST_AUTO_TEST_CASE(pick_takes_one_element_of_each_row) {
    constexpr auto cross_entropy = [](auto scores, auto label) { return -mean(pick(log_softmax(scores, axis<1>), label)); };
    const double scores[2][3] = {{1, 2, 3}, {0, 0, 0}};
    const auto [value, gradient] = tapeless::value_and_gradient(cross_entropy, wrt<0>)(scores, std::vector<int>{2, 0});
    const double sum = std::exp(1.0) + std::exp(2.0) + std::exp(3.0);
    check_near(value, (std::log(sum) - 3 + std::log(3.0)) / 2);
    check_near(gradient(0, 2), (std::exp(3.0) / sum - 1) / 2);
    check_near(gradient(1, 0), (1 / 3.0 - 1) / 2);
    check_near(gradient(1, 2), 1 / 6.0);
}

BOOST_AUTO_TEST_CASE(sums_over_one_of_two_dimensions_keep_their_digits) {
    constexpr std::ptrdiff_t count = 3'000'000;
    const std::vector<float> x(3 * count, 0.1f), y(count, 0.1f);
    const tapeless::array_view<const float, 2> tall(x.data(), {count, 3}), wide(x.data(), {3, count});
    const double term = 0.1f, sum_of_terms = term * count;
    const auto is_near = [](float computed, double exact) { return std::abs(computed / exact - 1) < 3e-6; };
    BOOST_TEST(is_near(tapeless::value([](auto X) { return sum(X, tapeless::axis<0>); })(tall)[1], sum_of_terms));
    BOOST_TEST(is_near(tapeless::value([](auto X) { return sum(X, tapeless::axis<1>); })(wide)[1], sum_of_terms));
    BOOST_TEST(is_near(tapeless::value([](auto X, auto v) { return matmul(v, X); })(tall, y)[1], sum_of_terms * term));
    BOOST_TEST(is_near(tapeless::gradient([](auto X, auto w) { return sum(X * w); }, tapeless::wrt<1>)(tall, std::vector<float>{1, 2, 3})[2], sum_of_terms));
}

BOOST_AUTO_TEST_CASE(concat_joins_arrays_along_a_dimension_in_the_middle) {
    constexpr auto f = [](auto a, auto b, auto c) { return sum(tapeless::concat<1>(a, b) * c); };
    std::vector<double> a(2 * 1 * 2), b(2 * 2 * 2), c(2 * 3 * 2);
    std::iota(a.begin(), a.end(), 1);
    std::iota(b.begin(), b.end(), 10);
    std::iota(c.begin(), c.end(), 100);
    const auto [da, db, dc] = tapeless::gradient(f)(tapeless::array_view<const double, 3>(a.data(), {2, 1, 2}), tapeless::array_view<const double, 3>(b.data(), {2, 2, 2}),
                                                    tapeless::array_view<const double, 3>(c.data(), {2, 3, 2}));
    for (int i = 0; i < 2; ++i)
        for (int k = 0; k < 2; ++k) {
            BOOST_TEST(da(i, 0, k) == c[i * 6 + k]);
            BOOST_TEST(dc(i, 0, k) == a[i * 2 + k]);
            for (int j = 0; j < 2; ++j) {
                BOOST_TEST(db(i, j, k) == c[i * 6 + (j + 1) * 2 + k]);
                BOOST_TEST(dc(i, j + 1, k) == b[i * 4 + j * 2 + k]);
            }
        }
}

BOOST_AUTO_TEST_CASE(concat_puts_arrays_one_after_the_other) {
    constexpr auto f = [](auto a, auto b, auto c) {
        const auto longer = concat(a * a, b, a);
        return sum(longer * c) + prod(longer);
    };
    const std::vector<double> a{1, 2}, b{3}, c{1, 10, 100, 1000, 10000};
    const auto [value, gradient] = tapeless::value_and_gradient(f)(a, b, c);
    const auto& [da, db, dc] = gradient;
    BOOST_TEST(value == 1 + 40 + 300 + 1000 + 20000 + 24);
    check_near(da[0], 2 + 1000 + 24 * 3);
    check_near(da[1], 40 + 10000 + 24 * 1.5);
    check_near(db[0], 100 + 8);
    BOOST_TEST(dc[1] == 4);
    BOOST_TEST(message_of([&] { tapeless::gradient(f)(a, b, a); }) ==
               "tapeless::gradient: a concatenation has 5 elements, which does not go with argument 2 of the shape (2,).");

    // Along the last dimension, of a table and of its logarithms, which the other half never sees.
    const double table[2][2] = {{1, 2}, {3, 4}};
    constexpr auto wide = [](auto A, auto B) { return sum(tapeless::concat<1>(log(A), B) * iota(tapeless::concat<1>(A, B), axis<1>)); };
    const auto by_both = tapeless::gradient(wide)(table, table);
    BOOST_TEST(std::get<0>(by_both)(1, 1) == 0.25);
    BOOST_TEST(std::get<1>(by_both)(0, 1) == 3);
}

BOOST_AUTO_TEST_CASE(a_matrix_that_lies_by_columns_is_read_along_them) {
    const Eigen::MatrixXd by_columns(4, 3);
    const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> by_rows(4, 3);
    const std::vector<double> w(3);
    constexpr auto product = tapeless::gradient([](auto X, auto w) { return sum(exp(dot(X, w))); }, wrt<1>);
    BOOST_TEST(explain(product, by_columns, w).find("for j, i (registers along i):\n        t0[i] = sum over j of x1[j] * x0[i, j]\n") != std::string::npos);
    BOOST_TEST(explain(product, by_rows, w).find("for i, j (registers along j):\n        t0[i] = sum over j of x1[j] * x0[i, j]\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(explain_names_the_loops) {
    const data given(4, 3);
    const std::string plan = explain(tapeless::value_and_gradient(logistic, wrt<0>), given.w, given.matrix(), given.y);
    BOOST_TEST(plan ==
               "once:\n"
               "    t0 = 1 / extent(j)\n"
               "in tiles along j:\n"
               "    for j, i (registers along i):\n"
               "        t1[j] = sum over i of x1[j, i] * x0[i]\n"
               "    for j (registers along j):\n"
               "        t2 = sum over j of log1p(exp(-x2[j] * t1[j]))\n"
               "        t3[j] = x2[j] * exp(-x2[j] * t1[j]) * t0 * (1 / (exp(-x2[j] * t1[j]) + 1))\n"
               "    for j, i (registers along i):\n"
               "        t4[i] = sum over j of x1[j, i] * t3[j]\n"
               "once:\n"
               "    value = t2 / extent(j)\n"
               "for i (registers along i):\n"
               "    derivative by x0[i] = -t4[i]\n");
}

BOOST_AUTO_TEST_SUITE_END()
