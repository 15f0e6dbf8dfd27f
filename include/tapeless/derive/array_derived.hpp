// SPDX-License-Identifier: BSL-1.0
// The array program of a function's value and gradient, or of its value alone, which may be an array: a type with a static `flat` array graph, made from a recorded one.
#pragma once

#include <tapeless/derive/array_reverse.hpp>
#include <tapeless/derive/invariant_divisors.hpp>

namespace tapeless::detail {

/// Where an output of an array program goes: the function's value, a number of the gradient, or, along the way an argument was read, an array of it.
struct array_output {
    enum place : unsigned char { value, number, array } to;
    int which;  ///< the number among the inputs; of an array, the access
};

/// Wanted: static predicates contains_number and contains_array of an input's position.
template <class Source, class Wanted, bool WithValue>
struct array_gradient_graph {
    static constexpr auto& source = Source::recorded;

    static constexpr int count_outputs() {
        int count = WithValue;
        for (int k = 0; k < Source::number_count; ++k) count += Wanted::contains_number(k);
        for (int k = 0; k < Source::sizes.accesses; ++k) count += Wanted::contains_array(source.accesses[k].array);
        return count;
    }
    static constexpr int output_count = count_outputs();

    struct output_list {
        array_output of[output_count + 1];
    };
    static constexpr output_list outputs = [] {
        output_list list{};
        int next = 0;
        if (WithValue) list.of[next++] = {array_output::value, 0};
        for (int k = 0; k < Source::number_count; ++k)
            if (Wanted::contains_number(k)) list.of[next++] = {array_output::number, k};
        for (int k = 0; k < Source::sizes.accesses; ++k)
            if (Wanted::contains_array(source.accesses[k].array)) list.of[next++] = {array_output::array, k};
        return list;
    }();

    /// The axes that an output is written along.
    static constexpr axis_set space_of_output(int k) {
        if (outputs.of[k].to == array_output::array) return axes_of(source.accesses[outputs.of[k].which], source.accesses);
        axis_set axes = 0;
        if (outputs.of[k].to == array_output::value)
            for (int d = 0; d < Source::rank; ++d) axes |= array_builder::bit(source.result_axes[d]);
        return axes;
    }

    /// Whether an output is a derivative by an array, along the way that it is read.
    static constexpr bool is_by_array(int k) { return outputs.of[k].to == array_output::array; }
    /// Whether an output's memory is the array's own, and not memory that is added to it afterwards, element by element at the places of an index.
    static constexpr bool is_irregular(int k) { return outputs.of[k].to == array_output::array && source.accesses[outputs.of[k].which].is_irregular(); }
    /// Whether an output writes each element of its memory, once.
    static constexpr bool is_written_once(int k) {
        return outputs.of[k].to == array_output::array ? is_irregular(k) || !adds_to_array(k) : outputs.of[k].to == array_output::value && Source::rank > 0;
    }
    /// Whether an output adds to what is in its memory.
    static constexpr bool adds(int k) { return !is_irregular(k) && adds_to_array(k); }
    /// Whether an output is a part of the derivative by an array that is read in several ways, or in parts.
    static constexpr bool adds_to_array(int k) {
        if (outputs.of[k].to != array_output::array) return false;
        const array_access& access = source.accesses[outputs.of[k].which];
        bool alone = is_whole(access, source.accesses);
        for (int other = 0; other < output_count; ++other)
            alone = alone && (other == k || outputs.of[other].to != array_output::array || source.accesses[outputs.of[other].which].array != access.array);
        return !alone;
    }

    /// Calls visitor(graph, positions of the outputs).
    template <class Visitor>
    static constexpr auto derive(const Visitor& visitor) {
        array_builder g(4 * source.graph.size);
        load(g, source);
        [[maybe_unused]] const auto is_wanted = [](const graph_node& n) {
            return is_a<op::element>(n) ? Wanted::contains_array(source.accesses[n.bits].array) : n.is_input() && Wanted::contains_number(n.bits);
        };
        const index value = source.graph.outputs[0];
        index positions[output_count + 1] = {value};
        constexpr int first = WithValue ? 1 : 0;
        if constexpr (output_count > first) {
            const array_reverse adjoints(g, value, is_wanted);
            for (int k = first; k < output_count; ++k) {
                const array_output& output = outputs.of[k];
                const auto bits = static_cast<std::uint64_t>(output.which);
                positions[k] = adjoints.of(output.to == array_output::number ? g.input(bits) : g.leaf(element_info, bits));
            }
        }
        array_builder hoisted(g.size());
        load_tables(hoisted, source);
        for (int k = Source::sizes.scans; k < g.scans.size; ++k) hoisted.scans.push_back(g.scans.data[k]);
        hoist_reciprocals(g, hoisted, positions, output_count);
        return visitor(hoisted, positions);
    }

    static constexpr array_graph_sizes sizes = derive([](array_builder& g, const index* positions) { return sizes_of(g, positions, output_count); });
    static constexpr auto flat = derive([](array_builder& g, const index* positions) {
        auto all = finished<sizes>(g, positions);
        all.filled = source.filled;
        return all;
    });
};

}  // namespace tapeless::detail
