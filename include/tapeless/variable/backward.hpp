// SPDX-License-Identifier: BSL-1.0
// A run of backward: nodes in the opposite of the order in which they were made, so that all of a node's gradient has arrived when it runs. Leaves
// accumulate at the very end: an exception before leaves all gradients as they were.
#pragma once

#include <tapeless/variable/elements.hpp>
#include <tapeless/variable/grad_mode.hpp>
#include <tapeless/variable/turn_to_accumulate.hpp>

#include <algorithm>
#include <exception>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tapeless::detail {

template <class T>
class interpreter;
/// What a run that is recorded itself computes gradients by.
struct interpreters {
    const interpreter<float>* of_float;
    const interpreter<double>* of_double;
};

/// Nodes, one after the other. What it has allocated stays.
class node_list {
public:
    void push_back(variable_node* node) {
        if (count_ == nodes_.size()) [[unlikely]] grow();
        nodes_[count_++] = node;
    }
    void pop_back() { --count_; }
    void clear() { count_ = 0; }
    bool empty() const { return count_ == 0; }
    std::size_t size() const { return count_; }
    variable_node** begin() { return nodes_.data(); }
    variable_node** end() { return nodes_.data() + count_; }
    variable_node* back() { return nodes_[count_ - 1]; }

private:
    [[gnu::noinline, gnu::cold]] void grow() { nodes_.resize(std::max<std::size_t>(16, 2 * count_)); }

    std::vector<variable_node*> nodes_;
    std::size_t count_ = 0;
};

class backward_task {
public:
    explicit backward_task(bool retains_graph) : retains_graph(retains_graph), lists_(lend_lists()) {}
    /// A run that is recorded.
    explicit backward_task(const interpreters& how) : retains_graph(true), how_(&how), lists_(lend_lists()) {}
    backward_task(const backward_task&) = delete;
    backward_task& operator=(const backward_task&) = delete;
    ~backward_task() {
        // Empty after a run that nothing has stopped.
        if (running_ != nullptr || !lists_->ready.empty() || !lists_->leaves.empty()) give_up();
        if (!are_gone_ && lists_ == &lists_of_thread()) lists_->are_lent = false;
        else delete lists_;
    }

    /// What has reached a node so far, to add to. The node runs later.
    template <class T, int Rank>
    [[gnu::always_inline]] adjoint_of<T, Rank>& reach(variable_node* target) {
        auto& reached = static_cast<body<T, Rank>&>(*target);
        return has(reached) ? reached.adjoint : reach_anew(reached);
    }
    /// What has reached a node that runs now.
    template <class T, int Rank>
    adjoint_of<T, Rank>& arrived(body<T, Rank>& reached) {
        return has(reached) ? reached.adjoint : aside_of(reached);
    }

    bool creates_graph() const { return how_ != nullptr; }
    template <class T>
    const interpreter<T>& how() const {
        if constexpr (std::is_same_v<T, float>) return *how_->of_float;
        else return *how_->of_double;
    }
    /// Adds a recorded gradient to what has reached a node so far.
    template <class T, int Rank>
    void reach_recorded(variable_node* target, const handle_to<body<T, Rank>>& gradient);

    /// Stops at a node, and keeps what has reached it.
    void stop_at(variable_node* target) { rare().stops.push_back(target); }
    /// What has reached a node that the run stopped at, or a leaf; none if nothing has.
    template <class T, int Rank>
    handle_to<body<T, Rank>> taken(variable_node* target) {
        if (creates_graph()) {
            const auto found = rare().recorded.find(target);
            return found == rare().recorded.end() ? nullptr : handle_to<body<T, Rank>>(static_cast<body<T, Rank>*>(found->second.get()));
        }
        if (std::find(lists_->leaves.begin(), lists_->leaves.end(), target) == lists_->leaves.end()) return nullptr;
        return arrived(static_cast<body<T, Rank>&>(*target)).take();
    }

    /// Runs every node that something reaches. Leaves do not accumulate yet.
    void run() {
        const grad_mode scope(creates_graph());
        node_list& ready = lists_->ready;
        while (!ready.empty()) {
            if (ready.size() > 1) std::pop_heap(ready.begin(), ready.end(), is_earlier);
            running_ = ready.back();
            ready.pop_back();
            if (creates_graph()) run_recorded(*running_);
            else running_->run(*this);
            release(*std::exchange(running_, nullptr));
        }
    }
    /// After a run: what has reached leaves is added to their gradients. An exception before leaves them as they were.
    void accumulate() {
        for (variable_node* each : lists_->leaves) {
            if (creates_graph()) each->receive_recorded(rare().recorded[each]);
            else if (each->has_rarities()) each->receive_at_leaf(*this);
        }
        bool is_awaited = false;
        {
            const turn_to_accumulate turn;
            try {
                for (variable_node* each : lists_->leaves) {
                    if (creates_graph()) each->prepare_recorded(*this, rare().recorded[each]), is_awaited = true;
                    else is_awaited |= each->prepare(*this);
                }
            } catch (...) {
                if (!creates_graph())
                    for (variable_node* each : lists_->leaves) each->forget(*this);
                throw;
            }
            for (variable_node* each : lists_->leaves) {
                if (creates_graph()) each->accumulate_recorded(rare().recorded[each]);
                else each->accumulate(*this);
            }
        }
        if (rare_) [[unlikely]] throw_failure();
        if (is_awaited)
            for (variable_node* each : lists_->leaves) each->tell_accumulated();
        for (variable_node* each : lists_->leaves) release(*each);
        lists_->leaves.clear();
    }
    /// A leaf could not accumulate, since a device has refused: others do, and then the run throws this.
    void fail(std::exception_ptr failure) noexcept { rare().failure = std::move(failure); }
    /// Where a run begins: the node stays, whatever hooks let go of.
    void begin_at(variable_node* first) { first_.attach(first); }

