// SPDX-License-Identifier: BSL-1.0
// Linear algebra of Variables by Eigen: cholesky, solve, solve_triangular, inverse, det, logdet, slogdet. Matrices are the last two dimensions, those before are batches.
// Gradients are formulas of the same functions, from M. Giles, Collected matrix derivative results for forward and reverse mode algorithmic differentiation (2008),
// and I. Murray, Differentiation of the Cholesky decomposition (2016); they can be differentiated again.
#pragma once

#include <tapeless/variable/error.hpp>
#include <tapeless/variable/formula_node.hpp>
#include <tapeless/variable/matmul.hpp>

// For the host: nvcc warns of Eigen's annotations. It is where Debian has it, unless a search path names it.
#if defined(__CUDACC__) && !defined(EIGEN_NO_CUDA)
#define EIGEN_NO_CUDA
#define TAPELESS_DEFINED_EIGEN_NO_CUDA
#endif
#if __has_include(<Eigen/Cholesky>)
#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <Eigen/SVD>
#else
#include <eigen3/Eigen/Cholesky>
#include <eigen3/Eigen/LU>
#include <eigen3/Eigen/SVD>
#endif
#ifdef TAPELESS_DEFINED_EIGEN_NO_CUDA
#undef EIGEN_NO_CUDA
#undef TAPELESS_DEFINED_EIGEN_NO_CUDA
#endif

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tapeless {
namespace detail {

template <class T>
using eigen_matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The matrices of an array, one after the other by rows. Those of an array that lies otherwise are copied.
template <class T, int Rank>
class matrices_of {
public:
    explicit matrices_of(const Variable<T, Rank>& x) : kept_(x.state()->is_by_rows() ? x.state() : clone_of(*x.state())) {}
    std::ptrdiff_t rows() const { return kept_->shape[Rank - 2]; }
    std::ptrdiff_t columns() const { return kept_->shape[Rank - 1]; }
    std::ptrdiff_t count() const {
        std::ptrdiff_t all = 1;
        for (int d = 0; d < Rank - 2; ++d) all *= kept_->shape[d];
        return all;
    }
    Eigen::Map<eigen_matrix<T>> operator[](std::ptrdiff_t which) const { return {kept_->data + which * rows() * columns(), rows(), columns()}; }

private:
    handle_to<body<T, Rank>> kept_;
};

template <class T, int Rank>
void check_square(const char* function, const Variable<T, Rank>& a) {
    const std::ptrdiff_t rows = a.shape()[Rank - 2], columns = a.shape()[Rank - 1];
    if (rows != columns)
        throw variable_error(std::string(function) + ": A must be batches of square matrices, but they are " + std::to_string(rows) + " by " + std::to_string(columns) + " matrices");
}
template <class T, int Rank>
void check_equation(const char* function, const Variable<T, Rank>& a, const Variable<T, Rank>& b, bool is_left) {
    check_square(function, a);
    const std::ptrdiff_t size = a.shape()[Rank - 1], rows = b.shape()[Rank - 2], columns = b.shape()[Rank - 1];
    if (size != (is_left ? rows : columns))
        throw variable_error(std::string(function) + ": Incompatible shapes of A and B for the equation " + (is_left ? "AX = B (" : "XA = B (") + std::to_string(size) + "x" + std::to_string(size) + " and " +
                             std::to_string(rows) + "x" + std::to_string(columns) + ")");
    for (int d = 0; d < Rank - 2; ++d)
        if (a.shape()[d] != b.shape()[d])
            throw variable_error(std::string(function) + ": A and B have the same batches, but their shapes are " + shape_text(a.shape()).text + " and " + shape_text(b.shape()).text);
}
/// Which of several matrices an error is about.
template <int Rank>
std::string batch_element(std::ptrdiff_t which) {
    return Rank > 2 ? "(Batch element " + std::to_string(which) + "): " : "";
}

template <class T, int Rank>
Variable<T, Rank> same_shape_as(const Variable<T, Rank>& x) {
    return Variable<T, Rank>(new_body<T, Rank>(x.shape()));
}
template <class T>
using lu_of = Eigen::PartialPivLU<eigen_matrix<T>>;
/// The first pivot that is 0, counted from 1; 0 if there is none.
template <class T>
std::ptrdiff_t zero_pivot(const lu_of<T>& lu) {
    for (std::ptrdiff_t k = 0; k < lu.rows(); ++k)
        if (lu.matrixLU()(k, k) == 0) return k + 1;
    return 0;
}

/// One below (or above) the diagonal and another factor on it, 0 elsewhere.
template <class T>
Variable<T, 2> triangle(std::ptrdiff_t size, bool is_upper, T on_diagonal) {
    Variable<T, 2> mask(new_body<T, 2>({size, size}));
    for (std::ptrdiff_t r = 0; r < size; ++r)
        for (std::ptrdiff_t c = 0; c < size; ++c) mask.data_pointer()[r * size + c] = r == c ? on_diagonal : (r < c) == is_upper ? T(1) : T(0);
    return mask;
}
template <class T, int Rank>
Variable<T, Rank> transposed(const Variable<T, Rank>& x) {
    return x.transpose(-2, -1);
}

struct triangular_rule {
    static constexpr const char* name = "LinalgSolveTriangularBackward0";
    static constexpr bool reads_result = true;
    bool is_upper, is_left;

    template <class T, int Rank>
    Variable<T, Rank> evaluate(const Variable<T, Rank>& a, const Variable<T, Rank>& b) const {
        check_equation("linalg.solve_triangular", a, b, is_left);
        auto result = same_shape_as(b);
        const matrices_of<T, Rank> left(a), right(b), to(result);
        for (std::ptrdiff_t k = 0; k < left.count(); ++k) {
            auto x = to[k];
            x = right[k];
            if (x.size() == 0) continue;
            if (is_upper && is_left) left[k].template triangularView<Eigen::Upper>().solveInPlace(x);
            else if (is_left) left[k].template triangularView<Eigen::Lower>().solveInPlace(x);
            else if (is_upper) left[k].template triangularView<Eigen::Upper>().template solveInPlace<Eigen::OnTheRight>(x);
            else left[k].template triangularView<Eigen::Lower>().template solveInPlace<Eigen::OnTheRight>(x);
        }
        return result;
    }
    template <class T, int Rank>
    std::tuple<Variable<T, Rank>, Variable<T, Rank>> gradients(const std::array<bool, 2>& wanted, const Variable<T, Rank>& x, const Variable<T, Rank>& seed, const Variable<T, Rank>& a,
                                                               const Variable<T, Rank>&) const {
        const auto of_b = by_formula<T, Rank>(triangular_rule{!is_upper, is_left}, transposed(a), seed);
        if (!wanted[0]) return {nullptr, of_b};
        const auto product = is_left ? matmul(of_b, transposed(x)) : matmul(transposed(x), of_b);
        return {-product * triangle<T>(a.shape()[Rank - 1], is_upper, 1), of_b};
    }
};

struct cholesky_rule {
    static constexpr const char* name = "LinalgCholeskyExBackward0";
    static constexpr bool reads_result = true;

    template <class T, int Rank>
    Variable<T, Rank> evaluate(const Variable<T, Rank>& a) const {
        check_square("linalg.cholesky", a);
        auto result = same_shape_as(a);
        const matrices_of<T, Rank> from(a), to(result);
        for (std::ptrdiff_t k = 0; k < from.count(); ++k) {
            if (from.rows() == 0) continue;
            const Eigen::LLT<eigen_matrix<T>> llt(from[k]);
            to[k] = llt.matrixL();
            if (llt.info() != Eigen::Success || !(to[k].diagonal().minCoeff() > 0) || !to[k].diagonal().allFinite())
                throw variable_error("linalg.cholesky: " + batch_element<Rank>(k) + "The factorization could not be completed because the input is not positive-definite (the leading minor of order " +
                                     std::to_string(first_bad_minor(from[k])) + " is not positive-definite).");
        }
        return result;
    }
    // P = L^T G, of which the lower triangle with half of the diagonal counts; the gradient is the symmetric part of L^-T P L^-1.
    template <class T, int Rank>
    std::tuple<Variable<T, Rank>> gradients(const std::array<bool, 1>&, const Variable<T, Rank>& l, const Variable<T, Rank>& seed, const Variable<T, Rank>&) const {
        const Variable<T, Rank> p = matmul(transposed(l), seed) * triangle<T>(l.shape()[Rank - 1], false, T(0.5));
        const auto left = by_formula<T, Rank>(triangular_rule{true, true}, transposed(l), p);
        const auto both = by_formula<T, Rank>(triangular_rule{false, false}, l, left);
        return {(both + transposed(both)) * T(0.5)};
    }

private:
    template <class Matrix>
    static std::ptrdiff_t first_bad_minor(const Matrix& a) {
        using matrix = eigen_matrix<typename Matrix::Scalar>;
        std::ptrdiff_t order = 1;
        for (; order < a.rows(); ++order) {
            const Eigen::LLT<matrix> llt(matrix(a.topLeftCorner(order, order)));
            const matrix l = llt.matrixL();
            if (llt.info() != Eigen::Success || !(l.diagonal().minCoeff() > 0) || !l.diagonal().allFinite()) break;
        }
        return order;
    }
};

struct inverse_rule {
    static constexpr const char* name = "LinalgInvExBackward0";
    static constexpr bool reads_result = true;

    template <class T, int Rank>
    Variable<T, Rank> evaluate(const Variable<T, Rank>& a) const {
        check_square("linalg.inv", a);
        auto result = same_shape_as(a);
        const matrices_of<T, Rank> from(a), to(result);
        for (std::ptrdiff_t k = 0; k < from.count(); ++k) {
            if (from.rows() == 0) continue;
            const lu_of<T> lu(from[k]);
            if (const std::ptrdiff_t zero = zero_pivot<T>(lu))
                throw variable_error("linalg.inv: " + batch_element<Rank>(k) + "The diagonal element " + std::to_string(zero) +
                                     " is zero, the inversion could not be completed because the input matrix is singular.");
            to[k] = lu.inverse();
        }
        return result;
    }
    template <class T, int Rank>
    std::tuple<Variable<T, Rank>> gradients(const std::array<bool, 1>&, const Variable<T, Rank>& x, const Variable<T, Rank>& seed, const Variable<T, Rank>&) const {
        const auto back = transposed(x);
        return {-matmul(matmul(back, seed), back)};
    }
};

struct solve_rule {
    static constexpr const char* name = "LinalgSolveExBackward0";
    static constexpr bool reads_result = true;

    template <class T, int Rank>
    Variable<T, Rank> evaluate(const Variable<T, Rank>& a, const Variable<T, Rank>& b) const {
        check_equation("linalg.solve", a, b, true);
        auto result = same_shape_as(b);
        const matrices_of<T, Rank> left(a), right(b), to(result);
        for (std::ptrdiff_t k = 0; k < left.count(); ++k) {
            if (left.rows() == 0) continue;
            const lu_of<T> lu(left[k]);
            if (zero_pivot<T>(lu)) throw variable_error("torch.linalg.solve: " + batch_element<Rank>(k) + "The solver failed because the input matrix is singular.");
            if (right.columns() > 0) to[k] = lu.solve(right[k]);
        }
        return result;
    }
    template <class T, int Rank>
    std::tuple<Variable<T, Rank>, Variable<T, Rank>> gradients(const std::array<bool, 2>& wanted, const Variable<T, Rank>& x, const Variable<T, Rank>& seed, const Variable<T, Rank>& a,
                                                               const Variable<T, Rank>&) const {
        const auto of_b = by_formula<T, Rank>(solve_rule{}, transposed(a), seed);
        if (!wanted[0]) return {nullptr, of_b};
        return {-matmul(of_b, transposed(x)), of_b};
    }
};

/// A number for each matrix as one matrix of one element.
template <class T, int Rank>
auto as_matrices(const Variable<T, Rank>& numbers) {
    return numbers.unsqueeze(-1).unsqueeze(-1);
}
/// Writes a number for each matrix: number(its LU decomposition), or that of a matrix without elements, `of_none`.
template <class T, int Rank, class Number>
Variable<T, Rank - 2> number_of_each(const Variable<T, Rank>& a, T of_none, const Number& number) {
    extents<Rank - 2> shape;
    for (int d = 0; d < Rank - 2; ++d) shape[d] = a.shape()[d];
    Variable<T, Rank - 2> result(new_node<body<T, Rank - 2>>(shape));
    const matrices_of<T, Rank> from(a);
    for (std::ptrdiff_t k = 0; k < from.count(); ++k) result.data_pointer()[k] = from.rows() == 0 ? of_none : number(lu_of<T>(from[k]));
    return result;
}
/// 1, -1 or 0, and the logarithm of the absolute value.
template <class T>
std::pair<T, T> sign_and_logarithm(const lu_of<T>& lu) {
    T sign = static_cast<T>(lu.permutationP().determinant()), logarithm = 0;
    for (std::ptrdiff_t k = 0; k < lu.rows(); ++k) {
        const T pivot = lu.matrixLU()(k, k);
        sign *= static_cast<T>((pivot > 0) - (pivot < 0));
        logarithm += std::log(std::abs(pivot));
    }
    return {sign, logarithm};
}

struct determinant_rule {
    static constexpr const char* name = "LinalgDetBackward0";
    static constexpr bool reads_result = true;

    template <class T, int Rank>
    Variable<T, Rank - 2> evaluate(const Variable<T, Rank>& a) const {
        check_square("linalg.det", a);
        return number_of_each(a, T(1), [](const lu_of<T>& lu) { return lu.determinant(); });
    }
    template <class T, int Rank>
    std::tuple<Variable<T, Rank>> gradients(const std::array<bool, 1>&, const Variable<T, Rank - 2>& determinant, const Variable<T, Rank - 2>& seed, const Variable<T, Rank>& a) const {
        const matrices_of<T, Rank> from(a);
        bool is_regular = true;
        for (std::ptrdiff_t k = 0; k < from.count(); ++k) is_regular = is_regular && (from.rows() == 0 || zero_pivot<T>(lu_of<T>(from[k])) == 0);
        if (is_regular) return {as_matrices(Variable<T, Rank - 2>(seed * determinant)) * transposed(by_formula<T, Rank>(inverse_rule{}, a))};
        if (is_grad_enabled()) throw variable_error("create_graph: the gradient of the determinant of a singular matrix is not recorded; it has first derivatives only");
        return {as_matrices(seed) * cofactors(a)};
    }

private:
    // Of any matrix A = U S V^T, regular or not: det(U) det(V) U C V^T, where C has the products of all singular values but one.
    template <class T, int Rank>
    static Variable<T, Rank> cofactors(const Variable<T, Rank>& a) {
        auto result = same_shape_as(a);
        const matrices_of<T, Rank> from(a), to(result);
        for (std::ptrdiff_t k = 0; k < from.count(); ++k) {
            const Eigen::JacobiSVD<eigen_matrix<T>> svd(from[k], Eigen::ComputeFullU | Eigen::ComputeFullV);
            auto others = svd.singularValues().eval();
            for (std::ptrdiff_t i = 0; i < others.size(); ++i) {
                others[i] = svd.matrixU().determinant() * svd.matrixV().determinant();
                for (std::ptrdiff_t j = 0; j < others.size(); ++j)
                    if (j != i) others[i] *= svd.singularValues()[j];
            }
            to[k] = svd.matrixU() * others.asDiagonal() * svd.matrixV().transpose();
        }
        return result;
    }
};

/// The logarithm of the determinant, NaN if that is negative; or of its absolute value.
template <bool IsOfAbsolute>
struct log_determinant_rule {
    static constexpr const char* name = IsOfAbsolute ? "LinalgSlogdetBackward0" : "LogdetBackward0";
    static constexpr bool reads_result = false;

    template <class T, int Rank>
    Variable<T, Rank - 2> evaluate(const Variable<T, Rank>& a) const {
        check_square(IsOfAbsolute ? "linalg.slogdet" : "logdet", a);
        return number_of_each(a, T(0), [](const lu_of<T>& lu) {
            const auto [sign, logarithm] = sign_and_logarithm<T>(lu);
            return IsOfAbsolute || !(sign < 0) ? logarithm : std::numeric_limits<T>::quiet_NaN();
        });
    }
    template <class T, int Rank>
    std::tuple<Variable<T, Rank>> gradients(const std::array<bool, 1>&, const Variable<T, Rank - 2>&, const Variable<T, Rank - 2>& seed, const Variable<T, Rank>& a) const {
        return {as_matrices(seed) * transposed(by_formula<T, Rank>(inverse_rule{}, a))};
    }
};

template <class X>
concept matrices = in_statement<X> && (rank_in_expression<X> >= 2);

}  // namespace detail

/// The lower triangular L with L L^T = A. The lower triangle of A is read; the gradient is symmetric.
/// a: positive definite matrices. Errors: a variable_error where one is not, or not square.
template <detail::matrices A>
auto cholesky(const A& a) {
    const auto& x = detail::as_variable(a);
    return detail::by_formula<typename std::remove_cvref_t<decltype(x)>::value_type, std::remove_cvref_t<decltype(x)>::rank>(detail::cholesky_rule{}, x);
}
/// The X with A X = B, or X A = B if `left` is false. The other triangle of A is not read, and its gradient is 0.
/// a: triangular matrices, n by n. b: as many matrices, n by m, or m by n. Errors: a variable_error where shapes do not fit. A zero on the diagonal gives infinities.
template <detail::matrices A, detail::matrices B>
    requires(detail::rank_in_expression<A> == detail::rank_in_expression<B>)
auto solve_triangular(const A& a, const B& b, bool upper, bool left = true) {
    const auto& x = detail::as_variable(a);
    const auto& y = detail::as_variable(b);
    return detail::by_formula<typename std::remove_cvref_t<decltype(x)>::value_type, std::remove_cvref_t<decltype(x)>::rank>(detail::triangular_rule{upper, left}, x, y);
}
/// The inverse, by an LU decomposition.
/// a: n by n. Errors: a variable_error where a pivot is 0, or a matrix is not square.
template <detail::matrices A>
auto inverse(const A& a) {
    const auto& x = detail::as_variable(a);
    return detail::by_formula<typename std::remove_cvref_t<decltype(x)>::value_type, std::remove_cvref_t<decltype(x)>::rank>(detail::inverse_rule{}, x);
}
/// The X with A X = B, by an LU decomposition.
/// a: n by n. b: as many matrices of n by m, or as many vectors of n. Errors: a variable_error where a pivot is 0, or shapes do not fit.
template <detail::matrices A, detail::in_statement B>
    requires(detail::rank_in_expression<A> == detail::rank_in_expression<B> || detail::rank_in_expression<A> == detail::rank_in_expression<B> + 1)
auto solve(const A& a, const B& b) {
    const auto& x = detail::as_variable(a);
    const auto& y = detail::as_variable(b);
    using number = typename std::remove_cvref_t<decltype(x)>::value_type;
    constexpr int rank = std::remove_cvref_t<decltype(x)>::rank;
    if constexpr (std::remove_cvref_t<decltype(y)>::rank == rank) return detail::by_formula<number, rank>(detail::solve_rule{}, x, y);
    else return detail::by_formula<number, rank>(detail::solve_rule{}, x, y.unsqueeze(-1)).squeeze(-1);
}
/// The determinants. a: n by n; of matrices of no element 1. The gradient of a singular matrix, by a singular value decomposition, is not differentiated again.
template <detail::matrices A>
auto det(const A& a) {
    const auto& x = detail::as_variable(a);
    return detail::by_formula<typename std::remove_cvref_t<decltype(x)>::value_type, std::remove_cvref_t<decltype(x)>::rank - 2>(detail::determinant_rule{}, x);
}
/// The logarithms of the determinants, without overflow: NaN where one is negative, -infinity where it is 0. a: n by n.
template <detail::matrices A>
auto logdet(const A& a) {
    const auto& x = detail::as_variable(a);
    return detail::by_formula<typename std::remove_cvref_t<decltype(x)>::value_type, std::remove_cvref_t<decltype(x)>::rank - 2>(detail::log_determinant_rule<false>{}, x);
}

/// The signs of determinants, and the logarithms of their absolute values. Only these have gradients.
template <class T, int Rank>
struct sign_and_logabsdet {
    Variable<T, Rank> sign, logabsdet;
};
/// a: n by n.
template <detail::matrices A>
auto slogdet(const A& a) {
    const auto& x = detail::as_variable(a);
    using number = typename std::remove_cvref_t<decltype(x)>::value_type;
    constexpr int rank = std::remove_cvref_t<decltype(x)>::rank - 2;
    auto logarithm = detail::by_formula<number, rank>(detail::log_determinant_rule<true>{}, x);
    auto sign = detail::number_of_each(x, number(1), [](const detail::lu_of<number>& lu) { return detail::sign_and_logarithm<number>(lu).first; });
    return sign_and_logabsdet<number, rank>{std::move(sign), std::move(logarithm)};
}

}  // namespace tapeless
