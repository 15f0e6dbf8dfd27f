// SPDX-License-Identifier: BSL-1.0
// The first step of a derivative: the source's nodes in a new builder. A long product is multiplied in lanes, and in each lane in
// pairs, pairs of pairs and so on, instead of one factor after the other: as many multiplications, of which only log2(n) wait for
// each other, forward and in the sweep back. Its value then differs from the function's own in the last places.
#pragma once

#include <tapeless/graph/operation_info.hpp>

#include <utility>

namespace tapeless::detail {

/// From so many factors on. Shorter products stay as they were written, to the last bit.
inline constexpr int long_product = 16;
/// Factors that lie side by side go to different lanes: a compiler may make one vector register of them.
inline constexpr int lane_count = 8;

/// Finds products of many factors: multiplications whose results are needed for one other multiplication only, together.
class long_products {
public:
    template <class Graph>
    constexpr explicit long_products(const Graph& source)
        : nodes_(source.nodes), uses_(growing<int>::zeros(source.size)), factors_(growing<int>::zeros(source.size)), parts_(growing<part>::zeros(source.size)) {
        int multiplications = 0;
        for (index at = 0; at < source.size; ++at) multiplications += nodes_[at].operation->identity == identity_of<op::multiply>;
        if (multiplications + 1 < long_product) return;
        for (index at = 0; at < source.size; ++at)
            for (int k = 0; k < nodes_[at].operation->arity; ++k) ++uses_.data[nodes_[at].operands[k]];
        for (int k = 0; k < source.output_count; ++k) ++uses_.data[source.outputs[k]];
        for (index at = 0; at < source.size; ++at)
            if (nodes_[at].operation->identity == identity_of<op::multiply>) factors_.data[at] = factors_in(nodes_[at].operands[0]) + factors_in(nodes_[at].operands[1]);
        for (index at = source.size - 1; at >= 0; --at) {
            if (parts_.data[at] == part::none && factors_.data[at] >= long_product) parts_.data[at] = part::whole;
            if (parts_.data[at] == part::none) continue;
            for (int k = 0; k < 2; ++k)
                if (continues(nodes_[at].operands[k])) parts_.data[nodes_[at].operands[k]] = part::inner;
        }
    }

    /// Whether the node is a long product, and no part of a longer one.
    constexpr bool is_whole(index at) const { return parts_.data[at] == part::whole; }
    constexpr bool is_inner(index at) const { return parts_.data[at] == part::inner; }

    /// The factors of a product: those that are inputs in the order in which they lie in memory, if the function's order is that or its reverse.
    constexpr void append_factors(index product, growing<index>& factors) const {
        growing<index> stack(64);
        stack.push_back(product);
        while (stack.size > 0) {
            const index at = stack.data[--stack.size];
            if (at == product || continues(at))
                for (int k = 1; k >= 0; --k) stack.push_back(nodes_[at].operands[k]);
            else factors.push_back(at);
        }
        index* first = factors.data;
        index* last = factors.data + factors.size - 1;
        if (nodes_[*first].bits > nodes_[*last].bits)
            for (; first < last; ++first, --last) std::swap(*first, *last);
    }

private:
    enum class part : char { none, whole, inner };

    constexpr bool continues(index factor) const { return factors_.data[factor] > 0 && uses_.data[factor] == 1; }
    constexpr int factors_in(index factor) const { return continues(factor) ? factors_.data[factor] : 1; }

    const graph_node* nodes_;
    growing<int> uses_;
    growing<int> factors_;  ///< 0 where a node is no product
    growing<part> parts_;
};

/// The product of `count` factors, each `step` behind the one before, as a tree of least depth.
constexpr index balanced_product(graph_builder& g, const index* factors, int count, int step) {
    if (count == 1) return *factors;
    const int half = (count + 1) / 2;
    return g.add_as_is(info_of<op::multiply>, balanced_product(g, factors, half, step), balanced_product(g, factors + half * step, count - half, step));
}

/// Lane k has the factors k, k + lane_count, and so on; the lanes' products are multiplied last.
constexpr index product_in_lanes(graph_builder& g, const growing<index>& factors) {
    index lanes[lane_count] = {};
    for (int lane = 0; lane < lane_count; ++lane)
        lanes[lane] = balanced_product(g, factors.data + lane, (factors.size - lane + lane_count - 1) / lane_count, lane_count);
    for (int half = lane_count / 2; half > 0; half /= 2)
        for (int lane = 0; lane < half; ++lane) lanes[lane] = g.add_as_is(info_of<op::multiply>, lanes[lane], lanes[lane + half]);
    return lanes[0];
}

/// Adds the source's nodes to a new builder, and writes where its outputs are.
template <class Graph>
constexpr void load(graph_builder& g, const Graph& source, index* outputs) {
    const long_products products(source);
    auto moved = growing<index>::zeros(source.size);
    for (index at = 0; at < source.size; ++at) {
        const graph_node& n = source.nodes[at];
        if (n.is_input()) moved.data[at] = g.input(n.bits);
        else if (n.is_constant()) moved.data[at] = g.constant(g.value_of_bits(n.bits));
        else if (products.is_whole(at)) {
            growing<index> factors(long_product);
            products.append_factors(at, factors);
            for (int k = 0; k < factors.size; ++k) factors.data[k] = moved.data[factors.data[k]];
            moved.data[at] = product_in_lanes(g, factors);
        } else if (!products.is_inner(at))
            moved.data[at] = g.add_as_is(*n.operation, moved.data[n.operand(0)], n.operands[1] < 0 ? nowhere : moved.data[n.operands[1]],
                                         n.operands[2] < 0 ? nowhere : moved.data[n.operands[2]]);
    }
    for (int k = 0; k < source.output_count; ++k) outputs[k] = moved.data[source.outputs[k]];
}

}  // namespace tapeless::detail
