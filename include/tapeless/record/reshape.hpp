// SPDX-License-Identifier: BSL-1.0
// reshape: the elements of an array in another shape. As gather does, it reads arguments at places that an array names: here one that is worked out from the new shape.
#pragma once

#include <tapeless/record/array_reductions.hpp>

#include <type_traits>

namespace tapeless {

namespace detail {

/// How long a dimension of a reshaped array is.
struct wanted_size {
    int size = 0;
    int as_long_as = nowhere;  ///< an axis

    template <class Size>
    constexpr explicit wanted_size(const Size& wanted) {
        if constexpr (std::is_arithmetic_v<Size>) {
            size = static_cast<int>(wanted);
            if (size < axis_reshaping::unknown_size) throw "tapeless::reshape: a size is negative, and not -1.";
        } else if (const handle& at = wanted.handle(); at.graph != nullptr && is_a<op::extent>((*at.graph)[at.position])) {
            as_long_as = static_cast<int>((*at.graph)[at.position].bits);
        } else if (at.graph != nullptr && at.graph->is_constant(at.position, 1)) {
            // The extent of a dimension of one step.
            size = 1;
        } else {
            throw "tapeless::reshape: a size is neither a constant int nor the extent of a dimension; -1 is worked out from the others.";
        }
    }
};

/// Says how a value's axes are reshaped, and gives new ones to the dimensions of more than one step.
template <int Rank, int Count>
constexpr int add_reshaping(const array_term<Rank>& x, const wanted_size (&sizes)[Count], int* axes) {
    array_builder& g = x.builder();
    axis_reshaping reshaping{.old_rank = Rank, .rank = Count};
    for (int d = 0; d < Rank; ++d) {
        reshaping.old_axes[d] = x.axes()[d];
        if (x.axes()[d] != nowhere) g.questions.push_back({x.axes()[d], x.handle().position, false});
    }
    int worked_out = 0;
    for (int d = 0; d < Count; ++d) {
        reshaping.sizes[d] = sizes[d].size;
        reshaping.as_long_as[d] = sizes[d].as_long_as;
        worked_out += reshaping.is_worked_out(d);
        axes[d] = sizes[d].as_long_as == nowhere && sizes[d].size == 1 ? nowhere : g.new_axis();
    }
    if (worked_out > 1) throw "tapeless::reshape: more than one size is -1.";
    g.reshapings.push_back(reshaping);
    return g.reshapings.size - 1;
}

}  // namespace detail

/// The elements of x, row by row, in a shape of these sizes; numpy's reshape. Each is a constant, or `extent(y, axis<k>)`; one may be -1, which stands for as many
/// steps as there are elements for. Of another number of elements: a shape_error.
template <int Rank, class... Size>
constexpr auto reshape(const array_term<Rank>& x, const Size&... size) {
    constexpr int rank = sizeof...(Size);
    static_assert(rank > 0 && rank <= most_dimensions, "tapeless::reshape: takes the array and 1 to 4 sizes.");
    static_assert(((std::is_integral_v<Size> || std::is_same_v<Size, array_term<0>>) && ...), "tapeless::reshape: a size is an int, or the extent of a dimension.");
    const detail::wanted_size sizes[] = {detail::wanted_size(size)...};
    if (x.handle().graph == nullptr) throw "tapeless::reshape: a literal has no elements to arrange.";
    detail::array_builder& g = x.builder();
    int axes[rank] = {};
    array_access places{.array = nowhere, .rank = rank, .reshaping = detail::add_reshaping(x, sizes, axes)};
    for (int d = 0; d < rank; ++d) places.dimensions[d].axis = axes[d];
    // Also without an axis to replace: the places say how long the new axes are.
    g.add_access(places);
    index at = x.handle().position;
    for (int d = 0; d < Rank; ++d) {
        if (x.axes()[d] == nowhere) continue;
        places.reshaped_axis = d;
        at = detail::take(g, at, x.axes()[d], {.indices = g.add_access(places)});
    }
    return array_term<rank>(detail::handle{&g, at}, axes);
}

}  // namespace tapeless
