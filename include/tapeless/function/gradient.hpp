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

/// What `gradient(f)` and `value_and_gradient(f)` return: an empty function object of the same arguments as f.
template <class Function, class Wrt, bool WithValue>
struct gradient_function {
    template <class... Argument>
    constexpr auto operator()(const Argument&... argument) const {
        constexpr detail::misuse problem = detail::diagnose<Function, Wrt, detail::needs::one_result, Argument...>();
        TAPELESS_ASSERT_PROPER("tapeless::gradient", problem);
        if constexpr (problem == detail::misuse::no) {
            const auto row = detail::run<detail::program_of<Function, Wrt, WithValue, Argument...>>(argument...);
            using number = typename decltype(row)::number;
            const auto build = [&]<class By, int Offset>(detail::chosen<By, Offset>) { return detail::build_from<By>(row.numbers + WithValue + Offset); };
            if constexpr (WithValue) return detail::pair_up<value_with_gradient>(number(row.numbers[0]), detail::by_argument<Wrt, Argument...>(build));
            else return detail::by_argument<Wrt, Argument...>(build);
        }
    }
};

/// Gradient of `f` as a function of the same arguments.
/// f: captureless, generic in its number type, returning one number. Each argument is a number or a (nested) std::array
/// or std::tuple of numbers.
/// Returns the derivatives in the shape of the argument; a std::tuple of these for several arguments.
/// wrt: by which arguments, in which order; all if left out. The others may be integers.
/// Errors: a static_assert for captures, wrong arguments, a function that is not constexpr, or more than one result.
/// Cost: one forward and one reverse sweep of straight-line code, values shared; no allocation.
/// Example: doc/example/gradient.cpp
template <class Function, class Wrt = wrt_all>
    requires(!detail::symbolic<Function>)
constexpr auto gradient(const Function&, Wrt = {}) {
    TAPELESS_ASSERT_CAPTURELESS("tapeless::gradient", Function);
    return gradient_function<Function, Wrt, false>{};
}

/// The same with the value: the result binds as `auto [value, gradient] = …`.
template <class Function, class Wrt = wrt_all>
    requires(!detail::symbolic<Function>)
constexpr auto value_and_gradient(const Function&, Wrt = {}) {
    TAPELESS_ASSERT_CAPTURELESS("tapeless::value_and_gradient", Function);
    return gradient_function<Function, Wrt, true>{};
}

}  // namespace tapeless
