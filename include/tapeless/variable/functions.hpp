// SPDX-License-Identifier: BSL-1.0
// Functions of whole arrays in statements: reductions, products, normalisations, and any function of the user's by `apply`.
#pragma once

#include <tapeless/record/array_functions.hpp>
#include <tapeless/record/array_reductions.hpp>
#include <tapeless/record/array_trace.hpp>
#include <tapeless/record/recurrences.hpp>
#include <tapeless/variable/expression.hpp>

#include <algorithm>
#include <string_view>
#include <type_traits>

namespace tapeless {
namespace detail {

template <int Rank, class Axes, class Keep>
inline constexpr int reduced_rank = keeps<Keep> ? Rank : Rank - chosen_dimensions<Rank>(Axes{}).count;

/// The dimensions that a choice names, a bit for each.
template <int Rank, class Axes>
constexpr unsigned mask_of_dimensions() {
    unsigned mask = 0;
    for (int d = 0; d < Rank; ++d)
        if (chosen_dimensions<Rank>(Axes{}).contains[d]) mask |= 1u << d;
    return mask;
}

}  // namespace detail

// A reduction as a call in a tree, of a number OF_NUMBER. One of all dimensions has the number 0 in PyTorch's names, one along some has 1.
#define TAPELESS_REDUCTION_OF_STATEMENT(FUNCTION, SUMS, OF_NUMBER)                                                                                     \
    namespace detail {                                                                                                                      \
    template <class Axes, class Keep>                                                                                                       \
    struct FUNCTION##_call {                                                                                                                \
        using axes = Axes;                                                                                                                  \
        static constexpr bool is_elementwise = false, is_sum = SUMS, is_mean = SUMS && std::string_view(#FUNCTION) == "mean";               \
        static constexpr std::string_view name = #FUNCTION;                                                                                 \
        template <int Rank>                                                                                                                 \
        static constexpr int rank = reduced_rank<Rank, Axes, Keep>;                                                                         \
        template <class X>                                                                                                                  \
        constexpr auto operator()(const X& x) const {                                                                                       \
            return FUNCTION(x, Axes{}, Keep{});                                                                                             \
        }                                                                                                                                   \
    };                                                                                                                                      \
    struct FUNCTION##_of_number_call {                                                                                                      \
        static constexpr bool is_elementwise = true;                                                                                        \
        static constexpr std::string_view name = #FUNCTION;                                                                                 \
        template <int Rank>                                                                                                                 \
        static constexpr int rank = 0;                                                                                                      \
        template <class X>                                                                                                                  \
        constexpr auto operator()(const X& x) const {                                                                                       \
            return OF_NUMBER;                                                                                                               \
        }                                                                                                                                   \
    };                                                                                                                                      \
    }                                                                                                                                       \
    template <detail::in_statement X, detail::choice_of_axes Axes = detail::all_axes<detail::rank_in_expression<X>>, detail::choice_to_keep Keep = detail::drops> \
    auto FUNCTION(const X& x, Axes = {}, Keep = {}) {                                                                                       \
        if constexpr (detail::rank_in_expression<X> == 0) return detail::express<detail::FUNCTION##_of_number_call, false>(x);              \
        else return detail::express<detail::FUNCTION##_call<Axes, Keep>, false>(x);                                                         \
    }
TAPELESS_REDUCTION_OF_STATEMENT(sum, true, x)
TAPELESS_REDUCTION_OF_STATEMENT(mean, true, x)
TAPELESS_REDUCTION_OF_STATEMENT(prod, false, x)
TAPELESS_REDUCTION_OF_STATEMENT(max, false, x)
TAPELESS_REDUCTION_OF_STATEMENT(min, false, x)
TAPELESS_REDUCTION_OF_STATEMENT(var, false, x - x)
TAPELESS_REDUCTION_OF_STATEMENT(norm, false, abs(x))
TAPELESS_REDUCTION_OF_STATEMENT(logsumexp, false, x)
#undef TAPELESS_REDUCTION_OF_STATEMENT

