// SPDX-License-Identifier: BSL-1.0
// The passes of an array program: which values are computed in one loop nest, and which passes run tile by tile along one axis.
#pragma once

#include <tapeless/plan/values.hpp>

#include <bit>
#include <cstdint>
#include <utility>

namespace tapeless::detail {

/// What a planner has to know of an output.
struct planned_output {
    axis_set space;        ///< the axes that it is written along
    bool is_written_once;  ///< each element of its memory, which may hold something else before
    bool is_left_out;      ///< nothing would be added to its memory
};

/// The passes of a finished graph, in the order that they run in.
template <class Graph>
class pass_schedule : protected pass_values<Graph> {
    using base = pass_values<Graph>;

public:
    constexpr pass_schedule(const Graph& source, const planned_output* outputs)
        : base(source), passes(8), sinks(16), groups(4), outputs_(outputs), output_of_node_(growing<int>::zeros(source.graph.size)), assigned_(16), reads_(16) {
        find_passes();
        merge_passes();
        schedule();
    }

    growing<array_pass> passes;
    growing<pass_sink> sinks;
    growing<pass_group> groups;

protected:
    using base::source_, base::masks_;
    using base::node, base::is_given, base::is_carried, base::is_own_carried, base::group_of, base::for_each_scan;
    using base::usable, base::ready, base::level_of_scan, base::host_of, base::walk;

    struct assignment {
        pass_sink sink;
        int pass;
    };
    const planned_output* outputs_;
    growing<int> output_of_node_;  ///< the output whose memory a node by itself is written to, plus one; 0: none

private:
    struct unscheduled_pass {
        axis_set space = 0;
        int level = 0;
        int scan = nowhere;
        index by_itself = nowhere;  ///< the node that is a pass of its own
        std::uint64_t needs = 0;  ///< the passes that must have run before
    };
    /// That a pass reads what another one computes.
    struct reading {
        int by, from;
        axis_set axes;  ///< of the value
    };
    static constexpr int most_passes = 64;

    // Every output is a sink of some pass, and so is everything that a pass reads from another one.
    constexpr void find_passes() {
        auto seen = growing<char>::zeros(source_.graph.size);
        for (int k = 0; k < source_.graph.output_count; ++k) {
            const index value = source_.graph.outputs[k];
            if (outputs_[k].is_left_out) continue;
            if (is_made_in_output(value, k)) {
                output_of_node_.data[value] = k + 1;
                assign_read(value, seen);
                continue;
            }
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
                     if (!is_given(at) && !is_own_carried(at, pass.scan)) assign_read(at, seen);
                 },
                 [&](index at) { return !std::exchange(is_computed[at], char(1)); });
        }
    }
    // What a pass reads is computed by another one.
    constexpr void assign_read(index at, growing<char>& seen) {
        const graph_node& n = node(at);
        if (seen.data[at]) return;
        if (is_a<op::scan>(n)) return assign_scan(group_of(n), seen);
        seen.data[at] = 1;
        if (is_carried(at)) assign({pass_sink::store, at, at}, masks_.of[at], level_of_scan(group_of(n)), group_of(n));
        else if (is_by_itself(n)) assign({pass_sink::by_itself, at, at}, masks_.of[at], ready(at, nowhere), nowhere, at);
        else if (is_reduction(n)) assign({pass_sink::reduce, n.operands[0], at}, masks_.of[n.operands[0]], ready(at, nowhere), host_of(n.operands[0], masks_.of[n.operands[0]]));
        else assign({pass_sink::store, at, at}, masks_.of[at], ready(at, nowhere), nowhere);
    }
    /// Whether what is computed by itself is made where an output's memory is.
    constexpr bool is_made_in_output(index value, int output) const {
        return is_by_itself(node(value)) && outputs_[output].is_written_once && outputs_[output].space == masks_.of[value] && output_of_node_.data[value] == 0;
    }
    // A group of recurrences is a pass of its own, which may compute other things on the way.
    constexpr void assign_scan(int group, growing<char>& seen) {
        for_each_scan(group, [&](index at) {
            if (!std::exchange(seen.data[at], char(1))) assign({pass_sink::carry, node(at).operands[1], at}, masks_.of[at], level_of_scan(group), group);
        });
    }
    constexpr void assign(const pass_sink& sink, axis_set space, int level, int scan, index by_itself = nowhere) {
        const auto is_it = [&](const unscheduled_pass& pass) { return pass.space == space && pass.level == level && pass.scan == scan && pass.by_itself == by_itself; };
        int pass = 0;
        while (pass < unscheduled_count_ && !is_it(unscheduled_[pass])) ++pass;
        if (pass == unscheduled_count_) {
            if (pass == most_passes) throw "tapeless: an array program needs more than 64 passes.";
            unscheduled_[unscheduled_count_++] = {space, level, scan, by_itself, 0};
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
                if (a.space != b.space || a.scan != b.scan || a.by_itself != b.by_itself || (a.needs >> later & 1) || (b.needs >> earlier & 1)) continue;
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
                    // Numbers and what is computed by itself first: others wait for them.
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
        if (pass.by_itself != nowhere) return 0;
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
                scheduled.by_itself = unscheduled_[pass].by_itself;
                scheduled.first_sink = sinks.size;
                for (int k = 0; k < assigned_.size; ++k)
                    if (assigned_.data[k].pass == pass) sinks.push_back(assigned_.data[k].sink);
                scheduled.sink_count = sinks.size - scheduled.first_sink;
                passes.push_back(scheduled);
                ++group.count;
            }
        groups.push_back(group);
    }

    growing<assignment> assigned_;
    growing<reading> reads_;
    unscheduled_pass unscheduled_[most_passes] = {};
    int unscheduled_count_ = 0;
};

}  // namespace tapeless::detail
