// SPDX-License-Identifier: BSL-1.0
// The forward sweep: the graph of the tangents of all nodes along one input.
#pragma once

#include <tapeless/derive/reverse.hpp>

namespace tapeless::detail {

/// One sweep forward from the input at `position`. tangents.data[at] is a node, or nowhere where the derivative is 0.
/// active: of the nodes that existed before the first sweep. Cost: linear in their number.
constexpr void forward(graph_builder& g, std::uint64_t position, const growing<char>& active, growing<index>& tangents) {
    for (index at = 0; at < active.size; ++at) {
        tangents.push_back(nowhere);
        if (!active.data[at]) continue;
        const graph_node n = g[at];
        if (n.is_input()) {
            if (n.bits == position) tangents.data[at] = g.constant(1);
            continue;
        }
        const bool chooses = n.operation == &info_of<op::select>;
        if (chooses) {
            const index a = tangents.data[n.operands[1]], b = tangents.data[n.operands[2]];
            if (a != nowhere || b != nowhere)
                tangents.data[at] = g.add(info_of<op::select>, n.operands[0], a == nowhere ? g.constant(0) : a, b == nowhere ? g.constant(0) : b);
            continue;
        }
        for (int k = 0; k < n.operation->arity; ++k) {
            if (!active.data[n.operands[k]] || tangents.data[n.operands[k]] == nowhere) continue;
            const index contribution = scale(g, tangents.data[n.operands[k]], partial(g, at, k));
            tangents.data[at] = tangents.data[at] == nowhere ? contribution : g.add(info_of<op::add>, tangents.data[at], contribution);
        }
    }
}

}  // namespace tapeless::detail
