// SPDX-License-Identifier: BSL-1.0
// By which arguments a function is differentiated.
#pragma once

#include <tapeless/record/structure.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

namespace tapeless {

namespace detail {

template <int... Argument>
constexpr bool are_distinct() {
    const int chosen[] = {Argument..., -1};
    for (std::size_t k = 0; k < sizeof...(Argument); ++k)
        for (std::size_t before = 0; before < k; ++before)
            if (chosen[before] == chosen[k]) return false;
    return true;
}

}  // namespace detail

/// A choice of arguments by position, from 0, each once. The type of `wrt<…>`.
template <int... Argument>
struct wrt_arguments {
    static_assert(sizeof...(Argument) > 0, "tapeless::wrt: no argument is named; without wrt all arguments are differentiated by.");
    static_assert(detail::are_distinct<Argument...>(), "tapeless::wrt: an argument is named twice.");
};
/// Second argument of gradient, derivative, jacobian: `wrt<0, 2>` differentiates by the first and the third argument.
template <int... Argument>
inline constexpr wrt_arguments<Argument...> wrt{};

/// The choice when none is given: all arguments.
struct wrt_all {};
/// No argument: the value alone.
struct wrt_none {};

template <class T>
inline constexpr bool is_choice_of_arguments = std::is_same_v<T, wrt_all> || std::is_same_v<T, wrt_none>;
template <int... Argument>
inline constexpr bool is_choice_of_arguments<wrt_arguments<Argument...>> = true;

namespace detail {

template <class Wrt, int ArgumentCount>
struct chosen_arguments;
template <int... Argument, int ArgumentCount>
struct chosen_arguments<wrt_arguments<Argument...>, ArgumentCount> {
    using sequence = std::integer_sequence<int, Argument...>;
    static constexpr int count = sizeof...(Argument);
    static constexpr bool in_range = ((Argument >= 0 && Argument < ArgumentCount) && ...);
    static constexpr bool contains(int argument) { return ((Argument == argument) || ...); }
};
template <int ArgumentCount>
struct chosen_arguments<wrt_all, ArgumentCount> {
    using sequence = std::make_integer_sequence<int, ArgumentCount>;
    static constexpr int count = ArgumentCount;
    static constexpr bool in_range = true;
    static constexpr bool contains(int) { return true; }
};

template <int ArgumentCount>
struct chosen_arguments<wrt_none, ArgumentCount> {
    using sequence = std::integer_sequence<int>;
    static constexpr int count = 0;
    static constexpr bool in_range = true;
    static constexpr bool contains(int) { return false; }
};

/// The choice among the graph's inputs, which number the arguments' numbers in order.
template <class Wrt, class... Shape>
struct wanted_inputs {
    static constexpr bool contains(std::uint64_t input) {
        using chosen = chosen_arguments<Wrt, sizeof...(Shape)>;
        const std::uint64_t counts[] = {structure<Shape>::count...};
        int argument = 0;
        for (; input >= counts[argument]; ++argument) input -= counts[argument];
        return chosen::contains(argument);
    }
};

}  // namespace detail
}  // namespace tapeless
