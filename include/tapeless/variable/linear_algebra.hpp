// SPDX-License-Identifier: BSL-1.0
// Linear algebra of Variables, as in torch.linalg, by Eigen: needs its headers, so <tapeless/variable.hpp> does not include it. Each function is one node. Its gradients
// are made of these functions and of matmul, so that a recorded backward can be differentiated any number of times.
#pragma once

#include <tapeless/evaluate/factorization.hpp>
#include <tapeless/variable/formula_node.hpp>
#include <tapeless/variable/functions.hpp>
#include <tapeless/variable/matmul.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>
#include <type_traits>

namespace tapeless {
namespace detail {

template <class T, int Rank>
handle_to<body<T, Rank>> by_rows(const Variable<T, Rank>& x) {
    check_on_host(*x.state(), "linear algebra");
    return x.state()->is_by_rows() ? x.state() : clone_of(*x.state());
}
/// The matrices of an array by rows; is_vector: the last dimension is a column.
template <class T, int Rank>
matrices<T> matrices_in(const body<T, Rank>& x, bool is_vector = false) {
    const std::ptrdiff_t columns = is_vector ? 1 : x.shape[Rank - 1], rows = x.shape[is_vector ? Rank - 1 : Rank - 2];
    std::ptrdiff_t count = 1;
    for (int d = 0; d < (is_vector ? Rank - 1 : Rank - 2); ++d) count *= x.shape[d];
    return {x.data, count, rows, columns};
}
template <class T, int Rank>
matrices<const T> constant_matrices_in(const body<T, Rank>& x, bool is_vector = false) {
    const auto [data, count, rows, columns] = matrices_in(x, is_vector);
    return {data, count, rows, columns};
}
template <class T, int Rank>
void check_square(const char* function, const Variable<T, Rank>& a) {
    static_assert(std::is_floating_point_v<T>, "tapeless: linear algebra is of float and double.");
    if (a.shape()[Rank - 2] != a.shape()[Rank - 1]) throw variable_error(error_text::not_square(function, a.shape()[Rank - 2], a.shape()[Rank - 1]));
}
/// The place of a matrix, as errors of arrays of this rank name it.
template <int Rank>
std::ptrdiff_t place_in_batch(const factorization_end& end) {
    return Rank > 2 ? end.matrix : nowhere;
}
template <int Rank>
extents<Rank - 2> batch_shape(const extents<static_cast<std::size_t>(Rank)>& shape) {
    extents<Rank - 2> batch{};
    std::copy_n(shape.begin(), Rank - 2, batch.begin());
    return batch;
}
template <class T, int Rank>
std::shared_ptr<const lu_factors<T>> lu_of(const Variable<T, Rank>& a) {
    return std::make_shared<const lu_factors<T>>(constant_matrices_in(*by_rows(a)));
}

template <class T, int Rank>
Variable<T, Rank> transposed_matrices(const Variable<T, Rank>& x) {
    return x.transpose(-2, -1);
}
/// A number for each matrix, to multiply matrices by.
template <class T, int Rank>
Variable<T, Rank + 2> for_matrices(const Variable<T, Rank>& numbers) {
    return numbers.unsqueeze(-1).unsqueeze(-1);
}
/// Whether each element of a square matrix is in a triangle.
inline Variable<bool, 2> is_in_triangle(std::ptrdiff_t size, triangle which) {
    Variable<bool, 2> result(new_body<bool, 2>({size, size}));
    for (std::ptrdiff_t i = 0; i < size; ++i)
        for (std::ptrdiff_t j = 0; j < size; ++j) result.data_pointer()[i * size + j] = which == triangle::lower ? j <= i : i <= j;
    return result;
}

// X = A^-1 B, or A^-T B: the gradient by B is that of the transposed equation, and the one by A is -(gradient by B) X^T (Giles 2008, section 2.2.3),
// in a triangle only where A is one.
template <class T>
const char* solver_name(const lu_factors<T>&) {
    return "LinalgSolveExBackward0";
}
template <class T>
const char* solver_name(const triangular_factors<T>&) {
    return "LinalgSolveTriangularBackward0";
}
template <class T, int Rank>
Variable<T, Rank> negative_in_pattern(const lu_factors<T>&, const Variable<T, Rank>& x) {
    return -x;
}
template <class T, int Rank>
Variable<T, Rank> negative_in_pattern(const triangular_factors<T>& factors, const Variable<T, Rank>& x) {
    return where(is_in_triangle(x.shape()[Rank - 1], factors.which()), -x, T(0));
}
template <int MatrixRank, class Factors, class T, int Rank>
Variable<T, Rank> solution(const std::shared_ptr<const Factors>& factors, bool is_transposed, const edge_to& a, const Variable<T, Rank>& b) {
    constexpr bool is_vector = Rank == MatrixRank - 1;
    const auto values = new_body<T, Rank>(b.shape());
    factors->solve(constant_matrices_in(*by_rows(b), is_vector), matrices_in(*values, is_vector), is_transposed);
    const auto differentiate = [factors, is_transposed, a, to_b = edge_of(b)](backward_task& task, const Variable<T, Rank>& seed, const Variable<T, Rank>& x) {
        const Variable<T, Rank> by_b = solution<MatrixRank>(factors, !is_transposed, a, seed);
        if (to_b) send_gradient(task, to_b, by_b);
        if (!a) return;
        const auto product = [](const Variable<T, Rank>& left, const Variable<T, Rank>& right) {
            if constexpr (is_vector) return matmul(left.unsqueeze(-1), right.unsqueeze(-2));
            else return matmul(left, transposed_matrices(right));
        };
        send_gradient(task, a, negative_in_pattern(*factors, is_transposed ? product(x, by_b) : product(by_b, x)));
    };
    return with_formula(values, solver_name(*factors), differentiate, a, edge_of(b));
}
template <class T, class U, int MatrixRank, int Rank>
void check_equation(const char* function, const Variable<T, MatrixRank>& a, const Variable<U, Rank>& b) {
    static_assert(std::is_same_v<T, U>, "tapeless: expected the same number type in the matrices and the right sides of an equation, as PyTorch does.");
    static_assert(Rank == MatrixRank || Rank == MatrixRank - 1, "tapeless: a right side has the rank of the matrices, or one less if it is a vector for each.");
    constexpr bool is_vector = Rank == MatrixRank - 1;
    check_square(function, a);
    const std::ptrdiff_t size = a.shape()[MatrixRank - 1];
    bool is_batch = true;
    for (int d = 0; d < MatrixRank - 2; ++d) is_batch = is_batch && a.shape()[d] == b.shape()[d];
    // PyTorch takes what is no batch of vectors for a matrix.
    if (b.shape()[is_vector ? Rank - 1 : Rank - 2] != size || (is_vector && !is_batch))
        throw variable_error(error_text::equation_does_not_fit(function, size, b.shape()[Rank == 1 ? 0 : Rank - 2], Rank == 1 ? 1 : b.shape()[Rank - 1]));
    for (int d = 0; d < MatrixRank - 2; ++d)
        if (a.shape()[d] != b.shape()[d]) throw variable_error(error_text::sizes_do_not_broadcast(b.shape()[d], a.shape()[d], d));
}

/// A^-1 of matrices that have one: its gradient is -(A^-T seed A^-T) (Giles 2008, section 2.2.3).
template <class T, int Rank>
Variable<T, Rank> inverse_by(const lu_factors<T>& factors, const edge_to& a, const extents<static_cast<std::size_t>(Rank)>& shape) {
    if (const auto end = factors.zero_pivot()) throw variable_error(error_text::no_inverse(place_in_batch<Rank>(*end), end->row + 1));
    const auto values = new_body<T, Rank>(shape);
    factors.invert(matrices_in(*values));
    const auto differentiate = [a](backward_task& task, const Variable<T, Rank>& seed, const Variable<T, Rank>& inverse) {
        const auto transposed = transposed_matrices(inverse);
        send_gradient(task, a, Variable<T, Rank>(-matmul(matmul(transposed, seed), transposed)));
    };
    return with_formula(values, "LinalgInvExBackward0", differentiate, a);
}

}  // namespace detail

/// The lower triangular L with A = L L^T of symmetric positive definite matrices (..., n, n), whose lower triangles alone are read. The gradient is symmetric, as
/// if both triangles were (Giles 2008, section 2.3.2; Murray 2016, equation 10).
/// Errors: a variable_error where A is not square or not positive definite.
template <detail::in_statement Matrix>
    requires(detail::rank_in_expression<Matrix> >= 2)
auto cholesky(const Matrix& matrix) {
    const auto& a = detail::as_variable(matrix);
    using variable = std::remove_cvref_t<decltype(a)>;
    using T = typename variable::value_type;
    constexpr int rank = variable::rank;
    detail::check_square("linalg.cholesky", a);
    const auto values = detail::new_body<T, rank>(a.shape());
    if (const auto end = detail::cholesky_factors(detail::constant_matrices_in(*detail::by_rows(a)), detail::matrices_in(*values)))
        throw variable_error(error_text::not_positive_definite(detail::place_in_batch<rank>(*end), end->row + 1));
    const auto differentiate = [to_a = detail::edge_of(a)](detail::backward_task& task, const variable& seed, const variable& l) {
        // L^-T S L^-1, where S is half of L^T seed's lower triangle, mirrored.
        const variable product = matmul(detail::transposed_matrices(l), seed);
        const variable mirrored = T(0.5) * where(detail::is_in_triangle(l.shape()[rank - 1], triangle::lower), product, detail::transposed_matrices(product));
        const auto factors = std::make_shared<const detail::triangular_factors<T>>(detail::constant_matrices_in(*l.state()), triangle::lower);
        const auto divided = [&](const variable& x) { return detail::solution<rank>(factors, true, detail::edge_of(l), x); };
        detail::send_gradient(task, to_a, divided(detail::transposed_matrices(divided(mirrored))));
    };
    return detail::with_formula(values, "LinalgCholeskyExBackward0", differentiate, detail::edge_of(a));
}

/// X with A X = B: matrices A (..., n, n) and right sides B (..., n, k), or vectors (..., n). The extents before are the same: they do not broadcast. By LU with
/// partial pivoting, which backward uses again.
/// Errors: a variable_error where A is not square, the shapes do not fit, or A is singular. The number types must be the same.
template <detail::in_statement Matrix, detail::in_statement Right>
    requires(detail::rank_in_expression<Matrix> >= 2)
auto solve(const Matrix& matrix, const Right& right) {
    const auto& a = detail::as_variable(matrix);
    const auto& b = detail::as_variable(right);
    constexpr int rank = std::remove_cvref_t<decltype(a)>::rank;
    detail::check_equation("linalg.solve", a, b);
    const auto factors = detail::lu_of(a);
    if (const auto end = factors->zero_pivot()) throw variable_error(error_text::no_solution(detail::place_in_batch<rank>(*end)));
    return detail::solution<rank>(factors, false, detail::edge_of(a), b);
}

/// X with A X = B, of triangular matrices: of A the named triangle alone is read, and has a gradient. Shapes as of `solve`.
/// Errors: a variable_error where A is not square or the shapes do not fit. A zero on the diagonal makes infinities, as in PyTorch.
template <detail::in_statement Matrix, detail::in_statement Right>
    requires(detail::rank_in_expression<Matrix> >= 2)
auto solve_triangular(const Matrix& matrix, const Right& right, triangle which) {
    const auto& a = detail::as_variable(matrix);
    const auto& b = detail::as_variable(right);
    using variable = std::remove_cvref_t<decltype(a)>;
    detail::check_equation("linalg.solve_triangular", a, b);
    const auto factors = std::make_shared<const detail::triangular_factors<typename variable::value_type>>(detail::constant_matrices_in(*detail::by_rows(a)), which);
    return detail::solution<variable::rank>(factors, false, detail::edge_of(a), b);
}

/// The inverse of matrices (..., n, n). `solve` is faster and more accurate where it is only to be multiplied by.
/// Errors: a variable_error where A is not square, or singular.
template <detail::in_statement Matrix>
    requires(detail::rank_in_expression<Matrix> >= 2)
auto inverse(const Matrix& matrix) {
    const auto& a = detail::as_variable(matrix);
    using variable = std::remove_cvref_t<decltype(a)>;
    detail::check_square("linalg.inv", a);
    return detail::inverse_by<typename variable::value_type, variable::rank>(*detail::lu_of(a), detail::edge_of(a), a.shape());
}

/// The determinant of each matrix (..., n, n); 1 if n = 0. The gradient is the matrix of cofactors, det(A) A^-T (Giles 2008, section 2.2.4), right also where A is
/// singular; there it has no further derivatives, and a recorded backward throws.
/// Errors: a variable_error where A is not square.
template <detail::in_statement Matrix>
    requires(detail::rank_in_expression<Matrix> >= 2)
auto det(const Matrix& matrix) {
    const auto& a = detail::as_variable(matrix);
    using variable = std::remove_cvref_t<decltype(a)>;
    using T = typename variable::value_type;
    constexpr int rank = variable::rank;
    using numbers = Variable<T, rank - 2>;
    detail::check_square("linalg.det", a);
    const auto factors = detail::lu_of(a);
    const auto values = detail::new_node<detail::body<T, rank - 2>>(detail::batch_shape<rank>(a.shape()));
    for (std::ptrdiff_t k = 0; k < values->size(); ++k) values->data[k] = factors->determinant(k);
    const auto differentiate = [factors, to_a = detail::edge_of(a), elements = detail::clone_of(*a.state())](detail::backward_task& task, const numbers& seed, const numbers& determinant) {
        if (task.creates_graph()) {
            const variable inverse = detail::inverse_by<T, rank>(*factors, to_a, elements->shape);
            return detail::send_gradient(task, to_a, variable(detail::transposed_matrices(inverse) * detail::for_matrices(determinant) * detail::for_matrices(seed)));
        }
        const variable cofactors(detail::new_body<T, rank>(elements->shape));
        const auto from = detail::constant_matrices_in(*elements);
        const auto to = detail::matrices_in(*cofactors.state());
        if (!from.is_empty())
            for (std::ptrdiff_t k = 0; k < from.count; ++k) to[k] = detail::cofactors_of<T>(from[k]);
        detail::send_gradient(task, to_a, variable(cofactors * detail::for_matrices(seed)));
    };
    return detail::with_formula(values, "LinalgDetBackward0", differentiate, detail::edge_of(a));
}

/// The sign of determinants, and the logarithm of their absolute values.
template <class T, int Rank>
struct sign_and_logabsdet {
    Variable<T, Rank> sign;  ///< constant: 1, -1 or 0
    Variable<T, Rank> logabsdet;
};
namespace detail {
template <class T, int Rank>
sign_and_logabsdet<T, Rank - 2> log_determinants(const char* function, const Variable<T, Rank>& a) {
    using numbers = Variable<T, Rank - 2>;
    check_square(function, a);
    const auto factors = lu_of(a);
    const auto new_numbers = [&] { return new_node<body<T, Rank - 2>>(batch_shape<Rank>(a.shape())); };
    const auto signs = new_numbers(), logarithms = new_numbers();
    for (std::ptrdiff_t k = 0; k < signs->size(); ++k) {
        const auto [sign, value] = factors->log_determinant(k);
        signs->data[k] = sign;
        logarithms->data[k] = value;
    }
    const auto differentiate = [factors, to_a = edge_of(a), shape = a.shape()](backward_task& task, const numbers& seed, const numbers&) {
        const Variable<T, Rank> inverse = inverse_by<T, Rank>(*factors, to_a, shape);
        send_gradient(task, to_a, Variable<T, Rank>(transposed_matrices(inverse) * for_matrices(seed)));
    };
    return {numbers(signs), with_formula(logarithms, "LinalgSlogdetBackward0", differentiate, edge_of(a))};
}
}  // namespace detail

/// sign and log |det A| of each matrix (..., n, n), without overflow; 0 and -infinity of a singular one. The gradient of the logarithm is A^-T (Giles 2008, section 2.2.4).
/// Errors: a variable_error where A is not square, and in backward where it is singular.
template <detail::in_statement Matrix>
    requires(detail::rank_in_expression<Matrix> >= 2)
auto slogdet(const Matrix& matrix) {
    return detail::log_determinants("linalg.slogdet", detail::as_variable(matrix));
}

/// log det A of each matrix (..., n, n): -infinity of a singular one, NaN where the determinant is negative. Of a positive definite matrix
/// `2 * sum(log(diagonal(cholesky(A))))` takes half the time.
/// Errors: as of `slogdet`.
template <detail::in_statement Matrix>
    requires(detail::rank_in_expression<Matrix> >= 2)
auto logdet(const Matrix& matrix) {
    const auto [sign, logabsdet] = detail::log_determinants("logdet", detail::as_variable(matrix));
    using T = typename std::remove_cvref_t<decltype(sign)>::value_type;
    return Variable(where(sign < T(0), std::numeric_limits<T>::quiet_NaN(), logabsdet));
}

/// The diagonals of matrices (..., m, n), a view.
template <class T, int Rank>
    requires(Rank >= 2)
Variable<T, Rank - 1> diagonal(const Variable<T, Rank>& x) {
    const auto by_rows = detail::strides_by_rows(x.shape());
    extents<Rank - 1> shape{};
    detail::placement<Rank - 1> in_memory, places;
    for (int d = 0; d < Rank - 1; ++d) {
        const bool is_last = d == Rank - 2;
        shape[d] = is_last ? std::min(x.shape()[d], x.shape()[d + 1]) : x.shape()[d];
        in_memory.strides[d] = x.strides()[d] + (is_last ? x.strides()[d + 1] : 0);
        places.strides[d] = by_rows[d] + (is_last ? by_rows[d + 1] : 0);
    }
    return detail::view_of_variable<T, Rank - 1>(x, shape, in_memory, places, "DiagonalBackward0");
}

}  // namespace tapeless
