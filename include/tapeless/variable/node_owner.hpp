// SPDX-License-Identifier: BSL-1.0
// Reference counts that cost no locked instruction in the thread that made a node, which is nearly always the one that counts; all other threads count in
// a word of their own. [Biased reference counting: Choi, Shull and Torrellas, PACT 2018.]
#pragma once

#include <cstdint>
#include <mutex>
#include <utility>
#ifdef __GLIBCXX__
#include <ext/atomicity.h>
#endif

namespace tapeless::detail {

#if defined(__GLIBCXX__) && defined(_GLIBCXX_RELEASE) && _GLIBCXX_RELEASE >= 11
inline bool is_single_threaded() { return __gnu_cxx::__is_single_threaded(); }
#else
inline bool is_single_threaded() { return false; }
#endif

class variable_node;

/// A thread, to the nodes that it has made. When the thread ends, the next one that starts takes it over, nodes and all.
class node_owner {
public:
    /// Of the calling thread, for nodes that it makes; none once its end has begun.
    static node_owner* of_new_nodes() {
        if (current_ == nullptr && !has_left_) [[unlikely]] enter();
        return current_;
    }
    static bool is_of_thread(const node_owner* owner) { return owner == current_; }

    std::uint64_t next_order() { return ++order_; }
    /// Of nodes without an owner.
    static std::uint64_t next_order_without_owner() { return __atomic_add_fetch(&order_without_owner_, 1, __ATOMIC_RELAXED); }
    bool has_waiting() const { return __atomic_load_n(&has_waiting_, __ATOMIC_RELAXED); }
    /// Adds up what other threads have counted, and lets go of nodes that nobody holds any more.
    void settle(bool is_at_end = false) noexcept;
    /// Another thread has given up more references of a kind than it had taken: only the owner knows whether it was the last one.
    void settle_later(variable_node& node, std::uint8_t kind) noexcept;

private:
    /// All of them: never destroyed, since nodes may outlive every thread.
    struct registry {
        std::mutex mutex;
        node_owner* without_thread = nullptr;
        node_owner* all = nullptr;  ///< so that a leak detector finds them
    };
    static registry& everyone() {
        static registry& instance = *new registry;
        return instance;
    }
    struct on_thread_exit {
        ~on_thread_exit() {
            has_left_ = true;
            std::exchange(current_, nullptr)->leave();
        }
    };
    static void enter();
    void leave() noexcept;

    static inline constinit thread_local node_owner* current_ = nullptr;
    static inline constinit thread_local bool has_left_ = false;
    static inline constinit std::uint64_t order_without_owner_ = 0;

    std::mutex mutex_;
    std::uint64_t order_ = 0;
    variable_node* waiting_ = nullptr;
    bool has_waiting_ = false, has_thread_ = false;
    node_owner *next_without_thread_ = nullptr, *next_ = nullptr;
};

/// References of one kind to a node.
class owned_count {
public:
    enum class left { some, none, unsettled };

    /// One reference. Without an owner all threads count alike.
    explicit owned_count(bool has_owner) : own_(has_owner), shared_(has_owner ? 0 : one | is_settled) {}

    [[gnu::always_inline]] void increase(bool by_owner) {
        if (by_owner && own_ != 0) [[likely]] ++own_;
        else increase_shared();
    }
    /// What most calls are: one less of several of the owner's. False if it is something else.
    bool is_decreased(bool by_owner) {
        if (!by_owner || own_ <= 1) return false;
        --own_;
        return true;
    }
    left decrease(bool by_owner) {
        if (!by_owner || own_ == 0) return decrease_shared();
        if (--own_ != 0) return left::some;
        // Without own references, and none that others count, nobody is left to take one.
        if (load() == 0) return left::none;
        return __atomic_fetch_or(&shared_, is_settled, __ATOMIC_ACQ_REL) == 0 ? left::none : left::some;
    }
    /// Whether there is no other reference than one of the owner's, who asks.
    bool is_only_own(bool by_owner) const { return by_owner && own_ == 1 && load() == 0; }
    /// Whether there is no other reference, as far as the caller can know, who has one.
    bool is_only(bool by_owner) const {
        const std::int32_t shared = load();
        if (by_owner && own_ != 0) return own_ == 1 && shared == 0;
        return shared == (one | is_settled);
    }
    /// From now on all threads count alike. By the owner, or while there is none, once after left::unsettled.
    left settle() {
        std::int32_t before = load(), after;
        do after = ((before & ~is_waiting) + static_cast<std::int32_t>(own_) * one) | is_settled;
        while (!__atomic_compare_exchange_n(&shared_, &before, after, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
        own_ = 0;
        return after == is_settled ? left::none : left::some;
    }

private:
    // The lowest bits of what is shared: what the owner counts is part of it; the owner is to make it so.
    static constexpr std::int32_t is_settled = 1, is_waiting = 2, one = 4;

    [[gnu::noinline]] void increase_shared() {
        if (is_single_threaded()) shared_ += one;
        else __atomic_fetch_add(&shared_, one, __ATOMIC_RELAXED);
    }
    std::int32_t load() const { return __atomic_load_n(&shared_, __ATOMIC_ACQUIRE); }
    left decrease_shared() {
        std::int32_t before = load();
        // Nobody else can count up from the last one: it needs no locked instruction.
        if (before == (one | is_settled)) return left::none;
        if (before & is_settled) {
            if (is_single_threaded()) return (shared_ -= one) == is_settled ? left::none : left::some;
            return __atomic_sub_fetch(&shared_, one, __ATOMIC_ACQ_REL) == is_settled ? left::none : left::some;
        }
        std::int32_t after;
        do {
            after = before - one;
            if ((before & is_settled) == 0 && after < 0) after |= is_waiting;
        } while (!__atomic_compare_exchange_n(&shared_, &before, after, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
        if ((after & is_waiting) != (before & is_waiting)) return left::unsettled;
        return after == is_settled ? left::none : left::some;
    }

    std::uint32_t own_;  ///< of the owner; 0 for good once settled
    std::int32_t shared_;
};

}  // namespace tapeless::detail
