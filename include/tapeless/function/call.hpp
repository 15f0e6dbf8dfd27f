// SPDX-License-Identifier: BSL-1.0
// What gradient, derivative and jacobian share: the diagnosis of misuse before any graph is formed,
// and the way from arguments to a row of numbers and back.
#pragma once

#include <tapeless/derive/derived.hpp>
#include <tapeless/evaluate/scalar.hpp>
#include <tapeless/function/wrt.hpp>
#include <tapeless/record/trace.hpp>

#include <boost/mp11/list.hpp>

#include <concepts>
#include <limits>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tapeless {

namespace detail {

enum class misuse { no, said_before, no_numbers, fixed_types, arguments, choice, integer, not_constexpr, result, no_derivative, not_scalar, array_result, not_one_input };
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
template <value_and_derivatives T>
inline constexpr bool consists_of_terms<T> = consists_of_terms<decltype(T::value)> && consists_of_terms<typename two_members<T>::second>;

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
            if (n.result() == kind::real && !n.operation->has_partial[k]) return true;
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

template <class Number>
concept numeric = requires(const Number& x) { x + x; x * x; x / x; x < x; };

/// The first thing wrong with a call; each question is asked only if those before it were answered well.
template <class Function, class Wrt, needs Needs, class... Argument>
constexpr misuse diagnose() {
    constexpr int count = sizeof...(Argument);
    if constexpr (!captureless<Function> || !is_choice_of_arguments<Wrt>) return misuse::said_before;
    else if constexpr (!(numeric<number_of<Argument>> && ...)) return misuse::no_numbers;
    else if constexpr (!takes<Function, shape_of<Argument>...>) return std::is_invocable_v<const Function&, const Argument&...> ? misuse::fixed_types : misuse::arguments;
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
#define TAPELESS_ASSERT_CAPTURELESS(CALL, FUNCTION, WRT)                                                                       \
    static_assert(::tapeless::is_choice_of_arguments<WRT> && !::tapeless::is_choice_of_arguments<FUNCTION>,                    \
                  CALL ": the function comes first, then by what to differentiate, as in tapeless::wrt<0>.");                  \
    static_assert(::tapeless::detail::captureless<FUNCTION>,                                                                   \
                  CALL ": the function captures run-time values; pass them as arguments and choose what to differentiate by "  \
                       "with tapeless::wrt<…>. Make constants static constexpr, and of a pointer to a function or a "          \
                       "std::function a lambda, [](auto x) { return f(x); }.")
#define TAPELESS_ASSERT_PROPER(CALL, PROBLEM)                                                                                  \
    static_assert(PROBLEM != ::tapeless::detail::misuse::no_numbers,                                                           \
                  CALL ": an argument is neither a number nor a std::array or std::tuple of numbers, nor a struct that is "    \
                       "described to Boost.Hana (tapeless/interop/hana.hpp), nor an array whose every element is a call (" \
                       "tapeless/arrays.hpp).");                                                                 \
    static_assert(PROBLEM != ::tapeless::detail::misuse::fixed_types,                                                          \
                  CALL ": the function takes numbers of a fixed type only; make its parameters generic, [](auto x) instead "   \
                       "of [](double x).");                                                                                    \
    static_assert(PROBLEM != ::tapeless::detail::misuse::arguments,                                                            \
                  CALL ": the function cannot be called with this number of arguments, or with arguments of these shapes (or "  \
                       "its call operator is not const).");                                                                    \
    static_assert(PROBLEM != ::tapeless::detail::misuse::choice,                                                               \
                  CALL ": tapeless::wrt<…> names an argument that the call does not have; the first argument is 0.");          \
    static_assert(PROBLEM != ::tapeless::detail::misuse::integer,                                                              \
                  CALL ": an argument to differentiate by is an integer; pass a real number, 2.0 instead of 2.");              \
    static_assert(PROBLEM != ::tapeless::detail::misuse::result,                                                               \
                  CALL ": the function must return a number, a std::array or a std::tuple of numbers.");                       \
    static_assert(PROBLEM != ::tapeless::detail::misuse::not_scalar,                                                           \
                  CALL ": the function returns more than one number; reduce it to one or call tapeless::jacobian.");           \
    static_assert(PROBLEM != ::tapeless::detail::misuse::array_result,                                                         \
                  CALL ": the function returns an array; reduce it to a number, as sum does. tapeless::value returns the array "  \
                       "itself.");                                                                                             \
    static_assert(PROBLEM != ::tapeless::detail::misuse::not_one_input,                                                        \
                  CALL ": this is the derivative by one number; choose it with tapeless::wrt<…>, or call tapeless::jacobian.");\
    static_assert(PROBLEM != ::tapeless::detail::misuse::not_constexpr,                                                        \
                  CALL ": the function is not constexpr: it calls something that is not, or breaks a rule of constant "        \
                       "expressions (such as std::sqrt of a literal, an index out of bounds, or a literal that is no double, " \
                       "as 0.1L: write the number, or pass it as an argument).");                                              \
    static_assert(PROBLEM != ::tapeless::detail::misuse::no_derivative,                                                        \
                  CALL ": the function uses an operation that has no derivative by the operand that is differentiated.")

template <class... Argument>
using common_number_of = typename common_number<number_of<Argument>...>::type;

template <class Number, int Count>
struct row_of_numbers {
    using number = Number;
    Number numbers[Count > 0 ? Count : 1];
};

/// Writes each number that it visits to its position in a row.
template <class Number>
struct write_to_row {
    Number* row;
    template <class From, int Position>
    TAPELESS_HOST_INLINE constexpr void operator()(const From& number, at<Position>) const {
        row[Position] = static_cast<Number>(number);
    }
};

template <class Number, int Count, std::size_t... I, class... Argument>
TAPELESS_HOST_INLINE constexpr void load(row_of_numbers<Number, Count>& row, std::index_sequence<I...>, const Argument&... argument) {
    (structure<Argument>::template visit<count_before<Argument...>(I)>(argument, write_to_row<Number>{row.numbers}), ...);
}

/// How many differentiated numbers stand before an argument.
template <class Wrt, class... Argument>
constexpr int offset_of(int argument) {
    const int counts[] = {structure<Argument>::count..., 0};
    int offset = 0;
    for (int k = 0; k < argument; ++k) offset += chosen_arguments<Wrt, sizeof...(Argument)>::contains(k) ? counts[k] : 0;
    return offset;
}

/// One argument to differentiate by: its type, and how many differentiated numbers stand before it.
template <class By, int Offset>
struct chosen {
    using type = By;
    static constexpr int offset = Offset;
};

template <class Sequence, class Wrt, class... Argument>
struct chosen_list;
template <int... I, class Wrt, class... Argument>
struct chosen_list<std::integer_sequence<int, I...>, Wrt, Argument...> {
    using type = boost::mp11::mp_list<chosen<std::tuple_element_t<I, std::tuple<Argument...>>, offset_of<Wrt, Argument...>(I)>...>;
};
/// The chosen arguments, in the order of the choice.
template <class Wrt, class... Argument>
using chosen_of = typename chosen_list<typename chosen_arguments<Wrt, sizeof...(Argument)>::sequence, Wrt, Argument...>::type;

template <class... By>
struct results_by_argument {
    using type = std::tuple<By...>;
};
template <class By>
struct results_by_argument<By> {
    using type = By;
};
/// Results by several arguments are a std::tuple; the result by one argument stands alone.
template <class... By>
using by_argument_t = typename results_by_argument<By...>::type;

// Arrays: function/elementwise.hpp says which types these are, function/array_call.hpp makes the calls.
template <class T>
inline constexpr bool is_array = false;
/// Whether an argument is in the memory of a device; device/memory.hpp says which types these are.
template <class T>
inline constexpr bool is_in_device_memory = false;
/// What stands in for an argument when one element is looked at.
template <class Argument>
struct element_of {
    using type = Argument;
    static constexpr int rank = 0;
};
template <class Argument>
using element = typename element_of<Argument>::type;

template <class Function, class... Argument>
using recording_of = recording<Function, shape_of<Argument>...>;

/// The program for a function's derivatives on arguments of these types.
template <class Function, class Wrt, bool WithValue, class... Argument>
using program_of = jacobian_graph<recording_of<Function, Argument...>, recording_of<Function, Argument...>::input_count,
                                  wanted_inputs<Wrt, shape_of<Argument>...>, WithValue>;

/// Evaluates a program on the arguments: a row of its outputs.
template <class Program, class... Argument>
TAPELESS_HOST_INLINE constexpr auto run(const Argument&... argument) {
    using number = common_number_of<Argument...>;
    row_of_numbers<number, structure<std::tuple<Argument...>>::count> inputs;
    row_of_numbers<number, Program::output_count> outputs;
    load(inputs, std::index_sequence_for<Argument...>{}, argument...);
    evaluate<Program>(inputs.numbers, outputs.numbers);
    return outputs;
}

}  // namespace detail
}  // namespace tapeless
