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
        small_list& list = small_[small_class(bytes)];
        if (list.first == nullptr) refill(small_class(bytes));
        --list.count;
        return std::exchange(list.first, list.first->next);
    }
    /// bytes: as they were allocated.
    static void deallocate(void* memory, std::size_t bytes) noexcept {
        if constexpr (!TAPELESS_POOLS_MEMORY) return ::operator delete(memory, alignment);
        if (bytes > largest_small) return deallocate_large(memory, bytes);
        small_list& list = small_[small_class(bytes)];
        if (!hands_back_) [[unlikely]] register_exit();
        list.first = new (memory) free_block{list.first, nullptr};
        if (++list.count >= most_in_list) [[unlikely]] hand_on(small_class(bytes));
    }

private:
    struct free_block {
        free_block* next;
        free_block* next_batch;
    };
    /// Of one thread.
    struct small_list {
        free_block* first;
        std::uint32_t count;
    };
    static constexpr std::align_val_t alignment{64};
    static constexpr std::size_t small_step = 32, small_classes = largest_small / small_step + 1;
    // What a thread frees that others have allocated goes on to them, in batches of half of what it keeps.
    static constexpr std::uint32_t most_in_list = 8192;
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
                if (free_block* const first = std::exchange(small_[k], {}).first) put_batch(k, first);
        }
    };
    [[gnu::noinline]] static void register_exit() noexcept {
        static thread_local on_thread_exit at_exit;
        [[maybe_unused]] const void* const is_used = &at_exit;
        hands_back_ = true;
    }
    static void put_batch(std::size_t which, free_block* first) {
        first->next_batch = std::exchange(all().small[which], first);
    }

    [[gnu::noinline]] static void refill(std::size_t which) {
        if (!hands_back_) register_exit();
        small_list& list = small_[which];
        const std::lock_guard lock(all().mutex);
        if (free_block* const batch = all().small[which]) {
            all().small[which] = batch->next_batch;
            list.first = batch;
            for (free_block* each = batch; each != nullptr; each = each->next) ++list.count;
            return;
        }
        char* const chunk = static_cast<char*>(::operator new(chunk_size, alignment));
        all().chunks = new (chunk) free_block{all().chunks, nullptr};
        // The first cache line is the chunk's own.
        const std::size_t size = (which > 0 ? which : 1) * small_step;
        for (std::size_t at = 64; at + size <= chunk_size; at += size, ++list.count) list.first = new (chunk + at) free_block{list.first, nullptr};
    }
    [[gnu::noinline]] static void hand_on(std::size_t which) noexcept {
        small_list& list = small_[which];
        free_block* last = list.first;
        for (std::uint32_t k = 1; k < most_in_list / 2; ++k) last = last->next;
        free_block* const rest = std::exchange(last->next, nullptr);
        const std::lock_guard lock(all().mutex);
        put_batch(which, std::exchange(list.first, rest));
        list.count -= most_in_list / 2;
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
        all().large[which] = new (memory) free_block{all().large[which], nullptr};
    }

    static inline constinit thread_local small_list small_[small_classes] = {};
    static inline constinit thread_local bool hands_back_ = false;  ///< when the thread ends
};

}  // namespace tapeless::detail
