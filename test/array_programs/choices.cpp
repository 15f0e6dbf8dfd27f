// SPDX-License-Identifier: BSL-1.0
// Choices by condition, equal elements of maxima and minima, NaN and infinities.
#include "reference.hpp"

using namespace array_programs;
using tapeless::axis;
using tapeless::keepdims;

BOOST_AUTO_TEST_SUITE(choices)

BOOST_AUTO_TEST_CASE(where_chooses_elements) {
    check<vector, vector, number>([](auto x, auto y, auto s) { return sum(where(x > y, sin(x), cos(y))) + sum(where(x > s, x, 0.5)) + sum(where(y <= 0, s, y * y)); });
}
BOOST_AUTO_TEST_CASE(where_within_where) {
    check<vector, vector>([](auto x, auto y) { return sum(where(x > 0, where(y > 0, x * y, exp(x)), where(y > x, sin(y), x))); });
}
BOOST_AUTO_TEST_CASE(the_branch_not_taken_contributes_nothing) {
    check<vector>([](auto x) { return sum(where(x > 0, log(x) * sqrt(x), x * x)) + sum(where(x > 0, 1 / x, 0.0)); });
}
BOOST_AUTO_TEST_CASE(comparisons) {
    check<matrix, vector>([](auto x, auto y) {
        const auto one = [](auto condition, auto z) { return sum(where(condition, z, sin(z))); };
        return one(x < y, x) + one(x <= y, y * x) + one(x > 0.5, x * x) + one(x >= y, 2 * x) + one(x == y, 3 * x) + one(x != 2, x - y);
    });
}
BOOST_AUTO_TEST_CASE(logic_of_conditions) {
    check<matrix, vector>([](auto x, auto y) {
        const auto a = x > 0;
        const auto b = y > 0;
        return sum(where(a && b, x * y, sin(x))) + sum(where(a || b, x + y, cos(y))) + sum(where(!a, x * x, y)) + sum(where((a && x < y) || !b, exp(x), x));
    });
}
BOOST_AUTO_TEST_CASE(any_and_all_over_all) {
    check<matrix>([](auto x) { return where(any(x > 1), sum(sin(x)), sum(x)) + sum(where(all(x > -2), cos(x), x)) + sum(where(all(x > 0), 2 * x, x * x)); });
}
BOOST_AUTO_TEST_CASE(any_and_all_along_dimensions) {
    check<array<3>>([](auto x) {
        return sum(where(any(x > 1, axis<0>), sin(x), x * x)) + sum(where(all(x > -1, axis<2>, keepdims), cos(x), 2 * x)) +
               sum(where(any(x == 0, axis<1, 2>, keepdims), exp(x), x)) + sum(where(any(all(x >= 0, axis<0>), axis<0>), sum(x, axis<0, 1>), 1.0));
    });
}
BOOST_AUTO_TEST_CASE(equal_elements_share_the_derivative_of_a_maximum) {
    check<matrix>([](auto x) { return max(x) * sin(min(x)) + sum(max(x, axis<0>)) + sum(pow(min(x, axis<1>), 3)); });
}
BOOST_AUTO_TEST_CASE(equal_operands_share_the_derivative_of_a_maximum) {
    check<matrix, vector>([](auto x, auto y) { return sum(sin(max(x, y))) + sum(cos(min(x, y))) + sum(max(x, x * x)) + sum(clamp(x, 0, 0.5)); });
}
BOOST_AUTO_TEST_CASE(zeros_in_a_product) {
    check<matrix>([](auto x) {
        const auto rows = prod(x, axis<1>);
        return prod(x) + sum(sin(prod(x, axis<0>))) + sum(rows * rows) + sum(rows);
    });
}
BOOST_AUTO_TEST_CASE(norm_of_zeros) {
    check<vector>([](auto x) { return norm(x) + 2 * norm(0.5 * x); });
}
BOOST_AUTO_TEST_CASE(norm_of_rows_of_zeros) {
    check<matrix>([](auto x) { return sum(norm(x, axis<1>)) + sum(norm(x, axis<0>, keepdims) * x); });
}
BOOST_AUTO_TEST_CASE(nan_elements_are_left_out) {
    check<vector>([](auto x) { return sum(where(isnan(x), 0.0, sin(x) * x)) / sum(where(isnan(x), 0.0, 1.0)); });
}
BOOST_AUTO_TEST_CASE(extremes_of_nan_are_nan) {
    check<matrix, vector, vector>([](auto x, auto y, auto w) {
        const auto weight = [](auto z) { return where(isnan(z), 0.5, 2.0); };
        return sum(weight(max(x, axis<1>)) * w) + sum(weight(min(x, axis<1>)) * w * w) + sum(sum(weight(max(x, y)), axis<1>) * w) + sum(sum(weight(min(y, x)), axis<1>) * w);
    });
}
BOOST_AUTO_TEST_CASE(nan_stays_in_its_elements) {
    check<vector, vector>([](auto x, auto y) { return sum(sin(x * y)); });
}
BOOST_AUTO_TEST_CASE(logsumexp_with_minus_infinity) {
    check<vector>([](auto x) { return logsumexp(x); });
}
BOOST_AUTO_TEST_CASE(logsumexp_with_infinity) {
    check<vector>([](auto x) { return logsumexp(x); });
}
BOOST_AUTO_TEST_CASE(softmax_with_minus_infinity) {
    check<matrix>([](auto x) {
        const auto p = softmax(x, axis<1>);
        return sum(p * p) + sum(sin(transpose(p)[0]));
    });
}
BOOST_AUTO_TEST_CASE(log_softmax_of_large_numbers) {
    check<matrix>([](auto x) { return sum(0.5 * transpose(log_softmax(x, axis<1>))[0]) + sum(softmax(x, axis<0>)[0]); });
}
BOOST_AUTO_TEST_CASE(infinities_in_sums_and_extremes) {
    check<vector>([](auto x) { return sum(x) + mean(x) + max(x) + min(exp(-abs(x))); });
}
BOOST_AUTO_TEST_CASE(infinite_derivatives_at_zero) {
    check<vector>([](auto x) { return sum(sqrt(x)) + sum(x * x); });
}

BOOST_AUTO_TEST_SUITE_END()