// A function that keeps the shape, along some dimensions.
#define TAPELESS_NORMALISATION_OF_STATEMENT(FUNCTION, NAME)                                                                                 \
    namespace detail {                                                                                                                      \
    template <class Axes>                                                                                                                   \
    struct FUNCTION##_call {                                                                                                                \
        static constexpr bool is_elementwise = false, is_sum = false;                                                                       \
        static constexpr std::string_view name = NAME;                                                                                      \
        template <int Rank>                                                                                                                 \
        static constexpr int rank = Rank;                                                                                                   \
        template <class X>                                                                                                                  \
        constexpr auto operator()(const X& x) const {                                                                                       \
            return FUNCTION(x, Axes{});                                                                                                     \
        }                                                                                                                                   \
    };                                                                                                                                      \
    }                                                                                                                                       \
    template <detail::in_statement X, detail::choice_of_axes Axes = detail::all_axes<detail::rank_in_expression<X>>>                        \
    auto FUNCTION(const X& x, Axes = {}) {                                                                                                  \
        return detail::express<detail::FUNCTION##_call<Axes>, false>(x);                                                                    \
    }
TAPELESS_NORMALISATION_OF_STATEMENT(softmax, "Softmax")
TAPELESS_NORMALISATION_OF_STATEMENT(log_softmax, "LogSoftmax")
TAPELESS_NORMALISATION_OF_STATEMENT(cumsum, "Cumsum")
#undef TAPELESS_NORMALISATION_OF_STATEMENT

/// The sum of the products of the elements of two vectors.
template <detail::in_statement A, detail::in_statement B>
    requires(detail::rank_in_expression<A> == 1 && detail::rank_in_expression<B> == 1)
auto dot(const A& a, const B& b) {
    return sum(a * b);
}
/// a where the condition holds, else b.
template <detail::in_statement Condition, class A, class B>
    requires(detail::is_truth<Condition> && (detail::in_statement<A> || std::is_arithmetic_v<A>) && (detail::in_statement<B> || std::is_arithmetic_v<B>))
auto where(const Condition& condition, const A& a, const B& b) {
    return select(condition, a, b);
}

namespace detail {

template <int Rank>
using shape_of_rank = std::conditional_t<Rank == 0, double, array_slot<Rank>>;

/// The operand itself.
struct clone_call {
    static constexpr bool is_elementwise = true;
    static constexpr std::string_view name = "clone";
    template <int Rank>
    static constexpr int rank = Rank;
    template <class X>
    constexpr auto operator()(const X& x) const {
        return x;
    }
};

/// A function of the user's as a call in a tree; of numbers alone if all ranks are 0.
template <class Function, int... Rank>
struct applied_call {
    static constexpr bool is_elementwise = ((Rank == 0) && ...), is_sum = false;
    // The library's own have a name.
    static constexpr bool may_have_products = !requires { Function::name; };
    static constexpr std::string_view name = [] {
        if constexpr (requires { Function::name; }) return Function::name;
        else return std::string_view("apply");
    }();
    template <int...>
    static constexpr int rank = [] {
        if constexpr (is_elementwise) return 0;
        else return rank_of<array_result<Function, shape_of_rank<Rank>...>>;
    }();
    template <class... Operand>
    constexpr auto operator()(const Operand&... operand) const {
        return Function{}(operand...);
    }
};

}  // namespace detail

/// Any function that is differentiated while it compiles as part of a statement: `apply(f, w, x)` is one node, whatever f does.
/// f: captureless, generic in its number type; of numbers, or of arrays with one number or array as its result.
template <class Function, class... Operand>
    requires(!detail::in_statement<Function> && (detail::in_statement<Operand> || ...))
auto apply(const Function&, const Operand&... operand) {
    static_assert(std::is_empty_v<Function> && std::is_default_constructible_v<Function>, "tapeless::apply: the function captures run-time values; pass them as arguments.");
    return detail::express<detail::applied_call<Function, detail::rank_in_expression<Operand>...>, false>(operand...);
}

}  // namespace tapeless
