// SPDX-License-Identifier: BSL-1.0
// Products of matrices by a policy: the numbers of the loops, for arrays of any layout and extent.
#include "plain_products.hpp"

#include <tapeless/arrays.hpp>

#include <Eigen/Core>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace {

using tapeless::axis;
using tapeless::wrt;
using matrix = tapeless::array_view<const double, 2>;

std::vector<double> numbers(std::size_t count, unsigned state = 7) {
    std::vector<double> all(count);
    for (double& each : all) each = (state = state * 1664525u + 1013904223u) / 4294967296.0 - 0.5;
    return all;
}

template <class T>
void append(std::vector<double>& all, const T& one) {
    if constexpr (std::is_arithmetic_v<T>) all.push_back(one);
    else all.insert(all.end(), one.begin(), one.end());
}
template <class... T>
void append(std::vector<double>& all, const std::tuple<T...>& several) {
    std::apply([&](const auto&... one) { (append(all, one), ...); }, several);
}

/// Checks that value and gradient by a policy's products are those of the loops, to some ulp of the largest number, and by how many calls.
template <class Function, class... Argument>
void check(int calls, const Function& f, const Argument&... argument) {
    const auto numbers_of = [](const auto& result) {
        std::vector<double> all;
        append(all, result.value);
        append(all, result.gradient);
        return all;
    };
    const auto derive = tapeless::value_and_gradient(f);
    const std::vector<double> expected = numbers_of(derive(argument...));
    plain_products::calls = 0;
    const std::vector<double> found = numbers_of(derive(plain_products{}, argument...));
    BOOST_TEST(plain_products::calls == calls);
    using number = decltype(derive(argument...).value);
    double largest = 1;
    for (const double each : expected) largest = std::max(largest, std::abs(each));
    BOOST_REQUIRE(found.size() == expected.size());
    for (std::size_t k = 0; k < found.size(); ++k) BOOST_TEST(std::abs(found[k] - expected[k]) <= 64 * std::numeric_limits<number>::epsilon() * largest);
}

constexpr auto waves = [](auto A, auto B) { return sum(sin(matmul(A, B))); };

constexpr auto network = [](auto X, auto W1, auto b, auto W2, auto Y) {
    const auto hidden = tanh(matmul(X, W1) + b);
    const auto rest = matmul(hidden, W2) - Y;
    return mean(rest * rest);
};

}  // namespace

BOOST_AUTO_TEST_SUITE(product)

BOOST_AUTO_TEST_CASE(a_network_of_two_layers_has_six_products) {
    const auto x = numbers(50 * 13), w1 = numbers(13 * 21, 1), b = numbers(21, 2), w2 = numbers(21 * 6, 3), y = numbers(50 * 6, 4);
    check(6, network, matrix(x.data(), {50, 13}), matrix(w1.data(), {13, 21}), b, matrix(w2.data(), {21, 6}), matrix(y.data(), {50, 6}));
}

BOOST_AUTO_TEST_CASE(branches_of_a_network_are_chosen_as_by_the_loops) {
    const auto x = numbers(30 * 13), w = numbers(13 * 21), v = numbers(21 * 3);
    const matrix X(x.data(), {30, 13}), W(w.data(), {13, 21}), V(v.data(), {21, 3});
    check(6, [](auto X, auto W, auto V) { return sum(sin(matmul(max(matmul(X, W), 0), V))); }, X, W, V);
    check(6, [](auto X, auto W, auto V) { return sum(sin(matmul(relu(matmul(X, W) + 0.1), V))); }, X, W, V);
    check(6,
          [](auto X, auto W, auto V) {
              const auto z = matmul(X, W);
              return sum(sin(matmul(where(z > 0, z, 0.1 * z), V)));
          },
          X, W, V);
}

BOOST_AUTO_TEST_CASE(transposed_factors_and_factors_by_columns_are_read_where_they_are) {
    const auto a = numbers(11 * 17), b = numbers(17 * 9);
    const matrix A(a.data(), {11, 17}), B(b.data(), {17, 9}), A_by_columns(a.data(), {11, 17}, {1, 11}), B_by_columns(b.data(), {17, 9}, {1, 17});
    check(3, waves, A, B);
    check(3, waves, A_by_columns, B);
    check(3, waves, A, B_by_columns);
    check(3, waves, A_by_columns, B_by_columns);
    check(3, [](auto A, auto B) { return sum(sin(matmul(transpose(A), B))); }, matrix(a.data(), {17, 11}), B);
    check(3, [](auto A, auto B) { return sum(sin(matmul(A, transpose(B)))); }, A, matrix(b.data(), {9, 17}));
    const Eigen::MatrixXd by_columns = Eigen::Map<const Eigen::MatrixXd>(b.data(), 17, 9);
    check(3, waves, A, by_columns);
}

