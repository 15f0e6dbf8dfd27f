// SPDX-License-Identifier: BSL-1.0
// An operand of a statement, before and after: the leaf of the expression, and what its node keeps of it for backward.
#pragma once

#include <tapeless/evaluate/elements.hpp>
#include <tapeless/variable/backward.hpp>
#include <tapeless/variable/error.hpp>
#include <tapeless/variable/expression.hpp>
#include <tapeless/variable/recorded.hpp>

#include <algorithm>
#include <type_traits>

namespace tapeless::detail {

template <class Leaf>
inline constexpr bool is_uniform = true;
template <class T, int Rank>
inline constexpr bool is_uniform<Variable<T, Rank>> = Rank == 0;

template <class Leaf>
inline constexpr bool is_differentiable = false;
template <class T, int Rank>
inline constexpr bool is_differentiable<Variable<T, Rank>> = std::is_floating_point_v<T>;

// A body along the axes of an array of `All` dimensions.
template <int All, class T, int Rank>
extents<All> strides_along(const body<T, Rank>& operand) {
    if constexpr (Rank == 0) return {};
    else return stretched_strides<All>(operand.view());
}

/// The first element of a leaf, in another number type.
template <class T, class Leaf>
T first_number(const Leaf& leaf) {
    if constexpr (is_variable<Leaf>) return static_cast<T>(*leaf.state()->data);
    else return static_cast<T>(leaf);
}
template <class T, class Leaf>
T number_if_uniform(const Leaf& leaf) {
    if constexpr (is_uniform<Leaf>) return first_number<T>(leaf);
    else return T{};
}
/// number: where the value of a uniform leaf is.
template <class T, int Rank, class Leaf>
element_source<T, Rank> source_of([[maybe_unused]] const Leaf& leaf, const T& number) {
    if constexpr (is_uniform<Leaf>) return element_source<T, Rank>::of(&number, {});
    else return element_source<T, Rank>::of(static_cast<const typename Leaf::value_type*>(leaf.state()->data), strides_along<Rank>(*leaf.state()));
}

/// Where gradients by a leaf go: nowhere if it needs none.
template <class Leaf>
variable_node* gradient_target([[maybe_unused]] const Leaf& leaf) {
    if constexpr (is_differentiable<Leaf>) return leaf.state()->gradient_target();
    else return nullptr;
}

/// What a loop over all elements may use for the gradients of its operands.
template <class T, int Rank>
struct gradient_memory {
    extents<Rank> shape;
    mutable handle_to<body<T, Rank>> reusable;  ///< of this shape, if any
};

/// A number in a statement.
template <class Leaf>
class operand_of {
public:
    void hold(const Leaf& leaf, variable_node*, bool) { number_ = leaf; }
    void check() const {}
    void keep_copy_of(const variable_node*) {}
    void free() {}

    template <class T>
    T first_number() const {
        return static_cast<T>(number_);
    }
    template <class T>
    T number_if_uniform() const {
        return static_cast<T>(number_);
    }
    template <class T, int Rank>
    element_source<T, Rank> source(const T& number, const element_source<T, Rank>&) const {
        return element_source<T, Rank>::of(&number, {});
    }
    template <class T>
    void send(backward_task&, T) const {}
    template <class T>
    recorded_input<T> recorded() const {
        return recorded_input<T>::of_number(static_cast<T>(number_));
    }
    template <class T, int Rank>
    int target(backward_task&, const gradient_memory<T, Rank>&, element_sum<T, Rank>*) const {
        return 0;
    }
    void finish(backward_task&, int) const {}

private:
    Leaf number_{};
};

/// A Variable in a statement: the way to its node, and its values if a gradient that is wanted reads them. A number that lies in that very node is read there.
template <class U, int R>
class operand_of<Variable<U, R>> {
public:
    operand_of() = default;
    [[gnu::always_inline]] ~operand_of() {}
    /// target: where gradients by the leaf go, if anywhere. is_read: whether one of the gradients that are wanted reads its values.
    [[gnu::always_inline]] void hold(Variable<U, R>& leaf, variable_node* target, bool is_read) {
        edge_.attach(target);
        if (!is_read) return;
        version_ = leaf.state()->version();
        if constexpr (R == 0) reads_target_ = target == leaf.state().get() && leaf.state()->has_number();
        if (!reads_target_) saved_ = std::move(leaf.state());
    }
    /// In place of what an in-place operation is about to change.
    void keep_copy_of(const variable_node* changed) {
        const body<U, R>* const read = read_body();
        if (read == nullptr || read != changed) return;
        saved_ = clone_of(*read);
        version_ = saved_->version();
        reads_target_ = false;
    }
    [[gnu::always_inline]] void check() const {
        const body<U, R>* const read = read_body();
        if (read && read->version() != version_) [[unlikely]] throw_changed();
    }
    void free() { saved_ = nullptr; }

