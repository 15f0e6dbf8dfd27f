// SPDX-License-Identifier: BSL-1.0
// execution::cublas: functions of arrays on a CUDA device with products of matrices by cuBLAS. Products of Variables there are its as well wherever this header is
// included. For nvcc, link -lcublas; elsewhere it has no effect.
#pragma once

#if __has_include(<cublas_v2.h>)
#include <tapeless/device/policy.hpp>
#include <tapeless/evaluate/execution.hpp>
#include <tapeless/variable/device_of_system.hpp>

#include <cublas_v2.h>

#include <map>
#include <memory>
#include <string>
#include <type_traits>

namespace tapeless::detail {

/// A system with products of matrices by cuBLAS, in the precision that the numbers have.
template <class System>
struct cublas_system : System {
    template <class T>
    static void multiply(const execution::matrix_product<T>& p, stream_handle stream, const statement& who) {
        const auto order = [](const execution::matrix_factor<T>& factor) { return factor.is_transposed ? CUBLAS_OP_T : CUBLAS_OP_N; };
        const T one = 1, of_before = p.adds ? T(1) : T(0);
        const cublasHandle_t handle = handle_of_current_device(who);
        check(cublasSetStream(handle, stream), who, "cublasSetStream");
        // cuBLAS's matrices are by columns: what it takes for the product of B and A is, by rows, that of A and B.
        const auto call = [&](auto gemm, const char* name) {
            check(gemm(handle, order(p.b), order(p.a), p.columns, p.rows, p.inner, &one, p.b.data, p.b.stride, p.a.data, p.a.stride, &of_before, p.c, p.c_stride), who, name);
        };
        if constexpr (std::is_same_v<T, float>) call(cublasSgemm_64, "cublasSgemm");
        else call(cublasDgemm_64, "cublasDgemm");
    }

private:
    static void check(cublasStatus_t status, const statement& who, const char* what) {
        if (status != CUBLAS_STATUS_SUCCESS) throw device_error(text_of(who) + ": " + what + " failed: " + cublasGetStatusString(status) + ".");
    }
    /// Each thread has its own.
    static cublasHandle_t handle_of_current_device(const statement& who) {
        struct destroyed {
            void operator()(cublasContext* handle) const { cublasDestroy(handle); }
        };
        static thread_local std::map<int, std::unique_ptr<cublasContext, destroyed>> handles;
        auto& handle = handles[System::current_device_index()];
        if (!handle) {
            cublasHandle_t made = nullptr;
            check(cublasCreate(&made), who, "cublasCreate");
            handle.reset(made);
        }
        return handle.get();
    }
};

/// Makes products of Variables on a system's devices cuBLAS's.
template <class System>
bool multiply_by_cublas() {
    multiply_by_library<System, float> = cublas_system<System>::template multiply<float>;
    multiply_by_library<System, double> = cublas_system<System>::template multiply<double>;
    return true;
}

}  // namespace tapeless::detail

#ifdef __CUDACC__
namespace tapeless {
namespace detail {

// Once for each program, before main.
inline const bool multiplies_by_cublas = multiply_by_cublas<cuda_system>();

}  // namespace detail

namespace execution {

/// As execution::device, with products of matrices by cuBLAS: `gradient(f)(execution::cublas, X, W)`.
inline constexpr device_policy<detail::cublas_system<detail::cuda_system>> cublas{};

}  // namespace execution
}  // namespace tapeless
#endif
#endif
