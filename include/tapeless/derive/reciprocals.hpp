// SPDX-License-Identifier: BSL-1.0
// The last step of a derivative: a division costs as much as four to eight multiplications, so what is divided by
// more than once is inverted once, and a reciprocal that only scales one product is that product's divisor.
// Each quotient so replaced has an error of at most 1.5 units in the last place instead of 0.5.
#pragma once

#include <tapeless/graph/live_nodes.hpp>
#include <tapeless/graph/operation_info.hpp>

namespace tapeless::detail {

/// The graph of `outputs` alone, with shared reciprocals.
template <int Capacity, int OutputCount>
constexpr flat_graph<Capacity, OutputCount> live_nodes_with_shared_reciprocals(const graph_builder& g, const index* outputs) {
    growing<index> order(g.size());
    live_order(g, outputs, OutputCount, order);

    growing<int> uses(g.size(), 0), divisions_by(g.size(), 0);
    growing<index> last_user(g.size(), nowhere);
    for (int k = 0; k < OutputCount; ++k) uses.data[outputs[k]] += 2;
    for (int k = 0; k < order.size; ++k) {
        const graph_node& n = g[order.data[k]];
        for (int operand = 0; operand < n.operation->arity; ++operand) {
            ++uses.data[n.operands[operand]];
            last_user.data[n.operands[operand]] = order.data[k];
        }
        if (n.operation == &info_of<op::divide>) ++divisions_by.data[n.operands[1]];
    }
    const auto only_scales_a_product = [&](index at) {
        return uses.data[at] == 1 && divisions_by.data[g.operand(at, 1)] == 1 && g.is_constant(g.operand(at, 0), 1) && g.is(last_user.data[at], identity_of<op::multiply>);
    };

    growing<index> moved_to(g.size(), nowhere), reciprocal_of(g.size(), nowhere);
    flat_writer<Capacity, OutputCount> writer;
    index one_at = nowhere;
    for (int k = 0; k < order.size; ++k) {
        const index at = order.data[k];
        const graph_node& n = g[at];
        if (n.operation == &info_of<op::divide>) {
            const index a = n.operands[0], b = n.operands[1];
            if (only_scales_a_product(at)) continue;
            if (divisions_by.data[b] > 1) {
                if (reciprocal_of.data[b] == nowhere) {
                    if (one_at == nowhere) one_at = writer.append({&constant_info, {nowhere, nowhere, nowhere}, std::bit_cast<std::uint64_t>(1.0)});
                    reciprocal_of.data[b] = writer.append({&info_of<op::divide>, {one_at, moved_to.data[b], nowhere}, 0});
                }
                moved_to.data[at] = g.is_constant(a, 1) ? reciprocal_of.data[b] : writer.append({&info_of<op::multiply>, {moved_to.data[a], reciprocal_of.data[b], nowhere}, 0});
                continue;
            }
        } else if (n.operation == &info_of<op::multiply>) {
            for (int operand = 0; operand < 2; ++operand) {
                const index factor = n.operands[operand];
                if (moved_to.data[at] == nowhere && g.is(factor, identity_of<op::divide>) && only_scales_a_product(factor))
                    moved_to.data[at] = writer.append({&info_of<op::divide>, {moved_to.data[n.operands[1 - operand]], moved_to.data[g.operand(factor, 1)], nowhere}, 0});
            }
            if (moved_to.data[at] != nowhere) continue;
        }
        moved_to.data[at] = writer.append_moved(n, moved_to);
    }
    for (int k = 0; k < OutputCount; ++k) writer.flat.outputs[k] = moved_to.data[outputs[k]];
    return writer.flat;
}

}  // namespace tapeless::detail
