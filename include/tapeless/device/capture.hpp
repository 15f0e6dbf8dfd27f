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
        return own.allocate(bytes, own.unused_, who);
    }
    /// Not what has been used by another part of the work.
    static void* allocate_unused(graph_memory& own, std::size_t bytes, const statement& who) {
        const std::lock_guard lock(all().mutex);
        blocks_by_size none;
        return own.allocate(bytes, none, who);
    }
    /// Returns whether it is a graph's.
    static bool release(void* memory) {
        if (all().count == 0) return false;
        const std::lock_guard lock(all().mutex);
        const auto found = all().owners.find(memory);
        if (found == all().owners.end()) return false;
        graph_memory& own = *found->second;
        --own.used_;
        if (own.is_reusing_) own.unused_.emplace(own.blocks_.at(memory), memory);
        own.end_if_unused();
        return true;
    }
    /// All work has been captured: what is given back is not given out again, as each run writes to it.
    static void close(graph_memory& own) {
        const std::lock_guard lock(all().mutex);
        own.is_reusing_ = false;
        own.unused_.clear();
    }
    /// The graph is gone.
    static void leave(graph_memory& own) {
        const std::lock_guard lock(all().mutex);
        own.is_left_ = true;
        own.end_if_unused();
    }

private:
    using blocks_by_size = std::multimap<std::size_t, void*>;
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

    void* allocate(std::size_t bytes, blocks_by_size& unused, const statement& who) {
        const std::size_t size = std::max<std::size_t>(256, (bytes + 255) / 256 * 256);
        const auto found = unused.lower_bound(size);
        if (found != unused.end() && found->first <= 2 * size) {
            ++used_;
            return unused.extract(found).mapped();
        }
        void* const memory = System::allocate(size, nullptr, who);
        blocks_.emplace(memory, size);
        all().owners.emplace(memory, this);
        ++used_;
        return memory;
    }
    void end_if_unused() {
        if (!is_left_ || used_ > 0) return;
        const typename System::current_device scope(device_);
        for (const auto& [memory, size] : blocks_) {
            all().owners.erase(memory);
            System::deallocate(memory, nullptr);
        }
        --all().count;
        delete this;
    }

    const int device_;
    std::unordered_map<void*, std::size_t> blocks_;
    blocks_by_size unused_;
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
    captured_graph(int device, const statement& who, const Statements& statements) : memory_(*graph_memory<System>::make(device)) {
        try {
            graph_.begin(who);
            now_ = this;
            statements();
            now_ = nullptr;
            end();
            graph_.end(who);
        } catch (...) {
            now_ = nullptr;
            graph_.drop();
            end();
            graph_memory<System>::leave(memory_);
            throw;
        }
    }
    captured_graph(const captured_graph&) = delete;
    captured_graph& operator=(const captured_graph&) = delete;
    ~captured_graph() { graph_memory<System>::leave(memory_); }

    /// Queues one run.
    void launch(stream_handle stream, const statement& who) { graph_.launch(stream, who); }

    // While it captures.
    stream_handle stream() const { return graph_.stream(); }
    void* allocate(std::size_t bytes, const statement& who) { return graph_memory<System>::allocate(memory_, bytes, who); }
    /// With these bytes of the host's in it, now and at each run.
    void* allocate_constant(const void* from, std::size_t bytes, const statement& who) {
        void* const memory = graph_memory<System>::allocate_unused(memory_, bytes, who);
        System::copy_from_host(memory, from, bytes, nullptr, who);
        return memory;
    }
    /// What was there before cannot be given back by a graph.
    void deallocate_afterwards(void* memory, stream_handle stream) { given_back_.emplace_back(memory, stream); }

private:
    void end() {
        graph_memory<System>::close(memory_);
        for (const auto& [memory, stream] : std::exchange(given_back_, {})) System::deallocate(memory, stream);
    }

    static inline thread_local captured_graph* now_ = nullptr;
    graph_memory<System>& memory_;
    typename System::graph graph_;
    std::vector<std::pair<void*, stream_handle>> given_back_;
};

/// What is asked of a system by calls and statements: it happens now or, while the thread captures, becomes part of the graph.
template <class System>
struct work_on {
    using graph = captured_graph<typename System::capturing>;

    /// Where work goes that is given no stream.
    static stream_handle stream() {
        const graph* const now = graph::now();
        return now ? now->stream() : nullptr;
    }
    static void* allocate(std::size_t bytes, stream_handle stream, const statement& who) {
        if (graph* const now = graph::now()) return now->allocate(bytes, who);
        return System::allocate(bytes, stream, who);
    }
    static void deallocate(void* memory, stream_handle stream) noexcept {
        if (graph_memory<typename System::capturing>::release(memory)) return;
        if (graph* const now = graph::now()) now->deallocate_afterwards(memory, stream);
        else System::deallocate(memory, stream);
    }
    /// Waits for the stream.
    static void copy_to_host(void* to, const void* from, std::size_t bytes, stream_handle stream, const statement& who) {
        if (graph::now()) throw device_error(text_of(who) + ": while a graph is captured nothing runs, and so the host can neither wait for a device nor read its memory.");
        System::copy_to_host(to, from, bytes, stream, who);
    }
    static void copy_from_host(void* to, const void* from, std::size_t bytes, stream_handle stream, const statement& who) {
        graph* const now = graph::now();
        if (!now) return System::copy_from_host(to, from, bytes, stream, who);
        if (bytes == 0) return;
        void* const constant = now->allocate_constant(from, bytes, who);
        System::copy_on_device(to, constant, bytes, stream, who);
    }
};

}  // namespace tapeless::detail
