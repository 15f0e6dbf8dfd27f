// SPDX-License-Identifier: BSL-1.0
// Arguments of functions of arrays whose dimensions of one step stretch, by numpy's rules, when that is known at the call only.
#include "array_checks.hpp"

#include <tapeless/arrays.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

namespace {

using tapeless::axis;
using tapeless::wrt;

/// An array in a foreign order in memory: the first index the fastest, every other number, the last dimension from its end.
template <std::size_t Rank>
struct scattered {
    std::vector<double> memory;
    tapeless::extents<Rank> shape, strides{};
    std::ptrdiff_t first = 0;
    explicit scattered(const tapeless::extents<Rank>& shape) : shape(shape) {
        std::ptrdiff_t step = 2;
        for (std::size_t d = 0; d < Rank; ++d) {
            strides[d] = step;
            step *= shape[d];
        }
        memory.assign(static_cast<std::size_t>(step), -7);
        first = strides[Rank - 1] * (shape[Rank - 1] - 1);
        strides[Rank - 1] = -strides[Rank - 1];
    }
    tapeless::array_view<double, static_cast<int>(Rank)> view() { return {memory.data() + first, shape, strides}; }
};

/// The places of a shape, the last dimension the fastest, each clipped to another shape.
template <std::size_t Rank>
void for_each_place(const tapeless::extents<Rank>& shape, const auto& visitor) {
    tapeless::extents<Rank> at{};
    for (std::ptrdiff_t k = 0; k < tapeless::size_of(shape); ++k) {
        visitor(at);
        for (std::size_t d = Rank; d-- > 0 && ++at[d] == shape[d];) at[d] = 0;
    }
}
template <std::size_t Rank>
std::ptrdiff_t offset(const tapeless::extents<Rank>& at, const tapeless::extents<Rank>& shape, const tapeless::extents<Rank>& strides) {
    std::ptrdiff_t sum = 0;
    for (std::size_t d = 0; d < Rank; ++d) sum += (shape[d] == 1 ? 0 : at[d]) * strides[d];
    return sum;
}

/// Each choice of dimensions of one step, of two arrays, dense and scattered.
template <std::size_t Rank>
void check_all_stretches(const tapeless::extents<Rank>& whole) {
    constexpr auto f = [](auto a, auto b) { return sum(sin(a * b) + a * a * b); };
    for (unsigned ones_of_a = 0; ones_of_a < 1u << Rank; ++ones_of_a)
        for (unsigned ones_of_b = 0; ones_of_b < 1u << Rank; ++ones_of_b) {
            tapeless::extents<Rank> shape_of_a = whole, shape_of_b = whole, all = whole;
            for (std::size_t d = 0; d < Rank; ++d) {
                if (ones_of_a >> d & 1) shape_of_a[d] = 1;
                if (ones_of_b >> d & 1) shape_of_b[d] = 1;
                if (ones_of_a & ones_of_b & (1u << d)) all[d] = 1;
            }
            tapeless::array<double, Rank> a(shape_of_a), b(shape_of_b), expected_da(shape_of_a), expected_db(shape_of_b);
            for (std::ptrdiff_t k = 0; k < a.size(); ++k) a[k] = std::sin(1.0 + 2.0 * static_cast<double>(k)), expected_da[k] = 0;
            for (std::ptrdiff_t k = 0; k < b.size(); ++k) b[k] = std::cos(3.0 + 2.0 * static_cast<double>(k)), expected_db[k] = 0;
            double expected = 0;
            const auto dense_a = tapeless::array_view<const double, Rank>(a.data(), shape_of_a).strides(), dense_b = tapeless::array_view<const double, Rank>(b.data(), shape_of_b).strides();
            for_each_place(all, [&](const auto& at) {
                const auto at_a = offset(at, shape_of_a, dense_a), at_b = offset(at, shape_of_b, dense_b);
                const double x = a[at_a], y = b[at_b];
                expected += std::sin(x * y) + x * x * y;
                expected_da[at_a] += y * std::cos(x * y) + 2 * x * y;
                expected_db[at_b] += x * std::cos(x * y) + x * x;
            });
            const auto near = [](double found, double wanted) { BOOST_CHECK_SMALL(found - wanted, 1e-12 * (1 + std::abs(wanted))); };
            BOOST_TEST_CONTEXT("a " << tapeless::to_string(shape_of_a) << " b " << tapeless::to_string(shape_of_b)) {
                const auto [value, gradient] = tapeless::value_and_gradient(f)(a, b);
                const auto& [da, db] = gradient;
                near(value, expected);
                BOOST_TEST(da.shape() == shape_of_a);
                for (std::ptrdiff_t k = 0; k < a.size(); ++k) near(da[k], expected_da[k]);
                for (std::ptrdiff_t k = 0; k < b.size(); ++k) near(db[k], expected_db[k]);

                scattered<Rank> far_a(shape_of_a), far_b(shape_of_b), far_da(shape_of_a), far_db(shape_of_b);
                for_each_place(shape_of_a, [&](const auto& at) { far_a.memory[static_cast<std::size_t>(far_a.first + offset(at, shape_of_a, far_a.strides))] = a[offset(at, shape_of_a, dense_a)]; });
                for_each_place(shape_of_b, [&](const auto& at) { far_b.memory[static_cast<std::size_t>(far_b.first + offset(at, shape_of_b, far_b.strides))] = b[offset(at, shape_of_b, dense_b)]; });
                near(tapeless::value_and_gradient(f).into(far_da.view(), far_db.view())(far_a.view(), far_b.view()), expected);
                for_each_place(shape_of_a, [&](const auto& at) { near(far_da.view().data()[offset(at, shape_of_a, far_da.strides)], expected_da[offset(at, shape_of_a, dense_a)]); });
                for_each_place(shape_of_b, [&](const auto& at) { near(far_db.view().data()[offset(at, shape_of_b, far_db.strides)], expected_db[offset(at, shape_of_b, dense_b)]); });
                for (std::size_t k = 1; k < far_da.memory.size(); k += 2) BOOST_TEST(far_da.memory[k] == -7);
            }
        }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stretched_extents)

BOOST_AUTO_TEST_CASE(every_dimension_of_one_step_stretches) {
    check_all_stretches<1>({7});
    check_all_stretches<2>({3, 9});
    check_all_stretches<2>({9, 2});
    check_all_stretches<3>({2, 3, 5});
    check_all_stretches<4>({2, 3, 2, 4});
}

BOOST_AUTO_TEST_CASE(a_bias_of_a_row_and_of_a_column) {
    // Of more than one block, and the same bits in any order of the blocks.
    constexpr auto f = [](auto X, auto row, auto column) {
        const auto t = X + row * column;
        return mean(t * t * row);
    };
    constexpr std::ptrdiff_t m = 700, n = 300;
    std::vector<double> X(m * n), row(n), column(m), dX(m * n), again(m * n);
    for (std::size_t k = 0; k < X.size(); ++k) X[k] = std::sin(static_cast<double>(k));
    for (std::size_t k = 0; k < row.size(); ++k) row[k] = 1 + std::cos(static_cast<double>(k));
    for (std::size_t k = 0; k < column.size(); ++k) column[k] = std::sin(5 * static_cast<double>(k));
    const tapeless::array_view<const double, 2> matrix(X.data(), {m, n}), along(row.data(), {1, n}), down(column.data(), {m, 1});
    const auto [value, gradient] = tapeless::value_and_gradient(f)(matrix, along, down);
    const auto& [dX_found, d_row, d_column] = gradient;
    long double sum = 0;
    std::vector<long double> by_row(n), by_column(m);
    for (std::size_t i = 0; i < m; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            const long double r = row[j], c = column[i], t = X[i * n + j] + r * c;
            sum += t * t * r / (m * n);
            by_row[j] += (2 * t * c * r + t * t) / (m * n);
            by_column[i] += 2 * t * r * r / (m * n);
        }
    BOOST_CHECK_SMALL(value - static_cast<double>(sum), 1e-14);
    for (std::size_t j = 0; j < n; ++j) BOOST_CHECK_SMALL(d_row(0, static_cast<std::ptrdiff_t>(j)) - static_cast<double>(by_row[j]), 1e-16);
    for (std::size_t i = 0; i < m; ++i) BOOST_CHECK_SMALL(d_column(static_cast<std::ptrdiff_t>(i), 0) - static_cast<double>(by_column[i]), 1e-16);
    const auto other = tapeless::value_and_gradient(f)(backwards{}, matrix, along, down);
    BOOST_TEST(other.value == value);
    for (std::ptrdiff_t j = 0; j < n; ++j) BOOST_TEST(std::get<1>(other.gradient)(0, j) == d_row(0, j));
    for (std::ptrdiff_t i = 0; i < m; ++i) BOOST_TEST(std::get<2>(other.gradient)(i, 0) == d_column(i, 0));
    for (std::ptrdiff_t k = 0; k < m * n; ++k) BOOST_TEST(std::get<0>(other.gradient)[k] == dX_found[k]);
    // Dimensions of one step that are known while the program compiles: the same.
    const auto by_rank = tapeless::value_and_gradient([](auto A, auto r, auto c) {
        const auto t = A + r * expand_dims(c, axis<1>);
        return mean(t * t * r);
    })(matrix, row, column);
    BOOST_CHECK_SMALL(by_rank.value - value, 1e-15);
}

BOOST_AUTO_TEST_CASE(a_long_derivative_by_one_number_keeps_its_digits) {
    const std::vector<float> scale{3}, x(1'000'000, 0.1f);
    const auto by_scale = tapeless::gradient([](auto s, auto v) { return sum(s * v); }, wrt<0>)(scale, x);
    BOOST_TEST(std::abs(by_scale[0] / 1e5f - 1) < 3e-7f);
}

BOOST_AUTO_TEST_CASE(what_has_one_step_for_all_arrays_has_one) {
    const std::vector<double> one{2}, other{3};
    const auto [value, gradient] = tapeless::value_and_gradient([](auto a, auto b) { return sum(a * b) + mean(a) * extent(b, axis<0>); })(one, other);
    BOOST_TEST(value == 8);
    BOOST_TEST(std::get<0>(gradient)[0] == 4);
}

BOOST_AUTO_TEST_CASE(one_step_stretches_to_none) {
    const std::vector<double> one{2}, none;
    double by_one[] = {7};
    BOOST_TEST(tapeless::value_and_gradient([](auto a, auto b) { return sum(a * b); }, wrt<0>).into(by_one)(one, none) == 0);
    BOOST_TEST(by_one[0] == 0);
    // Nothing is left of a slice of one element, which does not stretch to it.
    BOOST_TEST(message_of([&] { tapeless::gradient([](auto a, auto b) { return sum(slice_from(a, 1) * b); })(one, one); }) ==
               "tapeless::gradient: dimension 0 of argument 1 of the shape (1,) runs over 1 elements, but 0 are needed to go with argument 0 of the shape (1,).");
}

BOOST_AUTO_TEST_CASE(a_gradient_may_be_written_over_an_argument_that_stretches) {
    std::vector<double> a{2}, x{1, 2, 3};
    BOOST_TEST(tapeless::value_and_gradient([](auto s, auto v) { return sum(s * s * v); }).into(a, x)(a, x) == 24);
    BOOST_TEST(a[0] == 24);
    BOOST_TEST((x == std::vector<double>{4, 4, 4}));
}

BOOST_AUTO_TEST_CASE(parts_and_indices_stretch) {
    const std::vector<double> x{1, 2, 3, 4}, weights{1, 10, 100}, one{5};
    const std::vector<int> second{1};
    // An array that is read in several ways, of which one stretches.
    const auto parts = tapeless::value_and_gradient([](auto v, auto w) { return sum(slice(v, 0, 1) * w) + sum(v * v); })(x, weights);
    BOOST_TEST(parts.value == 111 + 30);
    BOOST_TEST(std::get<0>(parts.gradient)[0] == 111 + 2);
    BOOST_TEST(std::get<1>(parts.gradient)[2] == 1);
    const auto gathered = tapeless::value_and_gradient([](auto v, auto at, auto w) { return sum(gather(v, at) * w); }, wrt<0, 2>)(x, second, weights);
    BOOST_TEST(gathered.value == 222);
    BOOST_TEST(std::get<0>(gathered.gradient)[1] == 111);
    BOOST_TEST(std::get<1>(gathered.gradient)[1] == 2);
    // Within a concatenation, and beside one.
    constexpr auto joined = [](auto a, auto b, auto c, auto d) { return sum(concat(a * b, c) * d); };
    const auto [value, gradient] = tapeless::value_and_gradient(joined)(one, weights, x, std::vector<double>{2});
    BOOST_TEST(value == 2 * (555 + 10));
    BOOST_TEST(std::get<0>(gradient)[0] == 222);
    BOOST_TEST(std::get<1>(gradient)[2] == 10);
    BOOST_TEST(std::get<2>(gradient)[3] == 2);
    BOOST_TEST(std::get<3>(gradient)[0] == 565);
}

BOOST_AUTO_TEST_CASE(recurrences_of_stretched_steps) {
    const std::vector<double> x{1, 2, 3}, one{2};
    const auto [value, gradient] = tapeless::value_and_gradient([](auto a, auto v) { return sum(cumsum(a * v)); })(one, x);
    BOOST_TEST(value == 2 * (1 + 3 + 6));
    BOOST_TEST(std::get<0>(gradient)[0] == 10);
    BOOST_TEST(std::get<1>(gradient)[1] == 4);
}

BOOST_AUTO_TEST_CASE(what_would_have_one_step_for_numpy_is_an_error) {
    const std::vector<double> one{2}, x{1, 2, 3};
    double by_one[] = {7};
    const std::string wanted =
        "tapeless::gradient: dimension 0 of argument 0 of the shape (1,) has one step, which stretches to the 3 of argument 1 of the shape (3,); but the function also "
        "reduces over it, or takes its length or its positions, where only dimensions of one step meet. Pass 3 steps, or drop the dimension in the function, with squeeze.";
    const auto message = [&](auto f) { return message_of([&] { tapeless::gradient(f, wrt<0>).into(by_one)(one, x); }); };
    BOOST_TEST(message([](auto a, auto b) { return sum(a * b) + sum(exp(a)); }) == wanted);
    BOOST_TEST(message([](auto a, auto b) { return sum((a - max(a)) * b); }) == wanted);
    BOOST_TEST(message([](auto a, auto b) { return sum(a * b) * extent(a, axis<0>); }) == wanted);
    BOOST_TEST(message([](auto a, auto b) { return sum(a * b * iota(a, axis<0>)); }) == wanted);
    BOOST_TEST(message([](auto a, auto b) { return sum(a * b) + sum(concat(a, a)); }) == wanted);
    BOOST_TEST(message([](auto a, auto b) { return sum(a * b) + cumsum(a)[0]; }) == wanted);
    BOOST_TEST(by_one[0] == 7);
    // All of it is as long as the longest.
    BOOST_TEST(tapeless::gradient([](auto a, auto b) { return mean(a + b) + sum(iota(a * b, axis<0>) * a); }, wrt<0>)(one, x)[0] == 1 + 3);
    BOOST_TEST(message_of([&] { tapeless::gradient([](auto a, auto b) { return sum(slice(iota(a, axis<0>), 0, 1) * b); })(x, x); }) ==
               "tapeless::gradient: positions along a dimension (iota), or steps of a recurrence (scan, cumsum), are 1, and do not go with arrays of 3.");
    BOOST_TEST(message_of([&] { tapeless::gradient([](auto a, auto b) { return sum(a * b); })(std::vector<double>{1, 2}, x); }) ==
               "tapeless::gradient: dimension 0 of argument 1 of the shape (3,) runs over 3 elements, but 2 are needed to go with argument 0 of the shape (2,).");
}

BOOST_AUTO_TEST_CASE(array_results_have_the_shape_that_all_stretch_to) {
    const double row[1][3] = {{1, 2, 3}}, column[2][1] = {{1}, {10}};
    const auto centered = tapeless::value([](auto r, auto c) { return r * c - mean(r * c); })(row, column);
    BOOST_TEST((centered.shape() == tapeless::extents<2>{2, 3}));
    BOOST_TEST(centered(1, 2) == 30 - 11);
    double into[2][3];
    tapeless::value([](auto r, auto c) { return r * c - mean(r * c); }).into(into)(row, column);
    BOOST_TEST(into[0][1] == 2 - 11);
    BOOST_TEST(message_of([&] { tapeless::value([](auto r, auto c) { return r * sum(r * c); })(row, column); }).starts_with(
        "tapeless::value: dimension 0 of argument 0 of the shape (1, 3) has one step, which stretches to the 2 of argument 1 of the shape (2, 1);"));
    BOOST_TEST(tapeless::value([](auto r, auto c) { return squeeze(r, axis<0>) * sum(r * c); })(row, column)[1] == 2 * 66);
}

BOOST_AUTO_TEST_CASE(squeeze_drops_dimensions_of_one_step) {
    constexpr auto f = [](auto a, auto b) { return sum(a * b) + sum(squeeze(exp(a), axis<0>)); };
    const double row[1][3] = {{1, 2, 3}}, matrix[2][3] = {{1, 2, 3}, {4, 5, 6}};
    const auto [value, gradient] = tapeless::value_and_gradient(f)(row, matrix);
    BOOST_CHECK_SMALL(value - (14 + 32 + std::exp(1) + std::exp(2) + std::exp(3)), 1e-12);
    BOOST_CHECK_SMALL(std::get<0>(gradient)(0, 1) - (7 + std::exp(2)), 1e-12);
    BOOST_TEST(std::get<1>(gradient)(1, 2) == 3);
    BOOST_TEST(message_of([&] { tapeless::gradient(f)(matrix, matrix); }) ==
               "tapeless::gradient: dimension 0 of argument 0 of the shape (2, 3) has 2 steps; squeeze drops a dimension of one.");
    // What is dropped stretches wherever it comes back.
    const double column[3][1] = {{1}, {2}, {3}};
    const auto outer = tapeless::value_and_gradient([](auto c, auto r) { return sum(expand_dims(squeeze(c, axis<1>), axis<1>) * squeeze(r, axis<-2>)); }, wrt<0>)(column, row);
    BOOST_TEST(outer.value == 36);
    BOOST_TEST(outer.gradient(2, 0) == 6);
    BOOST_TEST(tapeless::gradient([](auto r) { return squeeze(sum(r, axis<1>, tapeless::keepdims), axis<0, 1>); })(row)(0, 2) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
