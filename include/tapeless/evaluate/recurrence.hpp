// SPDX-License-Identifier: BSL-1.0
// Runs a pass that is a recurrence: one step after the other along its axis, with what is carried on in registers; on plain numbers, or, where the
// carried values vary along other axes, on registers along one of these.
#pragma once

#include <tapeless/evaluate/array_frame.hpp>
#include <tapeless/evaluate/scalar.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace tapeless::detail {

template <class Planned, class T, int Pass>
class recurrence_runner {
    static constexpr array_pass pass = Planned::plan.passes[Pass];
    static constexpr axis_scan scan = Planned::flat.scans[pass.scan];
    static constexpr int rank = pass.rank, load_count = pass.load_count, sink_count = pass.sink_count;
    // The last two loops are the steps and the lanes; without lanes, the last one is the steps.
    static constexpr bool has_lanes = rank > 1;
    static constexpr int lane_loop = rank - 1, step_loop = has_lanes ? rank - 2 : rank - 1;
    // Each step waits for the one before: two registers wait together.
    static constexpr int ways = has_lanes ? 2 : 1;
    using frame = array_frame<Planned, T>;
    using reg = std::conditional_t<has_lanes, register_of<T>, single_number<T>>;
    using number = typename reg::type;
    using program = pass_program<Planned, Pass>;

    static constexpr index node_of_load(int load) { return Planned::plan.loads[pass.first_load + load]; }
    static constexpr bool varies(int load, int loop) { return Planned::masks.of[node_of_load(load)] >> pass.loops[loop] & 1; }
    static constexpr bool is_own_carried(int load) {
        const graph_node& n = Planned::graph.nodes[node_of_load(load)];
        return is_a<op::carried>(n) && Planned::flat.scans[n.bits].group == pass.scan;
    }
    static constexpr bool carries(int sink) { return Planned::sink(pass, sink).kind == pass_sink::carry; }
    static constexpr bool reduces(int sink) { return Planned::sink(pass, sink).kind == pass_sink::reduce; }
    static constexpr bool adds(int sink) { return Planned::sink(pass, sink).kind == pass_sink::output && Planned::adds(Planned::sink(pass, sink).target); }
    /// Whether each step of a loop has a number of its own in a sink's memory; a carried value that no pass reads has none.
    static constexpr bool sink_varies(int sink, int loop) {
        const pass_sink& s = Planned::sink(pass, sink);
        return s.kind == pass_sink::output || (Planned::plan.buffers[s.target].axes >> pass.loops[loop] & 1);
    }
    static constexpr std::uint32_t reduction(int sink) {
        return reduces(sink) ? Planned::plan.buffers[Planned::sink(pass, sink).target].reduction->identity : identity_of<op::sum>;
    }
    template <int Sink>
    using reduction_of = reduction_named<reduction(Sink)>;
    /// The node that says what a recurrence comes to.
    static constexpr const graph_node& node_of_sink(int sink) { return Planned::graph.nodes[Planned::plan.buffers[Planned::sink(pass, sink).target].node]; }
    /// The sink of what a load was a step before.
    static constexpr int sink_of(int load) {
        int k = 0;
        while (!carries(k) || node_of_sink(k).bits != Planned::graph.nodes[node_of_load(load)].bits) ++k;
        return k;
    }
    static constexpr int load_of(index node) {
        int k = 0;
        while (node_of_load(k) != node) ++k;
        return k;
    }

