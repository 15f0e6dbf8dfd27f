// SPDX-License-Identifier: BSL-1.0
// What a function of arrays computes with while it is recorded: array_term<Rank> for an array, array_term<0> for a number, array_condition for
// comparisons. Operations are elementwise and broadcast; array_functions.hpp has reductions and the rest.
#pragma once

#include <tapeless/graph/take.hpp>

#include <algorithm>
#include <concepts>
#include <type_traits>

namespace tapeless {

template <kind Kind, int Rank>
class array_value;
/// An array with so many dimensions, of a function that is being recorded. Behaves as the numbers that it stands for, but has no values yet.
template <int Rank>
using array_term = array_value<kind::real, Rank>;
/// The outcome of a comparison of arrays, to choose with by `select` or `where`.
template <int Rank>
using array_condition = array_value<kind::logical, Rank>;

namespace detail {

template <class T>
inline constexpr int rank_of = 0;
template <kind Kind, int Rank>
inline constexpr int rank_of<array_value<Kind, Rank>> = Rank;
template <class T>
inline constexpr bool is_array_value = false;
template <kind Kind, int Rank>
inline constexpr bool is_array_value<array_value<Kind, Rank>> = true;
template <class T>
inline constexpr bool is_array_term = false;
template <int Rank>
inline constexpr bool is_array_term<array_term<Rank>> = true;
template <class T>
inline constexpr bool is_array_condition = false;
template <int Rank>
inline constexpr bool is_array_condition<array_condition<Rank>> = true;

template <class A, class B>
concept array_operands = (is_array_term<A> && (is_array_term<B> || std::is_arithmetic_v<B>)) || (is_array_term<B> && std::is_arithmetic_v<A>);
template <class A, class B>
concept array_conditions = (is_array_condition<A> && (is_array_condition<B> || std::same_as<B, bool>)) || (is_array_condition<B> && std::same_as<A, bool>);

}  // namespace detail

template <kind Kind, int Rank>
class array_value {
    static_assert(Rank >= 0 && Rank <= most_dimensions, "tapeless: an array inside of a function has at most 4 dimensions.");

public:
    static constexpr int rank = Rank;

    constexpr array_value() : array_value(0) {}
    /// A literal broadcasts.
    template <class Number>
        requires std::is_arithmetic_v<Number>
    constexpr array_value(Number literal) : handle_{nullptr, nowhere, detail::exact_literal(literal)} {
        for (int& axis : axes_) axis = nowhere;
    }
    /// An array of fewer dimensions broadcasts.
    template <int Fewer>
        requires(Fewer < Rank)
    constexpr array_value(const array_value<Kind, Fewer>& x) : handle_(x.handle()) {
        for (int k = 0; k < Rank; ++k) axes_[k] = k < Rank - Fewer ? nowhere : x.axes()[k - (Rank - Fewer)];
    }
    constexpr array_value(const detail::handle& handle, const int* axes) : handle_(handle) {
        for (int k = 0; k < Rank; ++k) axes_[k] = axes[k];
        if (Rank > 1 && handle.graph) builder().keep_apart(axes_, Rank);
    }

    constexpr const detail::handle& handle() const { return handle_; }
    /// The axes of the dimensions; nowhere where a dimension has one step.
    constexpr const int* axes() const { return axes_; }
    /// Every array that is being recorded belongs to an array_builder.
    constexpr detail::array_builder& builder() const { return static_cast<detail::array_builder&>(*handle_.graph); }

    template <class Operation, class... Operand>
    using result = array_value<Operation::properties.result, std::max({0, detail::rank_of<Operand>...})>;
    template <class Operation, class... Operand>
    static constexpr auto apply(const Operand&... operand) {
        using value = result<Operation, Operand...>;
        constexpr int count = sizeof...(Operand);
        struct dimensions {
            int axes[most_dimensions] = {};
        };
        detail::handle handles[] = {handle_of(operand)...};
        dimensions own[] = {axes_of(operand, dimensions{})...};
        constexpr int ranks[] = {detail::rank_of<Operand>...};
        detail::aligned_operand aligned[count] = {};
        for (int k = 0; k < count; ++k) aligned[k] = {&handles[k], own[k].axes, ranks[k]};
        dimensions axes;
        for (int& axis : axes.axes) axis = nowhere;
        for (int k = 0; k < count; ++k)
            if (handles[k].graph != nullptr) {
                static_cast<detail::array_builder*>(handles[k].graph)->align(aligned, count, axes.axes, value::rank);
                break;
            }
        if constexpr (count == 1) return value(detail::combine(detail::info<Operation>(), handles[0]), axes.axes);
        else if constexpr (count == 2) return value(detail::combine(detail::info<Operation>(), handles[0], handles[1]), axes.axes);
        else return value(detail::combine(detail::info<Operation>(), handles[0], handles[1], handles[2]), axes.axes);
    }

