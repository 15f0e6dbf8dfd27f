// SPDX-License-Identifier: BSL-1.0
// What a pass reads and what it computes, and when at the earliest each value of an array program can be had.
#pragma once

#include <tapeless/graph/array_graph.hpp>
#include <tapeless/plan/plan.hpp>

#include <algorithm>
#include <cstdint>

namespace tapeless::detail {

/// Functions that cost more than reading their value back from memory.
constexpr bool is_expensive(const graph_node& n) {
    return n.operation->arity > 0 && *n.operation->properties.infix == 0 && !is_over_axes(n) && !is_a<op::select>(n) && !is_a<op::abs>(n) &&
           !is_a<op::sign>(n) && !is_a<op::min>(n) && !is_a<op::max>(n) && !is_a<op::fma>(n) && !is_a<op::copysign>(n) && !is_a<op::floor>(n) &&
           !is_a<op::detached>(n) && !is_a<op::sqrt>(n);
}

/// The values of a finished graph, from the point of view of passes.
template <class Graph>
class pass_values {
public:
    constexpr explicit pass_values(const Graph& source)
        : source_(source), masks_(source.axes()), costly_(growing<char>::zeros(source.graph.size)),
          ready_(growing<int>::zeros((1 + Graph::sizes.scans) * source.graph.size)), level_of_scan_(growing<int>::zeros(Graph::sizes.scans)),
          carried_by_(growing<std::uint64_t>::zeros(source.graph.size)) {
        find_costs();
    }

protected:
    constexpr const graph_node& node(index at) const { return source_.graph.nodes[at]; }
    constexpr bool is_leaf(index at) const { return node(at).operation->arity == 0; }
    constexpr bool is_carried(index at) const { return is_a<op::carried>(node(at)); }
    /// What is there before all passes.
    constexpr bool is_given(index at) const { return is_leaf(at) && !is_carried(at); }
    constexpr bool is_loaded(index at, axis_set space, int scan) const {
        return is_over_axes(node(at)) || (is_a<op::scan>(node(at)) && group_of(node(at)) != scan) || (masks_.of[at] != space && node(at).result() == kind::real) || is_prepared(at, scan);
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
    constexpr bool is_own_carried(index at, int scan) const { return is_carried(at) && group_of(node(at)) == scan; }

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
        for (int k = 0; k < n.operation->arity; ++k) {
            const index operand = n.operands[k];
            const int needed = !is_by_itself(n) ? usable(operand, space, scan) : is_given(operand) ? 0 : ready(operand, nowhere) + 1;
            level = std::max(level, needed);
        }
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
    /// The same for all that a sink needs: a recurrence's first value too, and of what is computed by itself both operands.
    template <class OnLoad, class OnCompute>
    constexpr void walk(const pass_sink& sink, axis_set space, int scan, const OnLoad& on_load, const OnCompute& on_compute) const {
        if (sink.kind == pass_sink::by_itself) {
            for (const index operand : {node(sink.value).operands[0], node(sink.value).operands[1]})
                if (!node(operand).is_constant()) on_load(operand);
            return;
        }
        walk(sink.value, space, scan, on_load, on_compute);
        if (sink.kind != pass_sink::carry) return;
        if (const index first = node(sink.target).operands[0]; !node(first).is_constant()) on_load(first);
    }

    const Graph& source_;
    typename Graph::masks masks_;
    growing<char> costly_;  ///< has an expensive function in it, along its own axes

private:
    constexpr void find_costs() {
        for (index at = 0; at < source_.graph.size; ++at) {
            const graph_node& n = node(at);
            if (is_carried(at) || is_a<op::scan>(n)) carried_by_.data[at] = std::uint64_t(1) << group_of(n);
            if (is_leaf(at)) continue;
            const bool ends = is_over_axes(n) || is_a<op::scan>(n);
            costly_.data[at] = !ends && is_expensive(n);
            for (int k = 0; k < n.operation->arity && !ends; ++k) {
                carried_by_.data[at] |= carried_by_.data[n.operands[k]];
                if (masks_.of[n.operands[k]] == masks_.of[at]) costly_.data[at] |= costly_.data[n.operands[k]];
            }
        }
    }

    growing<int> ready_;          ///< plus one; 0: not known yet; of all nodes outside of recurrences, then inside of each
    growing<int> level_of_scan_;  ///< likewise
    growing<std::uint64_t> carried_by_;  ///< bit k: depends, step by step, on the group of recurrences k
};

}  // namespace tapeless::detail
