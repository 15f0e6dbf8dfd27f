// SPDX-License-Identifier: BSL-1.0
// What a number type is computed in: registers of float and double, or itself; and memory of any layout and number type as the numbers that
// fill them.
#pragma once

#include <tapeless/evaluate/lanes.hpp>
#include <tapeless/evaluate/slices.hpp>
#include <tapeless/operation/reduction.hpp>
#include <tapeless/record/array_view.hpp>

#include <array>
#include <cstddef>
#include <cstring>
#include <type_traits>
#include <utility>

namespace tapeless::detail {

/// A loop whose steps are constants from the start: only then do the compilers keep arrays that it runs over in registers.
template <int Count, class Body>
[[gnu::always_inline]] constexpr void for_each(const Body& body) {
    [&]<int... K>(std::integer_sequence<int, K...>) __attribute__((always_inline)) {
        // A list and not a fold: clang limits a fold to 256 operands.
        [[maybe_unused]] const int done[] = {0, (body(std::integral_constant<int, K>{}), 0)...};
    }(std::make_integer_sequence<int, Count>{});
}

/// A number as a register of one lane.
template <class T>
struct single_number {
    using type = T;
    static constexpr int count = 1;
    static T load(const T* from) { return *from; }
    static void store(const T& value, T* to) { *to = value; }
    // rest: 0 or 1, where several such registers run side by side.
    static T load_first(const T* from, int rest) { return rest > 0 ? *from : T(0); }
    static void store_first(const T& value, T* to, int rest) {
        if (rest > 0) *to = value;
    }
    static T first_of(const T& a, const T& b, int rest) { return rest > 0 ? a : b; }
};
template <class T>
struct register_of : single_number<T> {};
// nvcc 13.0 refuses registers in a template that is for the device too, also where the host alone calls it: there calls on arrays compute number by number.
#ifndef __CUDACC__
template <class T>
    requires(std::is_same_v<T, float> || std::is_same_v<T, double>)
struct register_of<T> {
    using type = lanes<T>;
    static constexpr int count = type::count;
    static type load(const T* from) { return type::load(from); }
    static void store(const type& value, T* to) { value.store(to); }
    static type load_first(const T* from, int rest) { return type::load_first(from, rest); }
    static void store_first(const type& value, T* to, int rest) { value.store_first(to, rest); }
    static type first_of(const type& a, const type& b, int rest) { return type::first_of(a, b, rest); }
    /// As many lanes from one on of two registers side by side.
    template <int First>
    [[gnu::always_inline]] static type lanes_from(const type& a, const type& b) {
        return [&]<int... K>(std::integer_sequence<int, K...>) __attribute__((always_inline)) {
            return type(typename type::batch(__builtin_shufflevector(a.values.data, b.values.data, (First + K)...)));
        }(std::make_integer_sequence<int, count>{});
    }
    template <int Lane>
    [[gnu::always_inline]] static type lane_everywhere(const type& a) {
        return [&]<int... K>(std::integer_sequence<int, K...>) __attribute__((always_inline)) {
            return type(typename type::batch(__builtin_shufflevector(a.values.data, a.values.data, (Lane + 0 * K)...)));
        }(std::make_integer_sequence<int, count>{});
    }
};
#endif

/// What the rounding of a sum has lost. Knuth, The Art of Computer Programming 2 (1969), 4.2.2.
template <class Number>
Number rounding_error(const Number& a, const Number& b, const Number& sum) {
    const Number of_b = sum - a;
    return (a - (sum - of_b)) + (b - of_b);
}

/// Of an infinity nothing is lost.
template <class Number>
Number with_lost(const Number& sum, const Number& lost) {
    if constexpr (std::is_same_v<decltype(lost == lost), bool>) return lost == lost ? sum + lost : sum;
    else return select(lost == lost, sum + lost, sum);
}

#ifndef __CUDACC__
/// The sum of a register's lanes, by halves.
template <class T, class Register>
[[gnu::always_inline]] inline T sum_of_lanes(const Register& value) {
    constexpr int half = sizeof(Register) / sizeof(T) / 2;
    if constexpr (half == 1) {
        return value[0] + value[1];
    } else {
        return [&]<int... K>(std::integer_sequence<int, K...>) __attribute__((always_inline)) {
            return sum_of_lanes<T>(__builtin_shufflevector(value, value, K...) + __builtin_shufflevector(value, value, (half + K)...));
        }(std::make_integer_sequence<int, half>{});
    }
}
/// Of registers that each hold the numbers of `Parts` sums, side by side: the sums of both's halves, in the same order, as one register of half as many of each.
template <int Parts, class T, class Register>
[[gnu::always_inline]] inline auto sum_of_halves(const Register& a, const Register& b) {
    constexpr int count = sizeof(Register) / sizeof(T), size = count / Parts, half = size / 2;
    return [&]<int... K>(std::integer_sequence<int, K...>) __attribute__((always_inline)) {
        return __builtin_shufflevector(a, b, (K / half * size + K % half)...) + __builtin_shufflevector(a, b, (K / half * size + half + K % half)...);
    }(std::make_integer_sequence<int, count>{});
}
// g++ 12 loses the attribute of a template's alias.
using four_doubles = double __attribute__((vector_size(4 * sizeof(double))));
using four_floats = float __attribute__((vector_size(4 * sizeof(float))));
template <class T>
using four_numbers = std::conditional_t<std::is_same_v<T, double>, four_doubles, four_floats>;
/// Of registers of `Size` numbers for each of four sums: the sums by halves.
template <int Size, class T, class Register>
[[gnu::always_inline]] inline four_numbers<T> sums_by_halves(const Register& all) {
    if constexpr (Size == 1) {
        return all;
    } else {
        constexpr int half = Size / 2;
        return [&]<int... K>(std::integer_sequence<int, K...>) __attribute__((always_inline)) {
            return sums_by_halves<half, T>(__builtin_shufflevector(all, all, (K / half * Size + K % half)...) + __builtin_shufflevector(all, all, (K / half * Size + half + K % half)...));
        }(std::make_integer_sequence<int, 4 * half>{});
    }
}
/// Adds some numbers to as many in memory, or writes them.
template <bool Adds, int Count, class T, class Numbers>
[[gnu::always_inline]] inline void leave_in_memory(const Numbers& numbers, T* to, std::ptrdiff_t stride) {
    if (stride == 1) {
        Numbers sums{};
        if constexpr (Adds) std::memcpy(&sums, to, sizeof sums);
        sums += numbers;
        std::memcpy(to, &sums, sizeof sums);
    } else {
        for (int k = 0; k < Count; ++k) to[k * stride] = (Adds ? to[k * stride] : T(0)) + numbers[k];
    }
}
/// Adds the sums of the lanes of four registers, each by halves, the same numbers as from sum_of_lanes, to four numbers in memory, or writes them.
template <bool Adds, class T, class Register>
[[gnu::always_inline]] inline void leave_sums_of_lanes(const Register& a, const Register& b, const Register& c, const Register& d, T* to, std::ptrdiff_t stride) {
    constexpr int count = sizeof(Register) / sizeof(T);
    const Register ab = sum_of_halves<1, T>(a, b), cd = sum_of_halves<1, T>(c, d);
    if constexpr (count < 4) {
        leave_in_memory<Adds, 2>(ab, to, stride);
        leave_in_memory<Adds, 2>(cd, to + 2 * stride, stride);
    } else {
        leave_in_memory<Adds, 4>(sums_by_halves<count / 4, T>(sum_of_halves<2, T>(ab, cd)), to, stride);
    }
}
#endif

/// The lanes of a register as one number, by halves.
template <class Reduction, class T>
T combine_lanes(const typename register_of<T>::type& value) {
#ifndef __CUDACC__
    if constexpr (std::is_same_v<Reduction, op::sum> && register_of<T>::count > 1) return sum_of_lanes<T>(value.values.data);
#endif
    T all[register_of<T>::count];
    register_of<T>::store(value, all);
    for (int half = register_of<T>::count / 2; half > 0; half /= 2)
        for (int k = 0; k < half; ++k) all[k] = Reduction::combine(all[k], all[k + half]);
    return all[0];
}

/// Numbers to read: one for all elements (all strides are 0), or an array of whatever element type.
template <class T, int Rank>
struct element_source {
    const void* data = nullptr;
    extents<Rank> strides{};
    bool holds_t = true;
    void (*copy)(const void* from, std::ptrdiff_t offset, std::ptrdiff_t stride, std::ptrdiff_t count, T* to) = nullptr;
    std::ptrdiff_t (*index)(const void* from, std::ptrdiff_t offset) = nullptr;  ///< the number there as an index
    std::ptrdiff_t element_size = 0;

