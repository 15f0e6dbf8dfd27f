// SPDX-License-Identifier: BSL-1.0
// An array program with its plan, and the programs of its passes.
#pragma once

#include <tapeless/plan/planner.hpp>

namespace tapeless::detail {

/// Source: a type with a static array graph `flat`, and what a planner has to know of output k, `space_of_output(k)`, `is_written_once(k)` and `adds_to_array(k)`.
template <class Source>
struct planned : Source {
    static constexpr auto& graph = Source::flat.graph;
    static constexpr auto masks = Source::flat.axes();

    /// Whether an output would add nothing to an array.
    static constexpr bool is_left_out(int k) {
        const graph_node& value = graph.nodes[graph.outputs[k]];
        return Source::adds_to_array(k) && value.is_constant() && __builtin_bit_cast(double, value.bits) == 0;
    }
    /// Whether an output is all that is written of the derivative by an array.
    static constexpr bool is_all_by_array(int k) {
        const auto array_of = [](int output) { return Source::source.accesses[Source::outputs.of[output].which].array; };
        for (int other = 0; other < graph.output_count; ++other)
            if (other != k && Source::is_by_array(other) && array_of(other) == array_of(k) && !is_left_out(other)) return false;
        return true;
    }
    /// Whether an access of an array is one of the graph's leaves.
    static constexpr bool is_read(int access) {
        for (index at = 0; at < graph.size; ++at)
            if (is_a<op::element>(graph.nodes[at]) && graph.nodes[at].bits == static_cast<std::uint64_t>(access)) return true;
        return false;
    }

    template <class Visitor>
    static constexpr auto make(const Visitor& visitor) {
        planned_output outputs[graph.output_count + 1] = {};
        for (int k = 0; k < graph.output_count; ++k) outputs[k] = {Source::space_of_output(k), Source::is_written_once(k), is_left_out(k)};
        return visitor(planner(Source::flat, outputs));
    }
    static constexpr plan_sizes sizes = make([](const auto& p) { return plan_sizes{p.passes.size, p.sinks.size, p.loads.size, p.buffers.size, p.groups.size}; });
    static constexpr auto plan = make([](const auto& p) {
        array_plan<sizes> all{};
        for (int k = 0; k < sizes.passes; ++k) all.passes[k] = p.passes.data[k];
        for (int k = 0; k < sizes.sinks; ++k) all.sinks[k] = p.sinks.data[k];
        for (int k = 0; k < sizes.loads; ++k) all.loads[k] = p.loads.data[k];
        for (int k = 0; k < sizes.buffers; ++k) all.buffers[k] = p.buffers.data[k];
        for (int k = 0; k < sizes.groups; ++k) all.groups[k] = p.groups.data[k];
        return all;
    });

    static constexpr const graph_node& load(const array_pass& pass, int k) { return graph.nodes[plan.loads[pass.first_load + k]]; }
    static constexpr const pass_sink& sink(const array_pass& pass, int k) { return plan.sinks[pass.first_sink + k]; }
    /// Whether a pass comes to each element of a buffer of sums once, in the tile that the buffer is for, and knows the whole sum then: it is written, and needs no
    /// first value, unless there is nothing to add up along `lane`.
    struct sums_of_rows {
        bool are = false;
        int lane = nowhere;
    };
    static constexpr sums_of_rows written_by_rows(int buffer) {
        const array_buffer& b = plan.buffers[buffer];
        for (int p = 0; p < sizes.passes && b.is_local && b.reduces; ++p) {
            const array_pass& pass = plan.passes[p];
            for (int k = 0; k < pass.sink_count; ++k) {
                if (sink(pass, k).kind != pass_sink::reduce || sink(pass, k).target != buffer) continue;
                if (pass.rank < 2 || pass.scan != nowhere) return {};
                const int lane = pass.loops[pass.rank - 1];
                return {plan.groups[b.group].axis != lane && b.axes == (pass.space & ~(axis_set(1) << lane)), lane};
            }
        }
        return {};
    }
    static constexpr int buffer_of(index node) {
        int buffer = 0;
        while (plan.buffers[buffer].node != node) ++buffer;
        return buffer;
    }
};

/// Appends nodes of an array graph with their operands, each once.
template <class Planned, int Capacity, int OutputCount>
struct code_writer : flat_writer<Capacity, OutputCount> {
    growing<index> moved = growing<index>::zeros(Capacity);  // plus one

    constexpr void write(index at) {
        if (moved.data[at] != 0) return;
        const graph_node& n = Planned::graph.nodes[at];
        // Of the recurrence that the pass runs: what it becomes.
        if (is_a<op::scan>(n)) {
            write(n.operands[1]);
            moved.data[at] = moved.data[n.operands[1]];
            return;
        }
        for (int k = 0; k < n.operation->arity; ++k) write(n.operands[k]);
        moved.data[at] = 1 + this->append_moved(n, moved);
    }
};

/// The straight-line code of a pass: a graph whose inputs are the pass's loads and whose outputs are the values of its sinks.
template <class Planned, int Pass>
struct pass_program {
    static constexpr array_pass pass = Planned::plan.passes[Pass];
    static constexpr int capacity = Planned::graph.size + 1;

    static constexpr auto written = [] {
        code_writer<Planned, capacity, Planned::plan.passes[Pass].sink_count> code;
        for (int k = 0; k < pass.load_count; ++k)
            code.moved.data[Planned::plan.loads[pass.first_load + k]] =
                1 + code.append({&input_info, {nowhere, nowhere, nowhere}, static_cast<std::uint64_t>(k)});
        for (int k = 0; k < pass.sink_count; ++k) {
            code.write(Planned::sink(pass, k).value);
            code.flat.outputs[k] = code.moved.data[Planned::sink(pass, k).value] - 1;
        }
        return code.flat;
    }();
    static constexpr auto flat = fitted<written.size>(written);
};

}  // namespace tapeless::detail
