// SPDX-License-Identifier: BSL-1.0
// A value of an array program with an axis replaced: by part of it, by the places that an array names, or by a longer axis that it is a part of.
#pragma once

#include <tapeless/graph/array_builder.hpp>

namespace tapeless::detail {

/// What takes the place of an axis: steps of a slice along another axis (`nowhere`: one step), or the places in an array, or a part of a longer axis.
struct axis_replacement {
    int axis = nowhere;
    axis_slice slice{};
    bool slices = false;
    int indices = nowhere;
    int part = nowhere;
};

/// Where a part of a concatenation begins.
constexpr index start_of_part(array_builder& g, int part) {
    const axis_concatenation& whole = g.concatenations.data[part / axis_concatenation::most_parts];
    index start = g.constant(0);
    for (int k = 0; k < part % axis_concatenation::most_parts; ++k)
        start = g.add(info_of<op::add>, start, g.leaf(extent_info, static_cast<std::uint64_t>(g.root(whole.parts[k]))));
    return start;
}

/// A step of an axis, counted from the end if it is negative.
constexpr index step_from_either_end(array_builder& g, int axis, int step) {
    const index from_front = g.constant(step);
    return step < 0 ? g.add(info_of<op::add>, g.leaf(extent_info, static_cast<std::uint64_t>(axis)), from_front) : from_front;
}

// One step of a recurrence is a sum in which all others are 0.
constexpr index step_of_scan(array_builder& g, index at, int axis, const axis_replacement& chosen) {
    if (is_a<op::carried>(g[at]) || chosen.axis != nowhere || !chosen.slices || g.root(g.scans.data[g[at].bits].axis) != axis)
        throw "tapeless: of a recurrence (scan, cumsum) single steps along its axis can be taken, h[0] or h[-1], no slices, no gather, no concat and no reshape.";
    g.add_step({axis, chosen.slice.start});
    const index place = step_from_either_end(g, axis, chosen.slice.start);
    const index is_place = g.add(info_of<op::equal_to>, g.leaf(position_info, static_cast<std::uint64_t>(axis)), place);
    return g.reduce(reduction_info<op::sum>, g.add(info_of<op::select>, is_place, at, g.constant(0)), array_builder::bit(axis));
}

constexpr array_access taken(array_builder& g, array_access access, int axis, const axis_replacement& chosen) {
    for (int k = 0; k < access.rank; ++k) {
        dimension_access& dimension = access.dimensions[k];
        if (dimension.indices != nowhere) {
            dimension.indices = g.add_access(taken(g, g.accesses.data[dimension.indices], axis, chosen));
            continue;
        }
        if (dimension.axis == nowhere || g.root(dimension.axis) != axis) continue;
        if (dimension.part != nowhere && chosen.indices == nowhere) throw "tapeless: a concatenation of arrays has no parts (slice, concat) itself.";
        int steps = dimension.slice;
        if (chosen.slices) {
            axis_slice inner = chosen.slice;
            inner.of = dimension.slice;
            steps = g.slice(inner);
        }
        dimension = {chosen.axis, steps, chosen.indices, chosen.indices == nowhere ? chosen.part : dimension.part};
    }
    return access;
}

constexpr index taken_position(array_builder& g, int axis, const axis_replacement& chosen) {
    if (chosen.indices != nowhere) {
        const index place = g.leaf(element_info, static_cast<std::uint64_t>(chosen.indices));
        if (g.accesses.data[chosen.indices].is_of_places()) return place;
        const index from_end = g.add(info_of<op::add>, g.leaf(extent_info, static_cast<std::uint64_t>(axis)), place);
        return g.add(info_of<op::select>, g.add(info_of<op::less>, place, g.constant(0)), from_end, place);
    }
    if (chosen.part != nowhere) return g.add(info_of<op::subtract>, g.leaf(position_info, static_cast<std::uint64_t>(chosen.axis)), start_of_part(g, chosen.part));
    if (chosen.axis == nowhere) {
        g.add_step({axis, chosen.slice.start});
        return step_from_either_end(g, axis, chosen.slice.start);
    }
    if (chosen.slice.start < 0) throw "tapeless: positions along an axis (iota) have slices from a place counted from the front only.";
    g.add_length({chosen.axis, axis, g.slice(chosen.slice)});
    const index steps = g.add(info_of<op::multiply>, g.constant(chosen.slice.step), g.leaf(position_info, static_cast<std::uint64_t>(chosen.axis)));
    return g.add(info_of<op::add>, g.constant(chosen.slice.start), steps);
}

// known: where each node is now, plus one.
constexpr index take(array_builder& g, index at, int axis, const axis_replacement& chosen, growing<index>& known) {
    if ((g.mask(at) & array_builder::bit(axis)) == 0) return at;
    if (known.data[at] != 0) return known.data[at] - 1;
    const graph_node n = g[at];
    index result = nowhere;
    if (is_a<op::element>(n)) {
        result = g.element(taken(g, g.accesses.data[n.bits], axis, chosen));
    } else if (is_a<op::position>(n)) {
        result = taken_position(g, axis, chosen);
    } else if (is_a<op::scan>(n) || is_a<op::carried>(n)) {
        result = step_of_scan(g, at, axis, chosen);
    } else if (is_reduction(n)) {
        result = g.reduce(*n.operation, take(g, n.operands[0], axis, chosen, known), g.roots(static_cast<axis_set>(n.bits)));
    } else {
        const index a = take(g, n.operands[0], axis, chosen, known), b = n.operation->arity > 1 ? take(g, n.operands[1], axis, chosen, known) : nowhere;
        result = g.add(*n.operation, a, b, n.operation->arity > 2 ? take(g, n.operands[2], axis, chosen, known) : nowhere);
    }
    known.data[at] = result + 1;
    return result;
}
/// The same node with an axis replaced.
constexpr index take(array_builder& g, index at, int axis, const axis_replacement& chosen) {
    auto known = growing<index>::zeros(g.size());
    return take(g, at, g.root(axis), chosen, known);
}

}  // namespace tapeless::detail
