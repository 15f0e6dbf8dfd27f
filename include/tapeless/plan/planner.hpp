// SPDX-License-Identifier: BSL-1.0
// How an array program runs: which values are computed in one loop nest (a pass), what is kept between passes, and which passes run tile by tile along
// one axis, so that what they read and keep stays in the cache.
#pragma once

#include <tapeless/graph/array_graph.hpp>
#include <tapeless/plan/plan.hpp>

#include <algorithm>

namespace tapeless::detail {

/// Functions that cost more than reading their value back from memory.
constexpr bool is_expensive(const graph_node& n) {
    return n.operation->arity > 0 && *n.operation->properties.infix == 0 && !is_reduction(n) && !is_a<op::select>(n) && !is_a<op::abs>(n) &&
           !is_a<op::sign>(n) && !is_a<op::min>(n) && !is_a<op::max>(n) && !is_a<op::fma>(n) && !is_a<op::copysign>(n) && !is_a<op::floor>(n) &&
           !is_a<op::detached>(n) && !is_a<op::sqrt>(n);
}

/// What a planner has to know of an output.
struct planned_output {
    axis_set space;        ///< the axes that it is written along
    bool is_written_once;  ///< each element of its memory, which may hold something else before
    bool is_left_out;      ///< nothing would be added to its memory
};

/// Works on a finished graph.
template <class Graph>
class planner {
public:
    constexpr planner(const Graph& source, const planned_output* outputs)
        : passes(8), sinks(16), loads(16), buffers(8), groups(4), source_(source), masks_(source.axes()), outputs_(outputs),
          ready_(growing<int>::zeros((1 + Graph::sizes.scans) * source.graph.size)), level_of_scan_(growing<int>::zeros(Graph::sizes.scans)),
          costly_(growing<char>::zeros(source.graph.size)), carried_by_(growing<std::uint64_t>::zeros(source.graph.size)),
          buffer_of_(growing<int>::zeros(source.graph.size)), assigned_(16), reads_(16) {
        find_costs();
        find_passes();
        merge_passes();
        schedule();
        keep_expensive_values();
        arrange();
    }

    growing<array_pass> passes;
    growing<pass_sink> sinks;
    growing<index> loads;
    growing<array_buffer> buffers;
    growing<pass_group> groups;

private:
    struct assignment {
        pass_sink sink;
        int pass;
    };
    struct unscheduled_pass {
        axis_set space = 0;
        int level = 0;
        int scan = nowhere;
        std::uint64_t needs = 0;  ///< the passes that must have run before
    };
    /// That a pass reads what another one computes.
    struct reading {
        int by, from;
        axis_set axes;  ///< of the value
    };
    static constexpr int most_passes = 64;

    constexpr const graph_node& node(index at) const { return source_.graph.nodes[at]; }
    constexpr bool is_leaf(index at) const { return node(at).operation->arity == 0; }
    constexpr bool is_carried(index at) const { return is_a<op::carried>(node(at)); }
    /// What is there before all passes.
    constexpr bool is_given(index at) const { return is_leaf(at) && !is_carried(at); }
    constexpr bool is_loaded(index at, axis_set space, int scan) const {
        return is_reduction(node(at)) || (is_a<op::scan>(node(at)) && group_of(node(at)) != scan) || (masks_.of[at] != space && node(at).result() == kind::real) || is_prepared(at, scan);
    }
    /// Of a node of a recurrence, which of those that are carried together it belongs to.
    constexpr int group_of(const graph_node& n) const { return source_.scans[n.bits].group; }
    /// Whether a recurrence that runs on plain numbers is better served by another pass, on registers: with what is costly and does not depend on what it carries.
    constexpr bool is_prepared(index at, int scan) const {
        return scan != nowhere && source_.scans[scan].state_axes == 0 && costly_.data[at] && node(at).result() == kind::real && !(carried_by_.data[at] >> scan & 1);
    }
    /// Calls visitor for the nodes that say what each of a group of recurrences comes to.
    template <class Visitor>
    constexpr void for_each_scan(int group, const Visitor& visitor) const {
        for (index at = 0; at < source_.graph.size; ++at)
            if (is_a<op::scan>(node(at)) && group_of(node(at)) == group) visitor(at);
    }
    constexpr bool is_kept(index at) const { return buffer_of_.data[at] > 0; }

