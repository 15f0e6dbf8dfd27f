// SPDX-License-Identifier: BSL-1.0
// jacobian and value_and_jacobian of a function that returns several numbers, in std::array or std::tuple.
#pragma once

#include <tapeless/function/call.hpp>

namespace tapeless {

/// What `value_and_jacobian(f)` returns; binds as `auto [value, jacobian] = …`.
template <class Value, class Jacobian>
struct value_with_jacobian {
    Value value;
    Jacobian jacobian;
};

/// What `jacobian(f)` and `value_and_jacobian(f)` return: an empty function object of the same arguments as f.
template <class Function, class Wrt, bool WithValue>
struct jacobian_function {
    template <class... Argument>
    constexpr auto operator()(const Argument&... argument) const {
        constexpr detail::misuse problem = detail::diagnose<Function, Wrt, detail::needs::nothing_more, Argument...>();
        TAPELESS_ASSERT_PROPER("tapeless::jacobian", problem);
        if constexpr (problem == detail::misuse::no) {
            using program = detail::program_of<Function, Wrt, WithValue, Argument...>;
            const auto row = detail::run<program>(argument...);
            using value = typename detail::recording_of<Function, Argument...>::result;
            using number = typename decltype(row)::number;
            const number* const derivatives = row.numbers + (WithValue ? program::rows : 0);
            // For each output in turn, the derivatives by one argument: they lie one row apart.
            const auto by = [&]<class By, int Offset, class Output>(detail::chosen<By, Offset>, std::type_identity<Output>, int first_row) {
                int at = first_row * program::columns + Offset;
                return structure<Output>::template build<detail::rebind<Output, By>>([&] {
                    const By entry = detail::build_from<By>(derivatives + at);
                    at += program::columns;
                    return entry;
                });
            };
            const auto jacobian = detail::by_output<value>([&]<class Output>(std::type_identity<Output> output, int first_row) {
                return detail::by_argument<Wrt, Argument...>([&](auto choice) { return by(choice, output, first_row); });
            });
            if constexpr (WithValue) return detail::pair_up<value_with_jacobian>(detail::build_from<detail::rebind<value, number>>(row.numbers), jacobian);
            else return jacobian;
        }
    }
};

/// Jacobian of `f` as a function of the same arguments.
/// f: captureless, generic in its number type, returning a number, a (nested) std::array or a std::tuple of these.
/// Returns the shape of the result with each number replaced by the shape of the argument: `J[i][j]` is the derivative of
/// output i by input j. For several arguments a std::tuple, one entry an argument; for a std::tuple of results
/// a std::tuple, one entry a result, of these.
/// wrt: by which arguments, in which order; all if left out. The others may be integers.
/// Errors: a static_assert for captures, wrong arguments, or a function that is not constexpr.
/// Cost: one forward sweep shared by all rows, and the fewer of one reverse sweep a row or one forward sweep a column;
/// entries that are zero for all arguments cost nothing.
/// Example: doc/example/jacobian.cpp
template <class Function, class Wrt = wrt_all>
    requires(!detail::symbolic<Function>)
constexpr auto jacobian(const Function&, Wrt = {}) {
    TAPELESS_ASSERT_CAPTURELESS("tapeless::jacobian", Function);
    return jacobian_function<Function, Wrt, false>{};
}

/// The same with the value: the result binds as `auto [value, jacobian] = …`.
template <class Function, class Wrt = wrt_all>
    requires(!detail::symbolic<Function>)
constexpr auto value_and_jacobian(const Function&, Wrt = {}) {
    TAPELESS_ASSERT_CAPTURELESS("tapeless::value_and_jacobian", Function);
    return jacobian_function<Function, Wrt, true>{};
}

}  // namespace tapeless
