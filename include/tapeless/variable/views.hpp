// SPDX-License-Identifier: BSL-1.0
// Parts and other shapes of a Variable, which share its memory.
#pragma once

#include <tapeless/variable/view_nodes.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

namespace tapeless {
namespace detail {

/// Which dimensions of a whole a view keeps: `from[d]` is the whole's dimension, or nowhere for one of one step or a stretched one.
template <int Rank>
struct view_dimensions {
    extents<Rank> shape{};
    int from[Rank > 0 ? Rank : 1] = {};
    extents<Rank> steps{};  ///< in the whole's dimension
};
template <int Rank, class T, int WholeRank>
Variable<T, Rank> view_along(const Variable<T, WholeRank>& whole, const view_dimensions<Rank>& dimensions, const extents<static_cast<std::size_t>(WholeRank)>& first, const char* name) {
    const extents<WholeRank> by_rows = strides_by_rows(whole.shape());
    placement<Rank> in_memory, places;
    for (int d = 0; d < WholeRank; ++d) {
        in_memory.first += first[d] * whole.strides()[d];
        places.first += first[d] * by_rows[d];
    }
    for (int d = 0; d < Rank; ++d)
        if (dimensions.from[d] >= 0) {
            in_memory.strides[d] = dimensions.steps[d] * whole.strides()[dimensions.from[d]];
            places.strides[d] = dimensions.steps[d] * by_rows[dimensions.from[d]];
        }
    return view_of_variable<T, Rank>(whole, dimensions.shape, in_memory, places, name);
}

/// All dimensions as they are.
template <class T, int Rank>
view_dimensions<Rank> same_dimensions(const Variable<T, Rank>& x) {
    view_dimensions<Rank> all;
    all.shape = x.shape();
    for (int d = 0; d < Rank; ++d) {
        all.from[d] = d;
        all.steps[d] = 1;
    }
    return all;
}

template <class T, int Rank>
Variable<T, Rank> transposed(const Variable<T, Rank>& x, int a, int b, const char* name) {
    auto dimensions = same_dimensions(x);
    std::swap(dimensions.shape[a], dimensions.shape[b]);
    std::swap(dimensions.from[a], dimensions.from[b]);
    return view_along<Rank>(x, dimensions, {}, name);
}

}  // namespace detail

template <class T, int Rank>
Variable<T, (Rank > 0 ? Rank - 1 : 0)> Variable<T, Rank>::select(int dimension, std::ptrdiff_t index) const {
    static_assert(Rank > 0, "tapeless: a Variable of rank 0 has no dimension to select along.");
    const int along = checked_dimension(dimension);
    const std::ptrdiff_t count = shape()[along];
    if (index < -count || index >= count) throw variable_error(error_text::select_out_of_range(index, along, shape()));
    detail::view_dimensions<Rank - 1> kept;
    for (int d = 0, next = 0; d < Rank; ++d)
        if (d != along) {
            kept.shape[next] = shape()[d];
            kept.steps[next] = 1;
            kept.from[next++] = d;
        }
    extents<Rank> first{};
    first[along] = index < 0 ? index + count : index;
    return detail::view_along<Rank - 1>(*this, kept, first, "SelectBackward0");
}
template <class T, int Rank>
Variable<T, Rank> Variable<T, Rank>::slice(int dimension, std::ptrdiff_t start, std::ptrdiff_t stop, std::ptrdiff_t step) const {
    const int along = checked_dimension(dimension);
    if (step <= 0) throw variable_error("slice step must be positive");
    const std::ptrdiff_t count = shape()[along];
    const auto place = [&](std::ptrdiff_t at) { return std::clamp<std::ptrdiff_t>(at < 0 ? at + count : at, 0, count); };
    start = place(start);
    stop = std::max(place(stop), start);
    auto dimensions = detail::same_dimensions(*this);
    dimensions.shape[along] = (stop - start + step - 1) / step;
    dimensions.steps[along] = step;
    extents<Rank> first{};
    first[along] = start;
    return detail::view_along<Rank>(*this, dimensions, first, "SliceBackward0");
}
template <class T, int Rank>
Variable<T, Rank> Variable<T, Rank>::transpose(int a, int b) const {
    return detail::transposed(*this, checked_dimension(a), checked_dimension(b), "TransposeBackward0");
}
template <class T, int Rank>
Variable<T, Rank> Variable<T, Rank>::t() const {
    static_assert(Rank == 2, "tapeless: t() is of a matrix; transpose(a, b) names two dimensions.");
    return detail::transposed(*this, 0, 1, "TBackward0");
}
template <class T, int Rank>
Variable<T, Rank + 1> Variable<T, Rank>::unsqueeze(int dimension) const {
    if (dimension < -Rank - 1 || dimension > Rank)
        throw variable_error("Dimension out of range (expected to be in range of [" + std::to_string(-Rank - 1) + ", " + std::to_string(Rank) + "], but got " + std::to_string(dimension) + ")");
    const int place = dimension < 0 ? dimension + Rank + 1 : dimension;
    detail::view_dimensions<Rank + 1> dimensions;
    for (int d = 0; d <= Rank; ++d) {
        const int from = d < place ? d : d - 1;
        dimensions.shape[d] = d == place ? 1 : shape()[from];
        dimensions.from[d] = d == place ? nowhere : from;
        dimensions.steps[d] = 1;
    }
    return detail::view_along<Rank + 1>(*this, dimensions, {}, "UnsqueezeBackward0");
}
template <class T, int Rank>
Variable<T, (Rank > 0 ? Rank - 1 : 0)> Variable<T, Rank>::squeeze(int dimension) const {
    const int along = checked_dimension(dimension);
    if (shape()[along] != 1) throw variable_error("squeeze: dimension " + std::to_string(along) + " has " + std::to_string(shape()[along]) + " steps, not one");
    detail::view_dimensions<Rank - 1> kept;
    for (int d = 0, next = 0; d < Rank; ++d)
        if (d != along) {
            kept.shape[next] = shape()[d];
            kept.steps[next] = 1;
            kept.from[next++] = d;
        }
    return detail::view_along<Rank - 1>(*this, kept, {}, "SqueezeBackward1");
}
template <class T, int Rank>
template <class... Size>
Variable<T, static_cast<int>(sizeof...(Size))> Variable<T, Rank>::expand(Size... sizes) const {
    constexpr int rank = static_cast<int>(sizeof...(Size));
    static_assert(rank >= Rank, "tapeless: expand names at least as many dimensions as there are.");
    const std::ptrdiff_t wanted[] = {static_cast<std::ptrdiff_t>(sizes)...};
    detail::view_dimensions<rank> dimensions;
    for (int d = 0; d < rank; ++d) {
        const int from = d - (rank - Rank);
        const std::ptrdiff_t count = from < 0 ? 1 : shape()[from];
        if (wanted[d] < 0 && (wanted[d] != -1 || from < 0)) throw variable_error(error_text::expanded_to_nothing(wanted[d], d, from < 0));
        dimensions.shape[d] = wanted[d] == -1 ? count : wanted[d];
        if (count != 1 && dimensions.shape[d] != count)
            throw variable_error("The expanded size of the tensor (" + std::to_string(wanted[d]) + ") must match the existing size (" + std::to_string(count) + ") at non-singleton dimension " +
                                 std::to_string(d) + ".  Target sizes: " + detail::shape_text(std::to_array(wanted)).text + ".  Tensor sizes: " + detail::shape_text(shape()).text);
        dimensions.from[d] = from >= 0 && dimensions.shape[d] == count ? from : nowhere;
        dimensions.steps[d] = 1;
    }
    return detail::view_along<rank>(*this, dimensions, {}, "ExpandBackward0");
}
namespace detail {
// Not in the member, where nvcc repeats the class's default arguments.
template <class T, int Rank>
Variable<T, Rank> expanded_to(const Variable<T, Rank>& x, const extents<static_cast<std::size_t>(Rank)>& shape) {
    return [&]<std::size_t... D>(std::index_sequence<D...>) { return x.expand(shape[D]...); }(std::make_index_sequence<static_cast<std::size_t>(Rank)>{});
}
}  // namespace detail
template <class T, int Rank>
Variable<T, Rank>& Variable<T, Rank>::copy_(const Variable<T, Rank>& values) {
    for (int d = 0; d < Rank; ++d)
        if (values.shape()[d] != shape()[d] && values.shape()[d] != 1) throw variable_error(error_text::sizes_do_not_broadcast(shape()[d], values.shape()[d], d));
    if (detail::same_shape(values.shape(), shape())) detail::overwrite_in_place(own(), values.state_);
    else if constexpr (Rank > 0) detail::overwrite_in_place(own(), detail::expanded_to(values, shape()).state_);
    return *this;
}
template <class T, int Rank>
template <class... Size>
Variable<T, static_cast<int>(sizeof...(Size))> Variable<T, Rank>::reshape(Size... sizes) const {
    constexpr int rank = static_cast<int>(sizeof...(Size));
    extents<rank> wanted{static_cast<std::ptrdiff_t>(sizes)...};
    std::ptrdiff_t known = 1, open = nowhere;
    for (int d = 0; d < rank; ++d) {
        if (wanted[d] < -1) throw variable_error(error_text::invalid_dimension(wanted[d]));
        if (wanted[d] != -1) known *= wanted[d];
        else if (open != nowhere) throw variable_error("only one dimension can be inferred");
        else open = d;
    }
    const extents<rank> asked = wanted;
    if (open != nowhere && known != 0) wanted[open] = numel() / known;
    if (size_of(wanted) != numel() || (open != nowhere && known == 0)) throw variable_error(error_text::invalid_view(asked, numel()));
    // Elements that do not lie by rows are copied first.
    const bool is_view = own().is_by_rows();
    const Variable rows = is_view ? *this : clone();
    const detail::placement<rank> by_rows{0, detail::strides_by_rows(wanted)};
    return detail::view_of_variable<T, rank>(rows, wanted, by_rows, by_rows, is_view ? "ReshapeAliasBackward0" : "UnsafeViewBackward0");
}
template <class T, int Rank>
Variable<T, 1> Variable<T, Rank>::flatten() const {
    return reshape(-1);
}

}  // namespace tapeless
