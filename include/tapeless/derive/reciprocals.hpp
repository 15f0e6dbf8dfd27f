// SPDX-License-Identifier: BSL-1.0
// The last step of a derivative: a division costs as much as four to eight multiplications, so what the derivative divides by
// more than once is inverted once, and a reciprocal that only scales one product is that product's divisor.
// Each quotient so replaced has an error of at most 1.5 units in the last place instead of 0.5, where the reciprocal is finite. That of a
// subnormal number is not, so the quotients that the function itself computes stay: its value does not depend on what is derived.
#pragma once

#include <tapeless/graph/live_nodes.hpp>
#include <tapeless/graph/operation_info.hpp>

namespace tapeless::detail {

constexpr bool is_one(const graph_node& n) { return n.is_constant() && __builtin_bit_cast(double, n.bits) == 1; }

/// What is known of a node before it is written: how its value is used.
struct node_use {
    int uses;
    int divisions;  ///< how many times it is divided by
    index last_user;
};

/// Whether the longest chain of dependent operations, and not their number, bounds the speed: then the independent chains have to
/// be close enough to each other in the code for the processor to overlap them.
constexpr bool latency_bound(index depth, index size) { return size > 150 && 6 * depth > size; }

/// A latency-bound graph in the order of depth, any other as it is: an order that follows the values needs fewer registers.
template <int Capacity, int OutputCount>
constexpr flat_graph<Capacity, OutputCount> by_depth(const flat_graph<Capacity, OutputCount>& g) {
    index deepest = 0;
    auto depth = growing<index>::zeros(g.size), starts = growing<index>::zeros(g.size + 2), moved = growing<index>::zeros(g.size);
    for (index at = 0; at < g.size; ++at) {
        const graph_node& n = g.nodes[at];
        index d = 0;
        for (int k = 0; k < n.operation->arity; ++k)
            if (depth.data[n.operands[k]] >= d) d = depth.data[n.operands[k]] + 1;
        depth.data[at] = d;
        ++starts.data[d + 1];
        if (d > deepest) deepest = d;
    }
    if (!latency_bound(deepest, g.size)) return g;
    for (index d = 1; d <= deepest + 1; ++d) starts.data[d] += starts.data[d - 1];
    for (index at = 0; at < g.size; ++at) moved.data[at] = starts.data[depth.data[at]]++;
    flat_graph<Capacity, OutputCount> result{};
    result.size = g.size;
    auto order = growing<index>::zeros(g.size);
    for (index at = 0; at < g.size; ++at) order.data[moved.data[at]] = at;
    for (index at = 0; at < g.size; ++at) {
        graph_node n = g.nodes[order.data[at]];
        for (int k = 0; k < n.operation->arity; ++k) n.operands[k] = moved.data[n.operands[k]];
        result.nodes[at] = n;
    }
    for (int k = 0; k < OutputCount; ++k) result.outputs[k] = moved.data[g.outputs[k]];
    return result;
}

/// Room for shared reciprocals: each takes the place of two quotients or more, which become products.
constexpr int room_with_reciprocals(int size) { return size + size / 2 + 1; }

/// The graph of its outputs alone, in the same order, with shared reciprocals. The first `recorded` nodes are the function's own.
template <int Capacity, int Room, int OutputCount>
constexpr flat_graph<Capacity, OutputCount> live_nodes_with_shared_reciprocals(const flat_graph<Room, OutputCount>& g, index recorded) {
    const graph_node* const nodes = g.nodes;
    const index* const outputs = g.outputs;
    auto of = growing<node_use>::zeros(g.size);
    const auto is_reciprocal = [&](index at) { return nodes[at].operation->identity == identity_of<op::divide> && is_one(nodes[nodes[at].operands[0]]); };
    const auto may_share = [&](index quotient) { return quotient >= recorded || is_reciprocal(quotient); };
    // An output counts twice: what only scales a product is used by that product alone.
    for (int k = 0; k < OutputCount; ++k) of.data[outputs[k]].uses += 2;
    for (index at = g.size - 1; at >= 0; --at) {
        if (of.data[at].uses == 0) continue;
        const graph_node& n = nodes[at];
        for (int k = 0; k < n.operation->arity; ++k) ++of.data[n.operands[k]].uses, of.data[n.operands[k]].last_user = at;
        if (n.operation->identity == identity_of<op::divide> && may_share(at)) ++of.data[n.operands[1]].divisions;
    }
    auto varies = growing<char>::zeros(g.size);
    for (index at = 0; at < g.size; ++at) {
        varies.data[at] = nodes[at].is_input();
        for (int k = 0; k < nodes[at].operation->arity; ++k) varies.data[at] |= varies.data[nodes[at].operands[k]];
    }
    // The reciprocal of a constant costs nothing at run time.
    const auto only_scales_a_product = [&](index at) {
        if (!is_reciprocal(at) || !varies.data[at]) return false;
        const graph_node& user = nodes[of.data[at].last_user];
        // Of two reciprocals that scale each other the first stays.
        if (user.operation->identity != identity_of<op::multiply> || is_reciprocal(user.operands[user.operands[0] == at ? 1 : 0])) return false;
        return of.data[at].uses == 1 && of.data[nodes[at].operands[1]].divisions == 1;
    };

    // Positions plus one; 0 where there is none.
    auto moved_to = growing<index>::zeros(g.size), reciprocal_of = growing<index>::zeros(g.size);
    flat_writer<Capacity, OutputCount> writer;
    index one = nowhere;
    for (index at = 0; at < g.size; ++at) {
        if (of.data[at].uses == 0) continue;
        const graph_node& n = nodes[at];
        if (n.operation->identity == identity_of<op::divide>) {
            const index a = n.operands[0], b = n.operands[1];
            if (only_scales_a_product(at)) continue;
            if (of.data[b].divisions > 1 && may_share(at)) {
                if (reciprocal_of.data[b] == 0) {
                    if (one == nowhere) one = writer.append({&constant_info, {nowhere, nowhere, nowhere}, std::bit_cast<std::uint64_t>(1.0)});
                    reciprocal_of.data[b] = 1 + writer.append({&info_of<op::divide>, {one, moved_to.data[b] - 1, nowhere}, 0});
                }
                moved_to.data[at] = is_one(nodes[a]) ? reciprocal_of.data[b]
                                                        : 1 + writer.append({&info_of<op::multiply>, {moved_to.data[a] - 1, reciprocal_of.data[b] - 1, nowhere}, 0});
                continue;
            }
        } else if (n.operation->identity == identity_of<op::multiply>) {
            // A reciprocal that was left out makes this product a quotient.
            const int k = moved_to.data[n.operands[0]] == 0 ? 0 : 1;
            if (const index left_out = n.operands[k]; moved_to.data[left_out] == 0) {
                moved_to.data[at] = 1 + writer.append({&info_of<op::divide>, {moved_to.data[n.operands[1 - k]] - 1, moved_to.data[nodes[left_out].operands[1]] - 1, nowhere}, 0});
                continue;
            }
        }
        moved_to.data[at] = 1 + writer.append_moved(n, moved_to);
    }
    for (int k = 0; k < OutputCount; ++k) writer.flat.outputs[k] = moved_to.data[outputs[k]] - 1;
    return by_depth(writer.flat);
}

}  // namespace tapeless::detail
