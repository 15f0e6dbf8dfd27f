// SPDX-License-Identifier: BSL-1.0
// Long products before differentiation.
#include <tapeless/tapeless.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <utility>

namespace {

template <int Count>
constexpr auto product_of = []<class T>(const std::array<T, Count>& x) {
    T product = x[0];
    for (int k = 1; k < Count; ++k) product *= x[k];
    return product;
};

template <class Function, class... Argument>
using gradient_program = tapeless::detail::program_of<std::remove_cvref_t<Function>, tapeless::wrt_all, true, Argument...>;

/// The longest chain of operations that wait for each other.
template <class Program>
constexpr int depth_of() {
    std::array<int, Program::flat.size> depth{};
    int deepest = 0;
    for (int at = 0; at < Program::flat.size; ++at) {
        const auto& n = Program::flat.nodes[at];
        for (int k = 0; k < n.operation->arity; ++k)
            if (depth[n.operands[k]] >= depth[at]) depth[at] = depth[n.operands[k]] + 1;
        if (depth[at] > deepest) deepest = depth[at];
    }
    return deepest;
}

template <int Count>
std::array<double, Count> factors() {
    std::array<double, Count> x;
    for (int k = 0; k < Count; ++k) x[k] = 0.8 + 0.4 * (k % 7) / 6;
    return x;
}

template <int Count>
void check_product() {
    const auto x = factors<Count>();
    const auto [value, gradient] = tapeless::value_and_gradient(product_of<Count>)(x);
    const double plain = product_of<Count>(x);
    BOOST_CHECK_SMALL(value / plain - 1, Count * 2.3e-16);
    for (int k = 0; k < Count; ++k) BOOST_CHECK_SMALL(gradient[k] * x[k] / plain - 1, 2 * Count * 2.3e-16);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(loading)

BOOST_AUTO_TEST_CASE(a_short_product_keeps_its_order) {
    const auto x = factors<15>();
    BOOST_TEST(tapeless::value_and_gradient(product_of<15>)(x).value == product_of<15>(x));
    static_assert(depth_of<gradient_program<decltype(product_of<15>), std::array<double, 15>>>() >= 14);
}

BOOST_AUTO_TEST_CASE(a_long_product_is_a_tree) {
    static_assert(depth_of<gradient_program<decltype(product_of<128>), std::array<double, 128>>>() <= 2 * 7 + 1);
    // No more multiplications than one factor after the other takes, forward and back.
    static_assert(tapeless::operation_count<std::array<double, 128>>(tapeless::gradient(product_of<128>))["multiply"] <= 3 * 127);
}

BOOST_AUTO_TEST_CASE(products_of_any_length_are_right) {
    check_product<16>();
    check_product<17>();
    check_product<31>();
    check_product<100>();
    check_product<700>();
}

BOOST_AUTO_TEST_CASE(a_zero_among_the_factors_is_no_special_case) {
    auto x = factors<20>();
    double others = 1;
    for (int k = 0; k < 20; ++k)
        if (k != 5) others *= x[k];
    x[5] = 0;
    const auto gradient = tapeless::gradient(product_of<20>)(x);
    BOOST_CHECK_CLOSE(gradient[5], others, 1e-12);
    BOOST_TEST(gradient[6] == 0);
}

BOOST_AUTO_TEST_CASE(a_partial_product_with_another_use_stays_whole) {
    // The product of the first ten is a factor by itself, since it is also added.
    constexpr auto f = []<class T>(const std::array<T, 40>& x) {
        T product = x[0];
        for (int k = 1; k < 10; ++k) product *= x[k];
        const T first = product;
        for (int k = 10; k < 40; ++k) product *= x[k];
        return product + first;
    };
    const auto x = factors<40>();
    const auto [value, gradient] = tapeless::value_and_gradient(f)(x);
    double first = 1, all = 1;
    for (int k = 0; k < 40; ++k) all *= x[k], first *= k < 10 ? x[k] : 1;
    BOOST_CHECK_CLOSE(value, all + first, 1e-12);
    for (int k = 0; k < 40; ++k) BOOST_CHECK_CLOSE(gradient[k], (all + (k < 10 ? first : 0)) / x[k], 1e-12);
}

BOOST_AUTO_TEST_CASE(factors_may_be_anything) {
    constexpr auto f = [](auto x, auto y) {
        decltype(x) product = 1;
        for (int k = 1; k <= 12; ++k) product = product * sin(x * k) * (y + k);
        return product;
    };
    const double x = 0.13, y = 0.7;
    const auto [by_x, by_y] = tapeless::gradient(f)(x, y);
    double log_by_x = 0, log_by_y = 0;
    for (int k = 1; k <= 12; ++k) log_by_x += k / std::tan(x * k), log_by_y += 1 / (y + k);
    const double value = [&] {
        double product = 1;
        for (int k = 1; k <= 12; ++k) product *= std::sin(x * k) * (y + k);
        return product;
    }();
    BOOST_CHECK_CLOSE(by_x, value * log_by_x, 1e-11);
    BOOST_CHECK_CLOSE(by_y, value * log_by_y, 1e-11);
}

BOOST_AUTO_TEST_SUITE_END()
