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
    int reshapings = 0;
    int scans = 0;
    int needs = 0;
    int lengths = 0;
    int steps = 0;
    int indices = 0;
    int single_steps = 0;
};

/// The first `size` nodes are in use, and all of the tables. No array has no elements: each table has one entry to spare.
template <array_graph_sizes Sizes>
struct flat_array_graph {
    static constexpr array_graph_sizes sizes = Sizes;
    flat_graph<Sizes.nodes, Sizes.outputs> graph;
    array_access accesses[Sizes.accesses + 1];
    axis_slice slices[Sizes.slices + 1];
    axis_concatenation concatenations[Sizes.concatenations + 1];
    axis_reshaping reshapings[Sizes.reshapings + 1];
    axis_scan scans[Sizes.scans + 1];
    axis_need needs[Sizes.needs + 1];
    axis_length lengths[Sizes.lengths + 1];
    axis_step steps[Sizes.steps + 1];
    axis_indices indices[Sizes.indices + 1];
    single_step single_steps[Sizes.single_steps + 1];
    int axis_count;
    axis_origin origins[most_axes];
    axis_set filled;         ///< axes that must have a step
    int result_axes[most_dimensions];  ///< of the function's own result, if that is an array

    /// The axes that each node varies along.
    struct masks {
        axis_set of[Sizes.nodes];
    };
    constexpr masks axes() const {
        masks all{};
        for (index at = 0; at < graph.size; ++at) all.of[at] = axes_of(graph.nodes[at], accesses, scans, all.of);
        return all;
    }
};

/// The nodes that `outputs` need, operands first: who reads what a recurrence carries needs the recurrence, whose first value stands before what it carries.
constexpr void live_order_with_scans(const array_builder& g, const index* outputs, int output_count, growing<index>& order) {
    auto is_live = growing<char>::zeros(g.size());
    for (int known = nowhere, scans = 0; known != scans;) {
        known = scans;
        scans = 0;
        growing<index> roots(output_count + 1);
        for (index at = 0; at < g.size(); ++at)
            if (is_a<op::scan>(g[at]) && is_live.data[at]) roots.push_back(g[at].operands[0]);
        for (int k = 0; k < output_count; ++k) roots.push_back(outputs[k]);
        for (index at = 0; at < g.size(); ++at)
            if (is_a<op::scan>(g[at]) && is_live.data[at]) roots.push_back(at);
        order.size = 0;
        live_order(g, roots.data, roots.size, order);
        std::uint64_t carried = 0;
        for (int k = 0; k < order.size; ++k) {
            const graph_node& n = g[order.data[k]];
            if (is_a<op::carried>(n)) carried |= std::uint64_t(1) << n.bits;
            is_live.data[order.data[k]] = 1;
        }
        for (index at = 0; at < g.size(); ++at) {
            if (!is_a<op::scan>(g[at])) continue;
            if (carried >> g[at].bits & 1) is_live.data[at] = 1;
            scans += is_live.data[at];
        }
    }
}

constexpr array_graph_sizes sizes_of(const array_builder& g, const index* outputs, int output_count) {
    growing<index> order(g.size());
    live_order_with_scans(g, outputs, output_count, order);
    return {order.size, output_count, g.accesses.size, g.slices.size, g.concatenations.size, g.reshapings.size, g.scans.size, g.needs.size, g.lengths.size, g.steps.size, g.indices.size, g.single_steps.size};
}

/// The builder's graph of `outputs` alone.
template <array_graph_sizes Sizes>
constexpr flat_array_graph<Sizes> finished(const array_builder& g, const index* outputs) {
    flat_array_graph<Sizes> all{};
    growing<index> order(g.size());
    live_order_with_scans(g, outputs, Sizes.outputs, order);
    all.graph = nodes_in_order<Sizes.nodes, Sizes.outputs>(g, order, outputs);
    for (int k = 0; k < Sizes.accesses; ++k) all.accesses[k] = g.accesses.data[k];
    for (int k = 0; k < Sizes.slices; ++k) all.slices[k] = g.slices.data[k];
    for (int k = 0; k < Sizes.concatenations; ++k) all.concatenations[k] = g.concatenations.data[k];
    for (int k = 0; k < Sizes.reshapings; ++k) all.reshapings[k] = g.reshapings.data[k];
    for (int k = 0; k < Sizes.scans; ++k) all.scans[k] = g.scans.data[k];
    for (int k = 0; k < Sizes.needs; ++k) all.needs[k] = g.needs.data[k];
    for (int k = 0; k < Sizes.lengths; ++k) all.lengths[k] = g.lengths.data[k];
    for (int k = 0; k < Sizes.steps; ++k) all.steps[k] = g.steps.data[k];
    for (int k = 0; k < Sizes.indices; ++k) all.indices[k] = g.indices.data[k];
    for (int k = 0; k < Sizes.single_steps; ++k) all.single_steps[k] = g.single_steps.data[k];
    all.axis_count = g.axis_count();
    for (int k = 0; k < all.axis_count; ++k) all.origins[k] = g.origin(k);
    return all;
}

/// Gives an empty builder the axes and tables of a finished graph.
template <array_graph_sizes Sizes>
constexpr void load_tables(array_builder& g, const flat_array_graph<Sizes>& source) {
    for (int axis = 0; axis < source.axis_count; ++axis) g.new_axis(source.origins[axis]);
    for (int k = 0; k < Sizes.slices; ++k) g.slices.push_back(source.slices[k]);
    for (int k = 0; k < Sizes.concatenations; ++k) g.concatenations.push_back(source.concatenations[k]);
    for (int k = 0; k < Sizes.reshapings; ++k) g.reshapings.push_back(source.reshapings[k]);
    for (int k = 0; k < Sizes.scans; ++k) g.scans.push_back(source.scans[k]);
    for (int k = 0; k < Sizes.needs; ++k) g.needs.push_back(source.needs[k]);
    for (int k = 0; k < Sizes.lengths; ++k) g.lengths.push_back(source.lengths[k]);
    for (int k = 0; k < Sizes.steps; ++k) g.steps.push_back(source.steps[k]);
    for (int k = 0; k < Sizes.indices; ++k) g.indices.push_back(source.indices[k]);
    for (int k = 0; k < Sizes.single_steps; ++k) g.single_steps.push_back(source.single_steps[k]);
    for (int k = 0; k < Sizes.accesses; ++k) g.accesses.push_back(source.accesses[k]);
}
/// And its nodes, each at its own position.
template <array_graph_sizes Sizes>
constexpr void load(array_builder& g, const flat_array_graph<Sizes>& source) {
    load_tables(g, source);
    for (index at = 0; at < source.graph.size; ++at) {
        const graph_node& n = source.graph.nodes[at];
        g.add_again(n, n.operands[0], n.operands[1], n.operands[2], n.bits, false);
    }
}

}  // namespace tapeless::detail
