// SPDX-License-Identifier: BSL-1.0
// derivative and value_and_derivative of a function by one number.
#pragma once

#include <tapeless/function/derived_function.hpp>

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
struct derivative_function : detail::derived_function<derivative_function<Function, Wrt, WithValue>, Function, Wrt, WithValue> {
    static constexpr const char* name = WithValue ? "tapeless::value_and_derivative" : "tapeless::derivative";
    template <class... Argument>
    using stand_in = detail::common_number_of<Argument...>;

    /// A static_assert says what is wrong with a call.
    template <class... Argument>
    static constexpr bool is_proper() {
        constexpr detail::misuse problem = detail::diagnose<Function, Wrt, detail::needs::one_input, Argument...>();
        TAPELESS_ASSERT_PROPER("tapeless::derivative", problem);
        return problem == detail::misuse::no;
    }

    template <class... Argument>
    static constexpr bool is_proper_program() {
        static_assert(sizeof...(Argument) == 0, "tapeless::derivative: this is a function of arrays, of which there are tapeless::gradient and tapeless::value_and_gradient.");
        return false;
    }

    /// The value, if asked for, then the derivative, both in the shape of the function's result.
    template <class... Argument>
    struct layout {
        using value = detail::rebind<typename detail::recording_of<Function, Argument...>::result, detail::common_number_of<Argument...>>;

        template <class Row>
        TAPELESS_HOST_INLINE static constexpr auto build(const Row& row) {
            using type = typename Row::template type<value>;
            if constexpr (WithValue) return value_with_derivative<type, type>{row.template build<value, 0>(), row.template build<value, structure<value>::count>()};
            else return row.template build<value, 0>();
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
