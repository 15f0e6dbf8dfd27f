// SPDX-License-Identifier: BSL-1.0
// Products of vectors, matrices and batches of matrices.
#include "reference.hpp"

using namespace array_programs;

BOOST_AUTO_TEST_SUITE(products)

BOOST_AUTO_TEST_CASE(of_two_vectors) {
    check<vector, vector>([](auto x, auto y) { return sin(dot(x, y)) + matmul(sin(x), cos(y)); });
}
BOOST_AUTO_TEST_CASE(of_a_matrix_and_a_vector) {
    check<matrix, vector, vector>([](auto x, auto w, auto y) { return sum(sin(dot(x, w))) + pow(dot(y, dot(x, cos(w))), 2); });
}
BOOST_AUTO_TEST_CASE(of_a_vector_and_a_matrix) {
    check<vector, matrix, vector>([](auto y, auto x, auto w) { return sum(sin(dot(y, x))) + pow(dot(dot(exp(y), x), w), 2); });
}
BOOST_AUTO_TEST_CASE(of_two_matrices) {
    check<matrix, matrix>([](auto x, auto y) { return sum(sin(matmul(x, y))); });
}
BOOST_AUTO_TEST_CASE(dot_with_a_number_scales) {
    check<number, matrix, vector>([](auto s, auto x, auto w) { return sum(sin(dot(s, x))) + sum(cos(dot(w, s))) + tanh(dot(s, s)); });
}
BOOST_AUTO_TEST_CASE(outer_has_the_dimensions_of_both) {
    check<vector, vector, matrix>([](auto x, auto y, auto z) { return sum(sin(outer(x, y))) + sum(cos(outer(x, z))) + sum(tanh(outer(z, x))); });
}
BOOST_AUTO_TEST_CASE(of_batches_of_matrices) {
    check<array<3>, array<3>>([](auto x, auto y) { return sum(sin(matmul(x, y))); });
}
BOOST_AUTO_TEST_CASE(of_a_matrix_and_a_batch) {
    check<matrix, array<3>, array<3>, vector>(
        [](auto x, auto y, auto z, auto v) { return sum(sin(matmul(x, y))) + sum(cos(matmul(z, transpose(x)))) + sum(tanh(matmul(y, v))); });
}
BOOST_AUTO_TEST_CASE(gram_matrices) {
    check<matrix>([](auto x) { return sum(sin(matmul(transpose(x), x))) + sum(cos(matmul(x, transpose(x)))); });
}
BOOST_AUTO_TEST_CASE(quadratic_form) {
    check<vector, matrix>([](auto x, auto a) { return dot(dot(x, a), x) + sin(dot(x, dot(transpose(a), x))); });
}
BOOST_AUTO_TEST_CASE(chain_of_products) {
    check<matrix, matrix, matrix, vector>([](auto x, auto y, auto z, auto v) { return sum(sin(dot(x, dot(y, dot(z, v))))) + sum(tanh(dot(dot(dot(x, y), z), v))); });
}
BOOST_AUTO_TEST_CASE(powers_of_a_matrix) {
    check<matrix>([](auto x) {
        const auto y = tanh(dot(x, x));
        return sum(sin(dot(dot(y, y), x)));
    });
}
BOOST_AUTO_TEST_CASE(trace_of_a_product) {
    check<matrix, matrix>([](auto x, auto y) { return sum(diag(dot(x, y))) + sin(sum(diag(dot(sin(y), x)))); });
}
BOOST_AUTO_TEST_CASE(normal_equations) {
    check<matrix, vector, vector>([](auto x, auto w, auto y) {
        const auto g = dot(transpose(x), dot(x, w) - y);
        return dot(g, g);
    });
}

BOOST_AUTO_TEST_SUITE_END()
