// SPDX-License-Identifier: BSL-1.0
// What gradient, derivative and jacobian return has in common: the call on numbers or on arrays, and how the outputs of a program
// become a result of the right shape.
#pragma once

#include <tapeless/evaluate/execution.hpp>
#include <tapeless/function/call.hpp>

#include <utility>

namespace tapeless::detail {

/// The outputs of a program as numbers. A result has the arguments' own number types, but for a function that is being recorded:
/// there all numbers are terms, also a derivative by a literal.
template <class Number>
struct number_row {
    const Number* numbers;
    using number = Number;
    template <class Shape>
    using type = std::conditional_t<is_symbolic<Number>, rebind<Shape, Number>, Shape>;

    /// The value of that shape whose numbers start at position First.
    template <class Shape, int First>
    TAPELESS_HOST_INLINE constexpr type<Shape> build() const {
        using target = type<Shape>;
        return structure<target>::template build<target, 0>(read<number_of<target>, First>{numbers});
    }

private:
    template <class To, int First>
    struct read {
        const Number* numbers;
        template <int Position>
        TAPELESS_HOST_INLINE constexpr To operator()(at<Position>) const {
            return static_cast<To>(numbers[First + Position]);
        }
    };
};

/// The outputs of a program on arrays: each number of a result is an array. Each is handed out once.
template <class Array>
struct array_row {
    Array* arrays;
    using number = Array;
    template <class Shape>
    using type = rebind<Shape, Array>;

    template <class Shape, int First>
    type<Shape> build() const {
        return structure<Shape>::template build<type<Shape>, 0>(take<First>{arrays});
    }

private:
    template <int First>
    struct take {
        Array* arrays;
        template <int Position>
        Array operator()(at<Position>) const {
            return std::move(arrays[First + Position]);
        }
    };
};

/// A call on arguments of which some are arrays, and memory for its results; both in function/array_call.hpp.
template <class Self, class Policy, class... Argument>
struct array_call;
template <class Function, class... Memory>
struct memory_binding;

/// Self has: is_proper, the diagnosis of a call with the sentences of its public name; layout, which makes up the result from a row; and
/// stand_in, what an improper call returns, so that what is done with the result adds no errors.
template <class Self, class Function, class Wrt, bool WithValue>
struct derived_function {
    using function = Function;
    using choice = Wrt;
    static constexpr bool with_value = WithValue;
    template <class... Argument>
    using program = program_of<Function, Wrt, WithValue, Argument...>;

    template <class... Argument>
    constexpr auto operator()(const Argument&... argument) const {
        constexpr bool on_host = !(is_in_device_memory<Argument> || ...);
        static_assert(on_host, "tapeless: an argument is in the memory of a device: pass execution::device as the first argument.");
        if constexpr (!on_host) {
            return typename Self::template stand_in<element<Argument>...>{};
        } else if constexpr ((is_array<Argument> || ...)) {
            return array_call<Self, execution::sequential_policy, Argument...>::get(argument...);
        } else {
            constexpr bool proper = Self::template is_proper<Argument...>();
            if constexpr (!proper) {
                return typename Self::template stand_in<Argument...>{};
            } else {
                const auto row = run<program<Argument...>>(argument...);
                return Self::template layout<Argument...>::build(number_row<typename decltype(row)::number>{row.numbers});
            }
        }
    }

    /// On arrays, on the threads of a policy, `execution::par`, or by calls of its own, `execution::device`.
    template <execution_policy Policy, class... Argument>
    auto operator()([[maybe_unused]] const Policy& policy, const Argument&... argument) const {
        if constexpr (makes_calls<Policy>) {
            return Policy::template call<Self, Argument...>::get(policy, argument...);
        } else {
            static_assert((is_array<Argument> || ...), "tapeless: an execution policy is for calls with arrays (tapeless/arrays.hpp); none of the arguments is one.");
            if constexpr ((is_array<Argument> || ...)) return array_call<Self, Policy, Argument...>::get(argument...);
        }
    }

    /// On arrays, with memory for the results; needs <tapeless/arrays.hpp>.
    template <class... Memory>
    auto into(Memory&&... memory) const {
        constexpr bool has_arrays = requires { sizeof(memory_binding<Self, Memory...>); };
        static_assert(has_arrays, "tapeless: into(…) is for functions on arrays; include <tapeless/arrays.hpp>.");
        if constexpr (has_arrays) return memory_binding<Self, Memory...>::make(memory...);
        else return [](const auto&...) {};
    }
};

}  // namespace tapeless::detail
