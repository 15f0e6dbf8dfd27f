// SPDX-License-Identifier: BSL-1.0
// How an array program runs: passes, what is kept between them so that nothing costly is computed twice, the memory for that, and the order of the loops.
#pragma once

#include <tapeless/plan/passes.hpp>

#include <bit>
#include <utility>

namespace tapeless::detail {

/// The plan of a finished graph.
template <class Graph>
class planner : private pass_schedule<Graph> {
    using base = pass_schedule<Graph>;
    using typename base::assignment;
    using base::source_, base::masks_, base::costly_, base::outputs_, base::output_of_node_;
    using base::node, base::is_given, base::is_own_carried, base::walk;

public:
    constexpr planner(const Graph& source, const planned_output* outputs)
        : base(source, outputs), loads(16), buffers(8), buffer_of_(growing<int>::zeros(source.graph.size)) {
        keep_expensive_values();
        arrange();
    }

    using base::passes, base::sinks, base::groups;
    growing<index> loads;
    growing<array_buffer> buffers;

private:
    constexpr bool is_kept(index at) const { return buffer_of_.data[at] > 0; }
    /// Whether a pass writes a value to a buffer anyway.
    constexpr bool is_stored(index at) const {
        for (int k = 0; k < sinks.size; ++k)
            if (sinks.data[k].kind == pass_sink::store && sinks.data[k].target == at) return true;
        return false;
    }
    static constexpr int most_steps_from_kept = 3;
    /// How many cheap operations on what is kept or read make a value; more than allowed if others are needed. itself: as if the value were not kept.
    constexpr int steps_from_kept(index at, axis_set space, bool itself) const {
        const graph_node& n = node(at);
        if (n.is_constant() || is_given(at) || (!itself && is_kept(at)) || is_stored(at) || is_over_axes(n)) return 0;
        if (n.operation->arity == 0 || is_a<op::scan>(n) || masks_.of[at] != space || is_expensive(n) || is_a<op::divide>(n) || is_a<op::sqrt>(n)) return most_steps_from_kept + 1;
        int steps = 1;
        for (int k = 0; k < n.operation->arity && steps <= most_steps_from_kept; ++k) steps += steps_from_kept(n.operands[k], space, false);
        return steps;
    }
    // A value that costs more than its memory traffic is computed in the first pass that needs it, and read by the others over the same axes.
    constexpr void keep_expensive_values() {
        // The pass that computes each node, plus one.
        auto computed_in = growing<int>::zeros(source_.graph.size);
        growing<assignment> kept(8);
        for (int pass = 0; pass < passes.size; ++pass) {
            auto visited = growing<char>::zeros(source_.graph.size);
            for (int k = 0; k < passes.data[pass].sink_count; ++k)
                walk(sinks.data[passes.data[pass].first_sink + k].value, passes.data[pass].space, passes.data[pass].scan, [](index) {},
                     [&](index at) {
                         if (std::exchange(visited.data[at], char(1)) || is_kept(at)) return false;
                         const int before = computed_in.data[at];
                         const bool may_keep = passes.data[pass].space != 0 && masks_.of[at] == passes.data[pass].space && node(at).result() == kind::real;
                         if (before != 0 && before != pass + 1 && costly_.data[at] && may_keep) {
                             if (!is_stored(at)) kept.push_back({{pass_sink::store, at, at}, before - 1});
                             buffer_of_.data[at] = 1;
                             return false;
                         }
                         if (before == 0) computed_in.data[at] = pass + 1;
                         return true;
                     });
        }
        // What takes few operations on what is kept or read anyway is computed again.
        for (int k = kept.size - 1; k >= 0; --k) {
            const index at = kept.data[k].sink.value;
            if (steps_from_kept(at, masks_.of[at], true) > most_steps_from_kept) continue;
            buffer_of_.data[at] = 0;
            for (int later = k + 1; later < kept.size; ++later) kept.data[later - 1] = kept.data[later];
            --kept.size;
        }
        // Once more, with what is kept: sinks of each pass together.
        growing<pass_sink> all(sinks.size + kept.size);
        for (int pass = 0; pass < passes.size; ++pass) {
            array_pass& p = passes.data[pass];
            const int first = all.size;
            for (int k = 0; k < p.sink_count; ++k) all.push_back(sinks.data[p.first_sink + k]);
            for (int k = 0; k < kept.size; ++k)
                if (kept.data[k].pass == pass) all.push_back(kept.data[k].sink);
            p.first_sink = first;
            p.sink_count = all.size - first;
        }
        sinks.size = 0;
        for (int k = 0; k < all.size; ++k) sinks.push_back(all.data[k]);
    }

