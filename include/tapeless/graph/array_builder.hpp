// SPDX-License-Identifier: BSL-1.0
// The graph of an array program under construction: nodes, and the axes that they vary along. Where two operands meet, their axes become one
// where that is possible, and one of them is written again along the other's axes where it is not (x(i) - x(j), X - transpose(X)).
#pragma once

#include <tapeless/graph/operation_info.hpp>
#include <tapeless/graph/space.hpp>

namespace tapeless::detail {

/// An operand on its way into an operation: where it is, and the axes of its dimensions, which become those of the result.
struct aligned_operand {
    handle* value;
    int* axes;
    int rank;
};

class array_builder : public graph_builder {
public:
    constexpr explicit array_builder(index expected) : graph_builder(expected), accesses(8), slices(8), concatenations(4), reshapings(4), scans(4), filled(4), needs(4), lengths(4), steps(4), indices(4), single_steps(4), questions(4), axes_(8), masks_(expected) {}

    growing<array_access> accesses;
    growing<axis_slice> slices;
    growing<axis_concatenation> concatenations;
    growing<axis_reshaping> reshapings;
    growing<axis_scan> scans;
    /// Axes that must have at least one step: those of a maximum.
    growing<int> filled;
    growing<axis_need> needs;
    growing<axis_length> lengths;
    growing<axis_step> steps;
    growing<axis_indices> indices;
    growing<single_step> single_steps;

    /// What is asked of an axis while a function is recorded, from the point of view of one value along it; `settle` answers.
    struct question {
        int axis;
        index at;
        bool is_single;  ///< has it one step? else: how many, or which positions
    };
    growing<question> questions;
    constexpr void add_length(const axis_length& length) { lengths.place_of(length); }
    constexpr void add_step(const axis_step& step) { steps.place_of(step); }
    constexpr void add_indices(const axis_indices& of_axis) { indices.place_of(of_axis); }

    constexpr int axis_count() const { return axes_.size; }
    /// The axis that an axis has become part of.
    constexpr int root(int axis) const {
        while (axis != nowhere && axes_.data[axis].parent != axis) axis = axes_.data[axis].parent;
        return axis;
    }
    /// The axis that an axis is as long as, or as a slice of, if no array along it says so.
    constexpr const axis_origin& origin(int axis) const { return axes_.data[axis].origin; }
    constexpr void set_origin(int axis, const axis_origin& origin) { axes_.data[axis].origin = origin; }
    constexpr axis_set roots(axis_set all) const {
        axis_set result = 0;
        for (; all != 0; all &= all - 1) result |= bit(root(std::countr_zero(all)));
        return result;
    }
    static constexpr axis_set bit(int axis) { return axis == nowhere ? 0 : axis_set(1) << axis; }

    constexpr int new_axis(const axis_origin& origin = {}) {
        if (axes_.size == most_axes) throw "tapeless: a function of arrays has more than 32 different axes.";
        axes_.push_back({axes_.size, origin, 0});
        return axes_.size - 1;
    }
    /// Says that dimensions along these axes belong to one value, so that no two of them may become one.
    constexpr void keep_apart(const int* axes, int count) {
        axis_set all = 0;
        for (int k = 0; k < count; ++k) all |= bit(root(axes[k]));
        for (axis_set rest = all; rest != 0; rest &= rest - 1) {
            const int axis = std::countr_zero(rest);
            axes_.data[axis].apart |= all & ~bit(axis);
        }
    }

    constexpr axis_set mask(index at) {
        while (masks_.size < size()) {
            // Axes may have become part of others since the node was recorded.
            graph_node n = (*this)[masks_.size];
            if (is_over_axes(n)) n.bits = bits_with_names(n, [this](axis_set axes) { return roots(axes); });
            masks_.push_back(roots(axes_of(n, accesses.data, scans.data, masks_.data)));
        }
        return masks_.data[at];
    }

