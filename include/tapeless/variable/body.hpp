// SPDX-License-Identifier: BSL-1.0
// What a Variable is a handle on: values, their version, the gradient, and the place in the graph.
#pragma once

#include <tapeless/record/array_view.hpp>
#include <tapeless/variable/turn_to_accumulate.hpp>
#include <tapeless/variable/value_device.hpp>
#include <tapeless/variable/variable_node.hpp>

#include <algorithm>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tapeless {

template <class T, int Rank>
class Variable;

namespace detail {

template <class T, int Rank>
class body;

/// Where a body's values are. A single number lies in the body itself.
template <class T, int Rank>
struct body_values {
    extents<Rank> shape{}, strides{};
    T* data = nullptr;
    std::size_t owned_bytes = 0;  ///< of memory from the pool; 0: somebody else's
};
template <class T>
struct body_values<T, 0> {
    static constexpr extents<0> shape{}, strides{};
    T number{};
    T* data = &number;
    /// Whether it is not in somebody else's memory.
    bool has_number() const { return data == &number; }
};

/// The sum of what has reached a node during a run of backward.
template <class T, int Rank>
struct adjoint_of {
    handle_to<body<T, Rank>> array;

    bool is_empty() const { return !array; }
    handle_to<body<T, Rank>> take() { return std::move(array); }
    void add(const handle_to<body<T, Rank>>& addend);
    void set(handle_to<body<T, Rank>> value) { array = std::move(value); }
    void clear() { array = nullptr; }
};
/// A number; of a value on a device a number there.
template <class T>
class adjoint_of<T, 0> {
public:
    bool is_empty() const { return kind_ == kind::none; }
    handle_to<body<T, 0>> take();
    T take_number() {
        kind_ = kind::none;
        return number_;
    }
    void add(T addend) {
        number_ = kind_ == kind::number ? number_ + addend : addend;
        kind_ = kind::number;
    }
    void add(const handle_to<body<T, 0>>& addend);
    void set(const handle_to<body<T, 0>>& value);
    void clear();

    bool is_first = false;  ///< memory for a leaf's first gradient was made for it

private:
    enum class kind : std::uint8_t { none, number, on_device };
    kind kind_ = kind::none;
    union {
        T number_{};
        body<T, 0>* array_;  // held
    };
};

template <class T, int Rank>
class body : public variable_node, public body_values<T, Rank> {
public:
    using number_type = T;
    static constexpr int rank = Rank;

    body()
        requires(Rank == 0)
        : variable_node(true) {}
    /// Elements by rows, without values yet.
    explicit body(const extents<Rank>& extents) : variable_node(bytes_of(extents) <= pool::largest_small) { allocate(extents); }
    /// A shape without memory.
    struct no_memory {};
    body(const extents<Rank>& extents, no_memory) : variable_node(false) { set_shape(extents); }

    std::ptrdiff_t size() const { return size_of(this->shape); }
    bool is_by_rows() const { return detail::is_by_rows(this->shape, this->strides); }
    /// The elements as an array view; a number as an array of one.
    auto view() const {
        if constexpr (Rank == 0) return array_view<T, 1>(this->data, {1});
        else return array_view<T, Rank>(this->data, this->shape, this->strides);
    }
    std::uint32_t& version() { return *version_; }
    std::uint32_t version() const { return *version_; }

    /// Where the values are; none: on the host.
    const value_device* device() const { return rare_ ? rare_->device : nullptr; }
    void set_device(const value_device* device) {
        if (device) rare().device = device;
    }
    /// Memory on a device, by rows.
    void allocate_on(const value_device& device) {
        rare().device = &device;
        rare().keeper = device.allocate(bytes_of(this->shape));
        this->data = static_cast<T*>(rare().keeper.get());
    }

    /// Another shape or part of `whole`, whose memory and version it shares.
    template <int WholeRank>
    void look_at(const handle_to<body<T, WholeRank>>& whole, T* first) {
        rare().base = handle_to<variable_node>(whole.get());
        rare().device = whole->device();
        this->data = first;
        version_ = &whole->version();
    }
    /// Shares memory, but not the version.
    void look_at_with_own_version(const handle_to<body>& whole) {
        look_at(whole, whole->data);
        version_ = &own_version_;
    }

