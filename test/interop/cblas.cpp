// SPDX-License-Identifier: BSL-1.0
// execution::blas: products by CBLAS are those of the loops. What layouts and extents a product may have is tested in evaluate/product.cpp.
#include <tapeless/arrays.hpp>
#include <tapeless/interop/cblas.hpp>
#include <tapeless/interop/tbb.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

namespace {

namespace execution = tapeless::execution;
using tapeless::wrt;

template <class T>
using matrix = tapeless::array_view<const T, 2>;

template <class T>
std::vector<T> numbers(std::size_t count, unsigned state = 7) {
    std::vector<T> all(count);
    for (T& each : all) each = static_cast<T>((state = state * 1664525u + 1013904223u) / 4294967296.0 - 0.5);
    return all;
}

constexpr auto network = [](auto W1, auto b, auto W2, auto X, auto Y) {
    const auto rest = matmul(tanh(matmul(X, W1) + b), W2) - Y;
    return mean(rest * rest);
};
// Each factor as it is, and transposed.
constexpr auto four_orders = [](auto A, auto B) {
    return sum(sin(matmul(A, B))) + sum(sin(matmul(transpose(A), B))) + sum(sin(matmul(A, transpose(B)))) + sum(sin(matmul(transpose(A), transpose(B))));
};

template <class A, class B>
void check_equal(const A& found, const B& expected) {
    BOOST_REQUIRE(std::distance(found.begin(), found.end()) == std::distance(expected.begin(), expected.end()));
    constexpr auto bound = 256 * std::numeric_limits<typename A::value_type>::epsilon();
    auto each = expected.begin();
    for (const auto& one : found) BOOST_TEST(std::abs(one - *each++) <= bound);
}

template <class T, class Policy>
void check_network(const Policy& policy) {
    const auto w1 = numbers<T>(33 * 40), b = numbers<T>(40, 2), w2 = numbers<T>(40 * 5, 3), x = numbers<T>(700 * 33, 4), y = numbers<T>(700 * 5, 5);
    const auto derive = [&](const auto& by) {
        return tapeless::value_and_gradient(network, wrt<0, 1, 2>)(by, matrix<T>(w1.data(), {33, 40}), b, matrix<T>(w2.data(), {40, 5}), matrix<T>(x.data(), {700, 33}),
                                                                    matrix<T>(y.data(), {700, 5}));
    };
    const auto expected = derive(execution::seq), found = derive(policy);
    check_equal(std::vector{found.value}, std::vector{expected.value});
    check_equal(std::get<0>(found.gradient), std::get<0>(expected.gradient));
    check_equal(std::get<1>(found.gradient), std::get<1>(expected.gradient));
    check_equal(std::get<2>(found.gradient), std::get<2>(expected.gradient));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cblas)

BOOST_AUTO_TEST_CASE(a_network_has_the_gradient_of_the_loops) {
    check_network<double>(execution::blas);
    check_network<float>(execution::blas);
}

BOOST_AUTO_TEST_CASE(a_policy_with_threads_may_have_products_too) {
    check_network<double>(execution::with_blas(execution::par));
    check_network<float>(execution::with_blas(execution::par));
}

BOOST_AUTO_TEST_CASE(factors_are_multiplied_in_all_orders) {
    const auto a = numbers<double>(19 * 19), b = numbers<double>(19 * 19, 3);
    const matrix<double> A(a.data(), {19, 19}), B(b.data(), {19, 19});
    const auto expected = tapeless::value_and_gradient(four_orders)(A, B), found = tapeless::value_and_gradient(four_orders)(execution::blas, A, B);
    BOOST_TEST(found.value == expected.value, boost::test_tools::tolerance(1e-13));
    check_equal(std::get<0>(found.gradient), std::get<0>(expected.gradient));
    check_equal(std::get<1>(found.gradient), std::get<1>(expected.gradient));
}

BOOST_AUTO_TEST_CASE(values_and_memory_of_results_take_the_policy_first) {
    const auto a = numbers<double>(8 * 6), b = numbers<double>(6 * 7);
    const matrix<double> A(a.data(), {8, 6}), B(b.data(), {6, 7});
    constexpr auto product = [](auto A, auto B) { return matmul(A, B); };
    constexpr auto sum_of_product = [](auto A, auto B) { return sum(exp(matmul(A, B))); };
    check_equal(tapeless::value(product)(execution::blas, A, B), tapeless::value(product)(A, B));
    std::vector<double> memory(56), by_a(48), by_b(42);
    tapeless::value(product).into(tapeless::array_view<double, 2>(memory.data(), {8, 7}))(execution::blas, A, B);
    check_equal(memory, tapeless::value(product)(A, B));
    tapeless::gradient(sum_of_product).into(tapeless::array_view<double, 2>(by_a.data(), {8, 6}), tapeless::array_view<double, 2>(by_b.data(), {6, 7}))(execution::blas, A, B);
    check_equal(by_a, tapeless::gradient(sum_of_product, wrt<0>)(A, B));
    check_equal(by_b, tapeless::gradient(sum_of_product, wrt<1>)(A, B));
}

BOOST_AUTO_TEST_CASE(other_number_types_are_multiplied_by_the_loops) {
    const auto a = numbers<long double>(8 * 6), b = numbers<long double>(6 * 7);
    const auto derive = tapeless::gradient([](auto A, auto B) { return sum(exp(matmul(A, B))); }, wrt<0>);
    const matrix<long double> A(a.data(), {8, 6}), B(b.data(), {6, 7});
    BOOST_TEST(explain(derive, execution::blas, A, B) == explain(derive, A, B));
    check_equal(derive(execution::blas, A, B), derive(A, B));
}

BOOST_AUTO_TEST_SUITE_END()
