// SPDX-License-Identifier: BSL-1.0
// Products of matrices of Variables on a CUDA device by cuBLAS: including this header makes them so in the whole program. For nvcc, link -lcublas; elsewhere it has
// no effect.
#pragma once

#ifdef __CUDACC__
#include <tapeless/device/cuda_system.hpp>
#include <tapeless/variable/device_of_system.hpp>

#include <cublas_v2.h>

#include <map>
#include <memory>
#include <string>
#include <type_traits>

namespace tapeless::detail {

inline void check_cublas(cublasStatus_t status, const char* what) {
    if (status != CUBLAS_STATUS_SUCCESS) throw device_error(std::string("tapeless::matmul: ") + what + " failed: " + cublasGetStatusString(status) + ".");
}
/// What cuBLAS knows of a device, which is the current one: each thread has its own.
inline cublasHandle_t cublas_on(int device) {
    struct destroyed {
        void operator()(cublasContext* handle) const { cublasDestroy(handle); }
    };
    static thread_local std::map<int, std::unique_ptr<cublasContext, destroyed>> handles;
    auto& handle = handles[device];
    if (!handle) {
        cublasHandle_t made = nullptr;
        check_cublas(cublasCreate(&made), "cublasCreate");
        handle.reset(made);
    }
    return handle.get();
}
/// cuBLAS's matrices are by columns: by rows its product of B and A is that of A and B.
template <class T>
void multiply_by_cublas(const execution::matrix_product<T>& p, int device) {
    const auto order = [](const execution::matrix_factor<T>& factor) { return factor.is_transposed ? CUBLAS_OP_T : CUBLAS_OP_N; };
    const T one = 1, of_before = p.adds ? T(1) : T(0);
    const auto handle = cublas_on(device);
    if constexpr (std::is_same_v<T, float>)
        check_cublas(cublasSgemm_64(handle, order(p.b), order(p.a), p.columns, p.rows, p.inner, &one, p.b.data, p.b.stride, p.a.data, p.a.stride, &of_before, p.c, p.c_stride), "cublasSgemm");
    else check_cublas(cublasDgemm_64(handle, order(p.b), order(p.a), p.columns, p.rows, p.inner, &one, p.b.data, p.b.stride, p.a.data, p.a.stride, &of_before, p.c, p.c_stride), "cublasDgemm");
}

inline const bool multiplies_by_cublas = (multiply_by_library<cuda_system, float> = multiply_by_cublas<float>, multiply_by_library<cuda_system, double> = multiply_by_cublas<double>, true);

}  // namespace tapeless::detail
#endif