    template <class From>
    static element_source of(const From* data, const extents<Rank>& strides) {
        return {data, strides, std::is_same_v<From, T>,
                [](const void* from, std::ptrdiff_t offset, std::ptrdiff_t stride, std::ptrdiff_t count, T* to) {
                    const From* const first = static_cast<const From*>(from) + offset;
                    for (std::ptrdiff_t k = 0; k < count; ++k) to[k] = static_cast<T>(first[k * stride]);
                },
                [](const void* from, std::ptrdiff_t offset) { return as_index(static_cast<const From*>(from)[offset]); }, sizeof(From)};
    }
    /// The same memory from an element on, along other axes.
    template <std::size_t OtherRank>
    element_source<T, static_cast<int>(OtherRank)> from(std::ptrdiff_t offset, const extents<OtherRank>& other_strides) const {
        return {static_cast<const char*>(data) + offset * element_size, other_strides, holds_t, copy, index, element_size};
    }
    /// The numbers 0, 1, 2, … in place of memory.
    static element_source positions(const extents<Rank>& strides) {
        return {nullptr, strides, false, [](const void*, std::ptrdiff_t offset, std::ptrdiff_t stride, std::ptrdiff_t count, T* to) {
                    for (std::ptrdiff_t k = 0; k < count; ++k) to[k] = static_cast<T>(offset + k * stride);
                }};
    }
};

/// Memory of the caller's to write to.
template <class T, int Rank>
struct element_target {
    T* data = nullptr;
    extents<Rank> strides{};
};

}  // namespace tapeless::detail