    const bool retains_graph;

private:
    [[gnu::noinline, gnu::cold]] void throw_failure() const {
        if (rare_->failure) std::rethrow_exception(rare_->failure);
    }
    struct adjoint_base {
        virtual ~adjoint_base() = default;
    };
    template <class T, int Rank>
    struct adjoint_aside : adjoint_base {
        adjoint_of<T, Rank> adjoint;
    };
    struct lists {
        node_list ready, leaves;
        bool are_lent = false;
    };
    /// Of a thread, while it has not ended.
    struct lists_until_exit : lists {
        ~lists_until_exit() { are_gone_ = true; }
    };
    static inline constinit thread_local bool are_gone_ = false;

    static bool is_earlier(const variable_node* a, const variable_node* b) { return a->order() < b->order(); }
    // A run uses what earlier ones of its thread have allocated; one within another one has lists of its own.
    static lists& lists_of_thread() {
        static thread_local lists_until_exit all;
        return all;
    }
    static lists* lend_lists() {
        if (are_gone_) return new lists;
        lists& all = lists_of_thread();
        return std::exchange(all.are_lent, true) ? new lists : &all;
    }

    void run_recorded(variable_node& next) {
        handle_to<variable_node>& seed = rare().recorded[&next];
        next.receive_recorded(seed);
        next.run_recorded(*this, seed);
    }
    void enlist(variable_node& reached) {
        if (reached.is_leaf() || (rare_ && is_stop(reached))) lists_->leaves.push_back(&reached);
        else if (lists_->ready.empty()) lists_->ready.push_back(&reached);
        else get_in_line(reached);
    }
    [[gnu::noinline]] bool is_stop(variable_node& reached) const { return std::find(rare_->stops.begin(), rare_->stops.end(), &reached) != rare_->stops.end(); }
    [[gnu::noinline]] void get_in_line(variable_node& reached) {
        node_list& ready = lists_->ready;
        ready.push_back(&reached);
        std::push_heap(ready.begin(), ready.end(), is_earlier);
    }
    // Whether what reaches a node lies in the node itself.
    bool has(const variable_node& reached) const { return __atomic_load_n(&reached.task_, __ATOMIC_RELAXED) == this; }
    // A node that another run has reached, of another thread or around this one, keeps what is for this run elsewhere.
    bool claim(variable_node& reached) {
        if (reached.has_owner() || is_single_threaded()) {
            // Only runs of a node's owner use the place in the node.
            if (reached.has_owner() && !reached.is_of_thread()) return false;
            if (__atomic_load_n(&reached.task_, __ATOMIC_RELAXED) != nullptr) return false;
            __atomic_store_n(&reached.task_, this, __ATOMIC_RELAXED);
            return true;
        }
        backward_task* nobody = nullptr;
        return __atomic_compare_exchange_n(&reached.task_, &nobody, this, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
    }
    template <class T, int Rank>
    [[gnu::noinline]] adjoint_of<T, Rank>& aside_of(body<T, Rank>& reached) {
        std::unique_ptr<adjoint_base>& aside = rare().aside[&reached];
        if (!aside) aside = std::make_unique<adjoint_aside<T, Rank>>();
        return static_cast<adjoint_aside<T, Rank>&>(*aside).adjoint;
    }
    template <class T, int Rank>
    [[gnu::noinline]] adjoint_of<T, Rank>& reach_anew(body<T, Rank>& reached) {
        if (rare_ && has_aside(reached)) [[unlikely]] return aside_of(reached);
        enlist(reached);
        return claim(reached) ? reached.adjoint : aside_of(reached);
    }
    // What has begun to arrive aside goes on arriving there, though the node may be free by now.
    [[gnu::noinline]] bool has_aside(variable_node& reached) const { return rare_->aside.contains(&reached); }
    [[gnu::noinline]] void give_up() noexcept {
        if (running_ != nullptr) leave(*running_);
        for (variable_node* each : lists_->ready) leave(*each);
        for (variable_node* each : lists_->leaves) leave(*each);
        lists_->ready.clear();
        lists_->leaves.clear();
    }
    void leave(variable_node& reached) noexcept {
        if (!creates_graph()) reached.forget(*this);
        release(reached);
    }
    void release(variable_node& reached) noexcept {
        if (has(reached)) __atomic_store_n(&reached.task_, nullptr, __ATOMIC_RELEASE);
    }

    /// What few runs have.
    struct rarities {
        std::vector<variable_node*> stops;
        std::unordered_map<variable_node*, handle_to<variable_node>> recorded;
        std::unordered_map<variable_node*, std::unique_ptr<adjoint_base>> aside;
        std::exception_ptr failure;
    };
    rarities& rare() {
        if (!rare_) rare_ = std::make_unique<rarities>();
        return *rare_;
    }

    const interpreters* const how_ = nullptr;
    lists* const lists_;
    variable_node* running_ = nullptr;
    std::unique_ptr<rarities> rare_;
    edge_to first_;
};

}  // namespace tapeless::detail