    // Loops and loads of each pass, and memory for what passes leave to each other.
    constexpr void arrange() {
        for (int k = 0; k < source_.graph.size; ++k) buffer_of_.data[k] = 0;
        for (int pass = 0; pass < passes.size; ++pass) {
            array_pass& p = passes.data[pass];
            find_loads(pass);
            order_loops(p, groups.data[p.group].axis);
            for (int k = 0; k < p.sink_count; ++k) {
                pass_sink& sink = sinks.data[p.first_sink + k];
                if (sink.kind == pass_sink::output) continue;
                buffer_of_.data[sink.target] = buffers.size + 1;
                buffers.push_back(buffer(sink, p));
                sink.target = buffers.size - 1;
            }
        }
        // What a recurrence carries on need not be written where no pass reads it.
        for (int k = 0; k < buffers.size; ++k)
            if (is_a<op::scan>(node(buffers.data[k].node)) && !is_read(buffers.data[k].node)) {
                buffers.data[k].axes = 0;
                buffers.data[k].rank = 0;
                buffers.data[k].is_local = false;
            }
        // A buffer that no other group reads needs room for one tile only.
        for (int pass = 0; pass < passes.size; ++pass)
            for (int k = 0; k < passes.data[pass].load_count; ++k) {
                const index at = loads.data[passes.data[pass].first_load + k];
                if (is_given(at) || is_own_carried(at, passes.data[pass].scan)) continue;
                array_buffer& buffer = buffers.data[buffer_of_.data[at] - 1];
                buffer.is_local = buffer.is_local && buffer.group == passes.data[pass].group;
            }
        for (int k = 0; k < buffers.size; ++k)
            if (!buffers.data[k].is_local && !buffers.data[k].reduces && buffers.data[k].rank > 0 && buffers.data[k].output == nowhere) find_room_in_output(k);
    }
    constexpr bool is_read(index at) const {
        for (int k = 0; k < loads.size; ++k)
            if (loads.data[k] == at) return true;
        return false;
    }
    // A buffer over the same axes as an output may stand in the output's memory until that is written, if nothing reads it later.
    constexpr void find_room_in_output(int k) {
        int last_read = 0;
        for (int pass = 0; pass < passes.size; ++pass)
            for (int load = 0; load < passes.data[pass].load_count; ++load)
                if (loads.data[passes.data[pass].first_load + load] == buffers.data[k].node) last_read = pass;
        for (int pass = last_read; pass < passes.size; ++pass)
            for (int sink = 0; sink < passes.data[pass].sink_count; ++sink) {
                const pass_sink& s = sinks.data[passes.data[pass].first_sink + sink];
                if (s.kind != pass_sink::output || outputs_[s.target].space != buffers.data[k].axes || !outputs_[s.target].is_written_once) continue;
                bool is_free = true;
                for (int other = 0; other < buffers.size; ++other) is_free = is_free && buffers.data[other].output != s.target;
                if (is_free) {
                    buffers.data[k].output = s.target;
                    return;
                }
            }
    }
    constexpr array_buffer buffer(const pass_sink& sink, const array_pass& pass) const {
        array_buffer result{sink.target, masks_.of[sink.target], pass.group, sink.kind == pass_sink::reduce, nullptr, false};
        if (result.reduces) result.reduction = node(sink.target).operation;
        if (sink.kind == pass_sink::by_itself) result.output = output_of_node_.data[sink.target] - 1;
        const int tiled = groups.data[pass.group].axis;
        result.is_local = tiled != nowhere && (result.axes >> tiled & 1);
        for (int k = 0; k < pass.rank; ++k)
            if (result.axes >> pass.loops[k] & 1) result.order[result.rank++] = pass.loops[k];
        return result;
    }

    constexpr void find_loads(int pass) {
        array_pass& p = passes.data[pass];
        p.first_load = loads.size;
        auto visited = growing<char>::zeros(source_.graph.size);
        const auto load = [&](index at) {
            if (!std::exchange(visited.data[at], char(1))) loads.push_back(at);
        };
        for (int k = 0; k < p.sink_count; ++k) {
            const pass_sink& sink = sinks.data[p.first_sink + k];
            walk(sink, p.space, p.scan, load, [&](index at) {
                if (visited.data[at]) return false;
                if (is_kept_by_earlier(at, pass)) {
                    load(at);
                    return false;
                }
                visited.data[at] = 1;
                return true;
            });
        }
        p.load_count = loads.size - p.first_load;
    }
    constexpr bool is_kept_by_earlier(index at, int pass) const {
        return is_kept(at) && passes.data[pass].space == masks_.of[at] && !buffers.data[buffer_of_.data[at] - 1].reduces;
    }

