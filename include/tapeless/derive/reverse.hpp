// SPDX-License-Identifier: BSL-1.0
// The reverse sweep: from a graph with its adjoints' seed to the graph of the gradient.
#pragma once

#include <tapeless/graph/operation_info.hpp>

namespace tapeless::detail {

/// Which nodes vary with a differentiated input.
template <class Wanted>
constexpr void mark_active(const graph_builder& g, index end, const Wanted& wanted, growing<char>& active) {
    const graph_node* const nodes = g.nodes();
    for (index at = 0; at < end; ++at) {
        const graph_node& n = nodes[at];
        char varies = n.is_input() && wanted.contains(n.bits);
        for (int k = 0; k < n.operation->arity; ++k) varies |= active.data[n.operands[k]];
        active.push_back(varies && n.result() == kind::real);
    }
}

/// The partial derivative of node `at` by its operand.
constexpr term partial(graph_builder& g, index at, int operand) {
    const graph_node n = g[at];
    if (!n.operation->partial[operand])
        throw "tapeless: this operation has no derivative by the operand that is differentiated.";
    term operands[3];
    for (int k = 0; k < n.operation->arity; ++k) operands[k] = term(handle{&g, n.operands[k]});
    return n.operation->partial[operand](operands, term(handle{&g, at}));
}

// Multiplies by a partial that is a product with one factor less if the other product is there already:
// u * (v * w) costs one multiplication where u * v or u * w is known, and v * w dies.
constexpr index multiply_reusing(graph_builder& g, index factor, index product) {
    if (g.is(product, identity_of<op::negate>))
        return g.add(info_of<op::negate>, multiply_reusing(g, factor, g.operand(product, 0)));
    if (g.is(product, identity_of<op::multiply>) && !g.is_constant(g.operand(product, 0)))
        for (int k = 0; k < 2; ++k)
            if (const index known = g.find(info_of<op::multiply>, factor, g.operand(product, k)); known != nowhere)
                return g.add(info_of<op::multiply>, known, g.operand(product, 1 - k));
    return g.add(info_of<op::multiply>, factor, product);
}

constexpr index scale(graph_builder& g, index value, const term& partial) {
    if (!partial.handle().graph) {
        if (partial.handle().literal == 1) return value;
        if (partial.handle().literal == -1) return g.add(info_of<op::negate>, value);
    }
    return multiply_reusing(g, value, partial.handle().in(g));
}

/// An adjoint and the condition under which it counts: a branch of select that is not taken
/// contributes nothing, whatever infinity or NaN its derivative would be.
struct adjoint {
    index value = nowhere;
    index guard = nowhere;  ///< nowhere: always
};

constexpr index guarded_value(graph_builder& g, const adjoint& a) {
    return a.guard == nowhere ? a.value : g.add(info_of<op::select>, a.guard, a.value, g.constant(0));
}

constexpr void accumulate(graph_builder& g, adjoint& sum, const adjoint& addend) {
    if (sum.value == nowhere) {
        sum = addend;
    } else if (sum.guard == addend.guard) {
        sum.value = g.add(info_of<op::add>, sum.value, addend.value);
    } else {
        const index guard = sum.guard == nowhere || addend.guard == nowhere ? nowhere : g.add(info_of<op::logical_or>, sum.guard, addend.guard);
        sum = {g.add(info_of<op::add>, guarded_value(g, sum), guarded_value(g, addend)), guard};
    }
}

constexpr index both(graph_builder& g, index a, index b) { return a == nowhere ? b : g.add(info_of<op::logical_and>, a, b); }

/// One sweep back from `output`. Writes the adjoint of input position k to gradient[k] (a node; 0 where there is none).
/// active: of the nodes that existed before the first sweep. Cost: linear in the nodes before `output`.
constexpr void reverse(graph_builder& g, index output, const growing<char>& active, index* gradient, int input_count) {
    auto adjoints = growing<adjoint>::zeros(output + 1);
    adjoints.data[output] = {g.constant(1), nowhere};
    for (int k = 0; k < input_count; ++k) gradient[k] = g.constant(0);
    for (index at = output; at >= 0; --at) {
        const adjoint incoming = adjoints.data[at];
        if (incoming.value == nowhere || !active.data[at]) continue;
        const graph_node n = g[at];
        if (n.is_input()) gradient[n.bits] = guarded_value(g, incoming);
        if (n.operation == &info_of<op::select>) {
            const index c = n.operands[0];
            if (active.data[n.operands[1]]) accumulate(g, adjoints.data[n.operands[1]], {incoming.value, both(g, incoming.guard, c)});
            if (active.data[n.operands[2]])
                accumulate(g, adjoints.data[n.operands[2]], {incoming.value, both(g, incoming.guard, g.add(info_of<op::logical_not>, c))});
            continue;
        }
        // Both operands of x * x at once: their sum is 2 * x before it meets other contributions.
        const bool twice = n.operation->arity == 2 && n.operands[0] == n.operands[1] && active.data[n.operands[0]];
        if (twice) {
            const index first = scale(g, incoming.value, partial(g, at, 0));
            accumulate(g, adjoints.data[n.operands[0]], {g.add(info_of<op::add>, first, scale(g, incoming.value, partial(g, at, 1))), incoming.guard});
            continue;
        }
        for (int k = 0; k < n.operation->arity; ++k)
            if (active.data[n.operands[k]])
                accumulate(g, adjoints.data[n.operands[k]], {scale(g, incoming.value, partial(g, at, k)), incoming.guard});
    }
}

}  // namespace tapeless::detail