    /// Whether the lanes of a buffer are side by side in memory of its own.
    static constexpr bool has_lanes_together(int buffer) {
        const array_buffer& b = Planned::plan.buffers[buffer];
        return has_lanes && b.rank > 0 && b.output == nowhere && b.order[b.rank - 1] == pass.loops[lane_loop];
    }
    static constexpr bool is_buffer(index node) {
        const graph_node& n = Planned::graph.nodes[node];
        return n.operation->arity > 0 || is_a<op::carried>(n);
    }
    template <int Load>
    [[gnu::always_inline]] bool is_direct() const {
        constexpr index node = node_of_load(Load);
        if constexpr (is_buffer(node))
            if constexpr (has_lanes_together(Planned::buffer_of(node))) return true;
        return is_direct_[Load];
    }
    template <int Sink>
    [[gnu::always_inline]] std::ptrdiff_t lane_stride() const {
        constexpr pass_sink sink = Planned::sink(pass, Sink);
        if constexpr (sink.kind != pass_sink::output)
            if constexpr (has_lanes_together(sink.target)) return 1;
        return target_strides_[Sink][lane_loop];
    }

public:
    /// first, count: the part of the tiled axis, if the pass has one.
    static void run(const frame& f, int tiled, std::ptrdiff_t first, std::ptrdiff_t count) {
        std::ptrdiff_t steps[rank];
        for (int k = 0; k < rank; ++k) {
            steps[k] = pass.loops[k] == tiled ? count : f.extent[pass.loops[k]];
            if (steps[k] == 0) return;
        }
        recurrence_runner runner(f, tiled, first);
        runner.template nest<0>(steps);
    }

private:
    recurrence_runner(const frame& f, int tiled, std::ptrdiff_t first) {
        for_each<load_count>([&](auto k) {
            if constexpr (!is_own_carried(k)) {
                const auto& source = f.template source<node_of_load(k)>();
                data_[k] = source.data;
                copy_[k] = source.copy;
                for (int loop = 0; loop < rank; ++loop) strides_[k][loop] = source.strides[pass.loops[loop]];
                offset_[k] = tiled == nowhere || f.starts_at_tile(node_of_load(k)) ? 0 : first * source.strides[tiled];
                is_direct_[k] = source.holds_t && (!has_lanes || !varies(k, lane_loop) || strides_[k][lane_loop] == 1);
            }
        });
        for_each<sink_count>([&](auto k) {
            constexpr pass_sink sink = Planned::sink(pass, k);
            const auto& target = f.template target<sink.kind, sink.target>();
            const bool at_tile = sink.kind != pass_sink::output && Planned::plan.buffers[sink.target].is_local;
            for (int loop = 0; loop < rank; ++loop) target_strides_[k][loop] = target.strides[pass.loops[loop]];
            to_[k] = target.data + (tiled == nowhere || at_tile ? 0 : first * target.strides[tiled]);
        });
    }

    template <int Loop>
    void nest(const std::ptrdiff_t* steps) {
        if constexpr (Loop < step_loop) {
            for (std::ptrdiff_t at = 0; at < steps[Loop]; ++at) {
                nest<Loop + 1>(steps);
                advance(Loop, 1);
            }
            advance(Loop, -steps[Loop]);
        } else if constexpr (has_lanes) {
            constexpr std::ptrdiff_t width = ways * reg::count;
            std::ptrdiff_t at = 0;
            for (; at + width <= steps[lane_loop]; at += width) {
                sequence(steps[step_loop], all_lanes{});
                advance(lane_loop, width);
            }
            if (at < steps[lane_loop]) sequence(steps[step_loop], first_lanes{static_cast<int>(steps[lane_loop] - at)});
            advance(lane_loop, -at);
        } else {
            sequence(steps[step_loop], all_lanes{});
        }
    }
    void advance(int loop, std::ptrdiff_t steps) {
        for_each<load_count>([&](auto k) {
            if constexpr (!is_own_carried(k)) offset_[k] += strides_[k][loop] * steps;
        });
        for (int k = 0; k < sink_count; ++k) to_[k] += target_strides_[k][loop] * steps;
    }

    // How many lanes of each register there are elements for.
    struct all_lanes {
        static number load(const T* from, int) { return reg::load(from); }
        static void store(const number& value, T* to, int) { reg::store(value, to); }
        static const number& kept(const number& value, const number&, int) { return value; }
        static int count(int) { return reg::count; }
    };
    struct first_lanes {
        int all;
        int count(int way) const { return std::clamp(all - way * reg::count, 0, reg::count); }
        number load(const T* from, int way) const { return reg::load_first(from, count(way)); }
        void store(const number& value, T* to, int way) const { reg::store_first(value, to, count(way)); }
        number kept(const number& value, const number& other, int way) const { return reg::first_of(value, other, count(way)); }
    };

