// SPDX-License-Identifier: BSL-1.0
// Straight-line code: one statement a node. A program is any type with a static `flat`.
#pragma once

#include <tapeless/graph/operation_info.hpp>
#include <tapeless/graph/pack.hpp>
#include <tapeless/graph/term.hpp>

#include <utility>

namespace tapeless::detail {

template <class Number>
using truth_of = decltype(std::declval<const Number&>() < std::declval<const Number&>());

/// Where a statement reads or writes.
enum place : unsigned char { real_value, logical_value, argument, literal };

/// The values of a program's nodes; the optimiser makes registers of them.
template <class Number, int Size, int LiteralCount>
struct registers {
    Number real[Size];
    truth_of<Number> logical[Size];
    const Number* arguments;
    Number literals[LiteralCount];
};

// A pointer to member, and not a function that chooses: g++ 12 takes quadratic time over the calls that it inlines into one
// function, so a node costs one call, that of its operation.
template <class Registers, place Place>
inline constexpr auto values_in = &Registers::real;
template <class Registers>
inline constexpr auto values_in<Registers, logical_value> = &Registers::logical;
template <class Registers>
inline constexpr auto values_in<Registers, argument> = &Registers::arguments;
template <class Registers>
inline constexpr auto values_in<Registers, literal> = &Registers::literals;

/// A program's nodes as columns of integers. What the evaluator expands are packs of these: reading the graph itself in each
/// statement costs clang three times as much, and an index that is no literal keeps it from taking the registers apart.
template <class Program>
struct columns {
    static constexpr int size = Program::flat.size;
    static constexpr int output_count = Program::flat.output_count;
    struct table {
        std::uint32_t identities[size];
        index operands[3][size];
        place results[size];
        place operand_places[3][size];
        std::uint64_t literals[size];
        int literal_count;
    };
    static constexpr table of = [] {
        table column{};
        for (index at = 0; at < size; ++at) {
            const graph_node& n = Program::flat.nodes[at];
            column.identities[at] = n.operation->identity;
            column.results[at] = n.result() == kind::logical ? logical_value : real_value;
            if (n.is_input()) {
                column.operands[0][at] = static_cast<index>(n.bits);
                column.operand_places[0][at] = argument;
            } else if (n.is_constant()) {
                column.operands[0][at] = column.literal_count;
                column.operand_places[0][at] = literal;
                column.literals[column.literal_count++] = n.bits;
            } else {
                for (int k = 0; k < n.operation->arity; ++k) {
                    column.operands[k][at] = n.operands[k];
                    column.operand_places[k][at] = n.operation->operand_kind(k) == kind::logical ? logical_value : real_value;
                }
            }
            // An evaluator passes three operands to every operation; those it ignores must be values all the same.
            for (int k = n.operation->arity > 0 ? n.operation->arity : 1; k < 3; ++k) {
                column.operands[k][at] = column.operands[0][at];
                column.operand_places[k][at] = column.operand_places[0][at];
            }
        }
        return column;
    }();

    struct identities {
        static constexpr auto& values = of.identities;
    };
    struct results {
        static constexpr auto& values = of.results;
    };
    template <int Operand>
    struct operands {
        static constexpr auto& values = of.operands[Operand];
    };
    template <int Operand>
    struct operand_places {
        static constexpr auto& values = of.operand_places[Operand];
    };
    struct literals {
        static constexpr auto& values = of.literals;
    };
    struct outputs {
        static constexpr auto& values = Program::flat.outputs;
    };

