// SPDX-License-Identifier: BSL-1.0
// Sums of products as products of matrices, for those who have a library that is better at these than a loop. A sum over l of a(i, l) b(l, j) is one;
// what varies along j too stays a sum, and so does the product with a vector, which reads each element of its matrix once.
#pragma once

#include <tapeless/graph/array_graph.hpp>

namespace tapeless::detail {

/// The summand is 0 unless this holds or, if it is `refuted`, does not.
struct summand_condition {
    index at;
    bool refuted;
};
/// What a sum is over, taken apart.
struct summand {
    axis_set axes, summed;
    growing<index> factors{8}, outside{8};  ///< those that vary along what is summed over, and the others
    growing<summand_condition> conditions{4};
    bool is_negative = false;

    constexpr summand(array_builder& g, index at, axis_set summed) : axes(g.mask(at)), summed(summed) { take_apart(g, at); }

private:
    constexpr void take_apart(array_builder& g, index at) {
        const graph_node n = g[at];
        if (g.mask(at) != axes && !is_outer_product(g, n, g.mask(at))) {
            (g.mask(at) & summed ? factors : outside).push_back(at);
        } else if (is_a<op::negate>(n)) {
            is_negative = !is_negative;
            take_apart(g, n.operands[0]);
        } else if (is_a<op::multiply>(n)) {
            take_apart(g, n.operands[0]);
            take_apart(g, n.operands[1]);
        } else if (is_a<op::select>(n) && g.is_constant(n.operands[2], 0)) {
            conditions.push_back({n.operands[0], false});
            take_apart(g, n.operands[1]);
        } else if (is_a<op::select>(n) && g.is_constant(n.operands[1], 0)) {
            conditions.push_back({n.operands[0], true});
            take_apart(g, n.operands[2]);
        } else {
            factors.push_back(at);
        }
    }
    static constexpr bool is_outer_product(array_builder& g, const graph_node& n, axis_set own) {
        return is_a<op::multiply>(n) && g.mask(n.operands[0]) != own && g.mask(n.operands[1]) != own;
    }
};

/// Which factors and conditions of a summand are those of the second matrix; the others are those of the first.
class matrix_split {
public:
    constexpr matrix_split(array_builder& g, const summand& all) : g_(g), all_(all) {
        // The second matrix has an axis that the first factor has not.
        if (all.factors.size == 0) return;
        const axis_set candidates = all.axes & ~all.summed & ~g.mask(all.factors.data[0]);
        if (candidates == 0) return;
        column_ = candidates & (~candidates + 1);
        const axis_set first = axes_of_matrix(false), second = axes_of_matrix(true);
        exists = (first & all.summed) == all.summed && (second & all.summed) == all.summed && (first & ~second) != 0 && (second & ~first) != 0 && is_a_factors(first, false) &&
                 is_a_factors(second, true) && have_conditions(first, second);
    }
    bool exists = false;
    constexpr bool is_in_second(index at) const { return (g_.mask(at) & column_) != 0; }

private:
    constexpr axis_set axes_of_matrix(bool second) const {
        axis_set axes = 0;
        for (int k = 0; k < all_.factors.size; ++k)
            if (is_in_second(all_.factors.data[k]) == second) axes |= g_.mask(all_.factors.data[k]);
        return axes;
    }
    // A matrix is as large as one of its factors: an outer product in memory would cost more than the loop.
    constexpr bool is_a_factors(axis_set axes, bool second) const {
        for (int k = 0; k < all_.factors.size; ++k)
            if (is_in_second(all_.factors.data[k]) == second && g_.mask(all_.factors.data[k]) == axes) return true;
        return false;
    }
    constexpr bool have_conditions(axis_set first, axis_set second) const {
        for (int k = 0; k < all_.conditions.size; ++k)
            if (const index at = all_.conditions.data[k].at; (g_.mask(at) & ~(is_in_second(at) ? second : first)) != 0) return false;
        return true;
    }

    array_builder& g_;
    const summand& all_;
    axis_set column_ = 0;
};

/// Writes a graph to a builder that has its axes and tables but no nodes, with products of matrices where there are any.
class product_writer {
public:
    constexpr product_writer(array_builder& from, array_builder& to) : from_(from), to_(to), moved_(growing<index>::zeros(from.size())) {
        for (index at = 0; at < from.size(); ++at) {
            const graph_node n = from[at];
            if (index product = is_a<op::sum>(n) ? matrix_product(n) : nowhere; product != nowhere) moved_.data[at] = product;
            else moved_.data[at] = to.add_again(n, moved(n.operands[0]), moved(n.operands[1]), moved(n.operands[2]), n.bits, false);
        }
    }
    constexpr index moved(index at) const { return at == nowhere ? nowhere : moved_.data[at]; }

private:
    constexpr index matrix_product(const graph_node& sum) {
        const summand all(from_, sum.operands[0], static_cast<axis_set>(sum.bits));
        const matrix_split split(from_, all);
        if (!split.exists) return nowhere;
        index result = to_.operation_on_axes(matrix_product_info, matrix(all, split, false), matrix(all, split, true), sum.bits);
        for (int k = 0; k < all.outside.size; ++k) result = to_.add(info_of<op::multiply>, result, moved(all.outside.data[k]));
        return all.is_negative ? to_.add(info_of<op::negate>, result) : result;
    }
    constexpr index matrix(const summand& all, const matrix_split& split, bool second) {
        index result = nowhere;
        for (int k = 0; k < all.factors.size; ++k) {
            if (split.is_in_second(all.factors.data[k]) != second) continue;
            const index factor = moved(all.factors.data[k]);
            result = result == nowhere ? factor : to_.add(info_of<op::multiply>, result, factor);
        }
        for (int k = 0; k < all.conditions.size; ++k) {
            const auto [at, refuted] = all.conditions.data[k];
            if (split.is_in_second(at) != second) continue;
            const index zero = to_.constant(0);
            result = to_.add(info_of<op::select>, moved(at), refuted ? zero : result, refuted ? result : zero);
        }
        return result;
    }

    array_builder &from_, &to_;
    growing<index> moved_;
};

/// The array program Source with products of matrices in place of sums.
template <class Source>
struct with_products : Source {
    /// Calls visitor(graph, positions of the outputs).
    template <class Visitor>
    static constexpr auto write(const Visitor& visitor) {
        array_builder from(2 * Source::flat.graph.size), to(2 * Source::flat.graph.size);
        load(from, Source::flat);
        load_tables(to, Source::flat);
        const product_writer writer(from, to);
        index positions[Source::output_count + 1] = {};
        for (int k = 0; k < Source::output_count; ++k) positions[k] = writer.moved(Source::flat.graph.outputs[k]);
        return visitor(to, positions);
    }

    static constexpr array_graph_sizes sizes = write([](array_builder& g, const index* positions) { return sizes_of(g, positions, Source::output_count); });
    static constexpr auto flat = write([](array_builder& g, const index* positions) {
        auto all = finished<sizes>(g, positions);
        all.filled = Source::flat.filled;
        return all;
    });
};

}  // namespace tapeless::detail
