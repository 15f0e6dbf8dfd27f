// SPDX-License-Identifier: BSL-1.0
// A node of the graph that statements make while the program runs: counted by the Variables that hold it and by the nodes that gradients flow to it from.
// Rules: a node's values live while a handle is left, the node itself while a handle or an edge is. A graph is torn down by a loop, however deep it is.
#pragma once

#include <tapeless/variable/node_owner.hpp>
#include <tapeless/variable/pool.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace tapeless::detail {

class backward_task;
template <class Node>
class handle_to;

class variable_node {
public:
    variable_node(const variable_node&) = delete;
    variable_node& operator=(const variable_node&) = delete;
    static void* operator new(std::size_t bytes) { return pool::allocate(bytes); }
    static void operator delete(void* memory, std::size_t bytes) noexcept { pool::deallocate(memory, bytes); }

    [[gnu::always_inline]] void add_handle() { handles_.increase(is_of_thread()); }
    [[gnu::noinline]] void drop_handle() {
        if (!handles_.is_decreased(is_of_thread())) drop_last_handle();
    }
    [[gnu::always_inline]] void add_edge() { edges_.increase(is_of_thread()); }
    [[gnu::noinline]] void drop_edge() {
        if (!edges_.is_decreased(is_of_thread())) drop_last_edge();
    }
    /// Whether somebody else may hold the values, too.
    bool is_held_elsewhere() const { return !handles_.is_only(is_of_thread()); }
    /// Whether the thread that made it counts for itself.
    bool has_owner() const { return owner_ != nullptr; }
    bool is_of_thread() const { return node_owner::is_of_thread(owner_); }

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
    bool is_leaf() const { return is_leaf_; }
    /// Whether there are hooks, perhaps, or the like.
    bool has_rarities() const { return has_rarities_; }
    /// Of a leaf: calls the hooks on what has reached it.
    virtual void receive_at_leaf(backward_task& task) = 0;
    /// Of a leaf: gets ready to accumulate. True if somebody wants to be told when it has.
    virtual bool prepare(backward_task& task) = 0;
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
    void set_no_leaf() { is_leaf_ = false; }
    void set_has_rarities() { has_rarities_ = true; }
    /// Whether there is something to release once no handle is left.
    void set_has_more(bool has_more) { has_more_ = has_more; }
    /// is_small: other threads let go of it only when the one that made it comes by.
    [[gnu::always_inline]] explicit variable_node(bool is_small) : variable_node(is_small, node_owner::of_new_nodes()) {}
    virtual ~variable_node() = default;
    /// No handle is left: the values are not needed any more.
    virtual void release_values() noexcept = 0;

private:
    friend class backward_task;
    friend class node_owner;
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
    [[gnu::always_inline]] variable_node(bool is_small, node_owner* maker)
        : owner_(is_small ? maker : nullptr), order_(maker ? maker->next_order() : node_owner::next_order_without_owner()), handles_(owner_ != nullptr), edges_(owner_ != nullptr) {
        if (maker && maker->has_waiting()) [[unlikely]] maker->settle();
    }
    // What may be the last one.
    [[gnu::noinline]] void drop_last_handle() {
        if (handles_.is_only_own(is_of_thread()) && edges_.is_only_own(is_of_thread())) return bury(this);
        const auto left = handles_.decrease(is_of_thread());
        if (left == owned_count::left::none) handles_gone();
        else if (left == owned_count::left::unsettled) owner_->settle_later(*this, kind_handle);
    }
    [[gnu::noinline]] void drop_last_edge() {
        const auto left = edges_.decrease(is_of_thread());
        if (left == owned_count::left::none) bury(this);
        else if (left == owned_count::left::unsettled) owner_->settle_later(*this, kind_edge);
    }
    void handles_gone() {
        if (has_more_ && !edges_.is_only(is_of_thread())) release_values();
        drop_last_edge();
    }

