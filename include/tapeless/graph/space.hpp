// SPDX-License-Identifier: BSL-1.0
// Axes: what a node of an array program varies along. A node is a function of the places that the loops have reached, one loop an axis; an argument is
// read at the places of its dimensions, a reduction is over the whole of some axes. Shapes are not part of the graph.
#pragma once

#include <tapeless/graph/graph_builder.hpp>
#include <tapeless/operation/reduction.hpp>

#include <bit>
#include <cstdint>
#include <type_traits>

namespace tapeless {

/// Bit k: axis k.
using axis_set = std::uint32_t;
inline constexpr int most_axes = 32;
inline constexpr int most_dimensions = 4;
inline constexpr int most_scans = 64;

inline constexpr operation_info element_info{detail::identity(op::element::name), op::element::name};
inline constexpr operation_info extent_info{detail::identity(op::extent::name), op::extent::name};
inline constexpr operation_info position_info{detail::identity(op::position::name), op::position::name};
inline constexpr operation_info carried_info{detail::identity(op::carried::name), op::carried::name};
/// Operands: the first value, and the next.
inline constexpr operation_info scan_info{detail::identity(op::scan::name), op::scan::name, 2};
/// Bits: the axes that are summed over.
inline constexpr operation_info matrix_product_info{detail::identity(op::matrix_product::name), op::matrix_product::name, 2};
/// Operands: the value, and the step. Bits: the axes that are summed over, and from bit 32 on the selected axis.
inline constexpr operation_info selection_info{detail::identity(op::selection::name), op::selection::name, 2};

namespace detail {

// One operand; neither folded nor rewritten.
template <class Reduction>
inline constexpr operation_info reduction_info{identity_of<Reduction>, Reduction::name, 1};

template <class Reduction>
constexpr bool is_a(const graph_node& n) {
    return n.operation->identity == identity_of<Reduction>;
}
constexpr bool is_reduction(const graph_node& n) {
    return is_a<op::sum>(n) || is_a<op::product>(n) || is_a<op::greatest>(n) || is_a<op::least>(n);
}
/// Whether no loops over the node's own axes compute it, but code of its own, which finds both operands in memory.
constexpr bool is_by_itself(const graph_node& n) { return is_a<op::matrix_product>(n) || is_a<op::selection>(n); }
/// Whether a node is over the whole of some axes: those that it lacks of its operands'.
constexpr bool is_over_axes(const graph_node& n) { return is_reduction(n) || is_by_itself(n); }
constexpr axis_set axes_over(const graph_node& n) { return static_cast<axis_set>(n.bits); }
constexpr int selected_axis(const graph_node& n) { return static_cast<int>(n.bits >> most_axes); }
constexpr std::uint64_t bits_of_selection(axis_set summed, int axis) { return summed | static_cast<std::uint64_t>(axis) << most_axes; }
/// The bits of a node over axes with other names for these. name: of a set.
template <class Name>
constexpr std::uint64_t bits_with_names(const graph_node& n, const Name& name) {
    const axis_set over = name(axes_over(n));
    return is_a<op::selection>(n) ? bits_of_selection(over, std::countr_zero(name(axis_set(1) << selected_axis(n)))) : over;
}

template <std::uint32_t Identity>
using reduction_named =
    std::conditional_t<Identity == identity_of<op::sum>, op::sum,
                       std::conditional_t<Identity == identity_of<op::product>, op::product, std::conditional_t<Identity == identity_of<op::greatest>, op::greatest, op::least>>>;

/// What a reduction of no numbers is.
constexpr double identity_of_reduction(const operation_info& reduction) {
    return reduction.identity == identity_of<op::sum>        ? op::sum::identity
           : reduction.identity == identity_of<op::product>  ? op::product::identity
           : reduction.identity == identity_of<op::greatest> ? op::greatest::identity
                                                             : op::least::identity;
}

}  // namespace detail

/// Part of an axis, in the terms of Python: the steps start, start + step, … before stop; negative bounds count from the end.
struct axis_slice {
    int of = nowhere;  ///< the slice that this is a slice of; nowhere: the whole dimension
    int start = 0;
    int stop = 0;
    int step = 1;
    bool to_the_end = false;
    constexpr bool operator==(const axis_slice&) const = default;
};

/// What an axis without an array along it is as long as.
struct axis_origin {
    int axis = nowhere;
    int slice = nowhere;  ///< of that axis; nowhere: the whole
    int steps = 0;        ///< without an axis
};

/// How a dimension of an array is run over: along which axis, and which part; or at the places that another array names.
struct dimension_access {
    int axis = nowhere;
    int slice = nowhere;    ///< in the table of slices; nowhere: the whole
    int indices = nowhere;  ///< the access of an array of places; along its axes, not along `axis`
    int part = nowhere;     ///< the axis runs over several arrays, one after the other: which of the parts, in the table of concatenations, this one is
    constexpr bool operator==(const dimension_access&) const = default;
    /// Whether the steps along an axis are no steps of one length in memory.
    constexpr bool is_irregular() const { return indices != nowhere || part != nowhere; }
};

/// An axis that runs over several others, one after the other.
struct axis_concatenation {
    static constexpr int most_parts = 8;
    int axis = nowhere;
    int parts[most_parts] = {};
    int count = 0;
};

/// An array in another shape, its elements in the order of its rows.
struct axis_reshaping {
    int old_rank = 0;
    int old_axes[most_dimensions] = {};  ///< nowhere: a dimension of one step
    int rank = 0;
    int sizes[most_dimensions] = {};       ///< unknown_size: worked out from the others
    int as_long_as[most_dimensions] = {};  ///< an axis in place of a size, or nowhere
    static constexpr int unknown_size = -1;
    constexpr bool is_worked_out(int dimension) const { return as_long_as[dimension] == nowhere && sizes[dimension] == unknown_size; }
};

/// Bit k: access k; the last bit: one of those beyond.
using access_set = std::uint64_t;
inline constexpr access_set every_access = ~access_set(0);
inline constexpr int most_known_accesses = 63;

/// A value that has all steps of an axis: at least one of the accesses that make it vary along the axis has them, and does not stretch.
struct axis_need {
    int axis = nowhere;
    access_set accesses = 0;
};
/// An axis along which there are positions: it is as long as another one, or as a slice of that.
struct axis_length {
    int axis = nowhere;
    int of = nowhere;  ///< nowhere: it has one step
    int slice = nowhere;
    constexpr bool operator==(const axis_length&) const = default;
};
/// A step that an axis of a recurrence or of positions must have; from the end if negative.
struct axis_step {
    int axis = nowhere;
    int place = 0;
    constexpr bool operator==(const axis_step&) const = default;
};
/// An array of indices, each of which must be a step of an axis of a recurrence or of positions; from the end if negative.
struct axis_indices {
    int axis = nowhere;
    int access = nowhere;
    constexpr bool operator==(const axis_indices&) const = default;
};
/// A dimension of an array that has one step.
struct single_step {
    int access = nowhere;
    int dimension = nowhere;
};

/// A recurrence along an axis: one of the values that are carried along it together.
struct axis_scan {
    int axis = nowhere;
    bool backward = false;    ///< from the last step to the first
    axis_set state_axes = 0;  ///< what its value varies along at each step
    int group = nowhere;      ///< the first of those that are carried together, each of which may depend on all of them a step before
    constexpr axis_set axes() const { return state_axes | axis_set(1) << axis; }
};

/// One way of reading an array argument, or the places that the elements of a reshaped array had along one of its axes, an array of indices in the new shape.
struct array_access {
    int array = 0;  ///< counts the arguments that are arrays; nowhere: places of a reshaped array
    int rank = 0;
    bool is_by_columns = false;  ///< the first dimension is contiguous, not the last one
    dimension_access dimensions[most_dimensions] = {};
    int reshaping = nowhere;      ///< in the table of reshapings
    int reshaped_axis = 0;        ///< which of its old axes