    using all = std::make_integer_sequence<int, size>;
    using all_literals = std::make_integer_sequence<int, of.literal_count>;
    using all_outputs = std::make_integer_sequence<int, output_count>;
    template <class Array, class Positions = all>
    using pack = decltype(pack_of<Array>(Positions{}));
};

TAPELESS_ANY_NUMBER
template <class Program, class Number, int... At, std::uint32_t... Identity, place... R, index... A, index... B, index... C, place... PA, place... PB,
          place... PC, int... Literal, std::uint64_t... Bits, int... Output, index... Position>
TAPELESS_INLINE constexpr void evaluate(const Number* inputs, Number* outputs, std::integer_sequence<int, At...>,
                                             std::integer_sequence<std::uint32_t, Identity...>, std::integer_sequence<place, R...>,
                                             std::integer_sequence<index, A...>, std::integer_sequence<index, B...>,
                                             std::integer_sequence<index, C...>, std::integer_sequence<place, PA...>,
                                             std::integer_sequence<place, PB...>, std::integer_sequence<place, PC...>,
                                             std::integer_sequence<int, Literal...>, std::integer_sequence<std::uint64_t, Bits...>,
                                             std::integer_sequence<int, Output...>, std::integer_sequence<index, Position...>) {
    using registers = registers<Number, sizeof...(At), sizeof...(Literal) + 1>;
    registers r;
    r.arguments = inputs;
    // Braced lists, not folds: clang limits a fold to 256 operands.
    [[maybe_unused]] const int literals[] = {0, (r.literals[Literal] = static_cast<Number>(__builtin_bit_cast(double, Bits)), 0)...};
    [[maybe_unused]] const int steps[] = {
        0, ((r.*values_in<registers, R>)[At] = operation_of_identity<Identity>::type::value(
                (r.*values_in<registers, PA>)[A], (r.*values_in<registers, PB>)[B], (r.*values_in<registers, PC>)[C]),
            0)...};
    [[maybe_unused]] const int stores[] = {0, (outputs[Output] = r.real[Position], 0)...};
}

/// Runs a program once. Cost: one machine operation a node; no memory but the caller's.
TAPELESS_ANY_NUMBER
template <class Program, class Number>
TAPELESS_INLINE constexpr void evaluate(const Number* inputs, Number* outputs) {
    using column = columns<Program>;
    evaluate<Program>(inputs, outputs, typename column::all{}, typename column::template pack<typename column::identities>{},
                      typename column::template pack<typename column::results>{}, typename column::template pack<typename column::template operands<0>>{},
                      typename column::template pack<typename column::template operands<1>>{},
                      typename column::template pack<typename column::template operands<2>>{},
                      typename column::template pack<typename column::template operand_places<0>>{},
                      typename column::template pack<typename column::template operand_places<1>>{},
                      typename column::template pack<typename column::template operand_places<2>>{}, typename column::all_literals{},
                      typename column::template pack<typename column::literals, typename column::all_literals>{}, typename column::all_outputs{},
                      typename column::template pack<typename column::outputs, typename column::all_outputs>{});
}

/// Runs a program on terms, at least one: adds it to their graph. Its literals become nodes too, so that a function of one, such as log(2), may wait for the run.
template <class Program>
constexpr void evaluate(const term* inputs, term* outputs) {
    constexpr auto& program = Program::flat;
    graph_builder* graph = inputs[0].handle().graph;
    for (index at = 0; at < program.size && !graph; ++at)
        if (program.nodes[at].is_input()) graph = inputs[program.nodes[at].bits].handle().graph;
    growing<handle> values(program.size);
    for (index at = 0; at < program.size; ++at) {
        const graph_node& n = program.nodes[at];
        const handle* const value = values.data;
        if (n.is_input()) values.push_back(inputs[n.bits].handle());
        else if (n.is_constant()) {
            const double literal = graph_builder::value_of_bits(n.bits);
            values.push_back(graph ? handle{graph, graph->constant(literal)} : handle{nullptr, nowhere, literal});
        } else if (n.operation->arity == 1) values.push_back(combine(*n.operation, value[n.operands[0]]));
        else if (n.operation->arity == 2) values.push_back(combine(*n.operation, value[n.operands[0]], value[n.operands[1]]));
        else values.push_back(combine(*n.operation, value[n.operands[0]], value[n.operands[1]], value[n.operands[2]]));
    }
    for (int k = 0; k < program.output_count; ++k) outputs[k] = term(values.data[program.outputs[k]]);
}

}  // namespace tapeless::detail
