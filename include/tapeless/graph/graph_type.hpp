// SPDX-License-Identifier: BSL-1.0
// The border between a graph as a value and a graph as a type: graph<outputs<…>, node<…>…>.
// Symbols carry such a type, equal mathematics has the same one, and a GPU kernel takes it as its argument.
#pragma once

#include <tapeless/graph/operation_info.hpp>
#include <tapeless/graph/pack.hpp>

#include <cstdint>
#include <type_traits>
#include <utility>

namespace tapeless {

/// One value of a computation. Operands are positions of earlier nodes; of op::input, the argument's position; of
/// op::constant, the bits of a double.
template <class Operation, std::int64_t... Operand>
struct node {};

/// The positions of a graph's results.
template <index... Position>
struct outputs {};

template <class Outputs, class... Node>
struct graph;

namespace detail {

template <class Operation, std::int64_t... Operand>
constexpr graph_node value_of(node<Operation, Operand...>) {
    const std::int64_t operands[] = {Operand...};
    if constexpr (std::is_same_v<Operation, op::input>) return {&input_info, {nowhere, nowhere, nowhere}, static_cast<std::uint64_t>(operands[0])};
    else if constexpr (std::is_same_v<Operation, op::constant>) return {&constant_info, {nowhere, nowhere, nowhere}, static_cast<std::uint64_t>(operands[0])};
    else {
        graph_node result{&info_of<Operation>, {nowhere, nowhere, nowhere}, 0};
        for (int k = 0; k < Operation::arity; ++k) result.operands[k] = static_cast<index>(operands[k]);
        return result;
    }
}

template <class Operation, int Arity, std::int64_t A, std::int64_t B, std::int64_t C>
struct node_of_arity {
    using type = node<Operation, A, B, C>;
};
template <class Operation, std::int64_t A, std::int64_t B, std::int64_t C>
struct node_of_arity<Operation, 1, A, B, C> {
    using type = node<Operation, A>;
};
template <class Operation, std::int64_t A, std::int64_t B, std::int64_t C>
struct node_of_arity<Operation, 2, A, B, C> {
    using type = node<Operation, A, B>;
};

template <class Program>
struct nodes_of {
    static constexpr auto& values = Program::flat.nodes;
};
template <class Program>
struct outputs_of {
    static constexpr auto& values = Program::flat.outputs;
};

template <class Program, index At>
struct node_at {
    static constexpr graph_node n = TAPELESS_ELEMENT(nodes_of<Program>, At);
    using operation = typename operation_of_identity<n.operation->identity>::type;
    static constexpr bool is_leaf = n.is_input() || n.is_constant();
    using type = typename node_of_arity<operation, is_leaf ? 1 : n.operation->arity, is_leaf ? static_cast<std::int64_t>(n.bits) : n.operands[0], n.operands[1],
                                        n.operands[2]>::type;
};

template <class Program, index... At, index... Output>
graph<outputs<Output...>, typename node_at<Program, At>::type...> graph_type(std::integer_sequence<index, At...>, std::integer_sequence<index, Output...>);

}  // namespace detail

/// A computation as a type: nodes in evaluation order. `flat` is the same graph as a value.
template <index... Output, class... Node>
struct graph<outputs<Output...>, Node...> {
    static constexpr flat_graph<static_cast<int>(sizeof...(Node)), static_cast<int>(sizeof...(Output))> flat{
        {detail::value_of(Node{})...}, static_cast<index>(sizeof...(Node)), {Output...}};
};

/// The type of the graph of a program, which is any type with a `flat` graph.
template <class Program>
using graph_type_of = decltype(detail::graph_type<Program>(
    std::make_integer_sequence<index, Program::flat.size>{},
    detail::pack_of<detail::outputs_of<Program>>(std::make_integer_sequence<int, Program::flat.output_count>{})));

}  // namespace tapeless
