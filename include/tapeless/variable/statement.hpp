// SPDX-License-Identifier: BSL-1.0
// What becomes of an expression: the shape of its values, by numpy's rules, its values, and its node in the graph if one of its operands needs gradients.
#pragma once

#include <tapeless/variable/elementwise_node.hpp>
#include <tapeless/variable/functions.hpp>
#include <tapeless/variable/program_node.hpp>
#include <tapeless/variable/variable_system.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace tapeless::detail {

/// Goes through a tree as it is evaluated, and throws where the shapes of two operands of a call do not fit.
class shape_check {
public:
    using shape = std::vector<std::ptrdiff_t>;

    template <class Tree, class... Leaf>
    static void run(const std::tuple<Leaf...>& leaves) {
        of<0>(Tree{}, leaves);
    }

private:
    template <int First, class Leaves>
    static shape of(leaf, const Leaves& leaves) {
        const auto& operand = std::get<First>(leaves);
        if constexpr (is_variable<std::remove_cvref_t<decltype(operand)>>) {
            const auto& extents = operand.state()->shape;
            return shape(extents.begin(), extents.end());
        } else {
            return {};
        }
    }
    template <int First, class Leaves, class Function, class... Argument>
    static shape of(call_of<Function, Argument...>, const Leaves& leaves) {
        shape all;
        int next = First;
        ((all = stretch(all, of_argument<First, Argument>(leaves, next))), ...);
        return all;
    }
    template <int First, class Argument, class Leaves>
    static shape of_argument(const Leaves& leaves, int& next) {
        return at_leaf<0, Argument>(leaves, std::exchange(next, next + Argument::count));
    }
    // The position of the first leaf is a constant again.
    template <int First, class Argument, class Leaves>
    static shape at_leaf(const Leaves& leaves, int wanted) {
        if constexpr (First + Argument::count <= static_cast<int>(std::tuple_size_v<Leaves>)) return First == wanted ? of<First>(Argument{}, leaves) : at_leaf<First + 1, Argument>(leaves, wanted);
        else return {};
    }
    static shape stretch(const shape& a, const shape& b) {
        shape all(std::max(a.size(), b.size()), 1);
        for (std::size_t back = 1; back <= all.size(); ++back) {
            const std::ptrdiff_t of_a = back <= a.size() ? a[a.size() - back] : 1, of_b = back <= b.size() ? b[b.size() - back] : 1;
            if (of_a != of_b && of_a != 1 && of_b != 1) throw variable_error(error_text::sizes_do_not_broadcast(of_a, of_b, static_cast<int>(all.size() - back)));
            all[all.size() - back] = of_a == 1 ? of_b : of_a;
        }
        return all;
    }
};

template <int Rank, class Leaf>
bool stretch_to(extents<Rank>& all, const Leaf& leaf) {
    if constexpr (is_variable<Leaf>) return broadcast(all, leaf.state()->shape);
    else return true;
}

/// The shape that the operands of an elementwise expression stretch to.
template <class Tree, int Rank, class... Leaf>
extents<Rank> broadcast_shape(const std::tuple<Leaf...>& leaves) {
    extents<Rank> all;
    all.fill(1);
    if (!std::apply([&](const auto&... leaf) { return (stretch_to<Rank>(all, leaf) && ...); }, leaves)) shape_check::run<Tree>(leaves);
    return all;
}

template <class Leaf>
bool needs_gradient(const Leaf& leaf) {
    if constexpr (is_variable<Leaf>) return leaf.state()->requires_grad();
    else return false;
}
/// Whether a statement of these operands is to be recorded.
template <class... Leaf>
bool is_recorded(const std::tuple<Leaf...>& leaves) {
    return is_grad_enabled() && std::apply([](const auto&... leaf) { return (needs_gradient(leaf) || ...); }, leaves);
}


/// The number type that registers compute a statement in; integers are computed as double.
template <class T>
using computed_in = std::conditional_t<std::is_floating_point_v<T>, T, double>;

template <class Function>
inline constexpr bool is_sum_call = [] {
    if constexpr (requires { Function::is_sum; }) return Function::is_sum;
    else return false;
}();
/// Whether a tree is a sum or mean of elementwise operations.
template <class Tree>
inline constexpr bool is_reduced = false;
template <class Function, class Argument>
inline constexpr bool is_reduced<call_of<Function, Argument>> = is_sum_call<Function> && Argument::is_elementwise;

