// SPDX-License-Identifier: BSL-1.0
// Where the blocks of a call on arrays run: a policy has `is_parallel` and `run(count, body)`, which calls body(0) … body(count - 1), and returns when all
// have. How a call is cut into blocks depends on its shapes alone, so that its result is the same, bit for bit, wherever they run.
#pragma once

namespace tapeless {
namespace execution {

/// One after the other, on the thread of the call: what is done without a policy.
struct sequential_policy {
    static constexpr bool is_parallel = false;
    template <class Body>
    static void run(int count, const Body& body) {
        for (int k = 0; k < count; ++k) body(k);
    }
};
inline constexpr sequential_policy seq{};

}  // namespace execution

namespace detail {

template <class T>
concept execution_policy = requires { T::is_parallel; };

}  // namespace detail
}  // namespace tapeless
