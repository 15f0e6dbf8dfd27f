// SPDX-License-Identifier: BSL-1.0
// The forward sweep: the graph of the tangents of all nodes along one input.
#pragma once

#include <tapeless/derive/reverse.hpp>

namespace tapeless::detail {

/// One sweep forward from the input at `position`. tangents[at] is a node, or nowhere where the derivative is 0.
/// active: of the nodes that existed before the first sweep. Cost: linear in their number.
constexpr void forward(graph_builder& g, std::uint64_t position, const growing<char>& active, growing<index>& tangents) {
    for (index at = 0; at < active.size(); ++at) {
        tangents.push_back(nowhere);
        if (!active[at]) continue;
        const graph_node n = g[at];
        if (n.is_input()) {
            if (n.bits == position) tangents[at] = g.constant(1);
            continue;
        }
        const bool chooses = n.operation == &info<op::select>();
        if (chooses) {
            const index a = tangents[n.operands[1]], b = tangents[n.operands[2]];
            if (a != nowhere || b != nowhere)
                tangents[at] = g.add(info<op::select>(), n.operands[0], a == nowhere ? g.constant(0) : a, b == nowhere ? g.constant(0) : b);
            continue;
        }
        for (int k = 0; k < n.operation->arity; ++k) {
            if (!active[n.operands[k]] || tangents[n.operands[k]] == nowhere) continue;
            const index contribution = scale(g, tangents[n.operands[k]], partial(g, at, k));
            tangents[at] = tangents[at] == nowhere ? contribution : g.add(info<op::add>(), tangents[at], contribution);
        }
    }
}

}  // namespace tapeless::detail
