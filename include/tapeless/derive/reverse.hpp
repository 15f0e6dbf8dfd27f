// SPDX-License-Identifier: BSL-1.0
// The reverse sweep: from a graph and its edges to the adjoints of its inputs.
#pragma once

#include <tapeless/derive/local_partials.hpp>

namespace tapeless::detail {

/// An adjoint and the condition under which it counts: a branch of select that is not taken
/// contributes nothing, whatever infinity or NaN its derivative would be.
struct adjoint {
    index value;
    index guard;  ///< nowhere: always
    bool exists;  ///< a row of zeros is a row without adjoints
};

constexpr index guarded_value(graph_builder& g, const adjoint& a) {
    return a.guard == nowhere ? a.value : g.add(info_of<op::select>, a.guard, a.value, g.constant(0));
}

constexpr void accumulate(graph_builder& g, adjoint& sum, const adjoint& addend) {
    if (!sum.exists) {
        sum = addend;
    } else if (sum.guard == addend.guard) {
        sum.value = g.add(info_of<op::add>, sum.value, addend.value);
    } else {
        const index guard = sum.guard == nowhere || addend.guard == nowhere ? nowhere : g.add(info_of<op::logical_or>, sum.guard, addend.guard);
        sum = {g.add(info_of<op::add>, guarded_value(g, sum), guarded_value(g, addend)), guard, true};
    }
}

constexpr index both(graph_builder& g, index a, index b) {
    return a == nowhere ? b : b == nowhere ? a : g.add(info_of<op::logical_and>, a, b);
}

/// One sweep back from `output`. Writes the adjoint of input position k to gradient[k] (a node; 0 where there is none).
/// Cost: linear in the edges before `output`.
constexpr void reverse(graph_builder& g, index output, const local_partials& partials, index* gradient, int input_count) {
    auto adjoints = growing<adjoint>::zeros(output + 1);
    adjoints.data[output] = {g.constant(1), nowhere, true};
    for (int k = 0; k < input_count; ++k) gradient[k] = g.constant(0);
    for (index at = output; at >= 0; --at) {
        const adjoint incoming = adjoints.data[at];
        if (!incoming.exists) continue;
        if (g.nodes()[at].is_input()) gradient[g.nodes()[at].bits] = guarded_value(g, incoming);
        for (int e = partials.first(at); e != 0; e = partials.edges.data[e - 1].next) {
            const edge& in = partials.edges.data[e - 1];
            accumulate(g, adjoints.data[in.from], {along(g, in, incoming.value), both(g, incoming.guard, in.guard), true});
        }
    }
}

}  // namespace tapeless::detail
