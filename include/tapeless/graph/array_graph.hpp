// SPDX-License-Identifier: BSL-1.0
// A finished array program as a value: the nodes, and the tables that its leaves refer to.
#pragma once

#include <tapeless/graph/array_builder.hpp>
#include <tapeless/graph/live_nodes.hpp>

namespace tapeless::detail {

/// How many entries the parts of an array program have.
struct array_graph_sizes {
    int nodes = 0;
    int outputs = 0;
    int accesses = 0;
    int slices = 0;
    int concatenations = 0;
};

/// The first `size` nodes are in use, and all of the tables. No array has no elements: each table has one entry to spare.
template <array_graph_sizes Sizes>
struct flat_array_graph {
    static constexpr array_graph_sizes sizes = Sizes;
    flat_graph<Sizes.nodes, Sizes.outputs> graph;
    array_access accesses[Sizes.accesses + 1];
    axis_slice slices[Sizes.slices + 1];
    axis_concatenation concatenations[Sizes.concatenations + 1];
    int axis_count;
    int twin_of[most_axes];  ///< an axis without an array along it is as long as this one
    axis_set filled;         ///< axes that must have a step
    int result_axes[most_dimensions];  ///< of the function's own result, if that is an array

    /// The axes that each node varies along.
    struct masks {
        axis_set of[Sizes.nodes];
    };
    constexpr masks axes() const {
        masks all{};
        for (index at = 0; at < graph.size; ++at) all.of[at] = axes_of(graph.nodes[at], accesses, all.of);
        return all;
    }
};

constexpr array_graph_sizes sizes_of(const array_builder& g, const index* outputs, int output_count) {
    growing<index> order(g.size());
    live_order(g, outputs, output_count, order);
    return {order.size, output_count, g.accesses.size, g.slices.size, g.concatenations.size};
}

/// The builder's graph of `outputs` alone.
template <array_graph_sizes Sizes>
constexpr flat_array_graph<Sizes> finished(const array_builder& g, const index* outputs) {
    flat_array_graph<Sizes> all{};
    all.graph = live_nodes<Sizes.nodes, Sizes.outputs>(g, outputs);
    for (int k = 0; k < Sizes.accesses; ++k) all.accesses[k] = g.accesses.data[k];
    for (int k = 0; k < Sizes.slices; ++k) all.slices[k] = g.slices.data[k];
    for (int k = 0; k < Sizes.concatenations; ++k) all.concatenations[k] = g.concatenations.data[k];
    all.axis_count = g.axis_count();
    for (int k = 0; k < all.axis_count; ++k) all.twin_of[k] = g.twin_of(k);
    return all;
}

/// Gives an empty builder the axes and tables of a finished graph.
template <array_graph_sizes Sizes>
constexpr void load_tables(array_builder& g, const flat_array_graph<Sizes>& source) {
    for (int axis = 0; axis < source.axis_count; ++axis) g.new_axis(source.twin_of[axis]);
    for (int k = 0; k < Sizes.slices; ++k) g.slices.push_back(source.slices[k]);
    for (int k = 0; k < Sizes.concatenations; ++k) g.concatenations.push_back(source.concatenations[k]);
    for (int k = 0; k < Sizes.accesses; ++k) g.accesses.push_back(source.accesses[k]);
}
/// And its nodes, each at its own position.
template <array_graph_sizes Sizes>
constexpr void load(array_builder& g, const flat_array_graph<Sizes>& source) {
    load_tables(g, source);
    for (index at = 0; at < source.graph.size; ++at) {
        const graph_node& n = source.graph.nodes[at];
        if (n.is_input()) g.input(n.bits);
        else if (n.is_constant()) g.constant(g.value_of_bits(n.bits));
        else if (n.operation->arity == 0) g.leaf(*n.operation, n.bits);
        else if (is_reduction(n)) g.reduce(*n.operation, n.operands[0], n.bits);
        else g.add_as_is(*n.operation, n.operands[0], n.operands[1], n.operands[2]);
    }
}

}  // namespace tapeless::detail