BOOST_AUTO_TEST_CASE(memory_with_strides_and_of_other_types_is_copied) {
    const auto a = numbers(22 * 51), b = numbers(17 * 9);
    const matrix B(b.data(), {17, 9});
    check(3, waves, matrix(a.data(), {11, 17}, {102, 3}), B);
    check(3, waves, matrix(a.data() + 16, {11, 17}, {17, -1}), B);
    check(3, waves, matrix(a.data(), {11, 17}, {51, 1}), B);
    const std::vector<float> small(a.begin(), a.begin() + 11 * 17);
    check(3, waves, tapeless::array_view<const float, 2>(small.data(), {11, 17}), B);
    std::vector<int> integers(11 * 17);
    std::iota(integers.begin(), integers.end(), -90);
    const auto product = tapeless::value([](auto A, auto B) { return matmul(A, B); });
    const tapeless::array_view<const int, 2> whole(integers.data(), {11, 17});
    const auto expected = product(whole, B), found = product(plain_products{}, whole, B);
    for (std::ptrdiff_t k = 0; k < 99; ++k) BOOST_TEST(found.data()[k] == expected.data()[k], boost::test_tools::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(floats_are_multiplied_as_floats) {
    const auto a = numbers(11 * 17), b = numbers(17 * 9);
    const std::vector<float> A(a.begin(), a.end()), B(b.begin(), b.end());
    check(3, waves, tapeless::array_view<const float, 2>(A.data(), {11, 17}), tapeless::array_view<const float, 2>(B.data(), {17, 9}));
}

BOOST_AUTO_TEST_CASE(a_gram_matrix_is_a_product) {
    const auto x = numbers(20 * 7);
    check(3, [](auto X) { return sum(sin(matmul(transpose(X), X))); }, matrix(x.data(), {20, 7}));
}

BOOST_AUTO_TEST_CASE(batches_are_loops_around_products) {
    const auto a = numbers(4 * 6 * 5), b = numbers(4 * 5 * 7), w = numbers(5 * 7);
    const tapeless::array_view<const double, 3> A(a.data(), {4, 6, 5}), B(b.data(), {4, 5, 7}), last_first(a.data(), {4, 6, 5}, {1, 20, 4});
    check(12, waves, A, B);
    check(12, waves, last_first, B);
    // Along a further axis of one factor, which the reverse sums over.
    check(12, waves, A, matrix(w.data(), {5, 7}));
    check(12, waves, last_first, matrix(w.data(), {5, 7}));
}

BOOST_AUTO_TEST_CASE(empty_and_single_extents_need_no_library) {
    const auto a = numbers(12), b = numbers(12);
    check(0, waves, matrix(a.data(), {0, 3}), matrix(b.data(), {3, 4}));
    check(0, waves, matrix(a.data(), {4, 3}), matrix(b.data(), {3, 0}));
    check(0, waves, matrix(a.data(), {4, 0}), matrix(b.data(), {0, 3}));
    check(3, waves, matrix(a.data(), {1, 1}), matrix(b.data(), {1, 1}));
    check(3, waves, matrix(a.data(), {1, 3}), matrix(b.data(), {3, 1}));
    check(3, waves, matrix(a.data(), {3, 1}), matrix(b.data(), {1, 4}));
}

BOOST_AUTO_TEST_CASE(dimensions_of_one_step_stretch) {
    const auto a = numbers(6), b = numbers(5 * 7), scale = numbers(6 * 5);
    constexpr auto scaled = [](auto A, auto S, auto B) { return sum(sin(matmul(A * S, B))); };
    const matrix S(scale.data(), {6, 5}), B(b.data(), {5, 7});
    check(3, scaled, matrix(a.data(), {6, 1}), S, B);
    check(3, scaled, matrix(a.data(), {1, 5}), S, B);
    check(3, [](auto A, auto C, auto B) { return sum(sin(matmul(A, B) + C)); }, S, matrix(a.data(), {6, 1}), B);
}

BOOST_AUTO_TEST_CASE(gathered_factors_are_multiplied) {
    const auto a = numbers(6 * 5), b = numbers(5 * 7);
    const std::vector<int> at{3, 0, 3, 5};
    const auto derive = tapeless::value_and_gradient([](auto A, auto B, auto at) { return sum(sin(matmul(gather(A, at), B))); }, wrt<0>);
    const matrix A(a.data(), {6, 5}), B(b.data(), {5, 7});
    const auto expected = derive(A, B, at), found = derive(plain_products{}, A, B, at);
    BOOST_TEST(found.value == expected.value, boost::test_tools::tolerance(1e-13));
    for (std::ptrdiff_t k = 0; k < 30; ++k) BOOST_TEST(found.gradient.data()[k] == expected.gradient.data()[k], boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(memory_of_results_has_any_strides) {
    const auto a = numbers(11 * 17), b = numbers(17 * 9);
    const matrix A(a.data(), {11, 17}), B(b.data(), {17, 9});
    std::vector<double> by_a(22 * 17, 0.25), by_b(9 * 17, 0.25);
    const auto expected = tapeless::gradient(waves)(A, B);
    const tapeless::array_view<double, 2> strided(by_a.data(), {11, 17}, {34, 2}), by_columns(by_b.data(), {17, 9}, {1, 17});
    tapeless::gradient(waves).into(strided, by_columns)(plain_products{}, A, B);
    for (std::ptrdiff_t i = 0; i < 11; ++i)
        for (std::ptrdiff_t j = 0; j < 17; ++j) {
            BOOST_TEST(by_a[i * 34 + j * 2] == std::get<0>(expected).data()[i * 17 + j], boost::test_tools::tolerance(1e-12));
            BOOST_TEST(by_a[i * 34 + j * 2 + 1] == 0.25);
        }
    for (std::ptrdiff_t i = 0; i < 17; ++i)
        for (std::ptrdiff_t j = 0; j < 9; ++j) BOOST_TEST(by_b[i + j * 17] == std::get<1>(expected).data()[i * 9 + j], boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(memory_of_results_may_be_that_of_arguments) {
    auto a = numbers(9 * 9), b = numbers(9 * 9, 3);
    const auto expected = tapeless::gradient(waves)(matrix(a.data(), {9, 9}), matrix(b.data(), {9, 9}));
    const tapeless::array_view<double, 2> A(a.data(), {9, 9}), B(b.data(), {9, 9});
    tapeless::gradient(waves).into(B, A)(plain_products{}, A, B);
    for (std::ptrdiff_t k = 0; k < 81; ++k) {
        BOOST_TEST(b[k] == std::get<0>(expected).data()[k], boost::test_tools::tolerance(1e-12));
        BOOST_TEST(a[k] == std::get<1>(expected).data()[k], boost::test_tools::tolerance(1e-12));
    }
}

BOOST_AUTO_TEST_CASE(a_value_that_is_a_product_is_written_where_it_belongs) {
    const auto a = numbers(11 * 17), b = numbers(17 * 9);
    const matrix A(a.data(), {11, 17}), B(b.data(), {17, 9});
    const auto product = tapeless::value([](auto A, auto B) { return matmul(A, B); });
    BOOST_TEST(explain(product, plain_products{}, A, B) == "by the policy:\n    value = t0[i, k] = sum over j of x1[j, k] * x0[i, j]\n");
    const auto expected = product(A, B);
    std::vector<double> by_columns(99);
    product.into(tapeless::array_view<double, 2>(by_columns.data(), {11, 9}, {1, 11}))(plain_products{}, A, B);
    for (std::ptrdiff_t i = 0; i < 11; ++i)
        for (std::ptrdiff_t j = 0; j < 9; ++j) BOOST_TEST(by_columns[i + j * 11] == expected.data()[i * 9 + j], boost::test_tools::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(a_product_serves_several_passes_and_outputs) {
    const auto a = numbers(9 * 9), b = numbers(9 * 9, 3), d = numbers(9 * 9, 5);
    check(6,
          [](auto A, auto B, auto D) {
              const auto C = matmul(A, B);
              return sum(C) + sum(sin(matmul(C, D)));
          },
          matrix(a.data(), {9, 9}), matrix(b.data(), {9, 9}), matrix(d.data(), {9, 9}));
}

BOOST_AUTO_TEST_CASE(a_product_lies_as_the_arguments_that_it_meets) {
    const auto x = numbers(20 * 7), w = numbers(7 * 5), b = numbers(7, 2);
    constexpr auto decaying = [](auto X, auto W, auto b) { return sum(sin(matmul(X + b, W))) + sum(W * W) + sum(b * b); };
    const matrix X(x.data(), {20, 7}), W(w.data(), {7, 5});
    check(3, decaying, X, W, b);
    const std::string plan = explain(tapeless::gradient(decaying, wrt<1>), plain_products{}, X, W, b);
    BOOST_TEST(plan.find("(registers along k):\n    derivative by x1[j, k]") != std::string::npos, plan);
}

BOOST_AUTO_TEST_CASE(products_and_recurrences_go_together) {
    const auto u = numbers(3 * 5), x = numbers(20 * 5);
    check(3,
          [](auto U, auto x) {
              const auto input = matmul(x, transpose(U));
              return sum(scan([](const auto& h, const auto& in) { return tanh(0.5 * h + in); }, 0.0 * input[0], input));
          },
          matrix(u.data(), {3, 5}), matrix(x.data(), {20, 5}));
}

BOOST_AUTO_TEST_SUITE_END()
