// SPDX-License-Identifier: BSL-1.0
// Which arguments make a value vary along an axis. An argument with one step stretches along the axis of another one with more; a value that only such
// arguments make vary has one step for numpy, where the graph has all of the axis. What must not stretch so is found here, while the program compiles.
#pragma once

#include <tapeless/graph/array_builder.hpp>

namespace tapeless::detail {

constexpr access_set bit_of_access(int access) { return access_set(1) << (access < most_known_accesses ? access : most_known_accesses); }

/// The accesses by which an access varies along an axis: itself, or its indices.
constexpr access_set accesses_along(const array_builder& g, int which, int axis) {
    const array_access& access = g.accesses.data[which];
    access_set all = 0;
    for (int d = 0; d < access.rank; ++d) {
        if (access.dimensions[d].indices != nowhere) all |= accesses_along(g, access.dimensions[d].indices, axis);
        else if (g.root(access.dimensions[d].axis) == axis) all |= bit_of_access(which);
    }
    return all;
}

/// The accesses by which each node varies along an axis; every_access where its steps do not depend on how long arrays are.
/// of: as many zeros as there are nodes.
constexpr void accesses_along(const array_builder& g, int axis, growing<access_set>& of) {
    for (index at = 0; at < g.size(); ++at) {
        const graph_node& n = g[at];
        access_set& all = of.data[at];
        if (is_a<op::element>(n)) all = accesses_along(g, static_cast<int>(n.bits), axis);
        else if (is_a<op::position>(n)) all = g.root(static_cast<int>(n.bits)) == axis ? every_access : 0;
        else if (is_a<op::scan>(n) && g.root(g.scans.data[n.bits].axis) == axis) all = every_access;
        else if (is_over_axes(n) && (g.roots(axes_over(n)) >> axis & 1)) continue;
        else if (is_a<op::selection>(n) && g.root(selected_axis(n)) == axis) all = every_access;
        else
            for (int k = 0; k < n.operation->arity; ++k) all |= of.data[n.operands[k]];
    }
}

/// The accesses that say how long an axis is.
constexpr access_set measuring_accesses(const array_builder& g, int axis) {
    access_set all = 0;
    for (int k = 0; k < g.accesses.size; ++k)
        for (int d = 0; d < g.accesses.data[k].rank; ++d)
            if (const dimension_access& dimension = g.accesses.data[k].dimensions[d]; dimension.axis == axis && !dimension.is_irregular()) all |= bit_of_access(k);
    return all;
}

/// Whether arrays of different lengths may meet along an axis.
constexpr bool is_shared(const array_builder& g, int axis) {
    const access_set measuring = measuring_accesses(g, axis);
    if ((measuring & (measuring - 1)) != 0 || (measuring & bit_of_access(most_known_accesses)) != 0) return true;
    for (int k = 0; k < g.concatenations.size; ++k)
        if (g.concatenations.data[k].axis == axis) return measuring != 0;
    return false;
}

/// Says that a value which these accesses make vary along an axis has all of its steps. Nothing to be said if one of them is bound to.
constexpr void add_need(array_builder& g, int axis, access_set accesses) {
    if (accesses == every_access || !is_shared(g, axis)) return;
    bool is_bound = (measuring_accesses(g, axis) & (~accesses | bit_of_access(most_known_accesses))) == 0;
    for (int k = 0; k < g.concatenations.size; ++k) is_bound = is_bound && g.concatenations.data[k].axis != axis;
    if (is_bound) return;
    for (int k = 0; k < g.needs.size; ++k)
        if (g.needs.data[k].axis == axis && g.needs.data[k].accesses == accesses) return;
    g.needs.push_back({axis, accesses});
}

/// Says it for what reductions and recurrences run over.
constexpr void add_needs_of_loops(array_builder& g) {
    for (int axis = 0; axis < g.axis_count(); ++axis) {
        if (!is_shared(g, axis)) continue;
        auto along = growing<access_set>::zeros(g.size());
        accesses_along(g, axis, along);
        for (index at = 0; at < g.size(); ++at)
            if (is_reduction(g[at]) && (static_cast<axis_set>(g[at].bits) >> axis & 1)) add_need(g, axis, along.data[g[at].operands[0]]);
        for (int k = 0; k < g.scans.size; ++k) {
            if (g.scans.data[k].axis != axis || g.scans.data[k].group != k) continue;
            access_set together = 0;
            bool is_live = false;
            for (index at = 0; at < g.size(); ++at)
                if (is_a<op::scan>(g[at]) && g.scans.data[g[at].bits].group == k) {
                    together |= along.data[g[at].operands[1]];
                    is_live = true;
                }
            if (is_live) add_need(g, axis, together);
        }
    }
}

}  // namespace tapeless::detail
