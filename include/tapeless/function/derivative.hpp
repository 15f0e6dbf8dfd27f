// SPDX-License-Identifier: BSL-1.0
// derivative and value_and_derivative of a function by one number.
#pragma once

#include <tapeless/function/call.hpp>

namespace tapeless {

/// What `value_and_derivative(f)` returns; binds as `auto [value, derivative] = …`.
template <class Value, class Derivative>
struct value_with_derivative {
    Value value;
    Derivative derivative;
};
template <class Value, class Derivative>
inline constexpr bool detail::is_value_and_derivatives<value_with_derivative<Value, Derivative>> = true;

/// What `derivative(f)` and `value_and_derivative(f)` return: an empty function object of the same arguments as f.
template <class Function, class Wrt, bool WithValue>
struct derivative_function {
    static constexpr const char* name = WithValue ? "tapeless::value_and_derivative" : "tapeless::derivative";
    template <class... Argument>
    using program = detail::program_of<Function, Wrt, WithValue, Argument...>;

    template <class... Argument>
    constexpr auto operator()(const Argument&... argument) const {
        constexpr bool proper = is_proper<detail::element<Argument>...>();
        if constexpr (!proper) {
            return detail::common_number_of<Argument...>{};  // so that what is done with the result adds no errors
        } else if constexpr ((detail::is_array<Argument> || ...)) {
            return detail::array_results<program<detail::element<Argument>...>, layout<typename detail::recording_of<Function, detail::element<Argument>...>::result>,
                                         Argument...>::get(name, argument...);
        } else {
            using program = program<Argument...>;
            const auto row = detail::run<program>(argument...);
            using value = detail::rebind<typename detail::recording_of<Function, Argument...>::result, typename decltype(row)::number>;
            constexpr int first = WithValue ? program::rows : 0;
            if constexpr (WithValue)
                return value_with_derivative<value, value>{detail::build_from<value, 0>(row.numbers), detail::build_from<value, first>(row.numbers)};
            else return detail::build_from<value, first>(row.numbers);
        }
    }

    /// On arrays, with memory for the results; needs <tapeless/function/elementwise.hpp>.
    template <class... Memory>
    auto into(Memory&&... memory) const {
        return detail::memory_binding<derivative_function, Memory...>::make(memory...);
    }

    /// A static_assert says what is wrong with a call.
    template <class... Argument>
    static constexpr bool is_proper() {
        constexpr detail::misuse problem = detail::diagnose<Function, Wrt, detail::needs::one_input, Argument...>();
        TAPELESS_ASSERT_PROPER("tapeless::derivative", problem);
        return problem == detail::misuse::no;
    }

private:
    /// On arrays: each number of the result is an array.
    template <class Result>
    struct layout {
        template <class Array>
        static auto build(Array* row) {
            using value = detail::rebind<Result, Array>;
            if constexpr (WithValue)
                return value_with_derivative<value, value>{detail::build_from_moved<Result>(row), detail::build_from_moved<Result>(row + structure<Result>::count)};
            else return detail::build_from_moved<Result>(row);
        }
    };
};

/// Derivative of `f` by one number, as a function of the same arguments.
/// f: captureless, generic in its number type, of one number, or of several arguments of which wrt<k> chooses one number.
/// Returns the shape of f's result.
/// Errors: a static_assert for captures, wrong arguments, a function that is not constexpr, or more than one number to
/// differentiate by.
/// Cost: the function and one sweep, as straight-line code that shares what both compute; no allocation.
/// `derivative(derivative(f))` is the second derivative, and so on.
/// Example: doc/example/derivative.cpp
template <class Function, class Wrt = wrt_all>
    requires(!detail::symbolic<Function>)
constexpr auto derivative(const Function&, Wrt = {}) {
    TAPELESS_ASSERT_CAPTURELESS("tapeless::derivative", Function, Wrt);
    return derivative_function<Function, Wrt, false>{};
}

/// The same with the value: the result binds as `auto [value, derivative] = …`.
template <class Function, class Wrt = wrt_all>
    requires(!detail::symbolic<Function>)
constexpr auto value_and_derivative(const Function&, Wrt = {}) {
    TAPELESS_ASSERT_CAPTURELESS("tapeless::value_and_derivative", Function, Wrt);
    return derivative_function<Function, Wrt, true>{};
}

}  // namespace tapeless
