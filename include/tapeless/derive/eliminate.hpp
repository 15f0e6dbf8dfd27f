// SPDX-License-Identifier: BSL-1.0
// A Jacobian by vertex elimination: the graph's edges carry local partial derivatives, and nodes between inputs and
// outputs are removed one by one, cheapest first, until only edges from inputs to outputs remain. Forward and reverse
// sweeps are two special orders. Source: Griewank and Walther, Evaluating Derivatives (2008), chapter 9.
#pragma once

#include <tapeless/derive/local_partials.hpp>

namespace tapeless::detail {

/// The linearised graph: vertices are the source's nodes, then one for each row; edges hold the node of a derivative.
class linearised_graph {
public:
    constexpr linearised_graph(graph_builder& g, const growing<char>& active, const index* outputs, int rows)
        : g_(g), node_count_(active.size), size_(active.size + rows), edges_(growing<index>::zeros(size_ * size_)), degrees_(growing<degree>::zeros(size_)) {
        for (index at = 0; at < node_count_; ++at) {
            if (!active.data[at]) continue;
            for (int k = 0; k < g[at].operation->arity; ++k)
                if (active.data[g[at].operands[k]]) add_edge(g[at].operands[k], at, partial(g, at, k));
        }
        for (int row = 0; row < rows; ++row)
            if (active.data[outputs[row]]) add_edge(outputs[row], node_count_ + row, g.constant(1));
    }

    /// Removes all nodes but the inputs. Greedy by the number of multiplications that a removal costs.
    constexpr void eliminate_all() {
        growing<index> left(node_count_);
        for (index at = 0; at < node_count_; ++at)
            if (!g_[at].is_input() && degrees_.data[at].in > 0) left.push_back(at);
        while (left.size > 0) {
            int best = left.size - 1;
            int best_cost = cost(left.data[best]);
            for (int k = left.size - 2; k >= 0 && best_cost > 0; --k)
                if (const int c = cost(left.data[k]); c < best_cost) best = k, best_cost = c;
            eliminate(left.data[best]);
            for (int k = best; k + 1 < left.size; ++k) left.data[k] = left.data[k + 1];
            --left.size;
        }
    }

    /// After elimination: the derivative of output `row` by an input node; nowhere if it is 0. An input that the source does
    /// not read has its node behind the source.
    constexpr index entry(int row, index input) const { return input < node_count_ ? edge(input, node_count_ + row) : nowhere; }

private:
    // How many edges come in and go out, and how many of these are more than a sign.
    struct degree {
        int in, out, factors_in, factors_out;
    };

    constexpr index edge(index from, index to) const { return edges_.data[to * size_ + from] - 1; }
    constexpr void set_edge(index from, index to, index e) { edges_.data[to * size_ + from] = e + 1; }
    constexpr bool is_sign(index e) const { return g_.is_constant(e, 1) || g_.is_constant(e, -1); }

    constexpr void add_edge(index from, index to, index derivative) {
        if (g_.is_constant(derivative, 0)) return;
        index e = edge(from, to);
        if (e != nowhere) {
            count(from, to, e, -1);
            e = g_.add(info_of<op::add>, e, derivative);
        } else {
            e = derivative;
        }
        set_edge(from, to, e);
        count(from, to, e, 1);
    }

    constexpr void count(index from, index to, index e, int change) {
        degrees_.data[from].out += change;
        degrees_.data[to].in += change;
        if (is_sign(e)) return;
        degrees_.data[from].factors_out += change;
        degrees_.data[to].factors_in += change;
    }

    // Products first, then the sums that they bring; a node that leads nowhere costs nothing.
    constexpr int cost(index at) const {
        const degree& d = degrees_.data[at];
        return 4 * d.factors_in * d.factors_out + (d.in > 1 && d.out > 1 ? d.in * d.out : 0);
    }

    constexpr void eliminate(index at) {
        for (index to = at + 1; to < size_ && degrees_.data[at].out > 0; ++to) {
            const index after = edge(at, to);
            if (after == nowhere) continue;
            for (index from = 0; from < at; ++from) {
                const index before = edge(from, at);
                if (before != nowhere) add_edge(from, to, multiply_reusing(g_, after, before));
            }
            count(at, to, after, -1);
            set_edge(at, to, nowhere);
        }
        for (index from = 0; from < at; ++from) {
            const index before = edge(from, at);
            if (before == nowhere) continue;
            count(from, at, before, -1);
            set_edge(from, at, nowhere);
        }
    }

    graph_builder& g_;
    int node_count_;
    int size_;
    /// Plus one; 0 where there is no edge.
    growing<index> edges_;
    growing<degree> degrees_;
};

}  // namespace tapeless::detail
