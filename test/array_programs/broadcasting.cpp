// SPDX-License-Identifier: BSL-1.0
// Operations on arrays of different ranks, and arrays that meet themselves along other axes.
#include "reference.hpp"

using namespace array_programs;
using tapeless::axis;

namespace {

/// Both orders of the operands.
template <int A, int B, class Operation>
void check_pair(Operation) {
    check<array<A>, array<B>>([](auto a, auto b) {
        constexpr Operation operation{};
        return sum(operation(a, b)) + sum(sin(operation(b, a)));
    });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(broadcasting)

BOOST_AUTO_TEST_CASE(rank_0_with_rank_1) {
    check_pair<0, 1>([](auto a, auto b) { return pow(a, b); });
}
BOOST_AUTO_TEST_CASE(rank_0_with_rank_2) {
    check_pair<0, 2>([](auto a, auto b) { return hypot(a, b); });
}
BOOST_AUTO_TEST_CASE(rank_0_with_rank_3) {
    check_pair<0, 3>([](auto a, auto b) { return atan2(a, b); });
}
BOOST_AUTO_TEST_CASE(rank_0_with_rank_4) {
    check_pair<0, 4>([](auto a, auto b) { return a / b; });
}
BOOST_AUTO_TEST_CASE(rank_1_with_rank_1) {
    check_pair<1, 1>([](auto a, auto b) { return a * b; });
}
BOOST_AUTO_TEST_CASE(rank_1_with_rank_2) {
    check_pair<1, 2>([](auto a, auto b) { return max(a, b); });
}
BOOST_AUTO_TEST_CASE(rank_1_with_rank_3) {
    check_pair<1, 3>([](auto a, auto b) { return a - b; });
}
BOOST_AUTO_TEST_CASE(rank_1_with_rank_4) {
    check_pair<1, 4>([](auto a, auto b) { return pow(a, b); });
}
BOOST_AUTO_TEST_CASE(rank_2_with_rank_2) {
    check_pair<2, 2>([](auto a, auto b) { return atan2(a, b); });
}
BOOST_AUTO_TEST_CASE(rank_2_with_rank_3) {
    check_pair<2, 3>([](auto a, auto b) { return min(a, b); });
}
BOOST_AUTO_TEST_CASE(rank_2_with_rank_4) {
    check_pair<2, 4>([](auto a, auto b) { return exp(a) * b; });
}
BOOST_AUTO_TEST_CASE(rank_3_with_rank_3) {
    check_pair<3, 3>([](auto a, auto b) { return hypot(a, b); });
}
BOOST_AUTO_TEST_CASE(rank_3_with_rank_4) {
    check_pair<3, 4>([](auto a, auto b) { return a / b; });
}
BOOST_AUTO_TEST_CASE(rank_4_with_rank_4) {
    check_pair<4, 4>([](auto a, auto b) { return where(a < b, a, sin(b)); });
}
BOOST_AUTO_TEST_CASE(reverse_of_a_broadcast_is_a_sum) {
    check<vector, matrix>([](auto b, auto x) { return sum(sin(x + b)); });
}
BOOST_AUTO_TEST_CASE(four_ranks_in_one_operation) {
    check<vector, matrix, array<3>, number>([](auto a, auto b, auto c, auto s) { return sum(sin(fma(a, b, c))) + sum(cos(fma(c, s, a))) + sum(tanh(fma(s, a, s))); });
}
BOOST_AUTO_TEST_CASE(select_broadcasts_its_condition) {
    check<vector, matrix, array<3>, number>(
        [](auto a, auto b, auto c, auto s) { return sum(select(a > 0, b, s)) + sum(sin(select(b > a, c, a))) + sum(select(c < s, 1.5, b * c)); });
}
BOOST_AUTO_TEST_CASE(assignments_broadcast) {
    check<vector, matrix, number>([](auto b, auto x, auto s) {
        auto t = x;
        t += b;
        t *= s;
        t -= sin(x);
        t /= 2;
        return sum(sin(t));
    });
}
BOOST_AUTO_TEST_CASE(a_reduction_broadcasts_along_the_last_dimensions) {
    check<matrix>([](auto x) { return sum(sin(x - mean(x, axis<0>))) + sum(x * sum(exp(x), axis<0>)); });
}
BOOST_AUTO_TEST_CASE(dimensions_of_one_step_stretch) {
    check<vector, vector>([](auto a, auto b) { return sum(sin(expand_dims(a, axis<1>) + expand_dims(b, axis<0>))) + sum(tanh(expand_dims(a, axis<1>) * b)); });
}
BOOST_AUTO_TEST_CASE(a_row_and_a_column_stretch) {
    check<matrix, matrix, matrix>([](auto r, auto c, auto x) { return sum(exp(r) * x + c / (1 + x * x)) + sum(sin(r * c)); });
}
BOOST_AUTO_TEST_CASE(a_vector_of_one_stretches) {
    check<vector, vector, number, vector>([](auto a, auto x, auto s, auto y) { return sum(sin(a * x) * y) + s * mean(a * y); });
}
BOOST_AUTO_TEST_CASE(four_dimensions_stretch_each_other) {
    check<array<4>, array<4>>([](auto x, auto y) { return sum(tanh(x * y)) + sum(sin(mean((x - y) * (x - y), axis<1>))); });
}
BOOST_AUTO_TEST_CASE(ranks_and_ones_stretch_together) {
    check<matrix, array<3>, array<3>, vector, array<3>>(
        [](auto x, auto y, auto z, auto v, auto w) { return sum(sin(x * y) + z * w * v) + sum(logsumexp(y + x + z, axis<0, 2>)); });
}
BOOST_AUTO_TEST_CASE(a_batch_of_one_stretches_in_a_product) {
    check<array<3>, array<3>, array<3>>([](auto x, auto y, auto z) { return sum(sin(matmul(x, y))) + sum(softmax(y * z, axis<1>) * y / z); });
}
BOOST_AUTO_TEST_CASE(norms_of_what_stretches) {
    check<matrix, matrix, matrix>([](auto x, auto center, auto scale) {
        const auto t = (x - center) * scale, distance = t - mean(t, axis<0>);
        return sum(log(1 + sum(t * t, axis<1>))) + max(t) + mean(distance * distance);
    });
}
BOOST_AUTO_TEST_CASE(squeezed_rows_reduce_by_themselves) {
    check<matrix, matrix>([](auto r, auto x) {
        const auto v = squeeze(r, axis<0>);
        const auto t = x * v;
        return sum(r * x) + sum(v) * sum(exp(v / 4)) + sum(t * t);
    });
}
BOOST_AUTO_TEST_CASE(a_vector_meets_itself_along_another_axis) {
    check<vector>([](auto x) { return sum(exp_minus_square(expand_dims(x, axis<1>) - x)) + sum(sin(expand_dims(x, axis<1>) * x)); });
}
BOOST_AUTO_TEST_CASE(a_vector_meets_itself_along_three_axes) {
    check<vector>([](auto x) { return sum(tanh(expand_dims(x, axis<1, 2>) + expand_dims(x, axis<1>) * x)); });
}
BOOST_AUTO_TEST_CASE(a_matrix_meets_its_transpose) {
    check<matrix>([](auto x) { return sum(x * transpose(x)) + sum(sin(x - transpose(x))) + sum(matmul(x, transpose(x))) * sum(cos(x + transpose(x))); });
}
BOOST_AUTO_TEST_CASE(numbers_are_inputs_and_some_are_unused) {
    check<vector, number, number, number>([](auto x, auto s, auto t, auto) { return s * sum(x) + sin(t) * s + t / (1 + s * s); });
}
BOOST_AUTO_TEST_CASE(a_loop_adds_up_arrays_from_a_literal) {
    check<matrix>([](auto x) {
        decltype(x) total = 0;
        for (int k = 1; k < 4; ++k) total += sin(x * k) / k;
        return sum(total * x);
    });
}

BOOST_AUTO_TEST_SUITE_END()