    constexpr index element(const array_access& access) {
        return leaf(element_info, static_cast<std::uint64_t>(accesses.place_of(access)));
    }
    /// The node once more on other operands; over: the bits of a node over axes. Without laws: as it was recorded.
    constexpr index add_again(const graph_node& n, index a, index b, index c, std::uint64_t over, bool with_laws) {
        if (n.is_input()) return input(n.bits);
        if (n.is_constant()) return constant(value_of_bits(n.bits));
        if (n.operation->arity == 0) return leaf(*n.operation, n.bits);
        if (is_reduction(n)) return reduce(*n.operation, a, over);
        if (is_by_itself(n)) return operation_on_axes(*n.operation, a, b, over);
        if (is_a<op::scan>(n)) return scan(a, b, n.bits);
        return with_laws ? add(*n.operation, a, b, c) : add_as_is(*n.operation, a, b, c);
    }
    constexpr index scan(index first, index next, std::uint64_t which) { return operation_on_axes(scan_info, first, next, which); }
    /// The sum over axes of a value where the step of an axis is `step`.
    constexpr index selection(index value, index step, int axis, axis_set summed) {
        return operation_on_axes(selection_info, value, step, bits_of_selection(summed, axis));
    }
    /// So many recurrences that are carried together. Returns the first one's number; the others follow.
    constexpr int add_scans(int count, axis_scan scan) {
        scan.group = scans.size;
        if (scans.size + count > most_scans) throw "tapeless: a function of arrays has more than 64 recurrences, those of its derivative included.";
        for (int k = 0; k < count; ++k) scans.push_back(scan);
        return scan.group;
    }
    /// How many are carried together.
    constexpr int scans_in(int group) const {
        int count = 0;
        while (group + count < scans.size && scans.data[group + count].group == group) ++count;
        return count;
    }
    /// Whether a node depends on what recurrences carry.
    constexpr bool depends_on_carried(index at, int group) const {
        auto depends = growing<char>::zeros(at + 1);
        for (index k = 0; k <= at; ++k) {
            const graph_node& n = (*this)[k];
            depends.data[k] = is_a<op::carried>(n) && scans.data[n.bits].group == group;
            for (int o = 0; o < n.operation->arity; ++o) depends.data[k] |= depends.data[n.operands[o]];
        }
        return depends.data[at] != 0;
    }
    constexpr int add_access(const array_access& access) { return static_cast<int>((*this)[element(access)].bits); }
    constexpr int slice(const axis_slice& slice) { return slices.place_of(slice); }

    /// Writes the operands along common axes: numpy's broadcasting, aligned at the last dimension; `nowhere` is a dimension of one step.
    constexpr void align(aligned_operand* operands, int count, int* result, int rank) {
        for (int k = 0; k < rank; ++k) result[k] = nowhere;
        for (int o = 0; o < count; ++o) {
            aligned_operand& operand = operands[o];
            renaming names(*this);
            bool may_become_one = true;
            for (int k = 0; k < operand.rank; ++k) {
                int& target = result[rank - operand.rank + k];
                const int axis = root(operand.axes[k]);
                if (axis == nowhere) continue;
                if (target == nowhere) {
                    target = is_among(axis, result, rank) ? twin(axis, result, rank) : axis;
                    may_become_one = may_become_one && target == axis;
                }
                if (target == axis) continue;
                names.rename(axis, target);
                may_become_one = may_become_one && (axes_.data[axis].apart & bit(target)) == 0;
            }
            if (!names.changes()) continue;
            if (may_become_one)
                for (int axis = 0; axis < axis_count(); ++axis) merge(names.to[axis], axis);
            else operand.value->position = names.of(operand.value->position);
        }
        keep_apart(result, rank);
    }

    /// The same node along other axes, each in place of one of its own.
    constexpr index along(index at, const int* from, const int* to, int count) {
        renaming names(*this);
        for (int k = 0; k < count; ++k)
            if (from[k] != nowhere) names.rename(root(from[k]), root(to[k]));
        return names.of(at);
    }

private:
    struct axis_state {
        int parent;
        axis_origin origin;
        axis_set apart;
    };

    static constexpr bool is_among(int axis, const int* axes, int count) {
        for (int k = 0; k < count; ++k)
            if (axes[k] == axis) return true;
        return false;
    }
    /// Another axis of the same extent, which is none of those in use.
    constexpr int twin(int axis, const int* in_use, int count) {
        for (int k = 0; k < axis_count(); ++k)
            if (root(k) == k && origin(k).axis != nowhere && origin(k).slice == nowhere && root(origin(k).axis) == axis && !is_among(k, in_use, count)) return k;
        return new_axis(axis_origin{axis});
    }

    constexpr void merge(int into, int axis) {
        if (into == axis) return;
        axes_.data[axis].parent = into;
        axes_.data[into].apart |= axes_.data[axis].apart;
        for (int k = 0; k < axis_count(); ++k)
            if (axes_.data[k].apart & bit(axis)) axes_.data[k].apart = (axes_.data[k].apart & ~bit(axis)) | bit(into);
        for (int k = 0; k < masks_.size; ++k)
            if (masks_.data[k] & bit(axis)) masks_.data[k] = (masks_.data[k] & ~bit(axis)) | bit(into);
    }

    /// Writes nodes again along other axes.
    struct renaming {
        array_builder& g;
        int to[most_axes];
        axis_set from = 0, targets = 0;

