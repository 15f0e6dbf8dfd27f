// SPDX-License-Identifier: BSL-1.0
// The same elements in another arrangement: transposes, places for further dimensions, diagonals, positions, slices, single elements.
#include "reference.hpp"

using namespace array_programs;
using tapeless::axis;

BOOST_AUTO_TEST_SUITE(arrangement)

BOOST_AUTO_TEST_CASE(transpose_of_a_matrix) {
    check<matrix, matrix>([](auto x, auto y) { return sum(sin(transpose(x)) * y) + sum(cos(x * transpose(y))) + sum(tanh(transpose(transpose(x)) + x)); });
}
BOOST_AUTO_TEST_CASE(transpose_by_order) {
    check<array<3>, array<3>>([](auto x, auto y) { return sum(sin(transpose(x, axis<2, 0, 1>)) * y) + sum(cos(transpose(y, axis<1, 2, 0>) * x)); });
}
BOOST_AUTO_TEST_CASE(transpose_of_four_dimensions) {
    check<array<4>, array<4>>([](auto x, auto y) { return sum(sin(transpose(x) * y)) + sum(pow(sum(transpose(cos(x), axis<-1, 0, -2, 1>), axis<0>), 2)); });
}
BOOST_AUTO_TEST_CASE(expand_dims_at_several_places) {
    check<vector, array<3>>([](auto x, auto y) { return sum(sin(expand_dims(x, axis<0, 2>) * y)) + sum(cos(expand_dims(x, axis<1>) + expand_dims(sum(y, axis<2>), axis<2>))); });
}
BOOST_AUTO_TEST_CASE(expand_dims_from_the_end) {
    check<matrix>([](auto x) { return sum(sin(expand_dims(x, axis<-1>) + expand_dims(x, axis<-2>))) + sum(tanh(expand_dims(x, axis<0>) * expand_dims(x, axis<1>))); });
}
BOOST_AUTO_TEST_CASE(diag_of_a_vector_and_of_a_matrix) {
    check<vector, matrix>([](auto x, auto y) { return sum(sin(diag(x) + y)) + sum(cos(diag(y)) * x) + sum(tanh(diag(dot(diag(x), y)))) + sum(diag(diag(y)) * y); });
}
BOOST_AUTO_TEST_CASE(diag_of_an_outer_product) {
    check<vector, vector>([](auto x, auto y) {
        const auto t = outer(x, sin(x));
        return sum(exp(diag(t))) * sum(y) + sum(diag(dot(t, t)));
    });
}
BOOST_AUTO_TEST_CASE(iota_counts_along_a_dimension) {
    check<matrix>([](auto x) {
        const auto rows = iota(x, axis<0>), columns = iota(x, axis<-1>);
        return sum(sin(x) * columns) + sum(expand_dims(rows, axis<1>) * x * x) + sum(cos(rows * sum(x, axis<1>))) + sum(sin(rows)) * sum(x);
    });
}
BOOST_AUTO_TEST_CASE(extent_is_a_number) {
    check<matrix>([](auto x) { return sum(x) / (1 + extent(x, axis<0>)) * extent(x, axis<1>) + sum(sin(x * extent(x, axis<-2>))); });
}
BOOST_AUTO_TEST_CASE(triangle_of_a_matrix) {
    check<matrix>([](auto x) {
        const auto row = expand_dims(iota(x, axis<0>), axis<1>);
        const auto column = iota(x, axis<1>);
        return sum(sin(where(row <= column, x, 0.0))) + sum(where(row > column, x * x, 0));
    });
}
BOOST_AUTO_TEST_CASE(slices_count_from_both_ends) {
    check<vector>([](auto x) { return sum(sin(slice(x, 1, -1))) + sum(cos(slice_from(x, -3))) + sum(slice(x, 1, 3) * slice(x, -3, -1)) + sum(exp(slice(x, 2, 4))); });
}
BOOST_AUTO_TEST_CASE(slices_leave_out_what_lies_beyond) {
    check<vector>([](auto x) {
        const auto rest = slice_from(x, 5);
        return sum(sin(slice(x, 2, 100))) + sum(cos(slice(x, -100, 2))) + sum(exp(slice(x, 50, 60))) + sum(tanh(slice(x, 3, 2))) + sum(rest * rest);
    });
}
BOOST_AUTO_TEST_CASE(slices_in_steps) {
    check<vector>([](auto x) { return sum(sin(slice(x, 0, 100, 2))) + sum(cos(slice(x, 1, -1, 3))) + sum(pow(slice(x, 0, -1, 5), 2)) + sum(exp(slice(x, -2, 100, 2))); });
}
BOOST_AUTO_TEST_CASE(slices_along_any_dimension) {
    check<array<3>>([](auto x) {
        const auto odd = slice(x, 1, -1, 2, axis<2>);
        return sum(sin(slice_from(x, 1))) + sum(cos(slice(x, 0, -1, 1, axis<1>))) + sum(odd * odd) + sum(exp(slice_from(slice_from(x, 1, axis<1>), 1, axis<-1>))) +
               sum(tanh(slice_from(x, -2, axis<2>)));
    });
}
BOOST_AUTO_TEST_CASE(slices_of_slices) {
    check<vector>([](auto x) {
        return sum(sin(slice(slice_from(x, 1), 1, -1))) + sum(cos(slice_from(slice(x, 0, 100, 2), 1))) + sum(exp(slice(slice(x, 1, 100, 2), 0, 100, 2))) +
               slice(x, 1, -1)[0] * slice_from(x, 2)[-1];
    });
}
BOOST_AUTO_TEST_CASE(elements_and_rows) {
    check<matrix>([](auto x) { return sum(sin(x[0] * x[-1])) + x[1][0] * x[-2][-1] + sum(exp(x[2])) * sin(x[0][0]); });
}
BOOST_AUTO_TEST_CASE(elements_of_vectors) {
    check<vector, vector>([](auto x, auto y) { return x[0] * sin(y[-1]) + x[3] / (2 + cos(x[-2])) + sum(exp(x[1] * y)); });
}
BOOST_AUTO_TEST_CASE(differences_of_neighbours) {
    check<vector>([](auto x) { return sum(sin(slice_from(x, 1) - slice(x, 0, -1))) + sum(pow(slice_from(x, 2) - 2 * slice(x, 1, -1) + slice(x, 0, -2), 2)); });
}
BOOST_AUTO_TEST_CASE(laplacian_of_a_grid) {
    check<matrix>([](auto x) {
        const auto rows = slice(x, 1, -1), columns = slice(x, 1, -1, axis<1>);
        const auto t = slice_from(columns, 2) + slice(columns, 0, -2) + slice_from(rows, 2, axis<1>) + slice(rows, 0, -2, axis<1>) - 4 * slice(columns, 1, -1);
        return sum(sin(t)) + mean(t * t);
    });
}
BOOST_AUTO_TEST_CASE(slices_of_computed_values) {
    check<matrix, vector>([](auto x, auto w) {
        const auto t = exp(sin(x * w));
        return sum(sin(slice(t, 1, -1, 1, axis<1>))) + sum(cos(slice_from(dot(x, w), -1))) + sum(slice_from(sum(t, axis<0>), 1) * slice(mean(t, axis<0>), 0, -1));
    });
}
BOOST_AUTO_TEST_CASE(slices_of_reductions_and_products) {
    check<matrix>([](auto x) {
        return sum(sin(slice_from(sum(x, axis<1>), 1))) + sum(cos(slice_from(dot(x, transpose(x)), 1))) + dot(transpose(x), x)[0][-1] +
               sum(slice(softmax(x, axis<1>), 0, 1, 1, axis<1>)) + sum(slice_from(logsumexp(x, axis<0>), 1));
    });
}
BOOST_AUTO_TEST_CASE(slices_of_transposes_and_outer_products) {
    check<matrix>([](auto x) {
        const auto last = transpose(x)[-1];
        return sum(sin(slice_from(transpose(x), 1))) + sum(cos(slice(slice_from(outer(x[0], x[1]), 1), 0, -1, 1, axis<1>))) +
               sum(slice_from(expand_dims(x, axis<1>) * x, 1, axis<1>)) + sum(last * last);
    });
}
BOOST_AUTO_TEST_CASE(slices_of_positions) {
    check<vector>([](auto x) {
        const auto i = iota(x, axis<0>);
        return sum(slice_from(sin(i * x), 1)) + sum(slice(i, 1, 4) * slice(x, 0, 3)) + sum(cos(slice(i, 1, 100, 2))) * sum(x) + i[2] * x[0];
    });
}
BOOST_AUTO_TEST_CASE(slices_of_what_does_not_vary_there) {
    check<vector, matrix>([](auto v, auto x) {
        const auto t = sin(v) + 0 * x;
        return sum(sum(slice_from(t, 1), axis<0>) * v) + sum(t[0]) * sum(slice(t, 1, 100, 2));
    });
}
BOOST_AUTO_TEST_CASE(slices_of_diagonals) {
    check<matrix>([](auto x) { return sum(sin(slice_from(diag(x), 1))) + pow(sum(diag(slice(slice_from(x, 1), 0, -1, 1, axis<1>))), 2) + sum(diag(diag(x))[0]); });
}

BOOST_AUTO_TEST_SUITE_END()