    // The earliest level at which a pass over `space` can use a value: one later than the pass that it is computed in, if that is another one. scan: the
    // recurrence that the pass runs, which has what it carries.
    constexpr int usable(index at, axis_set space, int scan) {
        if (is_given(at)) return 0;
        if (is_carried(at)) {
            const int group = group_of(node(at));
            return group == scan ? 0 : level_of_scan(group) + 1;
        }
        if (is_a<op::scan>(node(at))) return group_of(node(at)) == scan ? usable(node(at).operands[1], space, scan) : level_of_scan(group_of(node(at))) + 1;
        if (is_loaded(at, space, scan)) return ready(at, nowhere) + 1;
        return ready(at, scan);
    }
    /// The level of the pass that computes a value, the recurrence's own or another.
    constexpr int ready(index at, int scan) {
        if (is_given(at)) return 0;
        if (is_carried(at) || is_a<op::scan>(node(at))) return level_of_scan(group_of(node(at)));
        const int known = (scan + 1) * source_.graph.size + at;
        if (ready_.data[known] != 0) return ready_.data[known] - 1;
        const graph_node& n = node(at);
        const axis_set space = is_reduction(n) ? masks_.of[n.operands[0]] : masks_.of[at];
        if (is_reduction(n))
            if (const int host = host_of(n.operands[0], space); host != nowhere) return level_of_scan(host);
        int level = 0;
        for (int k = 0; k < n.operation->arity; ++k)
            if (const int needed = usable(n.operands[k], space, scan); needed > level) level = needed;
        ready_.data[known] = level + 1;
        return level;
    }
    constexpr int level_of_scan(int group) {
        if (level_of_scan_.data[group] != 0) return level_of_scan_.data[group] - 1;
        int level = 0;
        for_each_scan(group, [&](index at) {
            const graph_node& n = node(at);
            const int first = is_given(n.operands[0]) ? 0 : ready(n.operands[0], nowhere) + 1, next = usable(n.operands[1], masks_.of[at], group);
            level = std::max({level, first, next});
        });
        level_of_scan_.data[group] = 2 + level;
        return level + 1;
    }

    /// The recurrence whose pass computes a value, of which an output or a sum is made, on the way: one that runs on registers, and carries on what the value is made of.
    constexpr int host_of(index at, axis_set space) {
        for (int group = 0; group < Graph::sizes.scans; ++group) {
            const axis_scan& scan = source_.scans[group];
            if (scan.group != group || scan.state_axes == 0 || scan.axes() != space) continue;
            if ((carried_by_.data[at] >> group & 1) && usable(at, space, group) <= level_of_scan(group)) return group;
        }
        return nowhere;
    }

    /// Calls on_load for what a pass over `space` reads to compute a value, and on_compute for what it computes.
    template <class OnLoad, class OnCompute>
    constexpr void walk(index at, axis_set space, int scan, const OnLoad& on_load, const OnCompute& on_compute) const {
        if (node(at).is_constant()) return;
        if (is_leaf(at) || is_loaded(at, space, scan)) return on_load(at);
        if (!on_compute(at)) return;
        if (is_a<op::scan>(node(at))) return walk(node(at).operands[1], space, scan, on_load, on_compute);
        for (int k = 0; k < node(at).operation->arity; ++k) walk(node(at).operands[k], space, scan, on_load, on_compute);
    }
    /// The same for all that a sink needs: a recurrence's first value too.
    template <class OnLoad, class OnCompute>
    constexpr void walk(const pass_sink& sink, axis_set space, int scan, const OnLoad& on_load, const OnCompute& on_compute) const {
        walk(sink.value, space, scan, on_load, on_compute);
        if (sink.kind != pass_sink::carry) return;
        if (const index first = node(sink.target).operands[0]; !node(first).is_constant()) on_load(first);
    }

    constexpr void find_costs() {
        for (index at = 0; at < source_.graph.size; ++at) {
            const graph_node& n = node(at);
            if (is_carried(at) || is_a<op::scan>(n)) carried_by_.data[at] = std::uint64_t(1) << group_of(n);
            if (is_leaf(at)) continue;
            const bool ends = is_reduction(n) || is_a<op::scan>(n);
            costly_.data[at] = !ends && is_expensive(n);
            for (int k = 0; k < n.operation->arity && !ends; ++k) {
                carried_by_.data[at] |= carried_by_.data[n.operands[k]];
                if (masks_.of[n.operands[k]] == masks_.of[at]) costly_.data[at] |= costly_.data[n.operands[k]];
            }
        }
    }

