// SPDX-License-Identifier: BSL-1.0
// A node as a value, and what the passes know of its operation. The passes of graph/ and derive/
// compute with these during compilation; graph_type.hpp turns the result into a type.
#pragma once

#include <tapeless/operation/elementwise.hpp>

#include <cstddef>
#include <cstdint>

namespace tapeless {

/// A position in a graph.
using index = std::int32_t;
inline constexpr index nowhere = -1;

class term;
class graph_builder;

namespace detail {

/// What `1 * x`, `f(-x)` and the like become: a function of the builder and the operands; `nowhere` if no law applies.
using rewrite_rule = index (*)(graph_builder&, index, index, index);
using partial_rule = term (*)(const term* operands, const term& result);
using fold_rule = double (*)(double, double, double);
/// Runs an operation on a block of elements; truths are 1 and 0. Operands that it does not have are any readable block.
template <class T>
using block_rule = void (*)(const T* a, const T* b, const T* c, T* to, std::ptrdiff_t count);

}  // namespace detail

/// A row of the table as the passes see it: one static object an operation.
struct operation_info {
    std::uint32_t identity = 0;
    const char* name = "";
    int arity = 0;
    operation_properties properties{};
    // Flags beside the pointers: under -fsanitize=undefined g++ takes no comparison of addresses for a constant.
    bool has_fold = false, has_rewrite = false, has_partial[3] = {};
    detail::fold_rule fold = nullptr;        ///< value on literals, where it is exact
    detail::rewrite_rule rewrite = nullptr;  ///< algebraic laws
    detail::partial_rule partial[3] = {};    ///< null where there is no derivative
    detail::block_rule<float> run_floats = nullptr;    ///< of an operation from outside of the table
    detail::block_rule<double> run_doubles = nullptr;  ///< likewise

    constexpr kind operand_kind(int operand) const {
        return properties.logical_operands >> operand & 1 ? kind::logical : kind::real;
    }
};

namespace detail {

template <class Operation>
inline constexpr std::uint32_t identity_of = identity(Operation::name);

// nvcc warns where the laws are included alone, without the definition.
#ifdef __CUDACC__
#pragma nv_diagnostic push
#pragma nv_diag_suppress 821
#endif
/// The one static description of each operation; defined in operation_info.hpp, where its laws and partials are known.
template <class Operation>
constexpr const operation_info& info();
#ifdef __CUDACC__
#pragma nv_diagnostic pop
#endif

}  // namespace detail

inline constexpr operation_info input_info{detail::identity(op::input::name), op::input::name};
inline constexpr operation_info constant_info{detail::identity(op::constant::name), op::constant::name};

/// One value of a computation: an operation and the positions of its operands.
struct graph_node {
    // No default values: a graph's array of nodes has room to spare, and zeros cost the compilers nothing.
    const operation_info* operation;
    index operands[3];
    /// The bits of a constant's value, or the position of an input among the arguments.
    std::uint64_t bits;

    constexpr bool is_input() const { return operation->identity == input_info.identity; }
    constexpr bool is_constant() const { return operation->identity == constant_info.identity; }
    /// Operand k, or some valid position where there is none.
    constexpr index operand(int k) const { return operands[k] < 0 ? 0 : operands[k]; }
    constexpr kind result() const { return operation->properties.result; }
};

/// A finished graph as a value: nodes in evaluation order, the first `size` of them in use.
template <int Capacity, int OutputCount>
struct flat_graph {
    graph_node nodes[Capacity];
    index size;
    index outputs[OutputCount];
    static constexpr int output_count = OutputCount;
};

}  // namespace tapeless
