// SPDX-License-Identifier: BSL-1.0
// Keeps what the outputs need, in an order that depends on the outputs alone: the last step of every pass,
// and what makes equal expressions equal types.
#pragma once

#include <tapeless/graph/graph_builder.hpp>

namespace tapeless::detail {

/// The nodes that `outputs` reach, operands first (depth-first, operands from left to right).
template <int Capacity, int OutputCount>
constexpr flat_graph<Capacity, OutputCount> live_nodes(const graph_builder& g, const index* outputs) {
    flat_graph<Capacity, OutputCount> live{};
    growing<index> moved_to(g.size(), nowhere);
    growing<index> stack(64);
    for (int k = 0; k < OutputCount; ++k) {
        stack.push_back(outputs[k]);
        while (stack.size() > 0) {
            const index at = stack[stack.size() - 1];
            if (moved_to[at] != nowhere) {
                stack.pop_back();
                continue;
            }
            const graph_node& n = g[at];
            const int before = stack.size();
            for (int operand = n.operation->arity - 1; operand >= 0; --operand)
                if (moved_to[n.operands[operand]] == nowhere) stack.push_back(n.operands[operand]);
            if (stack.size() > before) continue;
            if (live.size == Capacity) throw "tapeless: a graph outgrew the room made for it.";
            live.nodes[live.size] = n;
            for (int operand = 0; operand < n.operation->arity; ++operand) live.nodes[live.size].operands[operand] = moved_to[n.operands[operand]];
            moved_to[at] = live.size++;
            stack.pop_back();
        }
        live.outputs[k] = moved_to[outputs[k]];
    }
    return live;
}

}  // namespace tapeless::detail