    template <class Other>
        requires(Kind == kind::real && (detail::is_array_term<Other> || std::is_arithmetic_v<Other>) && detail::rank_of<Other> <= Rank)
    constexpr array_value& operator+=(const Other& other) {
        return *this = *this + other;
    }
    template <class Other>
        requires(Kind == kind::real && (detail::is_array_term<Other> || std::is_arithmetic_v<Other>) && detail::rank_of<Other> <= Rank)
    constexpr array_value& operator-=(const Other& other) {
        return *this = *this - other;
    }
    template <class Other>
        requires(Kind == kind::real && (detail::is_array_term<Other> || std::is_arithmetic_v<Other>) && detail::rank_of<Other> <= Rank)
    constexpr array_value& operator*=(const Other& other) {
        return *this = *this * other;
    }
    template <class Other>
        requires(Kind == kind::real && (detail::is_array_term<Other> || std::is_arithmetic_v<Other>) && detail::rank_of<Other> <= Rank)
    constexpr array_value& operator/=(const Other& other) {
        return *this = *this / other;
    }

    /// One step of the first dimension; from the end if negative.
    constexpr auto operator[](int step) const
        requires(Rank > 0)
    {
        const detail::handle taken{handle_.graph, detail::take(builder(), handle_.position, axes_[0], {.slice = {.start = step}, .slices = true})};
        return array_value<Kind, Rank - 1>(taken, axes_ + 1);
    }

    template <std::same_as<bool> Bool>
    constexpr explicit operator Bool() const {
        static_assert(!std::same_as<Bool, bool>, TAPELESS_BRANCHES_ON_A_VALUE);
        return false;
    }

private:
    template <class Operand>
    static constexpr detail::handle handle_of(const Operand& operand) {
        if constexpr (detail::is_array_value<Operand>) return operand.handle();
        else return {nullptr, nowhere, detail::exact_literal(operand)};
    }
    template <class Operand, class Dimensions>
    static constexpr Dimensions axes_of([[maybe_unused]] const Operand& operand, Dimensions own) {
        if constexpr (detail::is_array_value<Operand>)
            for (int k = 0; k < Operand::rank; ++k) own.axes[k] = operand.axes()[k];
        return own;
    }

    detail::handle handle_{};
    int axes_[Rank > 0 ? Rank : 1] = {};
};

template <kind Kind, int Rank>
inline constexpr bool detail::is_symbolic<array_value<Kind, Rank>> = true;

template <int Rank>
constexpr array_term<Rank> operator+(const array_term<Rank>& a) {
    return a;
}
template <int Rank>
constexpr array_term<Rank> operator-(const array_term<Rank>& a) {
    return detail::record<op::negate>(a);
}
template <int Rank>
constexpr array_condition<Rank> operator!(const array_condition<Rank>& a) {
    return detail::record<op::logical_not>(a);
}

#define TAPELESS_ARRAY_OPERATOR(OPERANDS, SYMBOL, OPERATION)          \
    template <class A, class B>                                       \
        requires detail::OPERANDS<A, B>                               \
    constexpr auto operator SYMBOL(const A& a, const B& b) {          \
        return detail::record<op::OPERATION>(a, b);                   \
    }
TAPELESS_ARRAY_OPERATOR(array_operands, +, add)
TAPELESS_ARRAY_OPERATOR(array_operands, -, subtract)
TAPELESS_ARRAY_OPERATOR(array_operands, *, multiply)
TAPELESS_ARRAY_OPERATOR(array_operands, /, divide)
TAPELESS_ARRAY_OPERATOR(array_operands, <, less)
TAPELESS_ARRAY_OPERATOR(array_operands, <=, less_equal)
TAPELESS_ARRAY_OPERATOR(array_operands, >, greater)
TAPELESS_ARRAY_OPERATOR(array_operands, >=, greater_equal)
TAPELESS_ARRAY_OPERATOR(array_operands, ==, equal_to)
TAPELESS_ARRAY_OPERATOR(array_operands, !=, not_equal_to)
TAPELESS_ARRAY_OPERATOR(array_conditions, &&, logical_and)
TAPELESS_ARRAY_OPERATOR(array_conditions, ||, logical_or)
#undef TAPELESS_ARRAY_OPERATOR

/// A number in the graph that x belongs to.
template <int Rank>
constexpr array_term<0> number_like(const array_term<Rank>& x, double value) {
    if (x.handle().graph) return array_term<0>(detail::handle{x.handle().graph, x.handle().graph->constant(value)}, nullptr);
    return value;
}

}  // namespace tapeless