template <class Tree, int Rank, bool IsTruth, class... Leaf>
auto evaluated_elementwise(variable_expression<Tree, Rank, IsTruth, Leaf...>&& expression) {
    using value = typename variable_expression<Tree, Rank, IsTruth, Leaf...>::value_type;
    using number = computed_in<typename variable_expression<Tree, Rank, IsTruth, Leaf...>::number_type>;
    using node_type = elementwise_node<Tree, number, Rank, Leaf...>;
    const extents<Rank> shape = broadcast_shape<Tree, Rank>(expression.leaves);
    if constexpr (std::is_same_v<value, number>) {
        if (is_recorded(expression.leaves)) {
            auto result = new_node<node_type>(shape);
            node_type::evaluate_to(*result, expression.leaves);
            result->record(expression.leaves);
            return handle_to<body<value, Rank>>(std::move(result));
        }
        auto result = new_node<body<value, Rank>>(shape);
        node_type::evaluate_to(*result, expression.leaves);
        return result;
    } else {
        const auto numbers = new_node<body<number, Rank>>(shape);
        node_type::evaluate_to(*numbers, expression.leaves);
        return converted<value>(*numbers);
    }
}

template <int Rank, class Function, class Argument, class... Leaf>
auto evaluated_reduction(call_of<Function, Argument>, std::tuple<Leaf...>& leaves) {
    using number = computed_in<typename leaf_number<Leaf...>::type>;
    constexpr int wide_rank = std::max({0, rank_in_expression<Leaf>...});
    using node_type = reduced_node<Argument, number, wide_rank, mask_of_dimensions<wide_rank, typename Function::axes>(), Function::is_mean, Rank, Leaf...>;
    const extents<wide_rank> wide = broadcast_shape<Argument, wide_rank>(leaves);
    const extents<Rank> shape = node_type::shape(wide);
    if (is_recorded(leaves)) {
        auto result = new_node<node_type>(shape);
        node_type::evaluate_to(*result, wide, leaves);
        result->record(leaves, wide);
        return handle_to<body<number, Rank>>(std::move(result));
    }
    auto result = new_node<body<number, Rank>>(shape);
    node_type::evaluate_to(*result, wide, leaves);
    return result;
}

/// Programs: how the statement's array program runs. name: of its node. is_read: of each operand, whether gradients that are wanted read its values.
template <class Tree, int Rank, class Programs, class... Leaf>
auto evaluated_program(const Programs& programs, std::tuple<Leaf...>& leaves, const char* name, const std::array<bool, sizeof...(Leaf)>& is_read) {
    using number = computed_in<typename leaf_number<Leaf...>::type>;
    using function = function_of_tree<Tree>;
    using node_type = program_node<Programs, function, Tree::may_have_products, number, Rank, Leaf...>;
    try {
        if (!is_recorded(leaves)) return programs.template evaluate<body<number, Rank>, function, number, Rank>(leaves);
        auto result = programs.template evaluate<node_type, function, number, Rank>(leaves);
        result->record(programs, leaves, name, is_read);
        return handle_to<body<number, Rank>>(std::move(result));
    } catch (const shape_error& error) {
        throw variable_error(error.what());
    }
}
/// The name of a tree's node.
template <class Tree>
const char* name_of_tree() {
    static const std::string name = node_name(Tree::function::name);
    return name.c_str();
}

template <class Leaf>
const value_device* device_of([[maybe_unused]] const Leaf& leaf) {
    if constexpr (is_variable<Leaf>) return leaf.state()->device();
    else return nullptr;
}
/// The device that a statement runs on, that of its operands; none: the host. Numbers of the host's go with all of them.
template <class... Leaf>
const value_device* device_of_all(const std::tuple<Leaf...>& leaves) {
    const value_device* found = nullptr;
    std::apply([&](const auto&... leaf) { ((found = found ? found : device_of(leaf)), ...); }, leaves);
    return found;
}

/// The value of an expression, and its node. place: in the source.
template <class System, class Tree, int Rank, bool IsTruth, class... Leaf>
auto evaluated(variable_expression<Tree, Rank, IsTruth, Leaf...>&& expression, typename System::place place) {
    if (const value_device* const device = device_of_all(expression.leaves)) [[unlikely]] return System::evaluated(*device, std::move(expression), place);
    constexpr bool has_arrays = ((rank_in_expression<Leaf> > 0) || ...);
    if constexpr (Tree::is_elementwise) return evaluated_elementwise(std::move(expression));
    else if constexpr (is_reduced<Tree> && has_arrays) return evaluated_reduction<Rank>(Tree{}, expression.leaves);
    else return evaluated_program<Tree, Rank>(programs_on_host{}, expression.leaves, name_of_tree<Tree>(), {((void)sizeof(Leaf), true)...});
}

}  // namespace tapeless::detail
