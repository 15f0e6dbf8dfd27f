// SPDX-License-Identifier: BSL-1.0
// By which arguments a function is differentiated.
#pragma once

#include <tapeless/record/structure.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

namespace tapeless {

/// A choice of arguments by position, from 0. The type of `wrt<…>`.
template <int... Argument>
struct wrt_arguments {};
/// Second argument of gradient, derivative, jacobian: `wrt<0, 2>` differentiates by the first and the third argument.
template <int... Argument>
inline constexpr wrt_arguments<Argument...> wrt{};

/// The choice when none is given: all arguments.
struct wrt_all {};

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
