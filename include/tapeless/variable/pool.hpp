// SPDX-License-Identifier: BSL-1.0
// Memory of Variables: freed blocks are kept by size, small ones by the thread that freed them, so that a loop of statements soon allocates nothing.
// Under AddressSanitizer every block is a new one.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <new>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#define TAPELESS_POOLS_MEMORY 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TAPELESS_POOLS_MEMORY 0
#endif
#endif
#ifndef TAPELESS_POOLS_MEMORY
#define TAPELESS_POOLS_MEMORY 1
#endif

namespace tapeless::detail {

class pool {
public:
    /// Blocks of so many bytes and less are kept by threads.
    static constexpr std::size_t largest_small = 1024;

    /// Memory aligned to 64 bytes if it is for more than one cache line, else to 32.
    static void* allocate(std::size_t bytes) {
        if constexpr (!TAPELESS_POOLS_MEMORY) return ::operator new(bytes, alignment);
        if (bytes > largest_small) return allocate_large(bytes);
        free_block*& first = small_[small_class(bytes)];
        if (first == nullptr) refill(small_class(bytes));
        return std::exchange(first, first->next);
    }
    /// bytes: as they were allocated.
    static void deallocate(void* memory, std::size_t bytes) noexcept {
        if constexpr (!TAPELESS_POOLS_MEMORY) return ::operator delete(memory, alignment);
        if (bytes > largest_small) return deallocate_large(memory, bytes);
        free_block*& first = small_[small_class(bytes)];
        first = new (memory) free_block{first};
    }

private:
    struct free_block {
        free_block* next;
    };
    static constexpr std::align_val_t alignment{64};
    static constexpr std::size_t small_step = 32, small_classes = largest_small / small_step + 1;
    static constexpr std::size_t chunk_size = std::size_t(1) << 16, most_kept = std::size_t(1) << 29;
    /// Eight sizes from one power of two to the next.
    static constexpr int large_classes = 64 * 8;

    static constexpr std::size_t small_class(std::size_t bytes) { return (bytes + small_step - 1) / small_step; }
    static constexpr int large_class(std::size_t bytes) {
        const int power = std::bit_width(bytes - 1) - 1;
        return power * 8 + static_cast<int>(((bytes - 1) >> (power - 3)) & 7);
    }
    static constexpr std::size_t size_of_large_class(int which) { return ((std::size_t(which % 8) + 9) << (which / 8)) / 8; }

    /// What all threads share: never destroyed, since Variables may outlive it.
    struct shared {
        std::mutex mutex;
        free_block* small[small_classes] = {};
        free_block* large[large_classes] = {};
        std::size_t kept = 0;
        free_block* chunks = nullptr;  ///< all of them, so that a leak detector finds them
    };
    static shared& all() {
        static shared& instance = *new shared;
        return instance;
    }

    /// Hands a thread's blocks to the others when it ends.
    struct on_thread_exit {
        ~on_thread_exit() {
            const std::lock_guard lock(all().mutex);
            for (std::size_t k = 0; k < small_classes; ++k)
                while (free_block* const block = small_[k]) {
                    small_[k] = block->next;
                    block->next = std::exchange(all().small[k], block);
                }
        }
    };

    [[gnu::noinline]] static void refill(std::size_t which) {
        static thread_local on_thread_exit at_exit;
        [[maybe_unused]] const void* const is_used = &at_exit;
        const std::lock_guard lock(all().mutex);
        if (all().small[which] != nullptr) {
            small_[which] = std::exchange(all().small[which], nullptr);
            return;
        }
        char* const chunk = static_cast<char*>(::operator new(chunk_size, alignment));
        all().chunks = new (chunk) free_block{all().chunks};
        // The first cache line is the chunk's own.
        const std::size_t size = (which > 0 ? which : 1) * small_step;
        for (std::size_t at = 64; at + size <= chunk_size; at += size) small_[which] = new (chunk + at) free_block{small_[which]};
    }
    [[gnu::noinline]] static void* allocate_large(std::size_t bytes) {
        const int which = large_class(bytes);
        {
            const std::lock_guard lock(all().mutex);
            if (free_block* const block = all().large[which]) {
                all().large[which] = block->next;
                all().kept -= size_of_large_class(which);
                return block;
            }
        }
        return ::operator new(size_of_large_class(which), alignment);
    }
    [[gnu::noinline]] static void deallocate_large(void* memory, std::size_t bytes) noexcept {
        const int which = large_class(bytes);
        const std::lock_guard lock(all().mutex);
        if (all().kept + size_of_large_class(which) > most_kept) return ::operator delete(memory, alignment);
        all().kept += size_of_large_class(which);
        all().large[which] = new (memory) free_block{all().large[which]};
    }

    static inline thread_local free_block* small_[small_classes] = {};
};

}  // namespace tapeless::detail
