// SPDX-License-Identifier: BSL-1.0
// The graphs of derivatives: each a type with a static `flat` graph, made from another such type.
// `Wanted` says by which inputs: a static predicate of the input's position.
#pragma once

#include <tapeless/derive/eliminate.hpp>
#include <tapeless/derive/forward.hpp>
#include <tapeless/derive/load.hpp>
#include <tapeless/derive/reciprocals.hpp>
#include <tapeless/derive/reverse.hpp>
#include <tapeless/derive/room.hpp>

namespace tapeless::detail {

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

    static constexpr void eliminate(graph_builder& g, const growing<char>& active, const index* values, index* derivatives) {
        linearised_graph edges(g, active, values, rows);
        edges.eliminate_all();
        for (int row = 0; row < rows; ++row)
            for (int input = 0; input < InputCount; ++input) {
                if (!Wanted::contains(input)) continue;
                const index entry = edges.entry(row, g.input(input));
                *derivatives++ = entry == nowhere ? g.constant(0) : entry;
            }
    }

    static constexpr void sweep(graph_builder& g, const growing<char>& active, const index* values, index* derivatives) {
        const local_partials partials(g, active, values, rows);
        const sweep_cost cost = cost_of_sweeps(g, partials, active.size);
        // At equal cost forward: its chains run beside the function's own instead of after it.
        if (lengths.may_go_forward() && cost.forward <= cost.reverse * rows) sweep_forward(g, partials, active.size, values, derivatives);
        else sweep_back(g, partials, values, derivatives);
    }
    static constexpr void sweep_forward(graph_builder& g, const local_partials& partials, index end, const index* values, index* derivatives) {
        int column = 0;
        for (int input = 0; input < InputCount; ++input) {
            if (!Wanted::contains(input)) continue;
            growing<index> tangents(end);
            forward(g, input, partials, end, tangents);
            for (int row = 0; row < rows; ++row) {
                const index tangent = tangents.data[values[row]];
                derivatives[row * columns + column] = tangent == nowhere ? g.constant(0) : tangent;
            }
            ++column;
        }
    }
    static constexpr void sweep_back(graph_builder& g, const local_partials& partials, const index* values, index* derivatives) {
        auto gradient = growing<index>::zeros(InputCount);
        for (int row = 0; row < rows; ++row) {
            reverse(g, values[row], partials, gradient.data, InputCount);
            for (int input = 0; input < InputCount; ++input)
                if (Wanted::contains(input)) *derivatives++ = gradient.data[input];
        }
    }

    static constexpr auto derive() {
        constexpr auto& source = Source::flat;
        graph_builder g(4 * source.size);
        index values[rows] = {};
        load(g, source, values);
        const index end = g.size();
        growing<char> active(end);
        mark_active(g, end, Wanted{}, active);
        index outputs[output_count > 0 ? output_count : 1] = {};
        if (WithValue)
            for (int row = 0; row < rows; ++row) outputs[row] = values[row];
        index* const derivatives = outputs + (WithValue ? rows : 0);
        if constexpr (by_elimination) eliminate(g, active, values, derivatives);
        else sweep(g, active, values, derivatives);
        return all_nodes<capacity, output_count>(g, outputs);
    }
    // Several constant expressions, since clang's limit of steps holds for each.
    static constexpr auto derived = derive();
    static constexpr auto finished = live_nodes_with_shared_reciprocals<room_with_reciprocals(derived.size)>(derived);
    static constexpr auto flat = fitted<finished.size>(finished);
};

}  // namespace tapeless::detail