    // The tiled axis outermost, and innermost, on the lanes of registers, the axis along which fewest loads are strided: those that vary along it, but not
    // contiguously. Of equals the one that fewer sums run along, and then the one that most arrays have as their contiguous dimension: those that the pass reads,
    // then all.
    constexpr void order_loops(array_pass& pass, int tiled) const {
        if (std::popcount(pass.space) > most_loops) throw "tapeless: an array program needs more than 8 loops in each other.";
        int meeting[most_axes] = {}, strided[most_axes] = {}, sums[most_axes] = {}, votes[most_axes] = {}, votes_of_all[most_axes] = {};
        for (int k = 0; k < Graph::sizes.accesses; ++k)
            if (const int axis = contiguous_axis(source_.accesses[k], source_.accesses); axis != nowhere) votes_of_all[axis] += source_.accesses[k].rank;
        const auto read = [&](axis_set axes, int last, int rank) {
            for (int axis = 0; axis < source_.axis_count; ++axis) strided[axis] += (axes >> axis & 1) && axis != last;
            if (last != nowhere) votes[last] += rank;
        };
        for (int k = 0; k < pass.load_count; ++k) {
            const index at = loads.data[pass.first_load + k];
            if (is_a<op::element>(node(at))) {
                const array_access& access = source_.accesses[node(at).bits];
                read(masks_.of[at], contiguous_axis(access, source_.accesses), access.rank);
            } else if (!is_given(at) && buffer_of_.data[at] > 0) {
                const array_buffer& buffer = buffers.data[buffer_of_.data[at] - 1];
                read(buffer.axes, buffer.rank > 0 ? buffer.order[buffer.rank - 1] : nowhere, 0);
            }
        }
        for (int k = 0; k < pass.sink_count; ++k)
            if (const pass_sink& sink = sinks.data[pass.first_sink + k]; sink.kind == pass_sink::reduce)
                for (int axis = 0; axis < source_.axis_count; ++axis) sums[axis] += !(masks_.of[sink.target] >> axis & 1);
        if (pass.by_itself != nowhere) count_what_it_meets(pass.space, meeting);
        const auto is_better = [&](int axis, int other) {
            if (meeting[axis] != meeting[other]) return meeting[axis] > meeting[other];
            if (strided[axis] != strided[other]) return strided[axis] < strided[other];
            if (sums[axis] != sums[other]) return sums[axis] < sums[other];
            if (votes[axis] != votes[other]) return votes[axis] > votes[other];
            if (votes_of_all[axis] != votes_of_all[other]) return votes_of_all[axis] > votes_of_all[other];
            return other == tiled;
        };
        // The steps of a recurrence are the last loop, or the one before that of the lanes.
        const int steps = pass.scan == nowhere ? nowhere : source_.scans[pass.scan].axis;
        int lane = nowhere;
        for (int axis = 0; axis < source_.axis_count; ++axis)
            if ((pass.space >> axis & 1) && axis != steps && (lane == nowhere || is_better(axis, lane))) lane = axis;
        if (tiled != nowhere && tiled != lane) pass.loops[pass.rank++] = tiled;
        for (int axis = 0; axis < source_.axis_count; ++axis)
            if ((pass.space >> axis & 1) && axis != tiled && axis != lane && axis != steps) pass.loops[pass.rank++] = axis;
        if (steps != nowhere) pass.loops[pass.rank++] = steps;
        if (lane != nowhere) pass.loops[pass.rank++] = lane;
    }
    // By rows or by columns is the same to it: what is computed by itself lies as what it will meet does, the arguments and values along its axes.
    constexpr void count_what_it_meets(axis_set space, int* contiguous) const {
        for (int k = 0; k < Graph::sizes.accesses; ++k)
            if (const int axis = contiguous_axis(source_.accesses[k], source_.accesses); axis != nowhere && axes_of(source_.accesses[k], source_.accesses) == space) ++contiguous[axis];
        for (int k = 0; k < buffers.size; ++k)
            if (const array_buffer& buffer = buffers.data[k]; buffer.axes == space && buffer.rank > 0) ++contiguous[buffer.order[buffer.rank - 1]];
    }

    growing<int> buffer_of_;  ///< plus one; 0: none
};

}  // namespace tapeless::detail
