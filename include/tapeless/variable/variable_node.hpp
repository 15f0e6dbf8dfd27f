// SPDX-License-Identifier: BSL-1.0
// A node of the graph that statements make while the program runs: counted by the Variables that hold it and by the nodes that gradients flow to it from.
// Rules: a node's values live while a handle is left, the node itself while a handle or an edge is. A graph is torn down by a loop, however deep it is.
#pragma once

#include <tapeless/variable/pool.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#ifdef __GLIBCXX__
#include <ext/atomicity.h>
#endif

namespace tapeless::detail {

// Counting costs a tenth while the process has one thread.
#if defined(__GLIBCXX__) && defined(_GLIBCXX_RELEASE) && _GLIBCXX_RELEASE >= 11
inline bool is_single_threaded() { return __gnu_cxx::__is_single_threaded(); }
#else
inline bool is_single_threaded() { return false; }
#endif

class reference_count {
public:
    explicit reference_count(std::uint32_t count) : count_(count) {}
    void increase() {
        if (is_single_threaded()) ++count_;
        else __atomic_fetch_add(&count_, 1, __ATOMIC_RELAXED);
    }
    /// True if it was the last one.
    bool decrease() {
        // Nobody else can count up from the last one: it needs no locked instruction.
        if (value() == 1) {
            __atomic_store_n(&count_, 0, __ATOMIC_RELAXED);
            return true;
        }
        if (is_single_threaded()) return --count_ == 0;
        return __atomic_sub_fetch(&count_, 1, __ATOMIC_ACQ_REL) == 0;
    }
    std::uint32_t value() const { return __atomic_load_n(&count_, __ATOMIC_ACQUIRE); }

private:
    std::uint32_t count_;
};

class backward_task;
template <class Node>
class handle_to;

class variable_node {
public:
    variable_node(const variable_node&) = delete;
    variable_node& operator=(const variable_node&) = delete;
    static void* operator new(std::size_t bytes) { return pool::allocate(bytes); }
    static void operator delete(void* memory, std::size_t bytes) noexcept { pool::deallocate(memory, bytes); }

    void add_handle() { handles_.increase(); }
    void drop_handle() {
        if (!handles_.decrease()) return;
        if (edges_.value() != 1) release_values();
        drop_edge();
    }
    std::uint32_t handle_count() const { return handles_.value(); }
    void add_edge() { edges_.increase(); }
    void drop_edge() {
        if (edges_.decrease()) bury(this);
    }

    /// Nodes are made after those that they read: no node comes before one of its operands.
    std::uint64_t order() const { return order_; }

    /// Sends what has reached this node on to its operands.
    virtual void run(backward_task& task) = 0;
    /// The same in a run that is recorded itself, so that what is sent on has a history. seed: of this node's own number type and rank.
    virtual void run_recorded(backward_task& task, const handle_to<variable_node>& seed);
    /// Calls the hooks on a recorded gradient, which may replace it.
    virtual void receive_recorded(handle_to<variable_node>& gradient) = 0;
    /// Of a leaf: makes of a recorded gradient its sum with what has been accumulated.
    virtual void prepare_recorded(backward_task& task, handle_to<variable_node>& gradient) = 0;
    virtual void accumulate_recorded(const handle_to<variable_node>& sum) noexcept = 0;
    /// What it was recorded as, such as "AddBackward0".
    virtual const char* name() const = 0;
    /// Whether it is the start of a graph: a gradient that reaches it is accumulated there.
    virtual bool is_leaf() const = 0;
    /// Of a leaf: calls the hooks, and gets ready to accumulate.
    virtual void prepare(backward_task& task) = 0;
    /// Of a leaf: accumulates what has reached it. Nothing can fail any more.
    virtual void accumulate(backward_task& task) noexcept = 0;
    /// Of a leaf: calls the hooks that want to know that something has been accumulated.
    virtual void tell_accumulated() = 0;
    /// Forgets what has reached it.
    virtual void forget(backward_task& task) noexcept = 0;

    /// Stands after an operand's node, if there is one.
    void follow(const variable_node* operand) {
        if (operand && order_ <= operand->order_) order_ = operand->order_ + 1;
    }

protected:
    variable_node() = default;
    virtual ~variable_node() = default;
    /// No handle is left: the values are not needed any more.
    virtual void release_values() noexcept = 0;

private:
    friend class backward_task;
    // One after the other: a destructor that drops the last edge of a node would else call that node's, as deep as the graph is.
    static void bury(variable_node* dead) noexcept {
        static thread_local variable_node* waiting = nullptr;
        static thread_local bool at_work = false;
        if (at_work) {
            dead->next_ = std::exchange(waiting, dead);
            return;
        }
        at_work = true;
        for (;;) {
            delete dead;
            if (waiting == nullptr) break;
            dead = std::exchange(waiting, waiting->next_);
        }
        at_work = false;
    }
    static std::uint64_t next_order() {
        static thread_local std::uint64_t next = 0;
        return ++next;
    }

    reference_count handles_{1}, edges_{1};  // all handles together are one edge
    std::uint64_t order_ = next_order();
    variable_node* next_ = nullptr;           ///< the next one to bury
    backward_task* task_ = nullptr;  ///< the run of backward that has reached it
};

/// Holds a node, and its values.
template <class Node>
class handle_to {
public:
    handle_to() = default;
    handle_to(std::nullptr_t) {}
    /// Takes over a handle that is counted already.
    static handle_to adopt(Node* counted) {
        handle_to result;
        result.node_ = counted;
        return result;
    }
    explicit handle_to(Node* node) : node_(node) {
        if (node_) node_->add_handle();
    }
    handle_to(const handle_to& other) : handle_to(other.node_) {}
    handle_to(handle_to&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
    template <class Derived>
    handle_to(handle_to<Derived>&& other) noexcept : node_(other.release()) {}
    handle_to& operator=(handle_to other) noexcept {
        std::swap(node_, other.node_);
        return *this;
    }
    ~handle_to() {
        if (node_) node_->drop_handle();
    }
    /// Gives up the handle, which stays counted.
    Node* release() { return std::exchange(node_, nullptr); }
    Node* get() const { return node_; }
    Node* operator->() const { return node_; }
    Node& operator*() const { return *node_; }
    explicit operator bool() const { return node_ != nullptr; }

private:
    Node* node_ = nullptr;
};

/// Keeps a node, without its values.
class edge_to {
public:
    edge_to() = default;
    explicit edge_to(variable_node* target) : node_(target) {
        if (node_) node_->add_edge();
    }
    edge_to(const edge_to& other) : edge_to(other.node_) {}
    edge_to(edge_to&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
    edge_to& operator=(edge_to other) noexcept {
        std::swap(node_, other.node_);
        return *this;
    }
    ~edge_to() {
        if (node_) node_->drop_edge();
    }
    variable_node* get() const { return node_; }
    variable_node* operator->() const { return node_; }
    explicit operator bool() const { return node_ != nullptr; }

private:
    variable_node* node_ = nullptr;
};

}  // namespace tapeless::detail
