// SPDX-License-Identifier: BSL-1.0
// In the place of cuBLAS where there is no GPU: what its products are documented to do, by loops, on the host's memory. Counts calls, and refuses what cuBLAS refuses.
// [cuBLAS Library, cublas<t>gemm: C = alpha op(A) op(B) + beta C, matrices by columns; op(A) m by k, op(B) k by n, C m by n.]
#pragma once

#include <cublas_v2.h>

#include <algorithm>
#include <cstdint>

namespace cublas_on_host {

inline int products = 0, handles = 0;
inline cudaStream_t stream = nullptr;

template <class T>
cublasStatus_t multiply(cublasHandle_t handle, cublasOperation_t of_a, cublasOperation_t of_b, std::int64_t m, std::int64_t n, std::int64_t k, const T* alpha, const T* a, std::int64_t lda, const T* b, std::int64_t ldb,
                        const T* beta, T* c, std::int64_t ldc) {
    if (handle == nullptr) return CUBLAS_STATUS_NOT_INITIALIZED;
    const auto least = [](std::int64_t rows) { return std::max<std::int64_t>(1, rows); };
    if (m < 0 || n < 0 || k < 0 || lda < least(of_a == CUBLAS_OP_N ? m : k) || ldb < least(of_b == CUBLAS_OP_N ? k : n) || ldc < least(m)) return CUBLAS_STATUS_INVALID_VALUE;
    ++products;
    for (std::int64_t i = 0; i < m; ++i)
        for (std::int64_t j = 0; j < n; ++j) {
            T sum = 0;
            for (std::int64_t step = 0; step < k; ++step) sum += a[of_a == CUBLAS_OP_N ? i + step * lda : step + i * lda] * b[of_b == CUBLAS_OP_N ? step + j * ldb : j + step * ldb];
            T& element = c[i + j * ldc];
            element = *alpha * sum + (*beta == 0 ? T(0) : *beta * element);
        }
    return CUBLAS_STATUS_SUCCESS;
}

}  // namespace cublas_on_host

extern "C" {
inline cublasStatus_t cublasCreate_v2(cublasHandle_t* handle) {
    ++cublas_on_host::handles;
    *handle = reinterpret_cast<cublasHandle_t>(&cublas_on_host::handles);
    return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasDestroy_v2(cublasHandle_t) { return CUBLAS_STATUS_SUCCESS; }
inline cublasStatus_t cublasSetStream_v2(cublasHandle_t, cudaStream_t stream) {
    cublas_on_host::stream = stream;
    return CUBLAS_STATUS_SUCCESS;
}
inline const char* cublasGetStatusString(cublasStatus_t) { return "refused"; }
inline cublasStatus_t cublasSgemm_v2_64(cublasHandle_t handle, cublasOperation_t of_a, cublasOperation_t of_b, std::int64_t m, std::int64_t n, std::int64_t k, const float* alpha, const float* a, std::int64_t lda, const float* b,
                                        std::int64_t ldb, const float* beta, float* c, std::int64_t ldc) {
    return cublas_on_host::multiply(handle, of_a, of_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}
inline cublasStatus_t cublasDgemm_v2_64(cublasHandle_t handle, cublasOperation_t of_a, cublasOperation_t of_b, std::int64_t m, std::int64_t n, std::int64_t k, const double* alpha, const double* a, std::int64_t lda, const double* b,
                                        std::int64_t ldb, const double* beta, double* c, std::int64_t ldc) {
    return cublas_on_host::multiply(handle, of_a, of_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}
}
