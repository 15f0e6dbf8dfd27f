// SPDX-License-Identifier: BSL-1.0
// What a test puts in a device's memory, and takes back.
#pragma once

#include "checks.hpp"

#include <tapeless/device.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace test_memory {

using checks::check, tapeless::device_view;

template <class System>
constexpr tapeless::execution::device_policy<System> on{};

#ifdef TAPELESS_TEST_THREADS
/// The host in place of a device, its blocks on several threads, for ThreadSanitizer to find blocks that meet in memory.
struct host_system : tapeless::detail::host_system {
    template <class Code>
    static void launch_blocks(const typename Code::arguments& arguments, std::int64_t blocks, tapeless::detail::stream_handle, const tapeless::detail::statement&) {
        constexpr std::int64_t count = 3;
        std::vector<std::thread> threads;
        for (std::int64_t first = 0; first < std::min(count, blocks); ++first)
            threads.emplace_back([&, first] {
                for (std::int64_t block = first; block < blocks; block += count) run_block_together<Code>(arguments, block);
            });
        for (std::thread& each : threads) each.join();
    }
};
#else
using tapeless::detail::host_system;
#endif

void copy_to_device(tapeless::detail::host_system, void* to, const void* from, std::size_t bytes) {
    if (bytes > 0) std::memcpy(to, from, bytes);
}
#ifdef __CUDACC__
void copy_to_device(tapeless::detail::cuda_system, void* to, const void* from, std::size_t bytes) { check(cudaMemcpy(to, from, bytes, cudaMemcpyHostToDevice) == cudaSuccess); }
#endif

/// Elements in a device's memory, from any offset on.
template <class System, class T>
class memory {
public:
    explicit memory(const std::vector<T>& x, std::ptrdiff_t offset = 0) : offset_(offset), size_(static_cast<std::ptrdiff_t>(x.size())), all_({size_ + offset}, nullptr, {"test"}) {
        copy_to_device(System{}, data(), x.data(), sizeof(T) * x.size());
    }
    T* data() { return all_.data() + offset_; }
    const T* data() const { return all_.data() + offset_; }
    device_view<T> view() { return {data(), size_}; }
    std::vector<T> to_host() {
        const auto all = all_.to_host();
        return {all.begin() + offset_, all.end()};
    }

private:
    std::ptrdiff_t offset_, size_;
    tapeless::device_array<T, 1, System> all_;
};

/// Whether sizes are to be small.
inline bool is_short = false;

/// The main program of a test. Option --short. test: called with a system, that of the host in place of a device and, where nvcc compiles it and there is one, that of a
/// CUDA device. test_default: once, for what calls `execution::device`. TAPELESS_TEST_LESS: on a CUDA device only.
template <class Test, class TestDefault>
int run_everywhere(int count, char** arguments, const Test& test, const TestDefault& test_default) {
    is_short = count > 1 && std::string(arguments[1]) == "--short";
#ifndef TAPELESS_TEST_LESS
    std::printf("The host in place of a device:\n");
    test(host_system());
#endif
    const int devices = tapeless::execution::device_count();
    std::printf("CUDA devices: %d\n", devices);
#ifdef __CUDACC__
    if (devices > 0) {
        test(tapeless::detail::cuda_system());
        test_default();
    }
#else
    test_default();
#endif
    std::printf("%d failures\n", checks::failures);
    return checks::failures == 0 ? 0 : 1;
}

template <class T>
std::vector<T> drawn(std::ptrdiff_t count, double low, double high, std::uint64_t seed) {
    std::vector<T> x(static_cast<std::size_t>(count));
    for (T& one : x) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        one = static_cast<T>(low + (high - low) * static_cast<double>(seed >> 11) * 0x1p-53);
    }
    return x;
}

}  // namespace test_memory
