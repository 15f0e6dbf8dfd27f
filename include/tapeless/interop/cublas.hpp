// SPDX-License-Identifier: BSL-1.0
// execution::cublas: functions of arrays on a CUDA device with products of matrices by cuBLAS. Products of Variables there are its as well wherever this header is
// included. For nvcc, link -lcublas -lcublasLt; elsewhere it has no effect.
#pragma once

#if __has_include(<cublasLt.h>) && __has_include(<cublas_v2.h>)
#include <tapeless/device/memory.hpp>
#include <tapeless/device/policy.hpp>
#include <tapeless/device/product_epilogue.hpp>
#include <tapeless/evaluate/execution.hpp>
#include <tapeless/variable/device_of_system.hpp>

#include <cublasLt.h>
#include <cublas_v2.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

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

    /// By cuBLASLt.
    static void multiply(const execution::matrix_product<float>& p, const execution::product_epilogue<float>& epilogue, stream_handle stream, const statement& who) {
        const float one = 1, of_before = p.adds ? 1 : 0;
        const planned_product& plan = planned(p, epilogue, who);
        const void* const bias = epilogue.bias;
        check(cublasLtMatmulDescSetAttribute(plan.what.get(), CUBLASLT_MATMUL_DESC_BIAS_POINTER, &bias, sizeof bias), who, "cublasLtMatmulDescSetAttribute");
        device_array<unsigned char, 1, System> workspace({static_cast<std::ptrdiff_t>(plan.how.workspaceSize)}, stream, who);
        check(cublasLtMatmul(lt_of_current_device(who), plan.what.get(), &one, p.b.data, plan.b.get(), p.a.data, plan.a.get(), &of_before, p.c, plan.c.get(), p.c, plan.c.get(), &plan.how.algo,
                             workspace.data(), plan.how.workspaceSize, stream), who, "cublasLtMatmul");
    }