    template <class T>
    T first_number() const {
        const body<U, R>* const read = read_body();
        return read ? static_cast<T>(*read->data) : T{};
    }
    template <class T>
    T number_if_uniform() const {
        if constexpr (R == 0) return first_number<T>();
        else return T{};
    }
    /// unread: what stands for values that the gradient does not read.
    template <class T, int Rank>
    element_source<T, Rank> source(const T& number, const element_source<T, Rank>& unread) const {
        if constexpr (R == 0) return element_source<T, Rank>::of(&number, {});
        else return saved_ ? element_source<T, Rank>::of(static_cast<const U*>(saved_->data), strides_along<Rank>(*saved_)) : unread;
    }

    template <class T>
    recorded_input<T> recorded() const {
        if constexpr (R == 0)
            if (reads_target_) return recorded_input<T>::of_number_in(target_body(), edge_);
        if (saved_) return recorded_input<T>::template of<U, R>(saved_, edge_, saved_->shape);
        if (!edge_) return recorded_input<T>::of_number(T{});
        return recorded_input<T>::template of<U, R>(nullptr, edge_, target_body().shape);
    }

    /// A gradient by an operand of one element.
    template <class T>
    [[gnu::always_inline]] void send(backward_task& task, T gradient) const {
        if (!edge_) return;
        auto& adjoint = task.reach<U, R>(edge_.get());
        if constexpr (R == 0) {
            adjoint.add(static_cast<U>(gradient));
        } else {
            const auto one = new_body<U, R>(target_body().shape);
            *one->data = static_cast<U>(gradient);
            adjoint.add(one);
        }
    }

    /// Where the loop over all elements is to put the gradient by this operand. What is returned is for `finish`.
    template <class T, int Rank>
    handle_to<body<T, R>> target(backward_task& task, const gradient_memory<T, Rank>& given, element_sum<T, Rank>* to) const {
        if constexpr (!std::is_floating_point_v<U>) {
            return nullptr;
        } else if (!edge_) {
            to->strides = strides_by_rows(given.shape);
            return nullptr;
        } else if constexpr (std::is_same_v<T, U> && R > 0) {
            auto& sum = task.reach<U, R>(edge_.get()).array;
            if (sum) {
                if (sum->is_held_elsewhere() || !sum->is_by_rows()) sum = clone_of(*sum);
                *to = {sum->data, strides_along<Rank>(*sum), true};
                return nullptr;
            }
            if constexpr (R == Rank)
                if (given.reusable && same_shape(target_body().shape, given.shape)) {
                    sum = std::move(given.reusable);
                    *to = {sum->data, sum->strides};
                    return nullptr;
                }
            sum = fresh<T>(given.shape, to);
            return nullptr;
        } else {
            return fresh<T>(given.shape, to);
        }
    }
    template <class T>
    void finish(backward_task& task, const handle_to<body<T, R>>& memory) const {
        if (!memory) return;
        if constexpr (R == 0) {
            task.reach<U, 0>(edge_.get()).add(static_cast<U>(memory->number));
        } else {
            const auto converted = new_body<U, R>(memory->shape);
            for_each_pair(*converted, *memory, [](U& number, const T& from) { number = static_cast<U>(from); });
            task.reach<U, R>(edge_.get()).add(converted);
        }
    }

private:
    [[noreturn, gnu::noinline, gnu::cold]] void throw_changed() const {
        throw variable_error(error_text::changed_in_place<U>(read_body()->shape, read_body()->made_by(), read_body()->version(), version_));
    }
    const body<U, R>* read_body() const { return reads_target_ ? &target_body() : saved_.get(); }
    body<U, R>& target_body() const { return static_cast<body<U, R>&>(*edge_.get()); }
    template <class T, int Rank>
    handle_to<body<T, R>> fresh(const extents<static_cast<std::size_t>(Rank)>& shape, element_sum<T, Rank>* to) const {
        handle_to<body<T, R>> memory;
        if constexpr (R == 0) memory = new_number(T{});
        else memory = new_body<T, R>(target_body().shape);
        bool is_stretched = R != Rank;
        if constexpr (R == Rank) is_stretched = !same_shape(memory->shape, shape);
        if (is_stretched) std::fill_n(memory->data, memory->size(), T{});
        *to = {memory->data, strides_along<Rank>(*memory), is_stretched};
        return memory;
    }

    edge_to edge_;
    handle_to<body<U, R>> saved_;
    std::uint32_t version_ = 0;
    bool reads_target_ = false;
};

}  // namespace tapeless::detail
