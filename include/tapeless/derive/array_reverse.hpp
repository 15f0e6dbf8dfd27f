// SPDX-License-Identifier: BSL-1.0
// The reverse sweep over an array program: a broadcast becomes a sum and a sum a broadcast, so the gradient is again an array program.
#pragma once

#include <tapeless/derive/reverse.hpp>
#include <tapeless/graph/array_graph.hpp>

namespace tapeless::detail {

/// The sum of a value over axes, with what does not vary along any of them as a factor before the sum.
constexpr index sum_over(array_builder& g, index value, axis_set axes) {
    const axis_set along = axes & g.mask(value);
    index result = value;
    if (along != 0) {
        const graph_node n = g[value];
        const auto stays_out = [&](index at) { return (g.mask(at) & along) == 0; };
        const bool is_product = is_a<op::multiply>(n);
        if (is_a<op::negate>(n)) result = g.add(*n.operation, sum_over(g, n.operands[0], along));
        else if (is_product && stays_out(n.operands[0])) result = g.add(*n.operation, n.operands[0], sum_over(g, n.operands[1], along));
        else if ((is_product || is_a<op::divide>(n)) && stays_out(n.operands[1])) result = g.add(*n.operation, sum_over(g, n.operands[0], along), n.operands[1]);
        else result = g.reduce(reduction_info<op::sum>, value, along);
    }
    for (axis_set constant = axes & ~along; constant != 0; constant &= constant - 1)
        result = g.add(info_of<op::multiply>, result, g.leaf(extent_info, std::countr_zero(constant)));
    return result;
}

/// Sweeps back from a number, and keeps the adjoint of every node before it.
template <class IsWanted>
class array_reverse {
public:
    /// is_wanted: of a leaf, whether it is differentiated by.
    constexpr array_reverse(array_builder& g, index output, const IsWanted& is_wanted)
        : g_(g), begun_(2), adjoints_(growing<adjoint>::zeros(g.size())), active_(growing<char>::zeros(g.size())) {
        // What is carried together with what the output depends on may stand behind it.
        const index end = g.size();
        for (index at = 0; at < end; ++at) {
            const graph_node& n = g[at];
            // What a recurrence carries may depend on anything that it is made of.
            active_.data[at] = n.operation->arity == 0 && (is_wanted(n) || is_a<op::carried>(n));
            if (is_a<op::carried>(n)) is_carried_ |= std::uint64_t(1) << n.bits;
            for (int k = 0; k < n.operation->arity; ++k) active_.data[at] |= n.result() == kind::real && active_.data[n.operands[k]];
        }
        adjoints_.data[output] = {g.constant(1), nowhere, true};
        for (index at = end - 1; at >= 0; --at)
            if ((adjoints_.data[at].exists || is_part_of_scan(g[at])) && active_.data[at]) pass_on(at, g[at], adjoints_.data[at]);
    }

    /// 0 if the output does not depend on the node.
    constexpr index of(index at) const {
        return at < adjoints_.size && adjoints_.data[at].exists ? guarded_value(g_, adjoints_.data[at]) : g_.constant(0);
    }

private:
    // By value: nodes move when there are more of them.
    constexpr void pass_on(index at, const graph_node n, const adjoint incoming) {
        if (is_reduction(n)) return pass_on_reduction(at, n, incoming);
        if (is_a<op::selection>(n)) return pass_on_selection(n, incoming);
        if (is_a<op::scan>(n)) return begin_scan(n, incoming);
        if (is_a<op::carried>(n)) return end_scan(n, incoming);
        const bool chooses = is_a<op::select>(n);
        for (int k = 0; k < n.operation->arity; ++k) {
            if (!active_.data[n.operands[k]]) continue;
            const index guard = !chooses ? nowhere : k == 1 ? n.operands[0] : g_.add(info_of<op::logical_not>, n.operands[0]);
            const index value = chooses ? incoming.value : g_.add(info_of<op::multiply>, incoming.value, partial(g_, at, k));
            add(n.operands[k], {value, both(g_, incoming.guard, guard), true}, g_.mask(at));
        }
    }

