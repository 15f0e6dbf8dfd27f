// SPDX-License-Identifier: BSL-1.0
// What linear algebra does beyond PyTorch, which test/conformance/linear_algebra.cpp compares it with.
#include <tapeless/variable.hpp>
#include <tapeless/variable/linear_algebra.hpp>

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <string>

using namespace tapeless;

namespace {

using matrix = Variable<double, 2>;

void check_close(const matrix& found, const matrix& expected, double tolerance) {
    BOOST_REQUIRE(found.shape() == expected.shape());
    for (std::ptrdiff_t i = 0; i < found.shape()[0]; ++i)
        for (std::ptrdiff_t j = 0; j < found.shape()[1]; ++j) BOOST_CHECK_SMALL(found[i][j].item() - expected[i][j].item(), tolerance);
}
matrix gradient_of_determinant(const matrix& a) {
    const matrix leaf = a.detach().requires_grad_();
    det(leaf).backward();
    return leaf.grad();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(linear_algebra)

BOOST_AUTO_TEST_CASE(the_gradient_of_a_determinant_is_the_matrix_of_cofactors_also_where_that_is_zero) {
    check_close(gradient_of_determinant({{1, 2}, {2, 4}}), {{4, -2}, {-2, 1}}, 1e-14);
    check_close(gradient_of_determinant({{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}), {{-3, 6, -3}, {6, -12, 6}, {-3, 6, -3}}, 1e-13);
    check_close(gradient_of_determinant({{0, 0, 0}, {0, 2, 1}, {0, 1, 3}}), {{5, 0, 0}, {0, 0, 0}, {0, 0, 0}}, 1e-14);
    check_close(gradient_of_determinant({{0}}), {{1}}, 0.5e-16);
}

BOOST_AUTO_TEST_CASE(the_cofactors_of_a_matrix_of_lower_rank_are_zero) {
    check_close(gradient_of_determinant({{1, 2, 3}, {2, 4, 6}, {-1, -2, -3}}), zeros<double>(3, 3), 0.5e-300);
    check_close(gradient_of_determinant(zeros<double>(2, 2)), zeros<double>(2, 2), 0.5e-300);
}

BOOST_AUTO_TEST_CASE(a_determinant_of_zero_has_first_derivatives_only) {
    const matrix a({{1, 2}, {2, 4}}, requires_grad);
    BOOST_CHECK_THROW(grad(det(a), a, create_graph), variable_error);
    BOOST_CHECK(a.grad().is_none());
}

BOOST_AUTO_TEST_CASE(backward_of_the_logarithm_of_a_zero_throws_and_changes_no_gradient) {
    const matrix a({{1, 2}, {2, 4}}, requires_grad);
    BOOST_CHECK_THROW(logdet(a).backward(), variable_error);
    BOOST_CHECK(a.grad().is_none());
}

BOOST_AUTO_TEST_CASE(matrices_may_change_once_they_are_factorized) {
    const matrix leaf({{4, 1}, {1, 3}}, requires_grad);
    const auto derivative_after_change = [&](bool changes) {
        matrix a = leaf * 1.0;
        const Variable<double, 0> y = sum(cholesky(a)) + sum(solve(a, ones<double>(2))) + sum(inverse(a)) + det(a) + logdet(a) + sum(solve_triangular(a, a, triangle::lower));
        if (changes) a += 1;
        return grad(y, leaf);
    };
    check_close(derivative_after_change(true), derivative_after_change(false), 0.5e-300);
}

BOOST_AUTO_TEST_CASE(expressions_are_arguments) {
    const matrix a({{4, 1}, {1, 3}});
    check_close(matmul(inverse(a * 2 + eye<double>(2)), a * 2 + eye<double>(2)), eye<double>(2), 1e-15);
    BOOST_CHECK_SMALL(det(-a).item() - 11, 1e-13);
}

BOOST_AUTO_TEST_CASE(triangles_are_solved_for_vectors_too) {
    const matrix a({{2, 1}, {1, 4}}, requires_grad);
    const Variable<double, 1> b({2, 9}, requires_grad);
    const auto x = solve_triangular(a, b, triangle::lower);
    BOOST_CHECK_EQUAL(x[0].item(), 1);
    BOOST_CHECK_EQUAL(x[1].item(), 2);
    x.backward(Variable<double, 1>({0, 1}));
    check_close(a.grad(), {{0.125, 0}, {-0.25, -0.5}}, 1e-16);
}

BOOST_AUTO_TEST_CASE(a_large_matrix_that_is_not_positive_definite_is_told_where) {
    matrix a = eye<double>(200);
    a.data_pointer()[151 * 200 + 151] = -1;
    try {
        cholesky(a);
        BOOST_ERROR("no error");
    } catch (const variable_error& error) {
        BOOST_CHECK(std::string(error.what()).find("leading minor of order 152 ") != std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
