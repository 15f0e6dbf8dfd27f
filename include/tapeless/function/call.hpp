// SPDX-License-Identifier: BSL-1.0
// What gradient, derivative and jacobian share: the diagnosis of misuse before any graph is formed,
// and the way from arguments to a row of numbers and back.
#pragma once

#include <tapeless/derive/derived.hpp>
#include <tapeless/evaluate/scalar.hpp>
#include <tapeless/function/wrt.hpp>
#include <tapeless/record/trace.hpp>

#include <concepts>
#include <limits>
#include <tuple>
#include <type_traits>

namespace tapeless {

namespace detail {

enum class misuse { no, captures, arguments, choice, integer, not_constexpr, result, no_derivative, not_scalar, not_one_input };
/// What a call asks of the function beyond being differentiable.
enum class needs { nothing_more, one_result, one_input };

template <class Function>
inline constexpr bool captureless = std::is_empty_v<Function> && std::is_default_constructible_v<Function>;

template <class T>
inline constexpr bool consists_of_terms = false;
template <>
inline constexpr bool consists_of_terms<term> = true;
template <class T>
    requires std::is_arithmetic_v<T>
inline constexpr bool consists_of_terms<T> = true;
template <class T, std::size_t Size>
inline constexpr bool consists_of_terms<std::array<T, Size>> = consists_of_terms<T>;
template <class... T>
inline constexpr bool consists_of_terms<std::tuple<T...>> = (consists_of_terms<T> && ...);

/// Whether a differentiated value reaches an operation that has no derivative by it.
template <class Source, class Wanted>
constexpr bool lacks_derivative() {
    growing<char> active(Source::flat.size);
    for (index at = 0; at < Source::flat.size; ++at) {
        const graph_node& n = Source::flat.nodes[at];
        char varies = n.is_input() && Wanted::contains(n.bits);
        for (int k = 0; k < n.operation->arity; ++k) {
            if (!active.data[n.operands[k]]) continue;
            varies = 1;
            if (n.result() == kind::real && !n.operation->partial[k]) return true;
        }
        active.push_back(varies && n.result() == kind::real);
    }
    return false;
}

template <class Wrt, int Count, class... Argument>
constexpr bool differentiates_integer() {
    constexpr bool integral[] = {std::numeric_limits<number_of<Argument>>::is_integer..., false};
    for (int k = 0; k < Count; ++k)
        if (integral[k] && chosen_arguments<Wrt, Count>::contains(k)) return true;
    return false;
}

/// The first thing wrong with a call; each question is asked only if those before it were answered well.
template <class Function, class Wrt, needs Needs, class... Argument>
constexpr misuse diagnose() {
    constexpr int count = sizeof...(Argument);
    if constexpr (!captureless<Function>) return misuse::captures;
    else if constexpr (!takes<Function, shape_of<Argument>...>) return misuse::arguments;
    else if constexpr (!chosen_arguments<Wrt, count>::in_range) return misuse::choice;
    else if constexpr (differentiates_integer<Wrt, count, Argument...>()) return misuse::integer;
    else if constexpr (!consists_of_terms<recorded_result<Function, shape_of<Argument>...>>) return misuse::result;
    else if constexpr (Needs == needs::one_result && !std::is_convertible_v<recorded_result<Function, shape_of<Argument>...>, term>) return misuse::not_scalar;
    else if constexpr (Needs == needs::one_input && count_wanted<(0 + ... + structure<Argument>::count), wanted_inputs<Wrt, shape_of<Argument>...>>() != 1) return misuse::not_one_input;
    else if constexpr (!recordable<Function, shape_of<Argument>...>) return misuse::not_constexpr;
    else if constexpr (lacks_derivative<recording<Function, shape_of<Argument>...>, wanted_inputs<Wrt, shape_of<Argument>...>>())
        return misuse::no_derivative;
    else return misuse::no;
}

// The sentences; CALL is the name of the public function. A macro, since a static_assert takes literals only.
#define TAPELESS_ASSERT_CAPTURELESS(CALL, FUNCTION)                                                                            \
    static_assert(::tapeless::detail::captureless<FUNCTION>,                                                                   \
                  CALL ": the function captures run-time values; pass them as arguments and choose what to differentiate by "  \
                       "with tapeless::wrt<…>.")
#define TAPELESS_ASSERT_PROPER(CALL, PROBLEM)                                                                                  \
    static_assert(PROBLEM != ::tapeless::detail::misuse::arguments,                                                            \
                  CALL ": the function cannot be called with this number of arguments, or with arguments of these shapes.");   \
    static_assert(PROBLEM != ::tapeless::detail::misuse::choice,                                                               \
                  CALL ": tapeless::wrt<…> names an argument that the call does not have; the first argument is 0.");          \
    static_assert(PROBLEM != ::tapeless::detail::misuse::integer,                                                              \
                  CALL ": an argument to differentiate by is an integer; pass a real number, 2.0 instead of 2.");              \
    static_assert(PROBLEM != ::tapeless::detail::misuse::result,                                                               \
                  CALL ": the function must return a number, a std::array or a std::tuple of numbers.");                       \
    static_assert(PROBLEM != ::tapeless::detail::misuse::not_scalar,                                                           \
                  CALL ": the function returns more than one number; reduce it to one or call tapeless::jacobian.");           \
    static_assert(PROBLEM != ::tapeless::detail::misuse::not_one_input,                                                        \
                  CALL ": this is the derivative by one number; choose it with tapeless::wrt<…>, or call tapeless::jacobian.");\
    static_assert(PROBLEM != ::tapeless::detail::misuse::not_constexpr,                                                        \
                  CALL ": the function is not constexpr: it calls something that is not, or breaks a rule of constant "        \
                       "expressions (such as std::sqrt of a literal: write the number, or pass it as an argument).");          \
    static_assert(PROBLEM != ::tapeless::detail::misuse::no_derivative,                                                        \
                  CALL ": the function uses an operation that has no derivative by the operand that is differentiated.")

template <class... Argument>
using common_number_of = typename common_number<number_of<Argument>...>::type;

template <class Number, int Count>
struct row_of_numbers {
    using number = Number;
    Number numbers[Count > 0 ? Count : 1];
};

/// All numbers of all arguments, in order.
template <class Number, class... Argument>
constexpr auto flatten(const Argument&... argument) {
    row_of_numbers<Number, (0 + ... + structure<Argument>::count)> row;
    Number* next = row.numbers;
    (structure<Argument>::visit(argument, [&](const auto& number) { *next++ = static_cast<Number>(number); }), ...);
    return row;
}

/// A value of type Target from the numbers at `from`.
template <class Target, class Number>
constexpr Target build_from(const Number* from) {
    return structure<Target>::template build<Target>([&] { return static_cast<number_of<Target>>(*from++); });
}

/// One argument to differentiate by: its type, and how many differentiated numbers stand before it.
template <class By, int Offset>
struct chosen {};

template <class Wrt, class... Argument>
constexpr int offset_of(int argument) {
    const int counts[] = {structure<Argument>::count..., 0};
    int offset = 0;
    for (int k = 0; k < argument; ++k) offset += chosen_arguments<Wrt, sizeof...(Argument)>::contains(k) ? counts[k] : 0;
    return offset;
}

/// The results by the chosen arguments: for one argument its result alone, else a std::tuple.
/// build(chosen<By, Offset>) makes the result by one argument.
template <class Wrt, class... Argument, class Build>
constexpr auto by_argument(const Build& build) {
    return [&]<int... I>(std::integer_sequence<int, I...>) {
        using arguments = std::tuple<Argument...>;
        if constexpr (sizeof...(I) == 1) return (build(chosen<std::tuple_element_t<I, arguments>, offset_of<Wrt, Argument...>(I)>{}), ...);
        else return std::tuple{build(chosen<std::tuple_element_t<I, arguments>, offset_of<Wrt, Argument...>(I)>{})...};
    }(typename chosen_arguments<Wrt, sizeof...(Argument)>::sequence{});
}

/// For a std::tuple of outputs a std::tuple of build(type, first row) of each, else build of the output itself.
template <class Output>
struct outputs_of {
    template <class Build>
    static constexpr auto apply(const Build& build) {
        return build(std::type_identity<Output>{}, 0);
    }
};
template <class... Output>
struct outputs_of<std::tuple<Output...>> {
    template <class Build>
    static constexpr auto apply(const Build& build) {
        int next_row = 0;
        const auto first_row = [&](int count) { return (next_row += count) - count; };
        return std::tuple{build(std::type_identity<Output>{}, first_row(structure<Output>::count))...};
    }
};
template <class Output, class Build>
constexpr auto by_output(const Build& build) {
    return outputs_of<Output>::apply(build);
}

template <template <class, class> class Pair, class First, class Second>
constexpr Pair<First, Second> pair_up(const First& first, const Second& second) {
    return {first, second};
}

template <class Function, class... Argument>
using recording_of = recording<Function, shape_of<Argument>...>;

/// The program for a function's derivatives on arguments of these types.
template <class Function, class Wrt, bool WithValue, class... Argument>
using program_of = jacobian_graph<recording_of<Function, Argument...>, recording_of<Function, Argument...>::input_count,
                                  wanted_inputs<Wrt, shape_of<Argument>...>, WithValue>;

/// Evaluates a program on the arguments: a row of its outputs.
template <class Program, class... Argument>
constexpr auto run(const Argument&... argument) {
    using number = common_number_of<Argument...>;
    const auto inputs = flatten<number>(argument...);
    row_of_numbers<number, Program::output_count> outputs;
    evaluate<Program>(inputs.numbers, outputs.numbers);
    return outputs;
}

}  // namespace detail
}  // namespace tapeless