    // The graph.
    bool requires_grad() const {
        if (tracks_base_) const_cast<body*>(this)->refresh();
        return is_differentiable_;
    }
    /// Where gradients by this value go: nowhere if it needs none.
    variable_node* gradient_target() {
        if (!rare_) [[likely]] return is_differentiable_ ? this : nullptr;
        if (!requires_grad()) return nullptr;
        return rare_->history ? rare_->history.get() : this;
    }
    /// Whether a statement has made the value.
    bool has_history() const {
        if (tracks_base_) const_cast<body*>(this)->refresh();
        return !is_leaf() || (rare_ && rare_->history);
    }
    /// The node that has made the value: empty of a leaf.
    std::string made_by() const {
        if (tracks_base_) const_cast<body*>(this)->refresh();
        if (rare_ && rare_->history) return rare_->history->name();
        return is_leaf() ? "" : name();
    }
    void require_grad(bool required) { is_differentiable_ = required; }
    /// It is the value of a statement, and no leaf.
    void set_made(bool is_differentiable) {
        set_no_leaf();
        if (Rank == 0 && !rare_) set_has_more(false);
        is_differentiable_ = is_differentiable;
    }
    /// Of a part of something else: looks whether that has got another history.
    virtual void refresh() {}
    virtual bool is_view_of_leaf() const { return false; }
    /// An in-place operation, whose node this is, has changed the values.
    virtual void rewrite(edge_to written) {
        rare().history = std::move(written);
        is_differentiable_ = true;
    }

    handle_to<body> grad;
    void set_grad(handle_to<body> gradient) {
        grad = std::move(gradient);
        set_has_more(true);
    }

    using hook = std::function<Variable<T, Rank>(const Variable<T, Rank>&)>;
    using hook_after_accumulation = std::function<void(const Variable<T, Rank>&)>;
    /// What few Variables have.
    struct rarities {
        edge_to history;                ///< what an in-place operation has made of this value
        handle_to<variable_node> base;  ///< whose memory this one looks at
        std::vector<std::pair<int, hook>> hooks;
        std::vector<std::pair<int, hook_after_accumulation>> hooks_after_accumulation;
        int next_hook = 0;
        bool retains_grad = false;
        std::shared_ptr<void> keeper;          ///< of somebody else's memory, or a device's
        const value_device* device = nullptr;  ///< that the values are on; stays when they are released
    };
    rarities& rare() {
        if (!rare_) {
            rare_ = std::make_unique<rarities>();
            set_has_more(true);
            set_has_rarities();
        }
        return *rare_;
    }
    const rarities* rare_if_any() const { return rare_.get(); }

    void run(backward_task&) override {}
    const char* name() const override { return "AccumulateGrad"; }
    void receive_at_leaf(backward_task& task) override;
    bool prepare(backward_task& task) override;
    void accumulate(backward_task& task) noexcept override;
    void tell_accumulated() override;
    void forget(backward_task& task) noexcept override;
    void receive_recorded(handle_to<variable_node>& gradient) override;
    void prepare_recorded(backward_task& task, handle_to<variable_node>& gradient) override;
    void accumulate_recorded(const handle_to<variable_node>& sum) noexcept override;

    adjoint_of<T, Rank> adjoint;

protected:
    ~body() override { free_memory(); }
    void release_values() noexcept override {
        free_memory();
        // A number is still read by nodes that keep this one.
        if constexpr (Rank > 0) this->data = nullptr;
        else if (!this->has_number()) this->data = &this->number;
        // Backward may be on its way to this node, also that of another thread.
        handle_to<body> gradient;
        handle_to<variable_node> base;
        edge_to history;
        std::shared_ptr<void> keeper;
        std::vector<std::pair<int, hook_after_accumulation>> hooks;
        const turn_to_accumulate turn;
        gradient = std::move(grad);
        if (!rare_) return;
        // Gradients still pass, so hooks stay.
        base = std::move(rare_->base);
        history = std::move(rare_->history);
        keeper = std::move(rare_->keeper);
        hooks.swap(rare_->hooks_after_accumulation);
    }
    void set_tracks_base() { tracks_base_ = true; }

private:
    // Not inlined, so that what numbers on the host take is.
    [[gnu::noinline]] void accumulate_array(backward_task& task) noexcept;
    [[gnu::noinline]] static void take_over(adjoint_of<T, Rank>& reached);
    void set_shape([[maybe_unused]] const extents<Rank>& extents) {
        if constexpr (Rank > 0) {
            this->shape = extents;
            this->strides = strides_by_rows(extents);
        }
    }
    static std::size_t bytes_of(const extents<Rank>& extents) { return std::max<std::size_t>(1, static_cast<std::size_t>(size_of(extents)) * sizeof(T)); }
    void allocate(const extents<Rank>& extents) {
        set_shape(extents);
        if constexpr (Rank > 0) {
            this->owned_bytes = bytes_of(extents);
            this->data = static_cast<T*>(pool::allocate(this->owned_bytes));
        }
    }
    void free_memory() noexcept {
        if constexpr (Rank > 0)
            if (const std::size_t bytes = std::exchange(this->owned_bytes, 0)) pool::deallocate(this->data, bytes);
    }

    std::uint32_t own_version_ = 0;
    bool is_differentiable_ = false, tracks_base_ = false;
    std::uint32_t* version_ = &own_version_;
    std::unique_ptr<rarities> rare_;
};

}  // namespace detail
}  // namespace tapeless