    template <int Load, class Lanes>
    [[gnu::always_inline]] number read(std::ptrdiff_t step, int way, const Lanes& lanes) const {
        std::ptrdiff_t at = offset_[Load] + step * strides_[Load][step_loop];
        if constexpr (has_lanes && varies(Load, lane_loop)) {
            at += way * reg::count * strides_[Load][lane_loop];
            if (is_direct<Load>()) return lanes.load(static_cast<const T*>(data_[Load]) + at, way);
            return read_scattered<Load>(at, lanes.count(way));
        } else {
            if (is_direct<Load>()) return number(static_cast<const T*>(data_[Load])[at]);
            T value;
            copy_[Load](data_[Load], at, 0, 1, &value);
            return number(value);
        }
    }
    template <int Load>
    [[gnu::noinline]] number read_scattered(std::ptrdiff_t at, int count) const {
        T lanes[reg::count] = {};
        copy_[Load](data_[Load], at, strides_[Load][lane_loop], count, lanes);
        return reg::load(lanes);
    }
    template <int Sink, class Lanes>
    [[gnu::always_inline]] void write(const number& value, std::ptrdiff_t step, int way, const Lanes& lanes) const {
        T* const to = to_[Sink] + step * target_strides_[Sink][step_loop];
        if constexpr (has_lanes) {
            const std::ptrdiff_t stride = lane_stride<Sink>();
            T* const first = to + way * reg::count * stride;
            if (stride == 1) return lanes.store(combined<Sink>(value, [&] { return lanes.load(first, way); }), first, way);
            T all[reg::count];
            reg::store(value, all);
            for (int k = 0; k < lanes.count(way); ++k) first[k * stride] = combined<Sink>(all[k], [&] { return first[k * stride]; });
        } else {
            *to = value;
        }
    }
    /// What is to be written: a value, or its sum with, or what a reduction makes of it and, what is in memory.
    template <int Sink, class Number, class Load>
    [[gnu::always_inline]] static Number combined(const Number& value, const Load& load) {
        if constexpr (reduces(Sink) || adds(Sink)) return reduction_of<Sink>::combine(load(), value);
        else return value;
    }
    /// A reduction along the lanes of all registers.
    template <int Sink, class Lanes, class Value>
    [[gnu::always_inline]] void write_all_lanes(std::ptrdiff_t step, const Lanes& lanes, const Value& value) const {
        using reduction = reduction_of<Sink>;
        const number identity = number(T(reduction::identity));
        number all = lanes.kept(value(0), identity, 0);
        for (int way = 1; way < ways; ++way) all = reduction::combine(all, lanes.kept(value(way), identity, way));
        T& to = to_[Sink][step * target_strides_[Sink][step_loop]];
        to = reduction::combine(to, combine_lanes<reduction, T>(all));
    }

    // Sums over the steps are made of parts of so many: added one to the next, terms of one size lose digits to each other.
    static constexpr std::ptrdiff_t part = 32;
    static constexpr bool sums_steps(int sink) { return reduces(sink) && !sink_varies(sink, step_loop); }