    // Every output is a sink of some pass, and so is everything that a pass reads from another one.
    constexpr void find_passes() {
        auto seen = growing<char>::zeros(source_.graph.size);
        for (int k = 0; k < source_.graph.output_count; ++k) {
            const index value = source_.graph.outputs[k];
            if (outputs_[k].is_left_out) continue;
            const axis_set space = outputs_[k].space;
            const int host = host_of(value, space);
            assign({pass_sink::output, value, k}, space, host == nowhere ? usable(value, space, nowhere) : level_of_scan(host), host);
        }
        // Of each pass, the nodes that it is known to compute.
        auto visited = growing<char>::zeros(most_passes * source_.graph.size);
        for (int next = 0; next < assigned_.size; ++next) {
            const assignment current = assigned_.data[next];
            const unscheduled_pass pass = unscheduled_[current.pass];
            char* const is_computed = visited.data + current.pass * source_.graph.size;
            if (pass.scan != nowhere && current.sink.kind != pass_sink::carry) assign_scan(pass.scan, seen);
            walk(current.sink, pass.space, pass.scan,
                 [&](index at) {
                     if (is_given(at) || is_own_carried(at, pass.scan) || seen.data[at]) return;
                     const graph_node& n = node(at);
                     if (is_a<op::scan>(n)) return assign_scan(group_of(n), seen);
                     seen.data[at] = 1;
                     if (is_carried(at)) assign({pass_sink::store, at, at}, masks_.of[at], level_of_scan(group_of(n)), group_of(n));
                     else if (is_reduction(n)) assign({pass_sink::reduce, n.operands[0], at}, masks_.of[n.operands[0]], ready(at, nowhere), host_of(n.operands[0], masks_.of[n.operands[0]]));
                     else assign({pass_sink::store, at, at}, masks_.of[at], ready(at, nowhere), nowhere);
                 },
                 [&](index at) { return !std::exchange(is_computed[at], char(1)); });
        }
    }
    constexpr bool is_own_carried(index at, int scan) const { return is_carried(at) && group_of(node(at)) == scan; }
    // A group of recurrences is a pass of its own, which may compute other things on the way.
    constexpr void assign_scan(int group, growing<char>& seen) {
        for_each_scan(group, [&](index at) {
            if (!std::exchange(seen.data[at], char(1))) assign({pass_sink::carry, node(at).operands[1], at}, masks_.of[at], level_of_scan(group), group);
        });
    }
    constexpr void assign(const pass_sink& sink, axis_set space, int level, int scan) {
        int pass = 0;
        while (pass < unscheduled_count_ && (unscheduled_[pass].space != space || unscheduled_[pass].level != level || unscheduled_[pass].scan != scan)) ++pass;
        if (pass == unscheduled_count_) {
            if (pass == most_passes) throw "tapeless: an array program needs more than 64 passes.";
            unscheduled_[unscheduled_count_++] = {space, level, scan, 0};
        }
        assigned_.push_back({sink, pass});
    }

    /// What each pass reads of others, and which passes have to run before it.
    constexpr void find_needs() {
        auto producer = growing<int>::zeros(source_.graph.size);  // plus one
        for (int k = 0; k < assigned_.size; ++k)
            if (assigned_.data[k].sink.kind != pass_sink::output) producer.data[assigned_.data[k].sink.target] = assigned_.data[k].pass + 1;
        auto visited = growing<char>::zeros(unscheduled_count_ * source_.graph.size), read = growing<char>::zeros(unscheduled_count_ * source_.graph.size);
        for (int k = 0; k < assigned_.size; ++k) {
            const int current = assigned_.data[k].pass, offset = current * source_.graph.size;
            unscheduled_pass& pass = unscheduled_[current];
            walk(assigned_.data[k].sink, pass.space, pass.scan,
                 [&](index at) {
                     if (is_given(at) || is_own_carried(at, pass.scan) || std::exchange(read.data[offset + at], char(1))) return;
                     if (producer.data[at] == 0) throw "tapeless: a value of an array program is computed nowhere.";
                     reads_.push_back({current, producer.data[at] - 1, masks_.of[at]});
                     pass.needs |= std::uint64_t(1) << (producer.data[at] - 1);
                 },
                 [&](index at) { return !std::exchange(visited.data[offset + at], char(1)); });
        }
        for (int through = 0; through < unscheduled_count_; ++through)
            for (int pass = 0; pass < unscheduled_count_; ++pass)
                if (unscheduled_[pass].needs >> through & 1) unscheduled_[pass].needs |= unscheduled_[through].needs;
    }

