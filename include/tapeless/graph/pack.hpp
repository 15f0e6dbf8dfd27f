// SPDX-License-Identifier: BSL-1.0
// Elements of a constant array as template arguments. An array is a type with a static constexpr `values`.
#pragma once

#include <type_traits>
#include <utility>

namespace tapeless::detail {

#ifdef __CUDACC__
// Each time that an element of a constant becomes a template argument, nvcc 13.0 copies the whole object that the element is
// part of (30 bytes a number), and never frees the copy: 1,000 elements of an array of 20,000 nodes took 4.8 GB. So elements are
// read from blocks, and blocks from a copy of the one array that is needed.
inline constexpr int block_size = 64;

template <class T, int Size>
struct constant_block {
    T values[Size];
};
template <int Count, class T, int Size>
constexpr constant_block<T, Count> part_of(const T (&values)[Size], int first) {
    constant_block<T, Count> part{};
    for (int k = 0; k < Count && first + k < Size; ++k) part.values[k] = values[first + k];
    return part;
}
template <class Array>
inline constexpr auto copy_of = part_of<std::extent_v<std::remove_reference_t<decltype(Array::values)>>>(Array::values, 0);
template <class Array, int Block>
inline constexpr auto block_of = part_of<block_size>(copy_of<Array>.values, Block * block_size);

#define TAPELESS_ELEMENT(ARRAY, AT) (::tapeless::detail::block_of<ARRAY, (AT) / ::tapeless::detail::block_size>.values[(AT) % ::tapeless::detail::block_size])
#else
#define TAPELESS_ELEMENT(ARRAY, AT) (ARRAY::values[AT])
#endif

/// The first elements of an array of integers, as many as the sequence is long.
template <class Array, int... At>
auto pack_of(std::integer_sequence<int, At...>)
    -> std::integer_sequence<std::remove_cvref_t<decltype(Array::values[0])>, TAPELESS_ELEMENT(Array, At)...>;

}  // namespace tapeless::detail