    constexpr bool is_of_places() const { return reshaping != nowhere; }
    constexpr bool is_irregular() const {
        bool irregular = is_of_places();
        for (int k = 0; k < rank; ++k) irregular = irregular || dimensions[k].is_irregular();
        return irregular;
    }
    constexpr bool operator==(const array_access&) const = default;
};

namespace detail {

/// The axes that an access runs along.
template <class Accesses>
constexpr axis_set axes_of(const array_access& access, const Accesses& accesses) {
    axis_set all = 0;
    for (int k = 0; k < access.rank; ++k) {
        const dimension_access& dimension = access.dimensions[k];
        if (dimension.indices != nowhere) all |= axes_of(accesses[dimension.indices], accesses);
        else if (dimension.axis != nowhere) all |= axis_set(1) << dimension.axis;
    }
    return all;
}

/// The axis of the contiguous dimension. What is read irregularly is copied first, by rows.
template <class Accesses>
constexpr int contiguous_axis(const array_access& access, const Accesses& accesses) {
    if (access.rank == 0) return nowhere;
    const dimension_access& dimension = access.dimensions[access.is_by_columns && !access.is_irregular() ? 0 : access.rank - 1];
    return dimension.indices == nowhere ? dimension.axis : contiguous_axis(accesses[dimension.indices], accesses);
}

/// Whether the loops reach each element of the array, and once.
template <class Accesses>
constexpr bool is_whole(const array_access& access, const Accesses& accesses) {
    for (int k = 0; k < access.rank; ++k)
        if (access.dimensions[k].slice != nowhere) return false;
    return !access.is_irregular() && std::popcount(axes_of(access, accesses)) == access.rank;
}

}  // namespace detail

namespace detail {

/// The axes that a node varies along, its operands' given.
template <class Accesses, class Scans, class Masks>
constexpr axis_set axes_of(const graph_node& n, const Accesses& accesses, const Scans& scans, const Masks& masks) {
    if (is_a<op::carried>(n) || is_a<op::scan>(n)) return scans[n.bits].axes();
    if (is_a<op::element>(n)) return axes_of(accesses[n.bits], accesses);
    if (is_a<op::position>(n)) return axis_set(1) << n.bits;
    axis_set all = 0;
    for (int k = 0; k < n.operation->arity; ++k) all |= masks[n.operands[k]];
    if (is_a<op::selection>(n)) all |= axis_set(1) << selected_axis(n);
    return is_over_axes(n) ? all & ~axes_over(n) : all;
}

}  // namespace detail
}  // namespace tapeless