        constexpr explicit renaming(array_builder& g) : g(g) {
            for (int k = 0; k < most_axes; ++k) to[k] = k;
        }
        constexpr void rename(int axis, int target) {
            to[axis] = target;
            from |= bit(axis);
            targets |= bit(target);
        }
        constexpr bool changes() const { return from != 0; }

        constexpr index of(index at) const {
            auto known = growing<index>::zeros(g.size());
            return of(at, known);
        }

    private:
        // known: where each node is now, plus one.
        constexpr index of(index at, growing<index>& known) const {
            if ((g.mask(at) & from) == 0) return at;
            if (known.data[at] != 0) return known.data[at] - 1;
            const graph_node n = g[at];
            index result = nowhere;
            if (is_a<op::element>(n)) {
                result = g.element(renamed(g.accesses.data[n.bits]));
            } else if (is_a<op::position>(n)) {
                const int axis = g.root(static_cast<int>(n.bits));
                g.add_length({to[axis], axis});
                result = g.leaf(position_info, static_cast<std::uint64_t>(to[axis]));
            } else if (is_over_axes(n)) {
                result = over_axes(n, known);
            } else if (is_a<op::scan>(n)) {
                result = scan(n, known);
            } else {
                const index a = of(n.operands[0], known), b = n.operation->arity > 1 ? of(n.operands[1], known) : nowhere;
                result = g.add(*n.operation, a, b, n.operation->arity > 2 ? of(n.operands[2], known) : nowhere);
            }
            known.data[at] = result + 1;
            return result;
        }
        constexpr array_access renamed(array_access access) const {
            for (int k = 0; k < access.rank; ++k) {
                dimension_access& dimension = access.dimensions[k];
                if (dimension.indices != nowhere) dimension.indices = g.add_access(renamed(g.accesses.data[dimension.indices]));
                else if (dimension.axis != nowhere) dimension.axis = to[g.root(dimension.axis)];
            }
            return access;
        }
        // With all that are carried together.
        constexpr index scan(const graph_node& n, growing<index>& known) const {
            const axis_scan own = g.scans.data[n.bits];
            axis_scan renamed{to[g.root(own.axis)], own.backward, 0};
            for (axis_set rest = g.roots(own.state_axes); rest != 0; rest &= rest - 1) renamed.state_axes |= bit(to[std::countr_zero(rest)]);
            const int first = g.add_scans(g.scans_in(own.group), renamed), end = known.size;
            const auto which = [&](const graph_node& one) { return one.bits - static_cast<std::uint64_t>(own.group) + static_cast<std::uint64_t>(first); };
            // What is carried comes before what it becomes.
            index result = nowhere;
            for (index at = 0; at < end; ++at) {
                const graph_node one = g[at];
                const bool is_carried = is_a<op::carried>(one);
                if ((!is_carried && !is_a<op::scan>(one)) || g.scans.data[one.bits].group != own.group) continue;
                const index moved = is_carried ? g.leaf(carried_info, which(one)) : g.scan(of(one.operands[0], known), of(one.operands[1], known), which(one));
                known.data[at] = moved + 1;
                if (!is_carried && one.bits == n.bits) result = moved;
            }
            return result;
        }
        // What the node is over keeps its names, unless one would be taken for another axis's new name.
        constexpr index over_axes(const graph_node& n, growing<index>& known) const {
            const axis_set own = g.roots(axes_over(n));
            const auto again = [&](const renaming& names, growing<index>& moved) {
                const index a = names.of(n.operands[0], moved), b = n.operation->arity > 1 ? names.of(n.operands[1], moved) : nowhere;
                return g.add_again(n, a, b, nowhere, bits_with_names(n, [&](axis_set axes) { return names.of_set(g.roots(axes)); }), false);
            };
            if ((own & (from | targets)) == 0) return again(*this, known);
            renaming inner(*this);
            for (axis_set rest = own; rest != 0; rest &= rest - 1) {
                const int axis = std::countr_zero(rest);
                inner.from &= ~bit(axis);
                inner.to[axis] = axis;
                if (targets & bit(axis)) inner.rename(axis, g.new_axis(axis_origin{axis}));
            }
            auto moved = growing<index>::zeros(g.size());
            return again(inner, moved);
        }
        constexpr axis_set of_set(axis_set axes) const {
            axis_set all = 0;
            for (; axes != 0; axes &= axes - 1) all |= bit(to[std::countr_zero(axes)]);
            return all;
        }
    };

    growing<axis_state> axes_;
    growing<axis_set> masks_;
};

}  // namespace tapeless::detail
