// SPDX-License-Identifier: BSL-1.0
// The elements of a Variable as nested lists, {{1, 2}, {3, 4}}.
#pragma once

#include <initializer_list>
#include <type_traits>

namespace tapeless {

namespace detail {

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

/// The number type of a Variable that is made of such numbers: integers become float.
template <class T>
using real_of = std::conditional_t<std::is_floating_point_v<T>, T, float>;

}  // namespace detail

}  // namespace tapeless
