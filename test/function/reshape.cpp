// SPDX-License-Identifier: BSL-1.0
// reshape in functions of arrays: which elements come where, from memory of any layout, and what they are computed from. test/array_programs/reshapes.cpp compares
// programs with PyTorch.
#include "array_checks.hpp"

#include <tapeless/arrays.hpp>
#include <tapeless/interop/tbb.hpp>

#include <Eigen/Dense>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <tuple>
#include <vector>

namespace {

using tapeless::axis;
using tapeless::value;
using tapeless::wrt;

const std::vector<double> six = numbers(6);
const auto two_by_three = matrix(six, 2, 3);

constexpr auto squares_by_place = [](auto X) {
    const auto r = reshape(X, -1);
    return sum(r * r * iota(r, axis<0>));
};

}  // namespace

BOOST_AUTO_TEST_SUITE(reshaped)

BOOST_AUTO_TEST_CASE(elements_keep_the_order_of_rows) {
    BOOST_TEST(text(value([](auto X) { return reshape(X, 3, 2); })(two_by_three)) == "(3, 2) 1 2 3 4 5 6");
    BOOST_TEST(text(value([](auto X) { return transpose(reshape(X, 3, 2)); })(two_by_three)) == "(2, 3) 1 3 5 2 4 6");
    BOOST_TEST(text(value([](auto X) { return reshape(transpose(X), -1); })(two_by_three)) == "(6,) 1 4 2 5 3 6");
    BOOST_TEST(text(value([](auto x) { return reshape(x, 1, 3, 1, 2); })(six)) == "(1, 3, 1, 2) 1 2 3 4 5 6");
}

BOOST_AUTO_TEST_CASE(operands_under_it_broadcast) {
    constexpr auto f = [](auto X, auto y) {
        const auto r = reshape(exp(X) * y, -1);
        return sum(r * iota(r, axis<0>));
    };
    const std::vector<double> y{0.5, -1, 2};
    const auto [sum, gradient] = tapeless::value_and_gradient(f)(two_by_three, y);
    double expected = 0, by_y[3] = {};
    for (int k = 0; k < 6; ++k) {
        const double e = std::exp(six[static_cast<std::size_t>(k)]);
        expected += e * y[static_cast<std::size_t>(k % 3)] * k;
        by_y[k % 3] += e * k;
        check_near(std::get<0>(gradient)[k], e * y[static_cast<std::size_t>(k % 3)] * k);
    }
    check_near(sum, expected);
    for (int k = 0; k < 3; ++k) check_near(std::get<1>(gradient)[k], by_y[k]);
}

BOOST_AUTO_TEST_CASE(what_stretches_is_reshaped_as_it_stretches) {
    const std::vector<double> row{10, 20, 30}, column{100, 200};
    BOOST_TEST(text(value([](auto X, auto row) { return reshape(X + row, -1); })(two_by_three, matrix(row, 1, 3))) == "(6,) 11 22 33 14 25 36");
    BOOST_TEST(text(value([](auto a, auto b) { return reshape(a + b, 3, 2); })(matrix(column, 2, 1), matrix(row, 1, 3))) == "(3, 2) 110 120 130 210 220 230");
    const auto [by_a, by_b] = tapeless::gradient([](auto a, auto b) { return sum(reshape(a * b, -1) * iota(reshape(a * b, -1), axis<0>)); })(matrix(column, 2, 1), matrix(row, 1, 3));
    BOOST_TEST(text(by_a) == "(2, 1) 80 260");
    BOOST_TEST(text(by_b) == "(1, 3) 600 900 1200");
    // New dimensions of one step stretch as those of arguments do.
    BOOST_TEST(text(value([](auto x, auto Y) { return reshape(x, -1, 3) + Y; })(row, two_by_three)) == "(2, 3) 11 22 33 14 25 36");
    BOOST_TEST(text(tapeless::gradient([](auto x, auto Y) { return sum(reshape(x, -1, 3) * Y); }, wrt<0>)(row, two_by_three)) == "(3,) 5 7 9");
}