    // A recurrence runs back as one of adjoints: at each step that of the value is what comes from outside and what comes from the step after, and the
    // recurrence carries on what the values before have of it. What is carried together runs back together, also where nothing comes from outside.
    static constexpr bool is_part_of_scan(const graph_node& n) { return is_a<op::scan>(n) || is_a<op::carried>(n); }
    struct begun_scan {
        std::uint64_t forward, backward;
        index first;  ///< the node of the first value
    };
    constexpr void begin_scan(const graph_node& n, const adjoint& incoming) {
        const axis_scan forward = g_.scans.data[n.bits];
        const index next = n.operands[1];
        index value = incoming.exists ? guarded_value(g_, incoming) : g_.constant(0);
        if (is_carried_ >> n.bits & 1) {
            const auto backward = n.bits - static_cast<std::uint64_t>(forward.group) + static_cast<std::uint64_t>(group_back(forward));
            begun_.push_back({n.bits, backward, n.operands[0]});
            value = g_.add(info_of<op::add>, value, g_.leaf(carried_info, backward));
        }
        add(next, {value, nowhere, true}, g_.mask(next) | forward.axes());
    }
    /// The recurrences of the adjoints of those of a group.
    constexpr int group_back(const axis_scan& forward) {
        for (int k = 0; k < begun_.size; ++k)
            if (const begun_scan& begun = begun_.data[k]; g_.scans.data[begun.forward].group == forward.group) return g_.scans.data[begun.backward].group;
        return g_.add_scans(g_.scans_in(forward.group), {forward.axis, !forward.backward, forward.state_axes});
    }
    constexpr void end_scan(const graph_node& n, const adjoint& incoming) {
        for (int k = 0; k < begun_.size; ++k) {
            const begun_scan begun = begun_.data[k];
            if (begun.forward != n.bits) continue;
            const index back = g_.scan(g_.constant(0), incoming.exists ? guarded_value(g_, incoming) : g_.constant(0), begun.backward);
            if (!active_.data[begun.first]) return;
            const axis_scan forward = g_.scans.data[n.bits];
            const auto axis = static_cast<std::uint64_t>(forward.axis);
            const index last = g_.add(info_of<op::subtract>, g_.leaf(extent_info, axis), g_.constant(1));
            const index is_first = g_.add(info_of<op::equal_to>, g_.leaf(position_info, axis), forward.backward ? last : g_.constant(0));
            add(begun.first, {back, is_first, true}, forward.axes());
            return;
        }
    }

    constexpr void pass_on_reduction(index at, const graph_node& n, const adjoint& incoming) {
        const index x = n.operands[0];
        const axis_set axes = static_cast<axis_set>(n.bits);
        const auto zero = g_.constant(0), one = g_.constant(1);
        if (is_a<op::sum>(n)) return add(x, incoming, g_.mask(x));
        if (is_a<op::product>(n)) {
            // Of no zero, the product by the factor; of one, the product of the others there; of more, 0.
            const index is_zero = g_.add(info_of<op::equal_to>, x, zero);
            const index zeros = g_.reduce(reduction_info<op::sum>, g_.add(info_of<op::select>, is_zero, one, zero), axes);
            const index others = g_.reduce(reduction_info<op::product>, g_.add(info_of<op::select>, is_zero, one, x), axes);
            const index without_zero = g_.add(info_of<op::equal_to>, zeros, zero);
            const index is_the_zero = g_.add(info_of<op::logical_and>, is_zero, g_.add(info_of<op::equal_to>, zeros, one));
            const index factor = g_.add(info_of<op::select>, is_the_zero, others, zero);
            const index rest = g_.add(info_of<op::select>, without_zero, g_.add(info_of<op::divide>, at, x), factor);
            return add(x, {g_.add(info_of<op::multiply>, incoming.value, rest), incoming.guard, true}, g_.mask(x));
        }
        const index is_extreme = g_.add(info_of<op::equal_to>, x, at);
        const index count = g_.reduce(reduction_info<op::sum>, g_.add(info_of<op::select>, is_extreme, one, zero), axes);
        add(x, {g_.add(info_of<op::divide>, incoming.value, count), both(g_, incoming.guard, is_extreme), true}, g_.mask(x));
    }

    // What is read at named steps goes back to these, and what was added up at them is read there. The steps themselves are not differentiated by.
    constexpr void pass_on_selection(const graph_node& n, const adjoint& incoming) {
        const index value = n.operands[0], step = n.operands[1];
        if (!active_.data[value]) return;
        const int axis = selected_axis(n);
        const axis_set all = g_.mask(value) | g_.mask(step) | array_builder::bit(axis);
        const index back = g_.selection(guarded_value(g_, incoming), step, axis, all & ~g_.mask(value));
        add(value, {back, nowhere, true}, g_.mask(back));
    }

    /// space: the axes along which the contribution is made, each step of its own.
    constexpr void add(index to, const adjoint& contribution, axis_set space) {
        if (g_.is_constant(contribution.value, 0)) return;
        const axis_set summed = space & ~g_.mask(to);
        if (summed == 0) return accumulate(g_, adjoints_.data[to], contribution);
        accumulate(g_, adjoints_.data[to], {sum_over(g_, guarded_value(g_, contribution), summed), nowhere, true});
    }

    array_builder& g_;
    growing<begun_scan> begun_;
    std::uint64_t is_carried_ = 0;  ///< bit k: what recurrence k was a step before is read
    growing<adjoint> adjoints_;
    growing<char> active_;
};

}  // namespace tapeless::detail
