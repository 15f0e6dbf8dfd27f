// SPDX-License-Identifier: BSL-1.0
// Work that is captured once, kernels with the arguments that they get, and run as a whole any number of times: CUDA's graphs, and what takes their place on the
// host. While a thread captures, memory is the graph's, since each run uses the same; nothing runs, and so nothing can be read.
#pragma once

#include <tapeless/device/error.hpp>
#include <tapeless/device/host_system.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tapeless::detail {

/// Memory of a graph on one device. It stays until nobody has any of it and the graph is gone.
template <class System>
class graph_memory {
public:
    /// device: the current one.
    static graph_memory* make(int device) {
        const std::lock_guard lock(all().mutex);
        ++all().count;
        return new graph_memory(device);
    }
    static void* allocate(graph_memory& own, std::size_t bytes, const statement& who) {
        const std::lock_guard lock(all().mutex);
        const std::size_t size = whole_blocks(bytes);
        const auto found = own.unused_.lower_bound(size);
        const bool is_there = found != own.unused_.end() && found->first <= 2 * size;
        void* const memory = is_there ? own.unused_.extract(found).mapped() : own.add(size, false, who);
        ++own.used_;
        return memory;
    }
    /// What no other part of the work uses, before or after. is_given: somebody gives it back.
    static void* allocate_constant(graph_memory& own, std::size_t bytes, bool is_given, const statement& who) {
        const std::lock_guard lock(all().mutex);
        void* const memory = own.add(whole_blocks(bytes), true, who);
        own.used_ += is_given;
        return memory;
    }
    /// Returns whether it is a graph's.
    static bool release(void* memory) {
        if (all().count == 0) return false;
        const std::lock_guard lock(all().mutex);
        const auto found = all().owners.find(memory);
        if (found == all().owners.end()) return false;
        graph_memory& own = *found->second;
        --own.used_;
        if (const block& given = own.blocks_.at(memory); own.is_reusing_ && !given.is_constant) own.unused_.emplace(given.size, memory);
        own.end_if_unused();
        return true;
    }
    /// All work has been captured: what is given back is not given out again, as each run writes to it.
    static void close(graph_memory& own) {
        const std::lock_guard lock(all().mutex);
        own.is_reusing_ = false;
        own.unused_.clear();
    }
    /// Of work that never runs: whoever has memory is to see that nothing was written to it. Numbers in it are NaN then.
    static void spoil(graph_memory& own, const statement& who) {
        const std::lock_guard lock(all().mutex);
        for (const auto& [memory, each] : own.blocks_) {
            const std::vector<unsigned char> bytes(each.size, 0xff);
            System::copy_from_host(memory, bytes.data(), bytes.size(), nullptr, who);
        }
    }
    /// The graph is gone.
    static void leave(graph_memory& own) {
        const std::lock_guard lock(all().mutex);
        own.is_left_ = true;
        own.end_if_unused();
    }

private:
    struct block {
        std::size_t size;
        bool is_constant;
    };
    struct every {
        std::mutex mutex;
        std::atomic<int> count{0};
        std::unordered_map<void*, graph_memory*> owners;  ///< of each block
    };
    // Never destroyed: Variables of static life may have some.
    static every& all() {
        static every* const made = new every;
        return *made;
    }

    explicit graph_memory(int device) : device_(device) {}

    static std::size_t whole_blocks(std::size_t bytes) { return std::max<std::size_t>(256, (bytes + 255) / 256 * 256); }
    void* add(std::size_t size, bool is_constant, const statement& who) {
        void* const memory = System::allocate(size, nullptr, who);
        blocks_.emplace(memory, block{size, is_constant});
        all().owners.emplace(memory, this);
        return memory;
    }
    void end_if_unused() {
        if (!is_left_ || used_ > 0) return;
        const typename System::current_device scope(device_);
        for (const auto& [memory, each] : blocks_) {
            all().owners.erase(memory);
            System::deallocate(memory, nullptr);
        }
        --all().count;
        delete this;
    }

    const int device_;
    std::unordered_map<void*, block> blocks_;
    std::multimap<std::size_t, void*> unused_;  ///< by size
    std::size_t used_ = 0;
    bool is_reusing_ = true, is_left_ = false;
};

/// Captures what this thread asks of a system, and runs it.
template <class System>
class captured_graph {
public:
    /// What this thread is capturing; none: everything runs.
    static captured_graph* now() { return now_; }

