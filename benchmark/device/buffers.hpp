// SPDX-License-Identifier: BSL-1.0
// Memory of a device, and numbers in it.
#pragma once

#include "timing.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace device_memory {

/// Numbers between low and high, the same ones for the same seed.
static __global__ void fill(float* to, long long count, float low, float high, unsigned seed) {
    for (long long k = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x; k < count; k += static_cast<long long>(gridDim.x) * blockDim.x) {
        std::uint64_t bits = (static_cast<std::uint64_t>(k) + 1) * 0x9e3779b97f4a7c15u + seed * 0xbf58476d1ce4e5b9u;
        bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
        bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
        to[k] = low + (high - low) * static_cast<float>((bits ^ (bits >> 31)) >> 40) * 0x1p-24f;
    }
}

struct buffers {
    std::vector<float*> all;
    explicit buffers(int count, long long size) {
        for (int k = 0; k < count; ++k) {
            float* one;
            timing::check(cudaMalloc(&one, sizeof(float) * static_cast<std::size_t>(size)), "memory");
            timing::check(cudaMemset(one, 0xff, sizeof(float) * static_cast<std::size_t>(size)), "memory");
            all.push_back(one);
        }
    }
    ~buffers() {
        for (float* one : all) cudaFree(one);
    }
    float4* group(int k) const { return reinterpret_cast<float4*>(all[static_cast<std::size_t>(k)]); }
};

}  // namespace device_memory
