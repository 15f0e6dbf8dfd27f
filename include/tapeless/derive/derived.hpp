// SPDX-License-Identifier: BSL-1.0
// The graphs of derivatives: each a type with a static `flat` graph, made from another such type.
// `Wanted` says by which inputs: a static predicate of the input's position.
#pragma once

#include <tapeless/derive/eliminate.hpp>
#include <tapeless/derive/forward.hpp>
#include <tapeless/derive/reciprocals.hpp>
#include <tapeless/derive/reverse.hpp>
#include <tapeless/derive/room.hpp>

namespace tapeless::detail {

/// The source's nodes at their own positions in a new builder.
template <class Graph>
constexpr void load(graph_builder& g, const Graph& source) {
    for (index at = 0; at < source.size; ++at) {
        const graph_node& n = source.nodes[at];
        if (n.is_input()) g.input(n.bits);
        else if (n.is_constant()) g.constant(g.value_of_bits(n.bits));
        else g.add_as_is(*n.operation, n.operands[0], n.operands[1], n.operands[2]);
    }
}

template <int InputCount, class Wanted>
constexpr int count_wanted() {
    int count = 0;
    for (int k = 0; k < InputCount; ++k) count += Wanted::contains(k);
    return count;
}

/// Outputs: one row an output of the source (the derivatives by the wanted inputs), after the source's own outputs if
/// WithValue. A Jacobian of moderate size by vertex elimination; else by reverse sweeps, one a row, or forward sweeps, one a wanted
/// input, whichever cost fewer multiplications.
template <class Source, int InputCount, class Wanted, bool WithValue>
struct jacobian_graph {
    static constexpr int rows = Source::flat.output_count;
    static constexpr int columns = count_wanted<InputCount, Wanted>();
    static constexpr int output_count = rows * columns + (WithValue ? rows : 0);
    // Not with a select: elimination multiplies the partials of a branch that is not taken, which may be infinite, by 0.
    static constexpr bool by_elimination = rows > 1 && columns > 1 && Source::flat.size <= 200 && !chooses(Source::flat);
    static constexpr sweep_lengths lengths = measure_sweeps<Wanted>(Source::flat, rows);
    static constexpr int capacity = room_for_derivative(Source::flat, by_elimination ? long(Source::flat.size) * (rows > columns ? rows : columns) : lengths.longest());

    static constexpr void eliminate(graph_builder& g, const growing<char>& active, index* derivatives) {
        linearised_graph edges(g, active, Source::flat.outputs, rows);
        edges.eliminate_all();
        for (int row = 0; row < rows; ++row)
            for (int input = 0; input < InputCount; ++input) {
                if (!Wanted::contains(input)) continue;
                const index entry = edges.entry(row, g.input(input));
                *derivatives++ = entry == nowhere ? g.constant(0) : entry;
            }
    }

    static constexpr void sweep(graph_builder& g, const growing<char>& active, index* derivatives) {
        constexpr auto& source = Source::flat;
        const local_partials partials(g, active, source.outputs, rows);
        const sweep_cost cost = cost_of_sweeps(g, partials, source.size);
        // At equal cost forward: its chains run beside the function's own instead of after it.
        if (lengths.may_go_forward() && cost.forward <= cost.reverse * rows) sweep_forward(g, partials, derivatives);
        else sweep_back(g, partials, derivatives);
    }
    static constexpr void sweep_forward(graph_builder& g, const local_partials& partials, index* derivatives) {
        int column = 0;
        for (int input = 0; input < InputCount; ++input) {
            if (!Wanted::contains(input)) continue;
            growing<index> tangents(Source::flat.size);
            forward(g, input, partials, Source::flat.size, tangents);
            for (int row = 0; row < rows; ++row) {
                const index tangent = tangents.data[Source::flat.outputs[row]];
                derivatives[row * columns + column] = tangent == nowhere ? g.constant(0) : tangent;
            }
            ++column;
        }
    }
    static constexpr void sweep_back(graph_builder& g, const local_partials& partials, index* derivatives) {
        auto gradient = growing<index>::zeros(InputCount);
        for (int row = 0; row < rows; ++row) {
            reverse(g, Source::flat.outputs[row], partials, gradient.data, InputCount);
            for (int input = 0; input < InputCount; ++input)
                if (Wanted::contains(input)) *derivatives++ = gradient.data[input];
        }
    }

    static constexpr auto derive() {
        constexpr auto& source = Source::flat;
        graph_builder g(4 * source.size);
        load(g, source);
        growing<char> active(source.size);
        mark_active(g, source.size, Wanted{}, active);
        index outputs[output_count > 0 ? output_count : 1] = {};
        if (WithValue)
            for (int row = 0; row < rows; ++row) outputs[row] = source.outputs[row];
        index* const derivatives = outputs + (WithValue ? rows : 0);
        if constexpr (by_elimination) eliminate(g, active, derivatives);
        else sweep(g, active, derivatives);
        return all_nodes<capacity, output_count>(g, outputs);
    }
    // Several constant expressions, since clang's limit of steps holds for each.
    static constexpr auto derived = derive();
    static constexpr auto finished = live_nodes_with_shared_reciprocals<room_with_reciprocals(derived.size)>(derived, Source::flat.size);
    static constexpr auto flat = fitted<finished.size>(finished);
};

}  // namespace tapeless::detail
