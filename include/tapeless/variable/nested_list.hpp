// SPDX-License-Identifier: BSL-1.0
// The elements of a Variable as nested lists, {{1, 2}, {3, 4}}.
#pragma once

#include <tapeless/record/array_view.hpp>
#include <tapeless/variable/error.hpp>

#include <cstddef>
#include <initializer_list>
#include <type_traits>

namespace tapeless::detail {

template <class T, int Rank>
struct nested_list_of {
    using type = std::initializer_list<typename nested_list_of<T, Rank - 1>::type>;
};
template <class T>
struct nested_list_of<T, 0> {
    using type = T;
};
/// There are no lists of a single number.
struct no_list {};
template <class T, int Rank>
using nested_list = std::conditional_t<Rank == 0, no_list, typename nested_list_of<T, Rank>::type>;

template <class Element, std::size_t Rank>
void measure_list(const std::initializer_list<Element>& list, extents<Rank>& shape, std::size_t dimension, bool is_first) {
    const auto count = static_cast<std::ptrdiff_t>(list.size());
    if (is_first) shape[dimension] = count;
    else if (shape[dimension] != count) throw variable_error(error_text::ragged(shape[dimension], static_cast<int>(dimension), count));
    if constexpr (!std::is_arithmetic_v<Element>)
        for (const Element* each = list.begin(); each != list.end(); ++each) measure_list(*each, shape, dimension + 1, is_first && each == list.begin());
}
/// How many elements there are in each dimension. Throws a variable_error if lists in one differ.
template <int Rank, class List>
extents<Rank> shape_of_list([[maybe_unused]] const List& list) {
    extents<Rank> shape{};
    if constexpr (Rank > 0) measure_list(list, shape, 0, true);
    return shape;
}
/// Writes the elements by rows. Returns where the next one would be.
template <class List, class T>
T* write_list([[maybe_unused]] const List& list, T* to) {
    if constexpr (!std::is_same_v<List, no_list>) {
        for (const auto& each : list) {
            if constexpr (std::is_arithmetic_v<std::remove_cvref_t<decltype(each)>>) *to++ = each;
            else to = write_list(each, to);
        }
    }
    return to;
}

/// The number type of a Variable that is made of such numbers: integers become float.
template <class T>
using real_of = std::conditional_t<std::is_floating_point_v<T>, T, float>;

}  // namespace tapeless::detail
