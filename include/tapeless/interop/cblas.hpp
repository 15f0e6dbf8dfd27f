// SPDX-License-Identifier: BSL-1.0
// execution::blas: products of matrices by a library with the interface of CBLAS, such as OpenBLAS. Products of Variables are its as well wherever this header is included.
#pragma once

#include <tapeless/evaluate/execution.hpp>
#include <tapeless/evaluate/multiply.hpp>

#include <cblas.h>

namespace tapeless::execution {

/// A policy with products of matrices of float and double by CBLAS.
template <detail::execution_policy Policy>
struct blas_policy : Policy {
    static void multiply(const matrix_product<double>& p) {
        cblas_dgemm(CblasRowMajor, order(p.a), order(p.b), length(p.rows), length(p.columns), length(p.inner), 1, p.a.data, length(p.a.stride), p.b.data, length(p.b.stride), p.adds, p.c,
                    length(p.c_stride));
    }
    static void multiply(const matrix_product<float>& p) {
        cblas_sgemm(CblasRowMajor, order(p.a), order(p.b), length(p.rows), length(p.columns), length(p.inner), 1, p.a.data, length(p.a.stride), p.b.data, length(p.b.stride), p.adds, p.c,
                    length(p.c_stride));
    }

private:
    static constexpr int length(std::ptrdiff_t count) { return static_cast<int>(count); }
    template <class T>
    static constexpr CBLAS_TRANSPOSE order(const matrix_factor<T>& factor) {
        return factor.is_transposed ? CblasTrans : CblasNoTrans;
    }
};

/// The same policy with products of matrices by CBLAS: `with_blas(execution::par)`.
template <detail::execution_policy Policy>
constexpr blas_policy<Policy> with_blas(const Policy&) {
    return {};
}
/// Loops on the thread of the call, products of matrices by CBLAS: `gradient(f)(execution::blas, X, W)`.
inline constexpr blas_policy<sequential_policy> blas{};

}  // namespace tapeless::execution

namespace tapeless::detail {

// Once for each program, before main.
template <class T>
inline bool multiplies_by_cblas = [] {
    multiply_matrices<T> = [](const execution::matrix_product<T>& product) { execution::blas_policy<execution::sequential_policy>::multiply(product); };
    return true;
}();
template bool multiplies_by_cblas<float>;
template bool multiplies_by_cblas<double>;

}  // namespace tapeless::detail