    // Two passes over the same axes of which neither needs the other are one.
    constexpr void merge_passes() {
        find_needs();
        for (int later = 1; later < unscheduled_count_; ++later)
            for (int earlier = 0; earlier < later; ++earlier) {
                const unscheduled_pass &a = unscheduled_[earlier], &b = unscheduled_[later];
                if (a.space != b.space || a.scan != b.scan || (a.needs >> later & 1) || (b.needs >> earlier & 1)) continue;
                merge(earlier, later);
                --later;
                break;
            }
    }
    /// The last pass takes the place of the later one.
    constexpr void merge(int earlier, int later) {
        const int last = --unscheduled_count_;
        const auto renumber = [&](int& pass) { pass = pass == later ? earlier : pass == last ? later : pass; };
        const auto bit = [](int pass) { return std::uint64_t(1) << pass; };
        unscheduled_[earlier].needs |= unscheduled_[later].needs;
        unscheduled_[later] = unscheduled_[last];
        const std::uint64_t needed = unscheduled_[earlier].needs;
        for (int k = 0; k < unscheduled_count_; ++k) {
            std::uint64_t& needs = unscheduled_[k].needs;
            if (needs & (bit(earlier) | bit(later))) needs = (needs & ~bit(later)) | bit(earlier) | needed;
        }
        for (int k = 0; k < unscheduled_count_; ++k) {
            std::uint64_t& needs = unscheduled_[k].needs;
            if (last != later && (needs & bit(last))) needs = (needs & ~bit(last)) | bit(later);
        }
        for (int k = 0; k < assigned_.size; ++k) renumber(assigned_.data[k].pass);
        for (int k = 0; k < reads_.size; ++k) {
            renumber(reads_.data[k].by);
            renumber(reads_.data[k].from);
        }
    }

    // Groups of passes that run tile by tile along one axis: none needs what another of them sums up along that axis.
    constexpr void schedule() {
        std::uint64_t done = 0;
        const std::uint64_t all = unscheduled_count_ == 64 ? ~std::uint64_t(0) : (std::uint64_t(1) << unscheduled_count_) - 1;
        while (done != all) {
            int best_axis = nowhere, best_count = 0, best_size = 0;
            std::uint64_t best = 0;
            for (int pass = 0; pass < unscheduled_count_; ++pass) {
                if ((done >> pass & 1) || (unscheduled_[pass].needs & ~done) != 0) continue;
                const axis_set space = tiled_axes(unscheduled_[pass]);
                for (int axis = nowhere; axis < source_.axis_count; ++axis) {
                    if (axis == nowhere ? space != 0 : (space >> axis & 1) == 0) continue;
                    const std::uint64_t group = axis == nowhere ? std::uint64_t(1) << pass : group_along(axis, done);
                    // Numbers first: they cost nothing, and others wait for them.
                    const int count = axis == nowhere ? most_passes + 1 : std::popcount(group), size = std::popcount(space);
                    if (count < best_count || (count == best_count && (size > best_size || (size == best_size && !runs_before(axis, best_axis))))) continue;
                    best_axis = axis, best_count = count, best_size = size, best = group;
                }
            }
            // What has not the axis of a longer group that would follow it goes ahead, and leaves the rest to that.
            std::uint64_t ahead = best;
            int most = 0;
            for (int axis = 0; axis < source_.axis_count && best_axis != nowhere; ++axis) {
                if (axis == best_axis) continue;
                const std::uint64_t first = group_along(best_axis, done, axis);
                if (first == 0 || first == best) continue;
                const int following = std::popcount(group_along(axis, done | first)), left = std::popcount(best & ~first);
                if (following > left && following > most) most = following, ahead = first;
            }
            add_group(best_axis, ahead);
            done |= ahead;
        }
    }
    /// The axes that a pass may be cut along.
    constexpr axis_set tiled_axes(const unscheduled_pass& pass) const {
        return pass.scan == nowhere ? pass.space : pass.space & ~(axis_set(1) << source_.scans[pass.scan].axis);
    }
    /// All passes that can follow each other along an axis, those before them done; without: of these, those that have not this axis.
    constexpr std::uint64_t group_along(int axis, std::uint64_t done, int without = nowhere) const {
        std::uint64_t group = 0;
        for (bool grows = true; grows;) {
            grows = false;
            for (int pass = 0; pass < unscheduled_count_; ++pass) {
                const unscheduled_pass& p = unscheduled_[pass];
                if (((done | group) >> pass & 1) || (tiled_axes(p) >> axis & 1) == 0 || (p.needs & ~(done | group)) != 0) continue;
                if (needs_sum_along(axis, pass, group) || (without != nowhere && (p.space >> without & 1))) continue;
                group |= std::uint64_t(1) << pass;
                grows = true;
            }
        }
        return group;
    }
    constexpr bool needs_sum_along(int axis, int pass, std::uint64_t group) const {
        for (int k = 0; k < reads_.size; ++k)
            if (reads_.data[k].by == pass && (group >> reads_.data[k].from & 1) && !(reads_.data[k].axes >> axis & 1)) return true;
        return false;
    }
    /// Which of two axes is better further out: the one that arrays have in earlier dimensions.
    constexpr bool runs_before(int axis, int other) const {
        if (other == nowhere) return true;
        int votes = 0;
        for (int k = 0; k < Graph::sizes.accesses; ++k) {
            const array_access& access = source_.accesses[k];
            int of_axis = nowhere, of_other = nowhere;
            for (int d = 0; d < access.rank; ++d) {
                if (access.dimensions[d].axis == axis) of_axis = d;
                if (access.dimensions[d].axis == other) of_other = d;
            }
            if (of_axis != nowhere && of_other != nowhere) votes += of_axis < of_other ? 1 : -1;
        }
        return votes != 0 ? votes > 0 : axis < other;
    }

