// SPDX-License-Identifier: BSL-1.0
// select: a NaN or infinity of the branch that is not taken never reaches the result, by whichever sweep.
#include <tapeless/tapeless.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>

namespace {

// One function three ways: by a reverse sweep, by a forward sweep, and by elimination (two results of two arguments).
template <class Function>
void check(const Function&, double x, double value, double slope) {
    BOOST_TEST_CONTEXT("x = " << x) {
        const auto [v, d] = tapeless::value_and_derivative(Function{})(x);
        BOOST_CHECK_EQUAL(v, value);
        BOOST_CHECK_EQUAL(d, slope);
        constexpr auto twice = [](auto t) { return std::array{Function{}(t), t * 3}; };
        BOOST_CHECK_EQUAL(tapeless::derivative(twice)(x)[0], slope);
        constexpr auto of_two = [](auto t, auto u) { return std::array{Function{}(t) + u, t * u}; };
        BOOST_CHECK_EQUAL(std::get<0>(tapeless::jacobian(of_two)(x, 2.0))[0], slope);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(select_of_a_branch)

BOOST_AUTO_TEST_CASE(takes_value_and_derivative_of_its_branch) {
    constexpr auto f = [](auto x) { return tapeless::select(x < 1, x * x, 3 * x); };
    static_assert(tapeless::derivative(f)(0.5) == 1);
    static_assert(tapeless::derivative(f)(1.0) == 3);
    static_assert(tapeless::derivative(f)(2.0) == 3);
    check(f, 0.5, 0.25, 1);
    check(f, 2, 6, 3);
}

BOOST_AUTO_TEST_CASE(ignores_a_root_of_a_negative_number) {
    constexpr auto f = [](auto x) { return tapeless::select(x > 0, sqrt(x), 2 * x); };
    check(f, -4, -8, 2);
    check(f, 0, 0, 2);
    check(f, 4, 2, 0.25);
}

BOOST_AUTO_TEST_CASE(ignores_a_logarithm_of_0_and_of_a_negative_number) {
    constexpr auto f = [](auto x) { return tapeless::select(x > 0, log(x) * x, x); };
    check(f, 0, 0, 1);
    check(f, -1, -1, 1);
    check(f, 1, 0, 1);
}

BOOST_AUTO_TEST_CASE(ignores_a_division_by_0) {
    constexpr auto f = [](auto x) { return tapeless::select(x == 0, 1 + 0 * x, (x * x + 2 * x) / x); };
    check(f, 0, 1, 0);
    check(f, 2, 4, 1);
    constexpr auto g = [](auto x) { return tapeless::select(x != 0, 1 / x, 5 * x); };
    check(g, 0, 0, 5);
    check(g, 2, 0.5, -0.25);
}

BOOST_AUTO_TEST_CASE(ignores_an_overflow) {
    constexpr auto f = [](auto x) { return tapeless::select(x < 100, exp(x), x * x); };
    check(f, 1000, 1e6, 2000);
    check(f, 0, 1, 1);
}

BOOST_AUTO_TEST_CASE(nested_choices_guard_each_other) {
    constexpr auto f = [](auto x) { return tapeless::select(x > 0, tapeless::select(x < 1, sqrt(1 - x), log(x - 1)), 7 * x); };
    check(f, -2, -14, 7);
    check(f, 0, 0, 7);
    check(f, 0.75, 0.5, -1);
    check(f, 2, 0, 1);
}

BOOST_AUTO_TEST_CASE(a_node_of_both_branches_counts_once_for_the_one_taken) {
    constexpr auto f = [](auto x) {
        const auto root = sqrt(x);
        return tapeless::select(x > 1, root * 2, root * root);
    };
    check(f, 4, 4, 0.5);
    check(f, 0.25, 0.25, 1);
    constexpr auto outside_too = [](auto x) {
        const auto square = x * x;
        return square + tapeless::select(x > 1, square, 1 / (x - 1)) + tapeless::select(x > 1, sqrt(x - 1), square * x);
    };
    check(outside_too, 2, 9, 8.5);
    check(outside_too, 0, -1, -1);
}

BOOST_AUTO_TEST_CASE(a_node_that_is_nan_is_ignored_if_both_users_are_not_taken) {
    constexpr auto f = [](auto x) {
        const auto root = sqrt(x);
        return tapeless::select(x > 0, root, x) + tapeless::select(x > 0, 3 * root, x * x);
    };
    check(f, -1, 0, -1);
    check(f, 4, 8, 1);
}

BOOST_AUTO_TEST_CASE(arithmetic_after_the_choice_does_not_bring_the_nan_back) {
    constexpr auto f = [](auto x) { return exp(tapeless::select(x > 0, sqrt(x), 0 * x)) * 3; };
    check(f, -1, 3, 0);
}

BOOST_AUTO_TEST_CASE(second_derivative_ignores_the_branch_too) {
    constexpr auto f = [](auto x) { return tapeless::select(x > 0, x * sqrt(x), x * x); };
    constexpr auto second = tapeless::derivative(tapeless::derivative(f));
    BOOST_CHECK_EQUAL(second(-1.0), 2);
    BOOST_CHECK_EQUAL(second(0.0), 2);
    BOOST_CHECK_CLOSE_FRACTION(second(4.0), 0.375, 1e-15);
}

BOOST_AUTO_TEST_CASE(a_literal_condition_is_decided_while_recording) {
    constexpr auto f = [](auto x) { return tapeless::select(true, x, 1 / x); };
    static_assert(tapeless::derivative(f)(0.0) == 1);
}

BOOST_AUTO_TEST_CASE(logic_combines_comparisons) {
    constexpr auto inside = [](auto x) { return tapeless::select(x > 0 && x < 1, 2 * x, 5 * x); };
    static_assert(tapeless::derivative(inside)(0.5) == 2 && tapeless::derivative(inside)(-1.0) == 5 &&
                  tapeless::derivative(inside)(1.0) == 5);
    constexpr auto outside = [](auto x) { return tapeless::select(x < 0 || x > 1, 2 * x, 5 * x); };
    static_assert(tapeless::derivative(outside)(0.5) == 5 && tapeless::derivative(outside)(-1.0) == 2);
    constexpr auto negated = [](auto x) { return tapeless::select(!(x <= 0), 2 * x, 5 * x); };
    static_assert(tapeless::derivative(negated)(0.0) == 5 && tapeless::derivative(negated)(1.0) == 2);
    constexpr auto equal = [](auto x) { return tapeless::select(tapeless::equal_to(x, 3), 2 * x, 5 * x); };
    static_assert(tapeless::derivative(equal)(3.0) == 2 && tapeless::derivative(equal)(2.0) == 5);
}

BOOST_AUTO_TEST_SUITE_END()
