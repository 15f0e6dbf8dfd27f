// SPDX-License-Identifier: BSL-1.0
// A CUDA device, the current one of the calling thread: stream-ordered memory, and one kernel a call. For nvcc.
#pragma once

#include <tapeless/device/host_system.hpp>

#ifdef __CUDACC__
#include <cuda_runtime.h>

#include <atomic>
#include <string>

namespace tapeless::detail {

template <class Thread>
__global__ void __launch_bounds__(Thread::block_size) kernel(const __grid_constant__ typename Thread::arguments arguments) {
    Thread::run(arguments, blockIdx.x, static_cast<int>(threadIdx.x));
}

template <class Code>
__global__ void __launch_bounds__(Code::block_size, 1) block_kernel(const __grid_constant__ typename Code::arguments arguments) {
    Code::run(cuda_block<typename Code::number>(), arguments);
}

/// The contract is host_system's. Nothing waits for the device but copy_to_host.
struct cuda_system {
    using capturing = cuda_system;
    static int device_count() {
        int count = 0;
        if (cudaGetDeviceCount(&count) == cudaSuccess) return count;
        cudaGetLastError();  // which remembers it otherwise
        return 0;
    }
    static int variable_device_count() { return device_count(); }
    static int current_device_index() {
        int device = 0;
        return cudaGetDevice(&device) == cudaSuccess ? device : 0;
    }
    /// Makes a device the current one of this thread, for a while.
    class current_device {
    public:
        explicit current_device(int index) : before_(current_device_index()), index_(index) {
            if (index_ != before_) cudaSetDevice(index_);
        }
        current_device(const current_device&) = delete;
        current_device& operator=(const current_device&) = delete;
        ~current_device() {
            if (index_ != before_) cudaSetDevice(before_);
        }

    private:
        const int before_, index_;
    };
    static void* allocate(std::size_t bytes, stream_handle stream, const statement& who) {
        if (bytes == 0) return nullptr;
        keep_freed_memory(who);
        void* memory = nullptr;
        check(cudaMallocAsync(&memory, bytes, stream), who, "the allocation of " + std::to_string(bytes) + " bytes");
        return memory;
    }
    static void deallocate(void* memory, stream_handle stream) noexcept {
        if (memory != nullptr) cudaFreeAsync(memory, stream);
    }
    static void copy_to_host(void* to, const void* from, std::size_t bytes, stream_handle stream, const statement& who) {
        if (bytes > 0) check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, stream), who, "the copy to the host");
        check(cudaStreamSynchronize(stream), who, "what was queued before it");
    }
    /// Memory of the host's may be used again at once.
    static void copy_from_host(void* to, const void* from, std::size_t bytes, stream_handle stream, const statement& who) {
        if (bytes == 0) return;
        // Of page-locked memory the other call would return before it has been read.
        if (stream == nullptr) return check(cudaMemcpy(to, from, bytes, cudaMemcpyHostToDevice), who, "the copy from the host");
        check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream), who, "the copy from the host");
        check(cudaStreamSynchronize(stream), who, "what was queued before it");
    }
    static void copy_on_device(void* to, const void* from, std::size_t bytes, stream_handle stream, const statement& who) {
        check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream), who, "the copy");
    }
    template <class Thread>
    static void launch(const typename Thread::arguments& arguments, std::int64_t blocks, stream_handle stream, const statement& who) {
        if (blocks == 0) return;
        static_assert(sizeof(arguments) <= 32764, "tapeless: a call on a device takes at most 32,764 bytes of pointers and numbers, about 2,000 arguments and results.");
        check_blocks(blocks, who);
        kernel<Thread><<<static_cast<unsigned>(blocks), Thread::block_size, 0, stream>>>(arguments);
        check(cudaGetLastError(), who, "the kernel");
    }
    template <class Code>
    static void launch_blocks(const typename Code::arguments& arguments, std::int64_t blocks, stream_handle stream, const statement& who) {
        if (blocks == 0) return;
        static_assert(sizeof(arguments) <= 32764, "tapeless: a group of passes on a device takes at most 32,764 bytes of pointers, strides and numbers.");
        check_blocks(blocks, who);
        block_kernel<Code><<<static_cast<unsigned>(blocks), Code::block_size, 0, stream>>>(arguments);
        check(cudaGetLastError(), who, "the kernel");
    }
    class graph {
    public:
        graph() = default;
        graph(const graph&) = delete;
        graph& operator=(const graph&) = delete;
        ~graph() {
            if (run_ != nullptr) cudaGraphExecDestroy(run_);
            if (stream_ != nullptr) cudaStreamDestroy(stream_);
        }
        // Memory may be asked for meanwhile, and constants copied, which is done on the default stream.
        void begin(const statement& who) {
            check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), who, "the capture of a graph");
            check(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeRelaxed), who, "the capture of a graph");
        }
        void end(const statement& who) {
            cudaGraph_t captured = nullptr;
            check(cudaStreamEndCapture(stream_, &captured), who, "the capture of a graph");
            const cudaError_t error = cudaGraphInstantiate(&run_, captured, 0);
            cudaGraphDestroy(captured);
            check(error, who, "the capture of a graph");
        }
        void drop() {
            cudaStreamCaptureStatus status = cudaStreamCaptureStatusNone;
            if (stream_ == nullptr || cudaStreamIsCapturing(stream_, &status) != cudaSuccess || status == cudaStreamCaptureStatusNone) return;
            cudaGraph_t captured = nullptr;
            cudaStreamEndCapture(stream_, &captured);
            if (captured != nullptr) cudaGraphDestroy(captured);
            cudaGetLastError();
        }
        stream_handle stream() const { return stream_; }
        void launch(stream_handle stream, const statement& who) const { check(cudaGraphLaunch(run_, stream), who, "the graph"); }

    private:
        cudaStream_t stream_ = nullptr;
        cudaGraphExec_t run_ = nullptr;
    };
    /// Throws a device_error that names what has failed.
    static void check(cudaError_t error, const statement& who, const std::string& what) {
        if (error == cudaSuccess) return;
        cudaGetLastError();
        throw device_error(text_of(who) + ": " + what + " failed on the device: " + cudaGetErrorString(error) + ".");
    }

private:
    static void check_blocks(std::int64_t blocks, const statement& who) {
        if (blocks > 0x7fffffff) throw device_error(text_of(who) + ": a kernel has at most 2,147,483,647 blocks.");
    }
    // A device's pool would give freed memory back to the system whenever the host waits, and the next call would ask for it again.
    static void keep_freed_memory(const statement& who) {
        static std::atomic<std::uint64_t> done{0};
        int device = 0;
        check(cudaGetDevice(&device), who, "the choice of a device");
        const std::uint64_t bit = std::uint64_t{1} << (device % 64);
        if (done.load(std::memory_order_relaxed) & bit) return;
        cudaMemPool_t pool;
        std::uint64_t everything = ~std::uint64_t{0};
        check(cudaDeviceGetDefaultMemPool(&pool, device), who, "the pool of memory");
        check(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &everything), who, "the pool of memory");
        done.fetch_or(bit, std::memory_order_relaxed);
    }
};

}  // namespace tapeless::detail
#endif
