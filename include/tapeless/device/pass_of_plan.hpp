// SPDX-License-Identifier: BSL-1.0
// A pass of a plan as the type that a kernel is made of: its loads and sinks in the terms of a device, which are types and integers.
#pragma once

#include <tapeless/device/pass_block.hpp>
#include <tapeless/device/scan_block.hpp>
#include <tapeless/plan/planned.hpp>

#include <cstdint>
#include <type_traits>
#include <utility>

namespace tapeless::detail {

template <class Planned, int Pass>
struct device_pass_of {
    static constexpr array_pass pass = Planned::plan.passes[Pass];
    static constexpr int tiled_axis = Planned::plan.groups[pass.group].axis;
    static constexpr axis_set along = pass.rank > 0 ? axis_set(1) << pass.loops[pass.rank > 0 ? pass.rank - 1 : 0] : 0;  // of the innermost loop

    static constexpr int tiled_loop() {
        for (int k = 0; k < pass.rank; ++k)
            if (pass.loops[k] == tiled_axis) return k;
        return nowhere;
    }
    static constexpr index node_of(int load) { return Planned::plan.loads[pass.first_load + load]; }
    static constexpr std::uint32_t load_code(int k) {
        const graph_node& n = Planned::graph.nodes[node_of(k)];
        const auto what = is_a<op::position>(n) ? device_load::position : n.is_input() || is_a<op::extent>(n) ? device_load::number : device_load::memory;
        return device_load::of(what, (Planned::masks.of[node_of(k)] & along) != 0);
    }
    static constexpr std::uint32_t sink_code(int k) {
        const pass_sink& sink = Planned::sink(pass, k);
        if (sink.kind == pass_sink::output) return device_sink::of(Planned::adds(sink.target) ? device_sink::add : device_sink::write, true);
        if (sink.kind != pass_sink::reduce) return device_sink::of(device_sink::write, true);
        const axis_set axes = Planned::plan.buffers[sink.target].axes;
        if (axes & along) return device_sink::of(device_sink::column, axes == along);
        return axes != 0 ? device_sink::of(device_sink::row, axes == (pass.space & ~along)) : device_sink::of(device_sink::all, true);
    }
    static constexpr std::uint32_t identity(int k) {
        const pass_sink& sink = Planned::sink(pass, k);
        return sink.kind == pass_sink::reduce ? Planned::plan.buffers[sink.target].reduction->identity : identity_of<op::sum>;
    }

    // Of a recurrence.
    static constexpr int steps_loop() {
        if constexpr (pass.scan != nowhere)
            for (int k = 0; k < pass.rank; ++k)
                if (pass.loops[k] == Planned::flat.scans[pass.scan].axis) return k;
        return nowhere;
    }
    static constexpr axis_set steps = steps_loop() == nowhere ? 0 : axis_set(1) << pass.loops[steps_loop() == nowhere ? 0 : steps_loop()];
    static constexpr bool is_own_carried(int load) {
        const graph_node& n = Planned::graph.nodes[node_of(load)];
        return pass.scan != nowhere && is_a<op::carried>(n) && Planned::flat.scans[n.bits].group == pass.scan;
    }
    /// The node of the recurrence that a load is carried on by.
    static constexpr const graph_node& scan_of_sink(int k) { return Planned::graph.nodes[Planned::plan.buffers[Planned::sink(pass, k).target].node]; }
    static constexpr int sink_of(int load) {
        int k = 0;
        while (Planned::sink(pass, k).kind != pass_sink::carry || scan_of_sink(k).bits != Planned::graph.nodes[node_of(load)].bits) ++k;
        return k;
    }
    static constexpr index first_value(int load) { return scan_of_sink(sink_of(load)).operands[0]; }
    static constexpr std::uint32_t scan_load_code(int k) {
        if (!is_own_carried(k)) return device_load::of(device_load::what(load_code(k)), (Planned::masks.of[node_of(k)] & steps) != 0);
        int first = nowhere;
        for (int other = 0; other < pass.load_count; ++other)
            if (node_of(other) == first_value(k)) first = other;
        return device_scan_load::carried(sink_of(k), first);
    }
    static constexpr std::uint32_t scan_sink_code(int k) {
        const pass_sink& sink = Planned::sink(pass, k);
        if (sink.kind == pass_sink::output) return Planned::adds(sink.target) ? device_scan_sink::add : device_scan_sink::write;
        const axis_set axes = Planned::plan.buffers[sink.target].axes, others = pass.space & ~steps;
        // What is carried on and read by nobody is not kept.
        if (sink.kind != pass_sink::reduce) return axes == pass.space ? device_scan_sink::write : device_scan_sink::none;
        return axes == others ? device_scan_sink::sequence : axes == 0 ? device_scan_sink::all : device_scan_sink::memory;
    }

    template <int... Load, int... Sink>
    static device_scan<graph_type_of<pass_program<Planned, Pass>>, pass.rank, tiled_loop(), steps_loop(), Planned::flat.scans[pass.scan < 0 ? 0 : pass.scan].backward, device_codes<scan_load_code(Load)...>,
                       device_codes<scan_sink_code(Sink)...>, device_codes<identity(Sink)...>>
    make_scan(std::integer_sequence<int, Load...>, std::integer_sequence<int, Sink...>);
    template <int... Load, int... Sink>
    static device_pass<graph_type_of<pass_program<Planned, Pass>>, pass.rank, tiled_loop(), device_codes<load_code(Load)...>, device_codes<sink_code(Sink)...>, device_codes<identity(Sink)...>>
    make(std::integer_sequence<int, Load...>, std::integer_sequence<int, Sink...>);
};
template <class Planned, int Pass, int... Load, int... Sink>
constexpr auto made_device_pass(std::integer_sequence<int, Load...> loads, std::integer_sequence<int, Sink...> sinks) {
    using pass = device_pass_of<Planned, Pass>;
    if constexpr (Planned::plan.passes[Pass].scan != nowhere) return std::type_identity<decltype(pass::make_scan(loads, sinks))>{};
    else return std::type_identity<decltype(pass::make(loads, sinks))>{};
}
// No member's name stands for it: nvcc would spell that name, with the function that was recorded in it.
template <class Pass>
Pass unwrapped(std::type_identity<Pass>);
template <class Planned, int Pass>
using device_pass_type = decltype(unwrapped(made_device_pass<Planned, Pass>(std::make_integer_sequence<int, Planned::plan.passes[Pass].load_count>{}, std::make_integer_sequence<int, Planned::plan.passes[Pass].sink_count>{})));

}  // namespace tapeless::detail
