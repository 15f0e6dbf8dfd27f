// SPDX-License-Identifier: BSL-1.0
// Records a function: calls it once, during compilation, with terms for numbers, and keeps the graph.
// Used by everything that takes a callable.
#pragma once

#include <tapeless/graph/live_nodes.hpp>
#include <tapeless/graph/operation_info.hpp>
#include <tapeless/record/structure.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

namespace tapeless {
namespace detail {

template <class Shape>
using terms_in = typename structure<Shape>::template rebind<term>;

template <class Function, class... Shape>
concept takes = requires(const Function& f) { f(std::declval<terms_in<Shape>&>()...); };

template <class Function, class... Shape>
using recorded_result = std::remove_cvref_t<std::invoke_result_t<const Function&, terms_in<Shape>&...>>;

/// The graph's inputs, numbered in the order of the arguments.
struct input_terms {
    graph_builder& graph;
    template <int Position>
    constexpr term operator()(at<Position>) const {
        return term(handle{&graph, graph.input(Position)});
    }
};

/// Calls the function on the graph's inputs.
template <class Function, class... Shape>
constexpr auto call_on_inputs(graph_builder& graph) {
    using arguments = std::tuple<terms_in<Shape>...>;
    arguments inputs = structure<std::tuple<Shape...>>::template build<arguments, 0>(input_terms{graph});
    const Function function{};
    return std::apply(function, inputs);
}

/// An upper bound of the number of nodes, and the proof that the function is constexpr.
template <class Function, class... Shape>
constexpr int bound_of_nodes() {
    graph_builder graph = graph_builder::counting();
    call_on_inputs<Function, Shape...>(graph);
    return graph.counted() + (4 + ... + structure<Shape>::count) + structure<recorded_result<Function, Shape...>>::count;
}

template <int Value>
struct constant_expression {
    static constexpr int value = Value;
};

template <class Function, class... Shape>
concept recordable = requires { typename constant_expression<bound_of_nodes<Function, Shape...>()>; };

/// The graph of a function on arguments of these shapes.
template <class Function, class... Shape>
struct recording {
    static constexpr int input_count = (0 + ... + structure<Shape>::count);
    using result = recorded_result<Function, Shape...>;
    static constexpr int output_count = structure<result>::count;
    static constexpr int capacity = bound_of_nodes<Function, Shape...>();

    static constexpr auto recorded = [] {
        graph_builder builder(capacity);
        const auto outputs = call_on_inputs<Function, Shape...>(builder);
        index positions[output_count] = {};
        structure<result>::template visit<0>(outputs, [&](const auto& output, auto k) { positions[k] = term(output).handle().in(builder); });
        return live_nodes<capacity, output_count>(builder, positions);
    }();
    static constexpr auto flat = fitted<recorded.size>(recorded);
};

}  // namespace detail
}  // namespace tapeless
