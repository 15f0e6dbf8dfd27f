// SPDX-License-Identifier: BSL-1.0
// How arguments and results are made of numbers: a number, a std::array, a std::tuple, nested at will.
// Flattens them to a row of numbers and builds the same shape again. interop/hana.hpp adds structs.
#pragma once

#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tapeless {

/// Stands for "a number goes here" in the shape of an argument.
struct slot {};

/// The shape of a type: how many numbers, how to visit them, the same shape of other numbers.
/// The primary template is a number; specialise it to teach the library a container of fixed size.
template <class T>
struct structure {
    static constexpr int count = 1;
    using number = T;
    template <class Number>
    using rebind = Number;

    template <class Visitor>
    static constexpr void visit(const T& value, Visitor&& visitor) {
        visitor(value);
    }
    /// Next: called once a number, in the order of visit.
    template <class Target, class Next>
    static constexpr Target build(Next&& next) {
        return next();
    }
};

namespace detail {

template <class... T>
struct common_number {
    using type = std::common_type_t<T...>;
};
template <class T>
struct common_number<T> {
    using type = T;
};
template <>
struct common_number<> {
    using type = double;
};

}  // namespace detail

template <class T, std::size_t Size>
struct structure<std::array<T, Size>> {
    static constexpr int count = static_cast<int>(Size) * structure<T>::count;
    using number = typename structure<T>::number;
    template <class Number>
    using rebind = std::array<typename structure<T>::template rebind<Number>, Size>;

    template <class Visitor>
    static constexpr void visit(const std::array<T, Size>& value, Visitor&& visitor) {
        for (const T& element : value) structure<T>::visit(element, visitor);
    }
    template <class Target, class Next>
    static constexpr Target build(Next&& next) {
        return build_each<Target>(next, std::make_index_sequence<Size>{});
    }

private:
    template <class Target, class Next, std::size_t... I>
    static constexpr Target build_each(Next& next, std::index_sequence<I...>) {
        // Braces keep the order of evaluation.
        return Target{(static_cast<void>(I), structure<T>::template build<typename Target::value_type>(next))...};
    }
};

template <class... T>
struct structure<std::tuple<T...>> {
    static constexpr int count = (0 + ... + structure<T>::count);
    using number = typename detail::common_number<typename structure<T>::number...>::type;
    template <class Number>
    using rebind = std::tuple<typename structure<T>::template rebind<Number>...>;

    template <class Visitor>
    static constexpr void visit(const std::tuple<T...>& value, Visitor&& visitor) {
        std::apply([&](const T&... element) { (structure<T>::visit(element, visitor), ...); }, value);
    }
    template <class Target, class Next>
    static constexpr Target build(Next&& next) {
        return build_each<Target>(next, std::index_sequence_for<T...>{});
    }

private:
    template <class Target, class Next, std::size_t... I>
    static constexpr Target build_each(Next& next, std::index_sequence<I...>) {
        return Target{structure<T>::template build<std::tuple_element_t<I, Target>>(next)...};
    }
};

namespace detail {

template <class T, class Number>
using rebind = typename structure<std::remove_cvref_t<T>>::template rebind<Number>;

/// The shape alone: the same for std::array<float, 3> and std::array<double, 3>.
template <class T>
using shape_of = rebind<T, slot>;

template <class T>
using number_of = typename structure<std::remove_cvref_t<T>>::number;

}  // namespace detail
}  // namespace tapeless