    constexpr void add_group(int axis, std::uint64_t members) {
        pass_group group{axis, passes.size, 0};
        std::uint64_t done = 0;
        while (done != members)
            for (int pass = 0; pass < unscheduled_count_; ++pass) {
                if (!(members >> pass & 1) || (done >> pass & 1) || (unscheduled_[pass].needs & members & ~done) != 0) continue;
                done |= std::uint64_t(1) << pass;
                array_pass scheduled{};
                scheduled.space = unscheduled_[pass].space;
                scheduled.group = groups.size;
                scheduled.scan = unscheduled_[pass].scan;
                scheduled.first_sink = sinks.size;
                for (int k = 0; k < assigned_.size; ++k)
                    if (assigned_.data[k].pass == pass) sinks.push_back(assigned_.data[k].sink);
                scheduled.sink_count = sinks.size - scheduled.first_sink;
                passes.push_back(scheduled);
                ++group.count;
            }
        groups.push_back(group);
    }

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
        if (n.is_constant() || is_given(at) || (!itself && is_kept(at)) || is_stored(at) || is_reduction(n)) return 0;
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
            if (!buffers.data[k].is_local && !buffers.data[k].reduces && buffers.data[k].rank > 0) find_room_in_output(k);
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
        int strided[most_axes] = {}, sums[most_axes] = {}, votes[most_axes] = {}, votes_of_all[most_axes] = {};
        for (int k = 0; k < Graph::sizes.accesses; ++k)
            if (const int axis = source_.accesses[k].contiguous_axis(); axis != nowhere) votes_of_all[axis] += source_.accesses[k].rank;
        const auto read = [&](axis_set axes, int last, int rank) {
            for (int axis = 0; axis < source_.axis_count; ++axis) strided[axis] += (axes >> axis & 1) && axis != last;
            if (last != nowhere) votes[last] += rank;
        };
        for (int k = 0; k < pass.load_count; ++k) {
            const index at = loads.data[pass.first_load + k];
            if (is_a<op::element>(node(at))) {
                const array_access& access = source_.accesses[node(at).bits];
                read(masks_.of[at], access.contiguous_axis(), access.rank);
            } else if (!is_given(at) && buffer_of_.data[at] > 0) {
                const array_buffer& buffer = buffers.data[buffer_of_.data[at] - 1];
                read(buffer.axes, buffer.rank > 0 ? buffer.order[buffer.rank - 1] : nowhere, 0);
            }
        }
        for (int k = 0; k < pass.sink_count; ++k)
            if (const pass_sink& sink = sinks.data[pass.first_sink + k]; sink.kind == pass_sink::reduce)
                for (int axis = 0; axis < source_.axis_count; ++axis) sums[axis] += !(masks_.of[sink.target] >> axis & 1);
        const auto is_better = [&](int axis, int other) {
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

    const Graph& source_;
    typename Graph::masks masks_;
    const planned_output* outputs_;
    growing<int> ready_;          ///< plus one; 0: not known yet; of all nodes outside of recurrences, then inside of each
    growing<int> level_of_scan_;  ///< likewise
    growing<char> costly_;        ///< has an expensive function in it, along its own axes
    growing<std::uint64_t> carried_by_;  ///< bit k: depends, step by step, on the group of recurrences k
    growing<int> buffer_of_;  ///< plus one; 0: none
    growing<assignment> assigned_;
    growing<reading> reads_;
    unscheduled_pass unscheduled_[most_passes] = {};
    int unscheduled_count_ = 0;
};

}  // namespace tapeless::detail
