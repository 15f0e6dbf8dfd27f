// SPDX-License-Identifier: BSL-1.0
// gradient and value_and_gradient of a function that returns one number.
#pragma once

#include <tapeless/function/derived_function.hpp>

namespace tapeless {

/// What `value_and_gradient(f)` returns; binds as `auto [value, gradient] = …`.
template <class Value, class Gradient>
struct value_with_gradient {
    Value value;
    Gradient gradient;
};
template <class Value, class Gradient>
inline constexpr bool detail::is_value_and_derivatives<value_with_gradient<Value, Gradient>> = true;

namespace detail {

/// The first thing wrong with a call of a function of arrays; in function/array_program.hpp.
template <class Function, class Wrt, class... Argument>
constexpr misuse diagnose_array_program();

}  // namespace detail

/// What `gradient(f)` and `value_and_gradient(f)` return: an empty function object of the same arguments as f.
template <class Function, class Wrt, bool WithValue>
struct gradient_function : detail::derived_function<gradient_function<Function, Wrt, WithValue>, Function, Wrt, WithValue> {
    static constexpr const char* name = WithValue ? "tapeless::value_and_gradient" : "tapeless::gradient";
    template <class... Argument>
    using stand_in = detail::by_argument_t<Argument...>;

    /// A static_assert says what is wrong with a call.
    template <class... Argument>
    static constexpr bool is_proper() {
        constexpr detail::misuse problem = detail::diagnose<Function, Wrt, detail::needs::one_result, Argument...>();
        TAPELESS_ASSERT_PROPER("tapeless::gradient", problem);
        return problem == detail::misuse::no;
    }

    template <class... Argument>
    static constexpr bool is_proper_program() {
        constexpr detail::misuse problem = detail::diagnose_array_program<Function, Wrt, Argument...>();
        TAPELESS_ASSERT_PROPER("tapeless::gradient", problem);
        return problem == detail::misuse::no;
    }

    /// The value, if asked for, then the derivatives by each chosen argument, in its shape.
    template <class... Argument>
    struct layout {
        template <class Row>
        TAPELESS_HOST_INLINE static constexpr auto build(const Row& row) {
            return build(row, detail::chosen_of<Wrt, Argument...>{});
        }

    private:
        template <class Row, class... Chosen>
        TAPELESS_HOST_INLINE static constexpr auto build(const Row& row, boost::mp11::mp_list<Chosen...>) {
            using number = detail::common_number_of<Argument...>;
            using gradient = detail::by_argument_t<typename Row::template type<typename Chosen::type>...>;
            if constexpr (WithValue)
                return value_with_gradient<typename Row::number, gradient>{row.template build<number, 0>(),
                                                                           gradient{row.template build<typename Chosen::type, 1 + Chosen::offset>()...}};
            else return gradient{row.template build<typename Chosen::type, Chosen::offset>()...};
        }
    };
};

/// Gradient of `f` as a function of the same arguments.
/// f: captureless, generic in its number type, returning one number. Each argument is a number or a (nested) std::array
/// or std::tuple of numbers.
/// Returns the derivatives in the shape of the argument; a std::tuple of these for several arguments.
/// wrt: by which arguments, in which order; all if left out. The others may be integers.
/// Errors: a static_assert for captures, wrong arguments, a function that is not constexpr, or more than one result.
/// Cost: the function and one reverse sweep, or forward sweeps where these are cheaper, as straight-line code that shares what
/// both compute; no allocation.
/// Example: doc/example/gradient.cpp
template <class Function, class Wrt = wrt_all>
    requires(!detail::symbolic<Function>)
constexpr auto gradient(const Function&, Wrt = {}) {
    TAPELESS_ASSERT_CAPTURELESS("tapeless::gradient", Function, Wrt);
    return gradient_function<Function, Wrt, false>{};
}

/// The same with the value: the result binds as `auto [value, gradient] = …`.
template <class Function, class Wrt = wrt_all>
    requires(!detail::symbolic<Function>)
constexpr auto value_and_gradient(const Function&, Wrt = {}) {
    TAPELESS_ASSERT_CAPTURELESS("tapeless::value_and_gradient", Function, Wrt);
    return gradient_function<Function, Wrt, true>{};
}

}  // namespace tapeless
