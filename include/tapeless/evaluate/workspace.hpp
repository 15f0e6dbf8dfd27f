// SPDX-License-Identifier: BSL-1.0
// Memory of a thread, for what passes leave to each other and what they need while they run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace tapeless::detail {

inline constexpr std::size_t cache_line = 64;

/// Who needs memory at the same time.
enum class memory_of { passes, products };

/// Memory that grows to what the largest call needs, and stays.
template <class T, memory_of User>
T* workspace(std::size_t count) {
    struct block {
        std::unique_ptr<T[]> memory;
        std::size_t size = 0;
        T* begin = nullptr;
    };
    thread_local block own;
    if (own.size < count) {
        constexpr std::size_t spare = cache_line / sizeof(T) + 1;
        own.memory = std::make_unique_for_overwrite<T[]>(count + spare);
        own.size = count;
        own.begin = own.memory.get();
        while (reinterpret_cast<std::uintptr_t>(own.begin) % cache_line >= sizeof(T)) ++own.begin;
    }
    return own.begin;
}

}  // namespace tapeless::detail
