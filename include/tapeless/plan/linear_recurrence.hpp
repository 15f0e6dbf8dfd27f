// SPDX-License-Identifier: BSL-1.0
// Recurrences that multiply what they carry by a factor and add a term: slope * carried + term, where neither knows what is carried. So do all recurrences
// of derivatives of a single carried value. Several steps of these are one of the same kind, and can be taken together.
#pragma once

#include <tapeless/plan/planned.hpp>

namespace tapeless::detail {

/// Takes apart a graph's output as slope * input + term.
class affine_parts {
public:
    /// carried: the input's position. output: the node.
    constexpr affine_parts(const graph_node* nodes, index size, std::uint64_t carried, index output) : builder(3 * size + 2), slopes_(size), terms_(size) {
        for (index at = 0; at < size && exist; ++at) add(nodes[at], carried);
        if (!exist) return;
        outputs[0] = slope_or_0(output);
        outputs[1] = term_or_0(output);
    }

    graph_builder builder;
    bool exist = true;
    index outputs[2] = {};  ///< the slope and the term

private:
    constexpr bool is_carried(index at) const { return slopes_.data[at] != nowhere; }
    constexpr index slope_or_0(index at) { return is_carried(at) ? slopes_.data[at] : builder.constant(0); }
    constexpr index term_or_0(index at) { return terms_.data[at] != nowhere ? terms_.data[at] : builder.constant(0); }
    constexpr void push(index slope, index term) {
        slopes_.push_back(slope);
        terms_.push_back(term);
    }

    // nowhere: a slope or a term of 0.
    constexpr void add(const graph_node& n, std::uint64_t carried) {
        const auto& [a, b, c] = n.operands;
        bool depends = false;
        for (int k = 0; k < n.operation->arity; ++k) depends = depends || is_carried(n.operands[k]);
        if (n.is_input()) {
            if (n.bits == carried) push(builder.constant(1), nowhere);
            else push(nowhere, builder.input(n.bits));
        } else if (n.is_constant()) {
            push(nowhere, builder.constant(graph_builder::value_of_bits(n.bits)));
        } else if (!depends) {
            const auto of = [&](int k) { return k < n.operation->arity ? terms_.data[n.operands[k]] : nowhere; };
            push(nowhere, builder.add(*n.operation, of(0), of(1), of(2)));
        } else if (is_a<op::add>(n)) {
            push(sum(slopes_.data[a], slopes_.data[b]), sum(terms_.data[a], terms_.data[b]));
        } else if (is_a<op::subtract>(n)) {
            push(difference(slopes_.data[a], slopes_.data[b]), difference(terms_.data[a], terms_.data[b]));
        } else if (is_a<op::negate>(n)) {
            push(negative(slopes_.data[a]), negative(terms_.data[a]));
        } else if (is_a<op::multiply>(n) && is_carried(a) != is_carried(b)) {
            const index of = is_carried(a) ? a : b, factor = terms_.data[is_carried(a) ? b : a];
            push(combined(info_of<op::multiply>, slopes_.data[of], factor), combined(info_of<op::multiply>, terms_.data[of], factor));
        } else if (is_a<op::divide>(n) && !is_carried(b)) {
            push(combined(info_of<op::divide>, slopes_.data[a], terms_.data[b]), combined(info_of<op::divide>, terms_.data[a], terms_.data[b]));
        } else if (is_a<op::select>(n) && !is_carried(a)) {
            const index condition = terms_.data[a];
            push(builder.add(info_of<op::select>, condition, slope_or_0(b), slope_or_0(c)), builder.add(info_of<op::select>, condition, term_or_0(b), term_or_0(c)));
        } else {
            exist = false;
        }
    }
    constexpr index combined(const operation_info& operation, index a, index b) { return a == nowhere ? nowhere : builder.add(operation, a, b); }
    constexpr index negative(index a) { return a == nowhere ? nowhere : builder.add(info_of<op::negate>, a); }
    constexpr index sum(index a, index b) { return a == nowhere ? b : b == nowhere ? a : builder.add(info_of<op::add>, a, b); }
    constexpr index difference(index a, index b) { return b == nowhere ? a : a == nowhere ? negative(b) : builder.add(info_of<op::subtract>, a, b); }

    growing<index> slopes_, terms_;
};

/// The recurrence of a pass, if it is along the pass's only loop, carries one value, and is linear in it.
template <class Planned, int Pass>
struct linear_recurrence {
    static constexpr array_pass pass = Planned::plan.passes[Pass];
    using program = pass_program<Planned, Pass>;

    /// The load of what a step before has carried on; nowhere: there is none.
    static constexpr int carried_load = [] {
        for (int k = 0; k < pass.load_count; ++k) {
            const graph_node& n = Planned::load(pass, k);
            if (is_a<op::carried>(n) && Planned::flat.scans[n.bits].group == pass.scan) return k;
        }
        return nowhere;
    }();
    /// The sink of what is carried on; nowhere: there are several, or some that are not written step by step.
    static constexpr int carry_sink = [] {
        int found = nowhere;
        for (int k = 0; k < pass.sink_count; ++k) {
            const auto kind = Planned::sink(pass, k).kind;
            if ((kind != pass_sink::carry && kind != pass_sink::store) || (kind == pass_sink::carry && found != nowhere)) return nowhere;
            if (kind == pass_sink::carry) found = k;
        }
        return found;
    }();

private:
    static constexpr affine_parts parts() { return {program::flat.nodes, program::flat.size, static_cast<std::uint64_t>(carried_load), program::flat.outputs[carry_sink]}; }
    static constexpr int count_live() {
        if constexpr (pass.scan == nowhere || pass.rank != 1 || carried_load == nowhere || carry_sink == nowhere) {
            return 0;
        } else {
            const affine_parts taken = parts();
            if (!taken.exist) return 0;
            growing<index> order(taken.builder.size());
            live_order(taken.builder, taken.outputs, 2, order);
            return order.size;
        }
    }
    static constexpr int size = count_live();

public:
    static constexpr bool exists = size > 0;
    /// The slope and the term of a step, from the loads of the pass.
    struct step {
        static constexpr auto flat = [] {
            const affine_parts taken = parts();
            growing<index> order(taken.builder.size());
            live_order(taken.builder, taken.outputs, 2, order);
            return nodes_in_order<size, 2>(taken.builder, order, taken.outputs);
        }();
    };
    /// Whether all steps have the same slope.
    static constexpr bool has_one_slope() {
        bool varies[size] = {};
        const index slope = step::flat.outputs[0];
        for (index at = 0; at <= slope; ++at) {
            const graph_node& n = step::flat.nodes[at];
            if (n.is_input()) varies[at] = Planned::masks.of[Planned::plan.loads[pass.first_load + n.bits]] >> pass.loops[0] & 1;
            for (int k = 0; k < n.operation->arity; ++k) varies[at] = varies[at] || varies[n.operands[k]];
        }
        return !varies[slope];
    }
};

}  // namespace tapeless::detail
