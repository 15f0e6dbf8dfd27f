// SPDX-License-Identifier: BSL-1.0
// The forward sweep: the tangents of all nodes along one input.
#pragma once

#include <tapeless/derive/local_partials.hpp>

namespace tapeless::detail {

/// One sweep forward from the input at `position`. tangents[at] is a node, or nowhere where the derivative is 0.
/// end: the nodes that existed before the first sweep. Cost: linear in the edges.
constexpr void forward(graph_builder& g, std::uint64_t position, const local_partials& partials, index end, growing<index>& tangents) {
    for (index at = 0; at < end; ++at) {
        const graph_node n = g.nodes()[at];
        tangents.push_back(n.is_input() && n.bits == position ? g.constant(1) : nowhere);
        const bool chooses = n.operation->identity == identity_of<op::select>;
        // The sums of what comes in through the two branches of a choice; any other node has the first only.
        index sums[2] = {nowhere, nowhere};
        for (int e = partials.first(at); e != 0; e = partials.edges.data[e - 1].next) {
            const edge& in = partials.edges.data[e - 1];
            if (tangents.data[in.from] == nowhere) continue;
            index& sum = sums[chooses && in.guard != n.operands[0]];
            const index contribution = along(g, in, tangents.data[in.from]);
            sum = sum == nowhere ? contribution : g.add(info_of<op::add>, sum, contribution);
        }
        if (!chooses && sums[0] != nowhere) tangents.data[at] = sums[0];
        if (chooses && (sums[0] != nowhere || sums[1] != nowhere))
            tangents.data[at] = g.add(info_of<op::select>, n.operands[0], sums[0] == nowhere ? g.constant(0) : sums[0],
                                      sums[1] == nowhere ? g.constant(0) : sums[1]);
    }
}

}  // namespace tapeless::detail
