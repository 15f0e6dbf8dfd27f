// SPDX-License-Identifier: BSL-1.0
// gradient and value_and_gradient of a function that returns one number.
#pragma once

#include <tapeless/function/call.hpp>

namespace tapeless {

/// What `value_and_gradient(f)` returns; binds as `auto [value, gradient] = …`.
template <class Value, class Gradient>
struct value_with_gradient {
    Value value;
    Gradient gradient;
};
template <class Value, class Gradient>
inline constexpr bool detail::is_value_and_derivatives<value_with_gradient<Value, Gradient>> = true;

/// What `gradient(f)` and `value_and_gradient(f)` return: an empty function object of the same arguments as f.
template <class Function, class Wrt, bool WithValue>
struct gradient_function {
    static constexpr const char* name = WithValue ? "tapeless::value_and_gradient" : "tapeless::gradient";
    template <class... Argument>
    using program = detail::program_of<Function, Wrt, WithValue, Argument...>;

    template <class... Argument>
    constexpr auto operator()(const Argument&... argument) const {
        constexpr bool proper = is_proper<detail::element<Argument>...>();
        if constexpr (!proper) {
            return detail::by_argument_t<Argument...>{};  // so that what is done with the result adds no errors
        } else if constexpr ((detail::is_array<Argument> || ...)) {
            return detail::array_results<program<detail::element<Argument>...>, layout<detail::chosen_of<Wrt, detail::element<Argument>...>>, Argument...>::get(
                name, argument...);
        } else {
            const auto row = detail::run<program<Argument...>>(argument...);
            return build(row, detail::chosen_of<Wrt, Argument...>{});
        }
    }

    /// On arrays, with memory for the results; needs <tapeless/function/elementwise.hpp>.
    template <class... Memory>
    auto into(Memory&&... memory) const {
        return detail::memory_binding<gradient_function, Memory...>::make(memory...);
    }

    /// A static_assert says what is wrong with a call.
    template <class... Argument>
    static constexpr bool is_proper() {
        constexpr detail::misuse problem = detail::diagnose<Function, Wrt, detail::needs::one_result, Argument...>();
        TAPELESS_ASSERT_PROPER("tapeless::gradient", problem);
        return problem == detail::misuse::no;
    }

private:
    /// On arrays: each number of the result is an array.
    template <class Choice>
    struct layout;
    template <class... Chosen>
    struct layout<boost::mp11::mp_list<Chosen...>> {
        template <class Array>
        static auto build(Array* row) {
            using gradient = detail::by_argument_t<detail::rebind<typename Chosen::type, Array>...>;
            const auto entries = [row](int first) { return gradient{detail::build_from_moved<typename Chosen::type>(row + first + Chosen::offset)...}; };
            if constexpr (WithValue) return value_with_gradient<Array, gradient>{std::move(row[0]), entries(1)};
            else return entries(0);
        }
    };

    template <class Row, class... Chosen>
    TAPELESS_HOST_INLINE static constexpr auto build(const Row& row, boost::mp11::mp_list<Chosen...> chosen) {
        using gradient = detail::by_argument_t<typename Chosen::type...>;
        if constexpr (WithValue) return value_with_gradient<typename Row::number, gradient>{row.numbers[0], entries<gradient, 1>(row, chosen)};
        else return entries<gradient, 0>(row, chosen);
    }
    template <class Gradient, int First, class Row, class... Chosen>
    TAPELESS_HOST_INLINE static constexpr Gradient entries(const Row& row, boost::mp11::mp_list<Chosen...>) {
        return Gradient{detail::build_from<typename Chosen::type, First + Chosen::offset>(row.numbers)...};
    }
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