    /// Calls statements(), the work of which is captured on a device, the current one. Exceptions go on, and leave nothing captured.
    template <class Statements>
    captured_graph(int device, const statement& who, const Statements& statements) : device_(device), memory_(*graph_memory<System>::make(device)) {
        try {
            graph_.begin(who);
            now_ = this;
            statements();
            now_ = nullptr;
            graph_memory<System>::close(memory_);
            graph_.end(who);
        } catch (...) {
            now_ = nullptr;
            graph_.drop();
            give_back();
            try {
                graph_memory<System>::spoil(memory_, who);
            } catch (...) {
                // What was thrown first says more.
            }
            graph_memory<System>::leave(memory_);
            throw;
        }
    }
    captured_graph(const captured_graph&) = delete;
    captured_graph& operator=(const captured_graph&) = delete;
    ~captured_graph() {
        give_back();
        graph_memory<System>::leave(memory_);
    }

    /// Queues one run.
    void launch(stream_handle stream, const statement& who) { graph_.launch(stream, who); }

    int device() const { return device_; }

    // While it captures.
    stream_handle stream() const { return graph_.stream(); }
    void* allocate(std::size_t bytes, const statement& who) { return graph_memory<System>::allocate(memory_, bytes, who); }
    /// With these bytes of the host's in it from now on. is_given: somebody gives it back.
    void* allocate_constant(const void* from, std::size_t bytes, bool is_given, const statement& who) {
        void* const memory = graph_memory<System>::allocate_constant(memory_, bytes, is_given, who);
        System::copy_from_host(memory, from, bytes, nullptr, who);
        return memory;
    }
    /// What was there before: the work may be about it.
    void deallocate_afterwards(void* memory, stream_handle stream) { given_back_.emplace_back(memory, stream); }

private:
    void give_back() {
        const typename System::current_device scope(device_);
        for (const auto& [memory, stream] : std::exchange(given_back_, {})) System::deallocate(memory, stream);
    }

    static inline thread_local captured_graph* now_ = nullptr;
    const int device_;
    graph_memory<System>& memory_;
    typename System::graph graph_;
    std::vector<std::pair<void*, stream_handle>> given_back_;
};

/// What is asked of a system by calls and statements: it happens now or, while the thread captures and it is asked on no stream of the caller's, becomes part of the
/// graph.
template <class System>
struct work_on {
    using graph = captured_graph<typename System::capturing>;

    /// Where work goes that is given no stream.
    static stream_handle stream() {
        const graph* const now = graph::now();
        return now ? now->stream() : nullptr;
    }
    /// The stream that is there also when the capture is over.
    static stream_handle lasting(stream_handle stream) { return capturing_on(stream) ? nullptr : stream; }
    static void* allocate(std::size_t bytes, stream_handle stream, const statement& who) {
        if (graph* const now = capturing_on(stream)) return now->allocate(bytes, who);
        return System::allocate(bytes, stream, who);
    }
    static void deallocate(void* memory, stream_handle stream) noexcept {
        if (graph_memory<typename System::capturing>::release(memory)) return;
        if (graph* const now = graph::now(); now && (stream == nullptr || stream == now->stream())) now->deallocate_afterwards(memory, nullptr);
        else System::deallocate(memory, stream);
    }
    /// Waits for the stream.
    static void copy_to_host(void* to, const void* from, std::size_t bytes, stream_handle stream, const statement& who) {
        if (graph::now() && (stream == nullptr || capturing_on(stream)))
            throw device_error(text_of(who) + ": while a graph is captured nothing runs, and so the host can neither wait for a device nor read its memory.");
        System::copy_to_host(to, from, bytes, stream, who);
    }
    static void copy_from_host(void* to, const void* from, std::size_t bytes, stream_handle stream, const statement& who) {
        graph* const now = capturing_on(stream);
        if (!now) return System::copy_from_host(to, from, bytes, stream, who);
        if (bytes == 0) return;
        const void* const constant = now->allocate_constant(from, bytes, false, who);
        System::copy_on_device(to, constant, bytes, stream, who);
    }

private:
    static graph* capturing_on(stream_handle stream) {
        graph* const now = graph::now();
        return now && stream == now->stream() ? now : nullptr;
    }
};

}  // namespace tapeless::detail
