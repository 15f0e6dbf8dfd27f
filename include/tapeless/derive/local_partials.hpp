// SPDX-License-Identifier: BSL-1.0
// The edges that the sweeps run over: each active node with its partial derivatives by the active nodes that it depends on.
// A node with one use is left out where that costs no multiplication, its partials composed into those of its user: parallel paths
// become one edge, and what is multiplied along a chain shrinks to one number a link. Source: statement-level
// preaccumulation, Griewank and Walther, Evaluating Derivatives (2008), chapter 10.
#pragma once

#include <tapeless/graph/operation_info.hpp>

#include <bit>

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
constexpr index partial(graph_builder& g, index at, int operand) {
    const graph_node n = g.nodes()[at];
    if (!n.operation->has_partial[operand])
        throw "tapeless: this operation has no derivative by the operand that is differentiated.";
    term operands[3];
    for (int k = 0; k < n.operation->arity; ++k) operands[k] = term(handle{&g, n.operands[k]});
    return n.operation->partial[operand](operands, term(handle{&g, at})).handle().in(g);
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

/// The derivative of a node by one that it depends on.
struct edge {
    index from;
    index derivative;
    index guard;  ///< the condition under which it counts, of a branch of select; nowhere: always
    int next;     ///< of the same node, plus one
    bool is_sign; ///< the derivative is 1 or -1
};

class local_partials {
public:
    constexpr local_partials(graph_builder& g, const growing<char>& active, const index* outputs, int rows)
        : edges(2 * active.size), of_node_(growing<node_edges>::zeros(active.size)) {
        count_uses(g, active, outputs, rows);
        for (index at = 0; at < active.size; ++at) {
            const graph_node n = g.nodes()[at];
            if (!active.data[at] || n.operation->arity == 0) continue;
            const bool chooses = n.operation->identity == identity_of<op::select>;
            for (int k = 0; k < n.operation->arity; ++k) {
                if (!active.data[n.operands[k]]) continue;
                const index guard = !chooses ? nowhere : k == 1 ? n.operands[0] : g.add(info_of<op::logical_not>, n.operands[0]);
                connect(g, n.operands[k], at, chooses ? g.constant(1) : partial(g, at, k), guard);
            }
        }
    }

    /// The first edge into a node, plus one; 0 if there is none.
    constexpr int first(index at) const { return of_node_.data[at].first; }

    growing<edge> edges;

private:
    struct node_edges {
        int first;
        int count;
        int uses;
    };
    // Past this many edges looking for a parallel one would cost more than it saves.
    static constexpr int few = 4;

    constexpr void count_uses(const graph_builder& g, const growing<char>& active, const index* outputs, int rows) {
        const graph_node* const nodes = g.nodes();
        for (index at = 0; at < active.size; ++at) {
            // A choice keeps its own edges: they have guards.
            if (nodes[at].operation->identity == identity_of<op::select>) of_node_.data[at].uses = 2;
            if (!active.data[at]) continue;
            for (int k = 0; k < nodes[at].operation->arity; ++k) ++of_node_.data[nodes[at].operands[k]].uses;
        }
        for (int row = 0; row < rows; ++row) of_node_.data[outputs[row]].uses += 2;
    }

    constexpr void connect(graph_builder& g, index from, index to, index derivative, index guard) {
        const bool is_sign = g.is_constant(derivative, 1) || g.is_constant(derivative, -1);
        const node_edges& inner = of_node_.data[from];
        if (inner.uses != 1 || inner.count == 0 || inner.count > (is_sign ? few : 1)) return add(g, from, to, derivative, guard, is_sign);
        for (int e = inner.first; e != 0; e = edges.data[e - 1].next) {
            const edge step = edges.data[e - 1];
            const index product = step.is_sign && !is_sign ? signed_by(g, derivative, step.derivative) : signed_product(g, derivative, step, is_sign);
            add(g, step.from, to, product, guard, is_sign && step.is_sign);
        }
    }
    static constexpr index signed_by(graph_builder& g, index value, index sign) {
        return g.is_constant(sign, 1) ? value : g.add(info_of<op::negate>, value);
    }
    static constexpr index signed_product(graph_builder& g, index derivative, const edge& step, bool is_sign) {
        return is_sign ? signed_by(g, step.derivative, derivative) : multiply_reusing(g, derivative, step.derivative);
    }

    constexpr void add(graph_builder& g, index from, index to, index derivative, index guard, bool is_sign) {
        node_edges& node = of_node_.data[to];
        if (node.count <= few)
            for (int e = node.first; e != 0; e = edges.data[e - 1].next) {
                edge& parallel = edges.data[e - 1];
                if (parallel.from != from || parallel.guard != guard) continue;
                parallel.derivative = g.add(info_of<op::add>, parallel.derivative, derivative);
                parallel.is_sign = false;
                return;
            }
        edges.push_back({from, derivative, guard, node.first, is_sign});
        node.first = edges.size;
        ++node.count;
    }

    growing<node_edges> of_node_;
};

/// A value times the derivative that an edge carries.
constexpr index along(graph_builder& g, const edge& e, index value) {
    if (!e.is_sign) return multiply_reusing(g, value, e.derivative);
    return g.is_constant(e.derivative, 1) ? value : g.add(info_of<op::negate>, value);
}

/// How many multiplications the sweeps cost: in reverse for each row, forward for all wanted inputs together.
struct sweep_cost {
    long reverse = 0;
    long forward = 0;
};

constexpr sweep_cost cost_of_sweeps(const graph_builder& g, const local_partials& partials, index end) {
    sweep_cost cost;
    const graph_node* const nodes = g.nodes();
    const edge* const edges = partials.edges.data;
    auto reaching = growing<std::uint64_t>::zeros(end);
    for (index at = 0; at < end; ++at) {
        if (nodes[at].is_input()) reaching.data[at] = std::uint64_t(1) << (nodes[at].bits & 63);
        for (int e = partials.first(at); e != 0; e = edges[e - 1].next) {
            const edge& in = edges[e - 1];
            reaching.data[at] |= reaching.data[in.from];
            if (in.is_sign) continue;
            ++cost.reverse;
            if (!nodes[in.from].is_input()) cost.forward += std::popcount(reaching.data[in.from]);
        }
    }
    return cost;
}

}  // namespace tapeless::detail
