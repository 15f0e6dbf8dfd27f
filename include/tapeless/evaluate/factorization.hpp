// SPDX-License-Identifier: BSL-1.0
// Factorizations of batches of square matrices, by Eigen: LU, Cholesky, and triangles as they are. Matrices lie by rows, one after the other.
#pragma once

// nvcc: Eigen's functions for the device make warnings, and nothing here runs there. Who wants both includes Eigen first.
#if defined(__CUDACC__) && !defined(EIGEN_NO_CUDA)
#define EIGEN_NO_CUDA
#endif
// Debian has Eigen in a folder of its own.
#if __has_include(<Eigen/LU>)
#include <Eigen/Cholesky>
#include <Eigen/LU>
#else
#include <eigen3/Eigen/Cholesky>
#include <eigen3/Eigen/LU>
#endif

#include <cmath>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <vector>

namespace tapeless {

/// A triangle of a matrix, with the diagonal.
enum class triangle { lower, upper };

namespace detail {

template <class T>
using eigen_matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// `count` matrices of `rows` by `columns`.
template <class T>
struct matrices {
    T* data;
    std::ptrdiff_t count, rows, columns;

    auto operator[](std::ptrdiff_t index) const {
        using matrix = std::conditional_t<std::is_const_v<T>, const eigen_matrix<std::remove_const_t<T>>, eigen_matrix<T>>;
        return Eigen::Map<matrix>(data + index * rows * columns, rows, columns);
    }
    bool is_empty() const { return count == 0 || rows == 0 || columns == 0; }
};

/// Where a factorization ended: the matrix, and its row, which count from 0.
struct factorization_end {
    std::ptrdiff_t matrix, row;
};

/// P A = L U with row interchanges. Singular matrices have one as well.
template <class T>
class lu_factors {
public:
    explicit lu_factors(const matrices<const T>& a) {
        for (std::ptrdiff_t k = 0; k < a.count; ++k) factors_.emplace_back(a[k]);
    }
    /// The first exact zero on a diagonal.
    std::optional<factorization_end> zero_pivot() const {
        for (std::size_t k = 0; k < factors_.size(); ++k)
            for (std::ptrdiff_t row = 0; row < factors_[k].rows(); ++row)
                if (factors_[k].matrixLU()(row, row) == T(0)) return factorization_end{static_cast<std::ptrdiff_t>(k), row};
        return std::nullopt;
    }
    /// A x = b, or transposed(A) x = b.
    void solve(const matrices<const T>& b, const matrices<T>& x, bool is_transposed) const {
        if (b.is_empty()) return;
        for (std::ptrdiff_t k = 0; k < b.count; ++k) {
            if (is_transposed) x[k] = of(k).transpose().solve(b[k]);
            else x[k] = of(k).solve(b[k]);
        }
    }
    void invert(const matrices<T>& inverse) const {
        if (inverse.is_empty()) return;
        for (std::ptrdiff_t k = 0; k < inverse.count; ++k) inverse[k] = of(k).inverse();
    }
    T determinant(std::ptrdiff_t matrix) const { return of(matrix).determinant(); }
    /// log |det A|, and the determinant's sign, which is 0 if that is.
    struct logarithm {
        T sign, value;
    };
    logarithm log_determinant(std::ptrdiff_t matrix) const {
        logarithm result{static_cast<T>(of(matrix).permutationP().determinant()), T(0)};
        for (std::ptrdiff_t row = 0; row < of(matrix).rows(); ++row) {
            const T pivot = of(matrix).matrixLU()(row, row);
            result.sign *= static_cast<T>((pivot > 0) - (pivot < 0));
            result.value += std::log(std::abs(pivot));
        }
        return result;
    }

private:
    const auto& of(std::ptrdiff_t matrix) const { return factors_[static_cast<std::size_t>(matrix)]; }

    std::vector<Eigen::PartialPivLU<eigen_matrix<T>>> factors_;
};

/// The lower or upper triangles of matrices; what else these have is not read.
template <class T>
class triangular_factors {
public:
    triangular_factors(const matrices<const T>& a, triangle which) : elements_(a.data, a.data + a.count * a.rows * a.columns), size_(a.rows), which_(which) {}
    triangle which() const { return which_; }
    void solve(const matrices<const T>& b, const matrices<T>& x, bool is_transposed) const {
        if (b.is_empty()) return;
        const matrices<const T> a{elements_.data(), b.count, size_, size_};
        for (std::ptrdiff_t k = 0; k < b.count; ++k) {
            if (which_ == triangle::lower) solve<Eigen::Lower, Eigen::Upper>(a[k], b[k], x[k], is_transposed);
            else solve<Eigen::Upper, Eigen::Lower>(a[k], b[k], x[k], is_transposed);
        }
    }

private:
    template <unsigned Own, unsigned Transposed>
    static void solve(const auto& a, const auto& b, auto x, bool is_transposed) {
        x = b;
        if (is_transposed) a.transpose().template triangularView<Transposed>().solveInPlace(x);
        else a.template triangularView<Own>().solveInPlace(x);
    }

    std::vector<T> elements_;
    std::ptrdiff_t size_;
    triangle which_;
};

/// A = L transposed(L) of symmetric matrices, whose lower triangles alone are read. Returns where one turned out not to be positive definite.
template <class T>
std::optional<factorization_end> cholesky_factors(const matrices<const T>& a, const matrices<T>& l) {
    using factorization = Eigen::LLT<eigen_matrix<T>>;
    const auto succeeds = [](const factorization& of) { return of.info() == Eigen::Success; };
    if (a.is_empty()) return std::nullopt;
    for (std::ptrdiff_t k = 0; k < a.count; ++k) {
        const factorization whole(a[k]);
        if (succeeds(whole)) {
            l[k] = whole.matrixL();
            continue;
        }
        // Eigen does not tell where it failed: by bisection, the smallest leading block that fails.
        std::ptrdiff_t good = 0, bad = a.rows;
        while (bad - good > 1) {
            const std::ptrdiff_t middle = (good + bad) / 2;
            (succeeds(factorization(a[k].topLeftCorner(middle, middle))) ? good : bad) = middle;
        }
        return factorization_end{k, bad - 1};
    }
    return std::nullopt;
}

/// The matrix of a square matrix's cofactors, the derivatives of its determinant, whether it is singular or not: from P A Q = L U with complete pivoting,
/// where in a matrix of rank n - 1 the last pivot alone is zero; nothing is divided by it.
template <class T>
eigen_matrix<T> cofactors_of(const auto& a) {
    const std::ptrdiff_t last = a.rows() - 1;
    const Eigen::FullPivLU<eigen_matrix<T>> factors(a);
    const eigen_matrix<T>& lu = factors.matrixLU();
    const T product = lu.diagonal().head(last).prod();
    // Of lower rank: all minors are zero.
    if (product == T(0)) return eigen_matrix<T>::Zero(a.rows(), a.rows());
    eigen_matrix<T> adjugate = factors.permutationP();
    lu.template triangularView<Eigen::UnitLower>().solveInPlace(adjugate);
    const auto upper = lu.topLeftCorner(last, last);
    eigen_matrix<T> above = lu(last, last) * adjugate.topRows(last) - lu.col(last).head(last) * adjugate.row(last);
    upper.template triangularView<Eigen::Upper>().solveInPlace(above);
    adjugate.topRows(last) = above;
    const auto sign = static_cast<T>(factors.permutationP().determinant() * factors.permutationQ().determinant());
    return sign * product * (factors.permutationQ() * adjugate).transpose();
}

}  // namespace detail
}  // namespace tapeless
