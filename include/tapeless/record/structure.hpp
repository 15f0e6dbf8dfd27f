// SPDX-License-Identifier: BSL-1.0
// How arguments and results are made of numbers: a number, a std::array, a std::tuple, nested at will.
// Flattens them to a row of numbers and builds the same shape again. interop/hana.hpp adds structs.
#pragma once

#include <tapeless/operation/row.hpp>

#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tapeless {

/// Stands for "a number goes here" in the shape of an argument.
struct slot {};

/// A position in a row of numbers, as a function argument. Positions are constants throughout: a row that is read and
/// written at constant positions becomes registers, one that a pointer runs over stays in memory.
template <int Position>
using at = std::integral_constant<int, Position>;

/// The shape of a type: how many numbers, how to visit them, the same shape of other numbers.
/// The primary template is a number; specialise it to teach the library a container of fixed size.
template <class T>
struct structure {
    static constexpr int count = 1;
    using number = T;
    template <class Number>
    using rebind = Number;

    /// Calls visitor(number, at<Position>) for each number, Position counting up from First.
    template <int First, class Visitor>
    TAPELESS_HOST_INLINE static constexpr void visit(const T& value, Visitor&& visitor) {
        visitor(value, at<First>{});
    }
    /// The Target, of this shape, that has number(at<Position>) for each number.
    template <class Target, int First, class Number>
    TAPELESS_HOST_INLINE static constexpr Target build(const Number& number) {
        return number(at<First>{});
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
// An empty std::tuple has no numbers and counts as one of double; in a shape that is no number at all.
template <class First, class Second, class... Rest>
    requires(std::is_same_v<First, slot> || std::is_same_v<Second, slot> || (std::is_same_v<Rest, slot> || ...))
struct common_number<First, Second, Rest...> {
    using type = slot;
};

/// Numbers that stand before element I of a tuple of these types.
template <class... T>
constexpr int count_before(int element) {
    const int counts[] = {structure<T>::count..., 0};
    int before = 0;
    for (int k = 0; k < element; ++k) before += counts[k];
    return before;
}

}  // namespace detail

template <class T, std::size_t Size>
struct structure<std::array<T, Size>> {
    static constexpr int element_count = structure<T>::count;
    static constexpr int count = static_cast<int>(Size) * element_count;
    using number = typename structure<T>::number;
    template <class Number>
    using rebind = std::array<typename structure<T>::template rebind<Number>, Size>;

    template <int First, class Visitor>
    TAPELESS_HOST_INLINE static constexpr void visit(const std::array<T, Size>& value, Visitor&& visitor) {
        visit_each<First>(value, visitor, std::make_integer_sequence<int, static_cast<int>(Size)>{});
    }
    template <class Target, int First, class Number>
    TAPELESS_HOST_INLINE static constexpr Target build(const Number& number) {
        return build_each<Target, First>(number, std::make_integer_sequence<int, static_cast<int>(Size)>{});
    }

private:
    template <int First, class Visitor, int... I>
    TAPELESS_HOST_INLINE static constexpr void visit_each([[maybe_unused]] const std::array<T, Size>& value, [[maybe_unused]] Visitor& visitor,
                                                     std::integer_sequence<int, I...>) {
        // A list and not a fold: clang limits a fold to 256 operands.
        [[maybe_unused]] const int done[] = {0, (structure<T>::template visit<First + I * element_count>(value[I], visitor), 0)...};
    }
    template <class Target, int First, class Number, int... I>
    TAPELESS_HOST_INLINE static constexpr Target build_each([[maybe_unused]] const Number& number, std::integer_sequence<int, I...>) {
        return Target{structure<T>::template build<typename Target::value_type, First + I * element_count>(number)...};
    }
};

template <class... T>
struct structure<std::tuple<T...>> {
    static constexpr int count = (0 + ... + structure<T>::count);
    using number = typename detail::common_number<typename structure<T>::number...>::type;
    template <class Number>
    using rebind = std::tuple<typename structure<T>::template rebind<Number>...>;

    template <int First, class Visitor>
    TAPELESS_HOST_INLINE static constexpr void visit(const std::tuple<T...>& value, Visitor&& visitor) {
        visit_each<First>(value, visitor, std::make_integer_sequence<int, sizeof...(T)>{});
    }
    template <class Target, int First, class Number>
    TAPELESS_HOST_INLINE static constexpr Target build(const Number& number) {
        return build_each<Target, First>(number, std::make_integer_sequence<int, sizeof...(T)>{});
    }

private:
    template <int First, class Visitor, int... I>
    TAPELESS_HOST_INLINE static constexpr void visit_each([[maybe_unused]] const std::tuple<T...>& value, [[maybe_unused]] Visitor& visitor,
                                                     std::integer_sequence<int, I...>) {
        (structure<T>::template visit<First + detail::count_before<T...>(I)>(std::get<I>(value), visitor), ...);
    }
    template <class Target, int First, class Number, int... I>
    TAPELESS_HOST_INLINE static constexpr Target build_each([[maybe_unused]] const Number& number, std::integer_sequence<int, I...>) {
        return Target{structure<T>::template build<std::tuple_element_t<I, Target>, First + detail::count_before<T...>(I)>(number)...};
    }
};

namespace detail {

/// Specialised to true for what value_and_gradient and its like return: two members, a value and derivatives.
template <class T>
inline constexpr bool is_value_and_derivatives = false;
template <class T>
concept value_and_derivatives = is_value_and_derivatives<T>;

template <class Pair>
struct two_members;
template <template <class, class> class Pair, class First, class Second>
struct two_members<Pair<First, Second>> {
    using first = First;
    using second = Second;
    template <class A, class B>
    using of = Pair<A, B>;
};

}  // namespace detail

template <detail::value_and_derivatives T>
struct structure<T> {
private:
    using first = structure<typename detail::two_members<T>::first>;
    using second = structure<typename detail::two_members<T>::second>;

public:
    static constexpr int count = first::count + second::count;
    using number = std::common_type_t<typename first::number, typename second::number>;
    template <class Number>
    using rebind = typename detail::two_members<T>::template of<typename first::template rebind<Number>, typename second::template rebind<Number>>;

    template <int First, class Visitor>
    TAPELESS_HOST_INLINE static constexpr void visit(const T& pair, Visitor&& visitor) {
        const auto& [value, derivatives] = pair;
        first::template visit<First>(value, visitor);
        second::template visit<First + first::count>(derivatives, visitor);
    }
    template <class Target, int First, class Number>
    TAPELESS_HOST_INLINE static constexpr Target build(const Number& number) {
        using target = detail::two_members<Target>;
        return Target{first::template build<typename target::first, First>(number), second::template build<typename target::second, First + first::count>(number)};
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
