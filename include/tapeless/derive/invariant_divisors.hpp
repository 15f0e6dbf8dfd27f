// SPDX-License-Identifier: BSL-1.0
// A division costs as much as four to eight multiplications, so what is divided along an axis by a value that stays the same along it is multiplied
// by the value's reciprocal, which is computed outside the loop; and so is what is divided by a value whose reciprocal is there already. Such a quotient
// has an error of at most 1.5 units in the last place instead of 0.5, and is infinite if the divisor is a subnormal number.
#pragma once

#include <tapeless/graph/array_graph.hpp>

namespace tapeless::detail {

/// Writes the nodes of a graph to a builder that has its axes and accesses but no nodes. positions: of the outputs, before and after.
constexpr void hoist_reciprocals(array_builder& from, array_builder& to, index* positions, int count) {
    auto moved = growing<index>::zeros(from.size());
    growing<index> order(from.size());
    live_order_with_scans(from, positions, count, order);
    for (int k = 0; k < order.size; ++k) {
        const graph_node n = from[order.data[k]];
        const auto operand = [&](int o) { return n.operands[o] == nowhere ? nowhere : moved.data[n.operands[o]]; };
        index& at = moved.data[order.data[k]];
        const auto is_shared = [&] { return to.find(info_of<op::divide>, to.constant(1), operand(1)) != nowhere && !from.is_constant(n.operands[0], 1); };
        if (is_a<op::divide>(n) && (from.mask(n.operands[1]) != from.mask(order.data[k]) || is_shared()))
            at = to.add(info_of<op::multiply>, operand(0), to.add(info_of<op::divide>, to.constant(1), operand(1)));
        else at = to.add_again(n, operand(0), operand(1), operand(2), n.bits, false);
    }
    for (int k = 0; k < count; ++k) positions[k] = moved.data[positions[k]];
}

}  // namespace tapeless::detail
