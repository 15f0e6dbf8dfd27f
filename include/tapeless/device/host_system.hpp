// SPDX-License-Identifier: BSL-1.0
// The host in place of a device: threads run one after the other, memory is the host's. What files compiled without nvcc use, if Thrust has no threads for them.
#pragma once

#include <tapeless/device/block.hpp>
#include <tapeless/device/error.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <new>
#include <vector>

// CUDA's stream, which is a pointer to it; not defined here.
struct CUstream_st;

namespace tapeless::detail {

using stream_handle = CUstream_st*;

/// What a system has: how many devices, and a current one of each thread; memory; threads that run `Thread::run(arguments, block, thread)`, and blocks of threads that run
/// `Code::run(block, arguments)` together. Everything is queued on a stream, and who asks is named if it fails.
struct host_system {
    /// Whose graph takes in what is queued.
    using capturing = host_system;
    static int device_count() { return 0; }
    /// Of Variables: two, so that they can be told apart.
    static int variable_device_count() { return 2; }
    static int current_device_index() { return 0; }
    struct current_device {
        explicit current_device(int) {}
    };
    static void* allocate(std::size_t bytes, stream_handle, const statement&) { return ::operator new(bytes); }
    static void deallocate(void* memory, stream_handle) noexcept { ::operator delete(memory); }
    static void copy_to_host(void* to, const void* from, std::size_t bytes, stream_handle, const statement&) {
        if (bytes > 0) std::memcpy(to, from, bytes);
    }
    static void copy_from_host(void* to, const void* from, std::size_t bytes, stream_handle, const statement&) {
        if (bytes > 0) std::memcpy(to, from, bytes);
    }
    static void copy_on_device(void* to, const void* from, std::size_t bytes, stream_handle, const statement&) {
        queue([=] { std::memcpy(to, from, bytes); });
    }
    template <class Thread>
    static void launch(const typename Thread::arguments& arguments, std::int64_t blocks, stream_handle, const statement&) {
        queue([=] {
            for (std::int64_t block = 0; block < blocks; ++block) run_block<Thread>(arguments, block);
        });
    }
    template <class Code>
    static void launch_blocks(const typename Code::arguments& arguments, std::int64_t blocks, stream_handle, const statement&) {
        queue([=] {
            for (std::int64_t block = 0; block < blocks; ++block) run_block_together<Code>(arguments, block);
        });
    }

    /// Work that was queued on a stream of its own and can be run again.
    class graph {
    public:
        void begin(const statement&) { captured_ = &work_; }
        /// Makes it ready to run.
        void end(const statement&) { captured_ = nullptr; }
        void drop() { captured_ = nullptr; }
        stream_handle stream() const { return nullptr; }
        void launch(stream_handle, const statement&) const {
            for (const auto& each : work_) each();
        }

    private:
        std::vector<std::function<void()>> work_;
    };
    /// Runs work() now, or with the graph that this thread captures.
    template <class Work>
    static void queue(const Work& work) {
        if (captured_) captured_->emplace_back(work);
        else work();
    }

protected:
    template <class Thread>
    static void run_block(const typename Thread::arguments& arguments, std::int64_t block) {
        for (int thread = 0; thread < Thread::block_size; ++thread) Thread::run(arguments, block, thread);
    }
    template <class Code>
    static void run_block_together(const typename Code::arguments& arguments, std::int64_t block) {
        Code::run(host_block<typename Code::number>(block), arguments);
    }

private:
    static inline thread_local std::vector<std::function<void()>>* captured_ = nullptr;
};

}  // namespace tapeless::detail