    template <class Lanes>
    void sequence(std::ptrdiff_t count, const Lanes& lanes) const {
        number inputs[ways][load_count + 1], outputs[ways][sink_count + 1], sums[ways][sink_count + 1], lost[ways][sink_count + 1];
        for_each<ways>([&](auto way) {
            for_each<load_count>([&](auto k) {
                if constexpr (is_own_carried(k)) {
                    constexpr index first = node_of_sink(sink_of(k)).operands[0];
                    if constexpr (Planned::graph.nodes[first].is_constant())
                        inputs[way][k] = number(static_cast<T>(__builtin_bit_cast(double, Planned::graph.nodes[first].bits)));
                    else inputs[way][k] = read<load_of(first)>(0, way, lanes);
                } else if constexpr (!varies(k, step_loop)) {
                    inputs[way][k] = read<k>(0, way, lanes);
                }
            });
            for_each<sink_count>([&](auto k) {
                if constexpr (sums_steps(k)) sums[way][k] = number(T(reduction_of<k>::identity)), lost[way][k] = number(T(0));
            });
        });
        for (std::ptrdiff_t first = 0; first < count; first += part) steps(first, std::min(first + part, count), count, lanes, inputs, outputs, sums, lost);
        for_each<sink_count>([&](auto k) {
            if constexpr (sums_steps(k)) {
                const auto sum = [&](int way) { return with_lost(sums[way][k], lost[way][k]); };
                if constexpr (sink_varies(k, lane_loop)) for_each<ways>([&](auto way) { write<k>(sum(way), 0, way, lanes); });
                else write_all_lanes<k>(0, lanes, sum);
            }
        });
    }
    template <class Lanes>
    [[gnu::always_inline]] void steps(std::ptrdiff_t first, std::ptrdiff_t last, std::ptrdiff_t count, const Lanes& lanes, number (*inputs)[load_count + 1],
                                      number (*outputs)[sink_count + 1], number (*sums)[sink_count + 1], number (*lost)[sink_count + 1]) const {
        number parts[ways][sink_count + 1];
        for_each<ways>([&](auto way) __attribute__((always_inline)) {
            for_each<sink_count>([&](auto k) __attribute__((always_inline)) {
                if constexpr (sums_steps(k)) parts[way][k] = number(T(reduction_of<k>::identity));
            });
        });
        for (std::ptrdiff_t done = first; done < last; ++done) {
            const std::ptrdiff_t step = scan.backward ? count - 1 - done : done;
            for_each<ways>([&](auto way) __attribute__((always_inline)) {
                for_each<load_count>([&](auto k) __attribute__((always_inline)) {
                    if constexpr (!is_own_carried(k) && varies(k, step_loop)) inputs[way][k] = read<k>(step, way, lanes);
                });
                evaluate<program>(inputs[way], outputs[way]);
                for_each<sink_count>([&](auto k) __attribute__((always_inline)) {
                    if constexpr (sums_steps(k)) parts[way][k] = reduction_of<k>::combine(parts[way][k], outputs[way][k]);
                    else if constexpr (sink_varies(k, step_loop) && sink_varies(k, lane_loop)) write<k>(outputs[way][k], step, way, lanes);
                });
                for_each<load_count>([&](auto k) __attribute__((always_inline)) {
                    if constexpr (is_own_carried(k)) inputs[way][k] = outputs[way][sink_of(k)];
                });
            });
            for_each<sink_count>([&](auto k) __attribute__((always_inline)) {
                if constexpr (reduces(k) && sink_varies(k, step_loop) && !sink_varies(k, lane_loop))
                    write_all_lanes<k>(step, lanes, [&](int way) { return outputs[way][k]; });
            });
        }
        for_each<ways>([&](auto way) __attribute__((always_inline)) {
            for_each<sink_count>([&](auto k) __attribute__((always_inline)) {
                if constexpr (sums_steps(k)) {
                    const number before = sums[way][k], of_part = parts[way][k];
                    sums[way][k] = reduction_of<k>::combine(before, of_part);
                    if constexpr (std::is_same_v<reduction_of<k>, op::sum>) lost[way][k] = lost[way][k] + rounding_error(before, of_part, sums[way][k]);
                }
            });
        });
    }

    const void* data_[load_count + 1];
    decltype(element_source<T, frame::axes>::copy) copy_[load_count + 1];
    std::ptrdiff_t offset_[load_count + 1], strides_[load_count + 1][rank];
    bool is_direct_[load_count + 1];
    T* to_[sink_count + 1];
    std::ptrdiff_t target_strides_[sink_count + 1][rank];
};

}  // namespace tapeless::detail