BOOST_AUTO_TEST_CASE(any_layout_in_memory_gives_the_same) {
    const auto expected = tapeless::value_and_gradient(squares_by_place)(two_by_three);
    const auto check = [&](const auto& X) {
        const auto found = tapeless::value_and_gradient(squares_by_place)(X);
        BOOST_TEST(found.value == expected.value);
        for (int k = 0; k < 6; ++k) BOOST_TEST(found.gradient[k] == expected.gradient[k]);
    };
    BOOST_TEST(expected.gradient[4] == 2 * 5 * 4);
    Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic> by_columns(2, 3);
    by_columns << 1, 2, 3, 4, 5, 6;
    check(by_columns);
    const std::vector<double> with_gaps{1, 2, 3, -1, 4, 5, 6, -1}, every_other{1, -1, 2, -1, 3, -1, 4, -1, 5, -1, 6, -1}, backwards{6, 5, 4, 3, 2, 1};
    check(tapeless::array_view<const double, 2>(with_gaps.data(), {2, 3}, {4, 1}));
    check(tapeless::array_view<const double, 2>(every_other.data(), {2, 3}, {6, 2}));
    check(tapeless::array_view<const double, 2>(backwards.data() + 5, {2, 3}, {-3, -1}));
    const std::vector<int> whole{1, 2, 3, 4, 5, 6};
    BOOST_TEST(value(squares_by_place)(tapeless::array_view<const int, 2>(whole.data(), {2, 3})) == expected.value);
}

BOOST_AUTO_TEST_CASE(into_memory_of_any_layout) {
    std::vector<double> dense(6, -7), gaps(8, -7);
    BOOST_TEST(tapeless::value_and_gradient(squares_by_place).into(dense)(six) == tapeless::value(squares_by_place)(six));
    BOOST_TEST(dense == (std::vector<double>{0, 4, 12, 24, 40, 60}), boost::test_tools::per_element());
    tapeless::gradient(squares_by_place).into(tapeless::array_view<double, 2>(gaps.data(), {2, 3}, {4, 1}))(two_by_three);
    BOOST_TEST(gaps == (std::vector<double>{0, 4, 12, -7, 24, 40, 60, -7}), boost::test_tools::per_element());
    // The argument's own memory.
    std::vector<double> x = six;
    tapeless::gradient(squares_by_place).into(x)(x);
    BOOST_TEST(x == dense, boost::test_tools::per_element());
    tapeless::value([](auto X) { return reshape(transpose(X), -1); }).into(x)(two_by_three);
    BOOST_TEST(x == (std::vector<double>{1, 4, 2, 5, 3, 6}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(it_meets_itself_along_other_axes) {
    constexpr auto products = [](auto X) {
        const auto rows = reshape(X, 3, -1);
        const auto flat = reshape(X, -1);
        return sum(dot(rows, transpose(rows))) + sum(outer(flat, flat));
    };
    // The squares of the sums of both columns, 9 and 12, and of all, 21.
    BOOST_TEST(tapeless::value(products)(two_by_three) == 81 + 144 + 441);
    BOOST_TEST(text(tapeless::gradient(products)(two_by_three)) == "(2, 3) 60 66 60 66 60 66");
}

BOOST_AUTO_TEST_CASE(what_is_read_in_several_shapes_adds_up) {
    constexpr auto f = [](auto X) {
        const auto flat = reshape(X, -1);
        return sum(X * X) + sum(flat * iota(flat, axis<0>)) + sum(reshape(X, 3, -1)[2]) * 100;
    };
    BOOST_TEST(text(tapeless::gradient(f)(two_by_three)) == "(2, 3) 2 5 8 11 114 117");
}

BOOST_AUTO_TEST_CASE(threads_give_the_same_numbers) {
    const std::vector<double> x = numbers(300'000);
    constexpr auto f = [](auto x, auto y) {
        const auto r = reshape(x, -1, 300);
        return sum(log(r) * sum(r, axis<1>, tapeless::keepdims)) + sum(sqrt(reshape(expand_dims(y, axis<1>) * y, -1)));
    };
    const std::vector<double> y = numbers(600);
    const auto alone = tapeless::value_and_gradient(f)(x, y);
    for (const auto& together : {tapeless::value_and_gradient(f)(tapeless::execution::par, x, y), tapeless::value_and_gradient(f)(backwards{}, x, y)}) {
        BOOST_TEST(together.value == alone.value);
        const auto& [by_x, by_y] = together.gradient;
        BOOST_TEST(std::equal(by_x.begin(), by_x.end(), std::get<0>(alone.gradient).begin()));
        BOOST_TEST(std::equal(by_y.begin(), by_y.end(), std::get<1>(alone.gradient).begin()));
    }
    check_near(std::get<0>(alone.gradient)[0], 45150 + [] {
        double sum = 0;
        for (int k = 1; k <= 300; ++k) sum += std::log(k);
        return sum;
    }());
}

BOOST_AUTO_TEST_CASE(explain_says_which_place_of_the_old_shape_is_read) {
    const std::string plan = tapeless::explain(tapeless::value(squares_by_place), two_by_three);
    BOOST_TEST(plan == "for k (registers along k):\n"
                       "    t0 = sum over k of k * x0[place 0 of (k), place 1 of (k)]^2\n"
                       "once:\n"
                       "    value = t0\n");
}

BOOST_AUTO_TEST_SUITE_END()
