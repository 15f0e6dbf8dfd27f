// SPDX-License-Identifier: BSL-1.0
// Each reduction over all dimensions, each one, two of them, and with its dimensions kept; reductions of reductions.
#include "reference.hpp"

using namespace array_programs;
using tapeless::axis;
using tapeless::keepdims;

BOOST_AUTO_TEST_SUITE(reductions)

#define REDUCTION(NAME)                                                                                                  \
    BOOST_AUTO_TEST_CASE(NAME##_over_all) {                                                                              \
        check<array<3>>([](auto x) { return sin(NAME(x)); });                                                            \
    }                                                                                                                    \
    BOOST_AUTO_TEST_CASE(NAME##_over_each_dimension) {                                                                   \
        check<array<3>>([](auto x) {                                                                                     \
            const auto last = NAME(x, axis<-1>);                                                                         \
            return sum(sin(NAME(x, axis<0>))) + sum(cos(NAME(x, axis<1>))) + sum(last * last);                           \
        });                                                                                                              \
    }                                                                                                                    \
    BOOST_AUTO_TEST_CASE(NAME##_over_two_dimensions_and_keeping_them) {                                                  \
        check<array<3>>([](auto x) { return sum(sin(NAME(x, axis<1, 2>))) + sum(x * NAME(x, axis<-1, 0>, keepdims)); }); \
    }
REDUCTION(sum)
REDUCTION(prod)
REDUCTION(mean)
REDUCTION(var)
REDUCTION(max)
REDUCTION(min)
REDUCTION(norm)
REDUCTION(logsumexp)
#undef REDUCTION

BOOST_AUTO_TEST_CASE(reductions_of_a_vector) {
    check<vector>([](auto x) { return sin(sum(x)) + cos(prod(x)) + pow(mean(x), 2) + tanh(var(x)) + norm(x) * logsumexp(x); });
}
BOOST_AUTO_TEST_CASE(extremes_of_a_vector) {
    check<vector>([](auto x) { return max(x) * min(x) + max(sin(3 * x)); });
}
BOOST_AUTO_TEST_CASE(extremes_along_a_dimension_may_have_nothing_along_another) {
    check<matrix>([](auto x) { return sum(sin(max(x, axis<0>))) + sum(min(x, axis<0>, keepdims) * x); });
}
BOOST_AUTO_TEST_CASE(reductions_of_four_dimensions) {
    check<array<4>>([](auto x) { return sin(sum(x)) + cos(mean(x)) + norm(x) * var(x); });
}
BOOST_AUTO_TEST_CASE(sums_of_sums) {
    check<array<4>>([](auto x) { return sum(sin(sum(cos(sum(sin(sum(cos(x), axis<3>)), axis<2>)), axis<1>))); });
}
BOOST_AUTO_TEST_CASE(reductions_of_different_reductions) {
    check<matrix>([](auto x) { return norm(logsumexp(x, axis<0>)) + var(max(x, axis<1>)) + prod(mean(x, axis<0>)) + max(sum(exp(x), axis<1>)); });
}
BOOST_AUTO_TEST_CASE(reductions_along_different_axes_share_a_value) {
    check<matrix, vector>([](auto x, auto w) {
        const auto t = exp(sin(x));
        return sum(pow(sum(t, axis<0>), 2)) * sum(pow(mean(t, axis<1>), 2)) + sum(t) * sum(w);
    });
}
BOOST_AUTO_TEST_CASE(a_sum_along_what_nothing_varies_along_is_a_product) {
    check<vector, matrix>([](auto v, auto x) {
        const auto t = sin(v) + 0 * x;
        return sum(sin(sum(t, axis<0>)) * v) + sum(cos(mean(t, axis<0>))) + sum(t) * sum(sin(prod(t, axis<0>)));
    });
}
BOOST_AUTO_TEST_CASE(an_extreme_along_what_nothing_varies_along_is_the_value) {
    check<vector, matrix>([](auto v, auto x) {
        const auto t = sin(v) + 0 * x;
        return sum(max(t, axis<0>)) * min(t) + sum(logsumexp(t, axis<0>)) + sum(var(t, axis<0>)) + sum(norm(t, axis<0>));
    });
}
BOOST_AUTO_TEST_CASE(softmax_along_each_dimension) {
    check<array<3>>([](auto x) { return sum(softmax(x, axis<0>) * sin(x)) + sum(pow(softmax(x, axis<1>), 2)) + sum(sin(softmax(x, axis<-1>) * x)); });
}
BOOST_AUTO_TEST_CASE(softmax_along_several_dimensions) {
    check<array<3>>([](auto x) { return sum(softmax(x, axis<0, 2>) * sin(x)) + sum(softmax(x) * cos(x)); });
}
BOOST_AUTO_TEST_CASE(log_softmax_along_one_dimension_and_several) {
    check<array<3>>([](auto x) { return sum(pow(log_softmax(x, axis<1>), 2)) + sum(sin(log_softmax(x, axis<1, 2>))); });
}

BOOST_AUTO_TEST_SUITE_END()
