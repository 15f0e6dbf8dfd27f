// SPDX-License-Identifier: BSL-1.0
// In the place of cuBLAS where there is no GPU: what its products are documented to do, by loops, on the host's memory. Counts calls, and refuses what cuBLAS refuses.
// [cuBLAS Library, cublas<t>gemm: C = alpha op(A) op(B) + beta C, matrices by columns; op(A) m by k, op(B) k by n, C m by n.]
#pragma once

#include <cublasLt.h>
#include <cublas_v2.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace cublas_on_host {

inline int products = 0, epilogues = 0, handles = 0, choices = 0;
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

// cuBLASLt: D = epilogue(alpha op(A) op(B) + beta C); the bias is added to each column. Descriptions are kept in the opaque structures as numbers.
inline cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle) {
    *handle = reinterpret_cast<cublasLtHandle_t>(&cublas_on_host::epilogues);
    return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasLtDestroy(cublasLtHandle_t) { return CUBLAS_STATUS_SUCCESS; }
inline cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* made, cublasComputeType_t compute, cudaDataType_t scale) {
    *made = new cublasLtMatmulDescOpaque_t{};
    return compute == CUBLAS_COMPUTE_32F && scale == CUDA_R_32F ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_NOT_SUPPORTED;
}
inline cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t it) {
    delete it;
    return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t it, cublasLtMatmulDescAttributes_t attribute, const void* value, size_t bytes) {
    if (bytes > sizeof it->data[0] || bytes != (attribute == CUBLASLT_MATMUL_DESC_BIAS_POINTER ? 8u : 4u)) return CUBLAS_STATUS_INVALID_VALUE;
    std::memcpy(&it->data[attribute], value, bytes);
    return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t* made, cudaDataType type, std::uint64_t rows, std::uint64_t columns, std::int64_t stride) {
    *made = new cublasLtMatrixLayoutOpaque_t{{rows, columns, static_cast<std::uint64_t>(stride)}};
    return type == CUDA_R_32F && rows > 0 && columns > 0 && stride >= static_cast<std::int64_t>(rows) ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
}
inline cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t it) {
    delete it;
    return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t* made) {
    *made = new cublasLtMatmulPreferenceOpaque_t{};
    return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t it) {
    delete it;
    return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t, cublasLtMatmulPreferenceAttributes_t attribute, const void*, size_t bytes) {
    return bytes == (attribute == CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES ? 8u : 4u) ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
}
inline cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t, cublasLtMatmulDesc_t, cublasLtMatrixLayout_t, cublasLtMatrixLayout_t, cublasLtMatrixLayout_t, cublasLtMatrixLayout_t, cublasLtMatmulPreference_t, int,
                                                     cublasLtMatmulHeuristicResult_t* results, int* count) {
    ++cublas_on_host::choices;
    results[0].workspaceSize = 512;
    results[0].state = CUBLAS_STATUS_SUCCESS;
    *count = 1;
    return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasLtMatmul(cublasLtHandle_t, cublasLtMatmulDesc_t what, const void* alpha, const void* A, cublasLtMatrixLayout_t a, const void* B, cublasLtMatrixLayout_t b, const void* beta, const void* C,
                                     cublasLtMatrixLayout_t c, void* D, cublasLtMatrixLayout_t d, const cublasLtMatmulAlgo_t* algorithm, void* workspace, size_t workspace_bytes, cudaStream_t) {
    const auto of_a = static_cast<cublasOperation_t>(what->data[CUBLASLT_MATMUL_DESC_TRANSA]), of_b = static_cast<cublasOperation_t>(what->data[CUBLASLT_MATMUL_DESC_TRANSB]);
    const auto epilogue = static_cast<unsigned>(what->data[CUBLASLT_MATMUL_DESC_EPILOGUE]);
    const std::uint64_t m = d->data[0], n = d->data[1], k = of_a == CUBLAS_OP_N ? a->data[1] : a->data[0];
    const bool fits = (of_a == CUBLAS_OP_N ? a->data[0] : a->data[1]) == m && (of_b == CUBLAS_OP_N ? b->data[1] : b->data[0]) == n && (of_b == CUBLAS_OP_N ? b->data[0] : b->data[1]) == k && C == D && c == d;
    if (!fits || algorithm == nullptr || (workspace_bytes > 0 && workspace == nullptr) || (epilogue & CUBLASLT_EPILOGUE_BIAS) == 0) return CUBLAS_STATUS_INVALID_VALUE;
    float* const to = static_cast<float*>(D);
    const auto stride = [](cublasLtMatrixLayout_t of) { return static_cast<std::int64_t>(of->data[2]); };
    const int before = cublas_on_host::products;
    const cublasStatus_t status = cublas_on_host::multiply(reinterpret_cast<cublasHandle_t>(what), of_a, of_b, static_cast<std::int64_t>(m), static_cast<std::int64_t>(n), static_cast<std::int64_t>(k),
                                                           static_cast<const float*>(alpha), static_cast<const float*>(A), stride(a), static_cast<const float*>(B), stride(b), static_cast<const float*>(beta), to, stride(d));
    cublas_on_host::products = before;
    ++cublas_on_host::epilogues;
    const float* bias;
    std::memcpy(&bias, &what->data[CUBLASLT_MATMUL_DESC_BIAS_POINTER], sizeof bias);
    for (std::uint64_t j = 0; j < n; ++j)
        for (std::uint64_t i = 0; i < m; ++i) {
            float& element = to[static_cast<std::int64_t>(j) * stride(d) + static_cast<std::int64_t>(i)];
            element += bias[i];
            if ((epilogue & CUBLASLT_EPILOGUE_RELU) != 0 && element < 0) element = 0;
        }
    return status;
}
}
