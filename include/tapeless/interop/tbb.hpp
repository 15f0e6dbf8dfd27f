// SPDX-License-Identifier: BSL-1.0
// execution::par: calls on arrays run on all cores, by oneTBB.
#pragma once

#include <tapeless/evaluate/execution.hpp>

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace tapeless::execution {

/// On the threads of TBB's arena, where a call has enough elements: `gradient(f)(execution::par, x, y)`. tbb::global_control says how many threads there are.
struct parallel_policy {
    static constexpr bool is_parallel = true;
    template <class Body>
    static void run(int count, const Body& body) {
        if (count == 1) return body(0);
        // Isolated: a thread that waits here must not start another call meanwhile, which would take the memory of this one.
        tbb::this_task_arena::isolate([&] { tbb::parallel_for(0, count, body, tbb::simple_partitioner{}); });
    }
};
inline constexpr parallel_policy par{};

}  // namespace tapeless::execution