private:
    template <class Opaque, auto Destroy>
    struct destroyed_by {
        void operator()(Opaque* it) const { Destroy(it); }
    };
    template <class Opaque, auto Destroy>
    using owned = std::unique_ptr<Opaque, destroyed_by<Opaque, Destroy>>;
    using owned_layout = owned<std::remove_pointer_t<cublasLtMatrixLayout_t>, cublasLtMatrixLayoutDestroy>;
    /// What cuBLASLt is told of products of one kind, and has chosen for them. The bias is that of the call.
    struct planned_product {
        owned<std::remove_pointer_t<cublasLtMatmulDesc_t>, cublasLtMatmulDescDestroy> what;
        owned_layout a, b, c;
        cublasLtMatmulHeuristicResult_t how;
    };
    static constexpr std::uint64_t most_workspace = std::uint64_t{32} << 20;

    /// The choice takes cuBLASLt longer than a small product: it is kept for each kind.
    static const planned_product& planned(const execution::matrix_product<float>& p, const execution::product_epilogue<float>& epilogue, const statement& who) {
        using kind = std::array<std::int64_t, 11>;
        static thread_local std::map<kind, planned_product> all;
        const auto alignment = [](const void* memory) { return static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(memory) % 16); };
        const kind key{System::current_device_index(), p.rows, p.columns, p.inner, p.a.stride, p.a.is_transposed, p.b.stride, p.b.is_transposed, p.c_stride, epilogue.relu,
                       alignment(p.a.data) << 12 | alignment(p.b.data) << 8 | alignment(p.c) << 4 | alignment(epilogue.bias)};
        const auto found = all.find(key);
        if (found != all.end()) return found->second;
        planned_product plan{};
        cublasLtMatmulDesc_t what = nullptr;
        check(cublasLtMatmulDescCreate(&what, CUBLAS_COMPUTE_32F, CUDA_R_32F), who, "cublasLtMatmulDescCreate");
        plan.what.reset(what);
        const auto set = [&](cublasLtMatmulDescAttributes_t attribute, const auto& value) { check(cublasLtMatmulDescSetAttribute(what, attribute, &value, sizeof value), who, "cublasLtMatmulDescSetAttribute"); };
        // By columns the factors change places, as above; a row is then a column.
        set(CUBLASLT_MATMUL_DESC_TRANSA, p.b.is_transposed ? CUBLAS_OP_T : CUBLAS_OP_N);
        set(CUBLASLT_MATMUL_DESC_TRANSB, p.a.is_transposed ? CUBLAS_OP_T : CUBLAS_OP_N);
        set(CUBLASLT_MATMUL_DESC_EPILOGUE, epilogue.relu ? CUBLASLT_EPILOGUE_RELU_BIAS : CUBLASLT_EPILOGUE_BIAS);
        const void* const bias = epilogue.bias;
        set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, bias);
        const auto layout = [&](std::ptrdiff_t rows, std::ptrdiff_t columns, std::ptrdiff_t stride, bool is_transposed) {
            cublasLtMatrixLayout_t made = nullptr;
            check(cublasLtMatrixLayoutCreate(&made, CUDA_R_32F, static_cast<std::uint64_t>(is_transposed ? rows : columns), static_cast<std::uint64_t>(is_transposed ? columns : rows), stride), who,
                  "cublasLtMatrixLayoutCreate");
            return owned_layout(made);
        };
        plan.a = layout(p.rows, p.inner, p.a.stride, p.a.is_transposed);
        plan.b = layout(p.inner, p.columns, p.b.stride, p.b.is_transposed);
        plan.c = layout(p.rows, p.columns, p.c_stride, false);
        cublasLtMatmulPreference_t made = nullptr;
        check(cublasLtMatmulPreferenceCreate(&made), who, "cublasLtMatmulPreferenceCreate");
        const owned<std::remove_pointer_t<cublasLtMatmulPreference_t>, cublasLtMatmulPreferenceDestroy> preference(made);
        const auto prefer = [&](cublasLtMatmulPreferenceAttributes_t attribute, const auto& value) { check(cublasLtMatmulPreferenceSetAttribute(made, attribute, &value, sizeof value), who, "cublasLtMatmulPreferenceSetAttribute"); };
        prefer(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, most_workspace);
        // What the memory of this kind is aligned to; it would take more for granted.
        const auto aligned = [](const void* memory) { return static_cast<std::uint32_t>(std::uintptr_t{1} << std::min(4, std::countr_zero(reinterpret_cast<std::uintptr_t>(memory)))); };
        prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, aligned(p.b.data));
        prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, aligned(p.a.data));
        prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, aligned(p.c));
        prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, aligned(p.c));
        int count = 0;
        check(cublasLtMatmulAlgoGetHeuristic(lt_of_current_device(who), what, plan.b.get(), plan.a.get(), plan.c.get(), plan.c.get(), made, 1, &plan.how, &count), who, "cublasLtMatmulAlgoGetHeuristic");
        if (count == 0) check(CUBLAS_STATUS_NOT_SUPPORTED, who, "cublasLtMatmulAlgoGetHeuristic");
        return all.emplace(key, std::move(plan)).first->second;
    }
    static void check(cublasStatus_t status, const statement& who, const char* what) {
        if (status != CUBLAS_STATUS_SUCCESS) throw device_error(text_of(who) + ": " + what + " failed: " + cublasGetStatusString(status) + ".");
    }
    /// Each thread has its own.
    template <class Handle, auto Create, auto Destroy>
    static Handle of_current_device(const statement& who, const char* name) {
        static thread_local std::map<int, owned<std::remove_pointer_t<Handle>, Destroy>> handles;
        auto& handle = handles[System::current_device_index()];
        if (!handle) {
            Handle made = nullptr;
            check(Create(&made), who, name);
            handle.reset(made);
        }
        return handle.get();
    }
    static cublasHandle_t handle_of_current_device(const statement& who) { return of_current_device<cublasHandle_t, cublasCreate, cublasDestroy>(who, "cublasCreate"); }
    static cublasLtHandle_t lt_of_current_device(const statement& who) { return of_current_device<cublasLtHandle_t, cublasLtCreate, cublasLtDestroy>(who, "cublasLtCreate"); }
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
