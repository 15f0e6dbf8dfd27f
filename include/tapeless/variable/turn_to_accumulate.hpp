// SPDX-License-Identifier: BSL-1.0
// Whose turn it is to accumulate gradients.
#pragma once

#include <tapeless/variable/node_owner.hpp>

#include <atomic>

namespace tapeless::detail {

/// Leaves may be shared by the graphs of several threads: one at a time adds to gradients, or takes one away. It runs nobody else's code meanwhile.
class turn_to_accumulate {
public:
    turn_to_accumulate() {
        if (is_single_threaded() || whose_.load(std::memory_order_relaxed) == &own_) return;
        for (const char* nobody = nullptr; !whose_.compare_exchange_weak(nobody, &own_, std::memory_order_acquire, std::memory_order_relaxed); nobody = nullptr)
            if (nobody != nullptr) whose_.wait(nobody, std::memory_order_relaxed);
        is_taken_ = true;
    }
    turn_to_accumulate(const turn_to_accumulate&) = delete;
    turn_to_accumulate& operator=(const turn_to_accumulate&) = delete;
    ~turn_to_accumulate() {
        if (!is_taken_) return;
        whose_.store(nullptr, std::memory_order_release);
        whose_.notify_one();
    }

private:
    static inline constinit std::atomic<const char*> whose_{nullptr};
    static inline constinit thread_local char own_ = 0;  ///< whose address is the thread's alone
    bool is_taken_ = false;
};

}  // namespace tapeless::detail
