// SPDX-License-Identifier: BSL-1.0
// A device for tests of Variables: the host takes its place, but its memory can be read and written by kernels and copies alone. Whoever else touches it ends the program.
#pragma once

#include <tapeless/device/error.hpp>
#include <tapeless/device/host_system.hpp>
#include <tapeless/variable/variable_system.hpp>

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <mutex>
#include <new>

namespace guarded_device {

/// One piece of address space, given out from front to back, never to be used again: what is used after it has been freed is noticed, too.
class arena {
public:
    static arena& all() {
        static arena* const made = new arena;
        return *made;
    }
    /// As long as one exists, memory can be touched.
    class open {
    public:
        open() : lock_(all().mutex_) {
            if (all().opened_++ == 0) mprotect(all().begin_, all().used_, PROT_READ | PROT_WRITE);
        }
        open(const open&) = delete;
        open& operator=(const open&) = delete;
        ~open() {
            if (--all().opened_ == 0) mprotect(all().begin_, all().used_, PROT_NONE);
        }

    private:
        std::lock_guard<std::recursive_mutex> lock_;
    };
    void* allocate(std::size_t bytes) {
        const std::lock_guard lock(mutex_);
        const std::size_t size = (bytes + page - 1) / page * page;
        if (bytes == 0) return nullptr;
        if (size > reserved - used_) throw std::bad_alloc();
        char* const memory = begin_ + used_;
        used_ += size;
        sizes_[memory] = bytes;
        return memory;
    }
    /// Whoever reads it afterwards finds no numbers.
    void deallocate(void* memory) {
        if (memory == nullptr) return;
        const open scope;
        const auto found = sizes_.find(memory);
        std::memset(memory, 0xff, found->second);
        sizes_.erase(found);
    }
    /// So many bytes have been given out.
    std::size_t used() const { return used_; }

private:
    static constexpr std::size_t page = 4096, reserved = std::size_t{1} << 36;
    arena() : begin_(static_cast<char*>(mmap(nullptr, reserved, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))) {}

    char* const begin_;
    std::size_t used_ = 0;
    int opened_ = 0;
    std::map<void*, std::size_t> sizes_;
    std::recursive_mutex mutex_;
};

struct system : tapeless::detail::host_system {
    using base = tapeless::detail::host_system;
    using capturing = system;
    using stream = tapeless::detail::stream_handle;
    using statement = tapeless::detail::statement;
    static void* allocate(std::size_t bytes, stream, const statement&) { return arena::all().allocate(bytes); }
    static void deallocate(void* memory, stream) noexcept { arena::all().deallocate(memory); }
    static void copy_to_host(void* to, const void* from, std::size_t bytes, stream on, const statement& who) {
        const arena::open scope;
        base::copy_to_host(to, from, bytes, on, who);
    }
    static void copy_from_host(void* to, const void* from, std::size_t bytes, stream on, const statement& who) {
        const arena::open scope;
        base::copy_from_host(to, from, bytes, on, who);
    }
    static void copy_on_device(void* to, const void* from, std::size_t bytes, stream, const statement&) {
        queue([=] { std::memcpy(to, from, bytes); });
    }
    /// If it is not 0: the kernel that so many are queued before, with itself, fails.
    static inline int kernels_until_failure = 0;
    template <class Code>
    static void launch_blocks(const typename Code::arguments& arguments, std::int64_t blocks, stream on, const statement& who) {
        if (kernels_until_failure > 0 && --kernels_until_failure == 0) throw tapeless::device_error(tapeless::detail::text_of(who) + ": a kernel that fails");
        queue([=] { base::launch_blocks<Code>(arguments, blocks, on, who); });
    }
    template <class Work>
    static void queue(const Work& work) {
        base::queue([=] {
            const arena::open scope;
            work();
        });
    }
};

/// Found by the type of the system.
template <class Number>
Number* sort_upper_bits(system, Number* numbers, Number*, std::int64_t count, int, int, system::stream, const system::statement&) {
    system::queue([=] { std::sort(numbers, numbers + count); });
    return numbers;
}

}  // namespace guarded_device

namespace tapeless::detail {

template <class System>
struct variables_on;
template <class Any>
    requires(sizeof(Any*) > 0)
struct variable_system<Any> {
    using type = variables_on<guarded_device::system>;
};

}  // namespace tapeless::detail

// After what they are compiled for.
#include <tapeless/variable.hpp>
#include <tapeless/variable/device_programs.hpp>
