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

constexpr array_access taken(array_builder& g, array_access access, int axis, const axis_replacement& chosen) {
    for (int k = 0; k < access.rank; ++k) {
        dimension_access& dimension = access.dimensions[k];
        if (dimension.indices != nowhere) {
            dimension.indices = g.add_access(taken(g, g.accesses.data[dimension.indices], axis, chosen));
            continue;
        }
        if (dimension.axis == nowhere || g.root(dimension.axis) != axis) continue;
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
        g.add_indices({axis, chosen.indices});
        const index from_end = g.add(info_of<op::add>, g.leaf(extent_info, static_cast<std::uint64_t>(axis)), place);
        return g.add(info_of<op::select>, g.add(info_of<op::less>, place, g.constant(0)), from_end, place);
    }
    if (chosen.part != nowhere) return g.add(info_of<op::subtract>, g.leaf(position_info, static_cast<std::uint64_t>(chosen.axis)), start_of_part(g, chosen.part));
    const index start = step_from_either_end(g, axis, chosen.slice.start);
    if (chosen.axis == nowhere) {
        g.add_step({axis, chosen.slice.start});
        return start;
    }
    g.add_length({chosen.axis, axis, g.slice(chosen.slice)});
    const index first = chosen.slice.start < 0 ? g.add(info_of<op::max>, start, g.constant(0)) : start;
    return g.add(info_of<op::add>, first, g.add(info_of<op::multiply>, g.constant(chosen.slice.step), g.leaf(position_info, static_cast<std::uint64_t>(chosen.axis))));
}

/// Whether an axis runs over a concatenation that an access is part of, whose steps are not those of the array.
constexpr bool is_concatenated(const array_builder& g, const array_access& access, int axis) {
    for (int k = 0; k < access.rank; ++k) {
        const dimension_access& dimension = access.dimensions[k];
        if (dimension.indices != nowhere ? is_concatenated(g, g.accesses.data[dimension.indices], axis) : dimension.part != nowhere && g.root(dimension.axis) == axis) return true;
    }
    return false;
}

// What has its values step by step (a recurrence), or from several arrays, is not made at other steps: they are selected of those that there are.
constexpr index steps_of_value(array_builder& g, index at, int axis, const axis_replacement& chosen) {
    if (is_a<op::carried>(g[at])) throw "tapeless::scan: the body takes a part (slice, gather, concat, reshape) of the value before.";
    const index place = taken_position(g, axis, chosen);
    if (chosen.axis == nowhere && chosen.slices) {
        // One step is a sum in which all others are 0: without a pass of its own.
        const index is_place = g.add(info_of<op::equal_to>, g.leaf(position_info, static_cast<std::uint64_t>(axis)), place);
        return g.reduce(reduction_info<op::sum>, g.add(info_of<op::select>, is_place, at, g.constant(0)), array_builder::bit(axis));
    }
    int together[most_axes + 1] = {axis}, count = 1;
    for (axis_set rest = g.mask(place); rest != 0; rest &= rest - 1) together[count++] = std::countr_zero(rest);
    g.keep_apart(together, count);
    return g.selection(at, place, axis, array_builder::bit(axis));
}

// known: where each node is now, plus one.
constexpr index take(array_builder& g, index at, int axis, const axis_replacement& chosen, growing<index>& known) {
    if ((g.mask(at) & array_builder::bit(axis)) == 0) return at;
    if (known.data[at] != 0) return known.data[at] - 1;
    const graph_node n = g[at];
    index result = nowhere;
    if (is_a<op::element>(n) && chosen.indices == nowhere && is_concatenated(g, g.accesses.data[n.bits], axis)) {
        result = steps_of_value(g, at, axis, chosen);
    } else if (is_a<op::element>(n)) {
        result = g.element(taken(g, g.accesses.data[n.bits], axis, chosen));
    } else if (is_a<op::position>(n)) {
        result = taken_position(g, axis, chosen);
    } else if (is_a<op::scan>(n) || is_a<op::carried>(n) || (is_a<op::selection>(n) && g.root(selected_axis(n)) == axis)) {
        result = steps_of_value(g, at, axis, chosen);
    } else if (is_over_axes(n)) {
        const index a = take(g, n.operands[0], axis, chosen, known), b = n.operation->arity > 1 ? take(g, n.operands[1], axis, chosen, known) : nowhere;
        result = g.add_again(n, a, b, nowhere, bits_with_names(n, [&](axis_set axes) { return g.roots(axes); }), false);
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