    static constexpr std::uint8_t kind_handle = 1, kind_edge = 2;
    node_owner* const owner_;  ///< none: all threads count alike
    std::uint64_t order_;
    owned_count handles_, edges_;  // all handles together are one edge
    variable_node* next_ = nullptr;  ///< the next one to bury or to settle
    backward_task* task_ = nullptr;  ///< the run of backward that has reached it
    bool is_leaf_ = true, has_more_ = true, has_rarities_ = false;
    std::uint8_t waiting_ = 0;       ///< the kinds of references that the owner is to settle
};

[[gnu::noinline]] inline void node_owner::enter() {
    static thread_local on_thread_exit at_exit;
    [[maybe_unused]] const void* const is_used = &at_exit;
    const std::lock_guard lock(everyone().mutex);
    node_owner* owner = everyone().without_thread;
    if (owner != nullptr) {
        everyone().without_thread = owner->next_without_thread_;
    } else {
        owner = new node_owner;
        owner->next_ = std::exchange(everyone().all, owner);
    }
    const std::lock_guard own_lock(owner->mutex_);
    owner->has_thread_ = true;
    current_ = owner;
}
inline void node_owner::leave() noexcept {
    settle(true);
    const std::lock_guard lock(everyone().mutex);
    next_without_thread_ = std::exchange(everyone().without_thread, this);
}
inline void node_owner::settle_later(variable_node& node, std::uint8_t kind) noexcept {
    {
        const std::lock_guard lock(mutex_);
        if (node.waiting_ == 0) node.next_ = std::exchange(waiting_, &node);
        node.waiting_ |= kind;
        __atomic_store_n(&has_waiting_, true, __ATOMIC_RELAXED);
        if (has_thread_) return;
    }
    // Whoever comes by stands in for a thread that has ended.
    settle();
}
inline void node_owner::settle(bool is_at_end) noexcept {
    for (;;) {
        variable_node* node;
        bool has_edges = true, has_handles = true;
        {
            const std::lock_guard lock(mutex_);
            if (has_thread_ && !is_of_thread(this) && !is_at_end) return;
            node = waiting_;
            if (node == nullptr) {
                has_thread_ = has_thread_ && !is_at_end;
                __atomic_store_n(&has_waiting_, false, __ATOMIC_RELAXED);
                return;
            }
            waiting_ = node->next_;
            const std::uint8_t kinds = std::exchange(node->waiting_, std::uint8_t{});
            if (kinds & variable_node::kind_edge) has_edges = node->edges_.settle() != owned_count::left::none;
            if (kinds & variable_node::kind_handle) has_handles = node->handles_.settle() != owned_count::left::none;
        }
        // What is still held may be gone by now. What goes may let go of other nodes of this owner.
        if (!has_edges) variable_node::bury(node);
        else if (!has_handles) node->handles_gone();
    }
}

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
    [[gnu::always_inline]] explicit handle_to(Node* node) : node_(node) {
        if (node_) node_->add_handle();
    }
    [[gnu::always_inline]] handle_to(const handle_to& other) : handle_to(other.node_) {}
    handle_to(handle_to&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
    template <class Derived>
    handle_to(handle_to<Derived>&& other) noexcept : node_(other.release()) {}
    handle_to& operator=(handle_to other) noexcept {
        std::swap(node_, other.node_);
        return *this;
    }
    [[gnu::always_inline]] ~handle_to() {
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
    [[gnu::always_inline]] ~edge_to() {
        if (node_) node_->drop_edge();
    }
    /// Of one that is empty.
    [[gnu::always_inline]] void attach(variable_node* target) {
        if (target) target->add_edge();
        node_ = target;
    }
    variable_node* get() const { return node_; }
    variable_node* operator->() const { return node_; }
    explicit operator bool() const { return node_ != nullptr; }

private:
    variable_node* node_ = nullptr;
};

}  // namespace tapeless::detail
