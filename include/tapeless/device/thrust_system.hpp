// SPDX-License-Identifier: BSL-1.0
// The host in place of a device, where Thrust is told to make it one (-DTHRUST_DEVICE_SYSTEM=THRUST_DEVICE_SYSTEM_OMP, …_TBB or …_CPP): blocks of threads run on
// the threads of that system.
#pragma once

#include <tapeless/device/host_system.hpp>

#if defined(THRUST_DEVICE_SYSTEM) && !defined(__CUDACC__)
#include <thrust/execution_policy.h>
#include <thrust/for_each.h>
#include <thrust/iterator/counting_iterator.h>

#include <cstdint>

// Thrust's own choice, where nobody has made one, is CUDA.
#if THRUST_DEVICE_SYSTEM != THRUST_DEVICE_SYSTEM_CUDA
namespace tapeless::detail {

/// Which: the number that stands for Thrust's system, so that files with different ones can be linked.
template <int Which>
struct thrust_system : host_system {
    using capturing = thrust_system;
    template <class Thread>
    static void launch(const typename Thread::arguments& arguments, std::int64_t blocks, stream_handle, const statement&) {
        queue([=] { for_each(blocks, [&](std::int64_t block) { run_block<Thread>(arguments, block); }); });
    }
    template <class Code>
    static void launch_blocks(const typename Code::arguments& arguments, std::int64_t blocks, stream_handle, const statement&) {
        queue([=] { for_each(blocks, [&](std::int64_t block) { run_block_together<Code>(arguments, block); }); });
    }

private:
    template <class Body>
    static void for_each(std::int64_t blocks, const Body& body) {
        thrust::for_each_n(thrust::device, thrust::counting_iterator<std::int64_t>(0), blocks, body);
    }
};

}  // namespace tapeless::detail
#endif
#endif
