// SPDX-License-Identifier: BSL-1.0
// A program that runs on many elements, some of whose inputs are the same for all: what follows from these alone, and from constants, is computed once, before
// the loop. A division by such a value is a multiplication by its reciprocal there, and so is a division by a value whose reciprocal is needed anyway: a
// quotient then has an error of at most 1.5 units in the last place instead of 0.5, and is infinite if the divisor is a subnormal number.
#pragma once

#include <tapeless/graph/live_nodes.hpp>
#include <tapeless/graph/operation_info.hpp>
#include <tapeless/graph/space.hpp>

namespace tapeless::detail {

/// Uniform: which inputs are the same for all elements.
template <class Program, bool... Uniform>
class uniform_parts {
    static constexpr int input_count = sizeof...(Uniform), output_count = Program::output_count;
    static constexpr int capacity = 2 * Program::flat.size + 2;

    struct both_parts {
        flat_graph<capacity, capacity> before;
        flat_graph<capacity, output_count> loop;
        int count;
    };
    static constexpr both_parts write() {
        constexpr bool same[] = {Uniform..., false};
        constexpr auto& flat = Program::flat;
        auto has_reciprocal = growing<char>::zeros(flat.size);
        for (index at = 0; at < flat.size; ++at) {
            const graph_node& n = flat.nodes[at];
            if (is_a<op::divide>(n) && is_one(flat.nodes[n.operands[0]])) has_reciprocal.data[n.operands[1]] = 1;
        }

        // The same graph with reciprocals, and which of its nodes are uniform.
        graph_builder g(capacity);
        growing<char> uniform(capacity);
        growing<index> moved(flat.size);
        for (index at = 0; at < flat.size; ++at) {
            const graph_node& n = flat.nodes[at];
            const auto operand = [&](int k) { return k < n.operation->arity ? moved.data[n.operands[k]] : nowhere; };
            if (n.is_input()) moved.push_back(g.input(n.bits));
            else if (n.is_constant()) moved.push_back(g.constant(graph_builder::value_of_bits(n.bits)));
            else if (is_a<op::divide>(n) && !is_one(flat.nodes[n.operands[0]]) && (has_reciprocal.data[n.operands[1]] || (uniform.data[operand(1)] && !uniform.data[operand(0)])))
                moved.push_back(g.add_as_is(info_of<op::multiply>, operand(0), g.add_as_is(info_of<op::divide>, g.constant(1), operand(1))));
            else moved.push_back(g.add_as_is(*n.operation, operand(0), operand(1), operand(2)));
            while (uniform.size < g.size()) {
                const graph_node& added = g[uniform.size];
                bool is_uniform = added.result() == kind::real && (!added.is_input() || same[added.bits]);
                for (int k = 0; k < added.operation->arity; ++k) is_uniform = is_uniform && uniform.data[added.operands[k]];
                uniform.push_back(is_uniform);
            }
        }

        // Operands stand before what they are operands of.
        auto in_loop = growing<char>::zeros(g.size()), before = growing<char>::zeros(g.size());
        for (int k = 0; k < output_count; ++k) in_loop.data[moved.data[flat.outputs[k]]] = 1;
        for (index at = g.size() - 1; at >= 0; --at) {
            const graph_node& n = g[at];
            const bool is_result = in_loop.data[at] && uniform.data[at] && n.operation->arity > 0;
            if (is_result) in_loop.data[at] = result_of_before, before.data[at] = 1;
            for (int k = 0; k < n.operation->arity; ++k) {
                if (in_loop.data[at] == 1) in_loop.data[n.operands[k]] = 1;
                if (before.data[at]) before.data[n.operands[k]] = 1;
            }
        }
        both_parts all{};
        flat_writer<capacity, capacity> first;
        flat_writer<capacity, output_count> then;
        auto in_first = growing<index>::zeros(g.size()), in_then = growing<index>::zeros(g.size());
        for (index at = 0; at < g.size(); ++at) {
            if (before.data[at]) in_first.data[at] = 1 + first.append_moved(g[at], in_first);
            if (in_loop.data[at] == result_of_before) {
                first.flat.outputs[all.count] = in_first.data[at] - 1;
                in_then.data[at] = 1 + then.append({&input_info, {nowhere, nowhere, nowhere}, static_cast<std::uint64_t>(input_count + all.count++)});
            } else if (in_loop.data[at]) {
                in_then.data[at] = 1 + then.append_moved(g[at], in_then);
            }
        }
        for (int k = 0; k < output_count; ++k) then.flat.outputs[k] = in_then.data[moved.data[flat.outputs[k]]] - 1;
        all.before = first.flat;
        all.loop = then.flat;
        return all;
    }
    static constexpr char result_of_before = 2;
    static constexpr bool is_one(const graph_node& n) { return n.is_constant() && n.bits == __builtin_bit_cast(std::uint64_t, 1.0); }
    static constexpr both_parts parts = write();

public:
    /// How many values are computed before the loop, of the inputs that are uniform; they are the loop's further inputs.
    static constexpr int count = parts.count;
    struct before {
        static constexpr int output_count = parts.count;
        static constexpr auto flat = [] {
            flat_graph<parts.before.size, parts.count> exact{};
            exact.size = parts.before.size;
            for (index at = 0; at < exact.size; ++at) exact.nodes[at] = parts.before.nodes[at];
            for (int k = 0; k < parts.count; ++k) exact.outputs[k] = parts.before.outputs[k];
            return exact;
        }();
    };
    struct loop {
        static constexpr int output_count = Program::output_count;
        static constexpr auto flat = fitted<parts.loop.size>(parts.loop);
    };
};

}  // namespace tapeless::detail
