// SPDX-License-Identifier: BSL-1.0
// Operations that change a Variable's memory: expressions and other values that are written to it, and the history that it has then.
#pragma once

#include <tapeless/variable/recorded.hpp>
#include <tapeless/variable/statement.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tapeless::detail {

/// Whether writing to `own` changes what is still to be read through a leaf, other than the very element that is written.
template <class T, int Rank, class Leaf>
bool is_read_elsewhere([[maybe_unused]] const body<T, Rank>& own, [[maybe_unused]] const Leaf& leaf) {
    if constexpr (is_variable<Leaf>) {
        const auto& other = *leaf.state();
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(other)>, body<T, Rank>>)
            if (other.data == own.data && other.strides == own.strides && same_shape(other.shape, own.shape)) return false;
        const auto [first, last] = bytes_of(own.view());
        const auto [other_first, other_last] = bytes_of(other.view());
        return first < other_last && other_first < last;
    } else {
        return false;
    }
}

/// Whether several elements lie in one place.
template <class T, int Rank>
bool is_stretched([[maybe_unused]] const body<T, Rank>& x) {
    for (int d = 0; d < Rank; ++d)
        if (x.shape[d] > 1 && x.strides[d] == 0) return true;
    return false;
}

/// Throw a variable_error if it cannot get another history, or if values of this shape cannot be written to it.
template <class T, int Rank>
void check_history(body<T, Rank>& own) {
    if (is_grad_enabled() && own.is_view_of_leaf()) throw variable_error(error_text::in_place_on_view_of_leaf());
    if (is_grad_enabled() && own.requires_grad() && !own.has_history()) throw variable_error(error_text::in_place_on_leaf());
}
template <class T, int Rank>
void check_memory(const body<T, Rank>& own, const extents<static_cast<std::size_t>(Rank)>& shape) {
    if (!same_shape(shape, own.shape)) throw variable_error(error_text::in_place_shape(own.shape, shape));
    if (is_stretched(own)) throw variable_error(error_text::stretched_memory());
}
/// What other values have been copied to: gradients go to those, and zeros to what was there before.
template <class T, int Rank>
class overwritten_node final : public body<T, Rank> {
public:
    overwritten_node(body<T, Rank>& before, body<T, Rank>& values)
        : body<T, Rank>(before.shape, typename body<T, Rank>::no_memory{}), before_(before.gradient_target()), values_(values.gradient_target()) {
        this->set_device(before.device());
        this->follow(before_.get());
        this->follow(values_.get());
        this->set_made(true);
    }
    const char* name() const override { return "CopyBackwards"; }
    void run(backward_task& task) override {
        receive(task, *this);
        const auto seed = task.arrived(*this).take();
        if (values_) task.template reach<T, Rank>(values_.get()).add(seed);
        if (before_) task.template reach<T, Rank>(before_.get()).add(zeros_of<T, Rank>(this->device(), this->shape));
    }
    void run_recorded(backward_task& task, const handle_to<variable_node>& seed) override {
        if (values_) task.template reach_recorded<T, Rank>(values_.get(), handle_to<body<T, Rank>>(static_cast<body<T, Rank>*>(seed.get())));
        if (before_) task.template reach_recorded<T, Rank>(before_.get(), zeros_of<T, Rank>(this->device(), this->shape));
    }

private:
    edge_to before_, values_;
};
/// Writes other values, on this or another device, to the memory of `own`, which then has another history.
template <class T, int Rank>
void overwrite_in_place(body<T, Rank>& own, const handle_to<body<T, Rank>>& values) {
    check_history(own);
    check_memory(own, values->shape);
    if (is_grad_enabled() && (own.requires_grad() || values->requires_grad())) {
        const auto there = moved_with_graph(own.device(), values);
        const auto node = handle_to<overwritten_node<T, Rank>>::adopt(new overwritten_node<T, Rank>(own, *there));
        overwrite(own, there);
        own.rewrite(edge_to(node.get()));
    } else {
        overwrite(own, values);
    }
    ++own.version();
}

/// Evaluates an expression into the memory of its first operand: an in-place operation. `own` then has another history.
template <class System, class T, int Rank, class Tree, bool IsTruth, class... Leaf>
void evaluate_in_place(body<T, Rank>& own, variable_expression<Tree, Rank, IsTruth, Leaf...>&& expression) {
    using number = computed_in<T>;
    using node_type = elementwise_node<Tree, number, Rank, Leaf...>;
    const bool records = is_recorded(expression.leaves);
    check_history(own);
    const extents<Rank> shape = broadcast_shape<Tree, Rank>(expression.leaves);
    check_memory(own, shape);
    if (device_of_all(expression.leaves)) [[unlikely]] return System::evaluate_in_place(own, std::move(expression));

    handle_to<node_type> node;
    if constexpr (std::is_same_v<T, number>) {
        if (records) {
            node = handle_to<node_type>::adopt(new node_type(shape, typename body<T, Rank>::no_memory{}));
            auto operands = expression.leaves;
            node->record(operands);
            node->keep_copies_of(own);
        }
    }
    const bool apart = std::apply([&](const auto&... leaf) { return (is_read_elsewhere(own, leaf) || ...); }, expression.leaves);
    if (std::is_same_v<T, number> && !apart) {
        if constexpr (std::is_same_v<T, number>) node_type::evaluate_to(own, expression.leaves);
    } else {
        const auto numbers = new_node<body<number, Rank>>(shape);
        node_type::evaluate_to(*numbers, expression.leaves);
        for_each_pair(own, *numbers, [](T& to, const number& from) { to = static_cast<T>(from); });
    }
    ++own.version();
    if (node) own.rewrite(edge_to(node.get()));
}

}  // namespace tapeless::detail
