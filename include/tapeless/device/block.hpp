// SPDX-License-Identifier: BSL-1.0
// What the threads of one block do together: each has values of its own, which are combined in a fixed order. On the host the same code runs thread after
// thread, step by step, and gives the same bits, but for products and sums that nvcc contracts.
#pragma once

#include <tapeless/graph/space.hpp>
#include <tapeless/operation/row.hpp>

#include <cstdint>
#include <type_traits>

namespace tapeless::detail {

/// How many threads a block has, and how many of them exchange values without memory.
inline constexpr int threads_in_block = 256, threads_in_warp = 32;

/// Combines one more value; of a sum, what rounding loses is kept apart. [TwoSum: Knuth, The Art of Computer Programming 2, 4.2.2.]
template <class Reduction, class T>
TAPELESS_HOST_DEVICE void accumulate(T& sum, [[maybe_unused]] T& lost, T value) {
    if constexpr (std::is_same_v<Reduction, op::sum>) {
        const T after = sum + value, of_value = after - sum;
        lost += (sum - (after - of_value)) + (value - of_value);
        sum = after;
    } else {
        sum = Reduction::combine(sum, value);
    }
}
/// The sum with what it has lost; of an infinity that is nothing.
template <class T>
TAPELESS_HOST_DEVICE T sum_with_lost(T sum, T lost) {
    return lost == lost ? sum + lost : sum;
}

/// The host in place of a block of a device's threads.
template <class T>
class host_block {
public:
    /// A value of each thread.
    template <class Value>
    struct own {
        Value of_thread[threads_in_block];
        TAPELESS_HOST_DEVICE Value& operator[](int thread) { return of_thread[thread]; }
    };

    TAPELESS_HOST_DEVICE explicit host_block(std::int64_t index) : index(index) {}
    /// Calls body(thread) for each thread.
    template <class Body>
    TAPELESS_HOST_DEVICE void threads(const Body& body) const {
        for (int thread = 0; thread < threads_in_block; ++thread) body(thread);
    }
    /// All threads have written what others may read now.
    TAPELESS_HOST_DEVICE void meet() const {}
    /// Combines the values of each so many threads in a row, 1 to a warp of them or all, a power of two; the first one has the result.
    template <class Reduction>
    TAPELESS_HOST_DEVICE void combine_rows(own<T>& x, int width) const {
        const int in_warp = width < threads_in_warp ? width : threads_in_warp;
        for (int stride = in_warp / 2; stride > 0; stride /= 2)
            for (int thread = 0; thread < threads_in_block; ++thread)
                if (thread % in_warp < stride) x[thread] = Reduction::combine(x[thread], x[thread + stride]);
        if (width <= threads_in_warp) return;
        for (int stride = threads_in_block / 2; stride >= threads_in_warp; stride /= 2)
            for (int thread = 0; thread < stride; thread += threads_in_warp) x[thread] = Reduction::combine(x[thread], x[thread + stride]);
    }
    /// Combines the values of threads that are a multiple of so many apart; the first ones have the results.
    template <class Reduction>
    TAPELESS_HOST_DEVICE void combine_columns(own<T>& x, int width) const {
        for (int stride = threads_in_block / 2; stride >= width; stride /= 2)
            for (int thread = 0; thread < stride; ++thread) x[thread] = Reduction::combine(x[thread], x[thread + stride]);
    }

    const std::int64_t index;
};

#ifdef __CUDACC__
/// A block of a CUDA device's threads, as each of them sees it; all of them call the same.
template <class T>
class cuda_block {
public:
    template <class Value>
    struct own {
        Value value;
        __device__ Value& operator[](int) { return value; }
    };

    __device__ cuda_block() : index(blockIdx.x), thread_(static_cast<int>(threadIdx.x)) {}
    template <class Body>
    __device__ void threads(const Body& body) const {
        body(thread_);
    }
    __device__ void meet() const { __syncthreads(); }
    template <class Reduction>
    __device__ void combine_rows(own<T>& x, int width) const {
        const int in_warp = width < threads_in_warp ? width : threads_in_warp;
        for (int stride = in_warp / 2; stride > 0; stride /= 2) x.value = Reduction::combine(x.value, __shfl_down_sync(~0u, x.value, stride, in_warp));
        if (width <= threads_in_warp) return;
        constexpr int warps = threads_in_block / threads_in_warp;
        __shared__ T of_warp[warps];
        if (thread_ % threads_in_warp == 0) of_warp[thread_ / threads_in_warp] = x.value;
        __syncthreads();
        if (thread_ < threads_in_warp) {
            x.value = of_warp[thread_ % warps];
            for (int stride = warps / 2; stride > 0; stride /= 2) x.value = Reduction::combine(x.value, __shfl_down_sync(~0u, x.value, stride, warps));
        }
        __syncthreads();
    }
    template <class Reduction>
    __device__ void combine_columns(own<T>& x, int width) const {
        if (width == threads_in_block) return;
        __shared__ T of_thread[threads_in_block];
        of_thread[thread_] = x.value;
        __syncthreads();
        for (int stride = threads_in_block / 2; stride >= width; stride /= 2) {
            if (thread_ < stride) of_thread[thread_] = Reduction::combine(of_thread[thread_], of_thread[thread_ + stride]);
            __syncthreads();
        }
        x.value = of_thread[thread_];
        __syncthreads();
    }

    const std::int64_t index;

private:
    const int thread_;
};
#endif

/// Calls body(k) for each of so many k that is this block's, one a thread.
template <class Block, class Body>
TAPELESS_HOST_DEVICE void for_each_of_block(const Block& block, std::int64_t count, const Body& body) {
    block.threads([&](int thread) {
        const std::int64_t k = block.index * threads_in_block + thread;
        if (k < count) body(k);
    });
}
/// How many blocks that takes.
constexpr std::int64_t blocks_of(std::int64_t count) { return (count + threads_in_block - 1) / threads_in_block; }

}  // namespace tapeless::detail
