// SPDX-License-Identifier: BSL-1.0
// Keeps what the outputs need, in an order that depends on the outputs alone: the last step of every pass,
// and what makes equal expressions equal types.
#pragma once

#include <tapeless/graph/graph_builder.hpp>

namespace tapeless::detail {

/// The nodes that `outputs` reach, operands first: depth-first, operands from left to right.
constexpr void live_order(const graph_builder& g, const index* outputs, int output_count, growing<index>& order) {
    const graph_node* const nodes = g.nodes();
    auto placed = growing<char>::zeros(g.size());
    growing<index> stack(64);
    for (int k = 0; k < output_count; ++k) {
        stack.push_back(outputs[k]);
        while (stack.size > 0) {
            const index at = stack.data[stack.size - 1];
            const graph_node& n = nodes[at];
            const int before = stack.size;
            if (!placed.data[at])
                for (int operand = n.operation->arity - 1; operand >= 0; --operand)
                    if (!placed.data[n.operands[operand]]) stack.push_back(n.operands[operand]);
            if (stack.size > before) continue;
            if (!placed.data[at]) order.push_back(at);
            placed.data[at] = 1;
            --stack.size;
        }
    }
}

/// The builder's graph as it stands, dead nodes and all.
template <int Capacity, int OutputCount>
constexpr flat_graph<Capacity, OutputCount> all_nodes(const graph_builder& g, const index* outputs) {
    flat_graph<Capacity, OutputCount> all{};
    const graph_node* const nodes = g.nodes();
    all.size = g.size();
    if (all.size > Capacity) throw "tapeless: a graph outgrew the room made for it.";
    for (index at = 0; at < all.size; ++at) all.nodes[at] = nodes[at];
    for (int k = 0; k < OutputCount; ++k) all.outputs[k] = outputs[k];
    return all;
}

/// The same graph without room to spare, which whoever reads it would have to copy.
template <int Size, int Capacity, int OutputCount>
constexpr flat_graph<Size, OutputCount> fitted(const flat_graph<Capacity, OutputCount>& g) {
    flat_graph<Size, OutputCount> exact{};
    exact.size = Size;
    for (index at = 0; at < Size; ++at) exact.nodes[at] = g.nodes[at];
    for (int k = 0; k < OutputCount; ++k) exact.outputs[k] = g.outputs[k];
    return exact;
}

/// Appends nodes to a finished graph under construction.
template <int Capacity, int OutputCount>
struct flat_writer {
    flat_graph<Capacity, OutputCount> flat{};

    constexpr index append(const graph_node& n) {
        if (flat.size == Capacity) throw "tapeless: a graph outgrew the room made for it.";
        flat.nodes[flat.size] = n;
        return flat.size++;
    }
    /// moved_to: where each operand is now, plus one.
    constexpr index append_moved(const graph_node& n, const growing<index>& moved_to) {
        const index at = append(n);
        for (int k = 0; k < n.operation->arity; ++k) flat.nodes[at].operands[k] = moved_to.data[n.operands[k]] - 1;
        return at;
    }
};

/// These nodes in this order, operands first.
template <int Capacity, int OutputCount>
constexpr flat_graph<Capacity, OutputCount> nodes_in_order(const graph_builder& g, const growing<index>& order, const index* outputs) {
    auto moved_to = growing<index>::zeros(g.size());
    flat_writer<Capacity, OutputCount> writer;
    for (int k = 0; k < order.size; ++k) moved_to.data[order.data[k]] = 1 + writer.append_moved(g[order.data[k]], moved_to);
    for (int k = 0; k < OutputCount; ++k) writer.flat.outputs[k] = moved_to.data[outputs[k]] - 1;
    return writer.flat;
}

/// The graph of `outputs` alone.
template <int Capacity, int OutputCount>
constexpr flat_graph<Capacity, OutputCount> live_nodes(const graph_builder& g, const index* outputs) {
    growing<index> order(g.size());
    live_order(g, outputs, OutputCount, order);
    return nodes_in_order<Capacity, OutputCount>(g, order, outputs);
}

}  // namespace tapeless::detail
