// SPDX-License-Identifier: BSL-1.0
// jacobian and value_and_jacobian of a function that returns several numbers, in std::array or std::tuple.
#pragma once

#include <tapeless/function/derived_function.hpp>

namespace tapeless {

/// What `value_and_jacobian(f)` returns; binds as `auto [value, jacobian] = …`.
template <class Value, class Jacobian>
struct value_with_jacobian {
    Value value;
    Jacobian jacobian;
};
template <class Value, class Jacobian>
inline constexpr bool detail::is_value_and_derivatives<value_with_jacobian<Value, Jacobian>> = true;

namespace detail {

/// The derivatives of one output number by one argument, the numbers of a row from First on; each output is Columns further.
template <class Row, class By, int Columns, int First>
struct read_rows {
    const Row& row;
    template <int Output>
    TAPELESS_HOST_INLINE constexpr auto operator()(at<Output>) const {
        return row.template build<By, First + Output * Columns>();
    }
};

/// How the numbers of a Jacobian, row by row from First on, make up its result.
template <class Output, int Columns, int First>
struct jacobian_entries {
    template <class Row, class... Chosen>
    TAPELESS_HOST_INLINE static constexpr auto build(const Row& row, boost::mp11::mp_list<Chosen...>) {
        using type = by_argument_t<rebind<Output, typename Row::template type<typename Chosen::type>>...>;
        return type{structure<Output>::template build<rebind<Output, typename Row::template type<typename Chosen::type>>, 0>(
            read_rows<Row, typename Chosen::type, Columns, First + Chosen::offset>{row})...};
    }
};

/// For a std::tuple of outputs a std::tuple of these, one an output.
template <class... Output, int Columns, int First>
struct jacobian_entries<std::tuple<Output...>, Columns, First> {
    template <class Row, class Choice>
    TAPELESS_HOST_INLINE static constexpr auto build(const Row& row, Choice choice) {
        return build_each(row, choice, std::make_integer_sequence<int, sizeof...(Output)>{});
    }

private:
    template <int I>
    using of = jacobian_entries<std::tuple_element_t<I, std::tuple<Output...>>, Columns, First + count_before<Output...>(I) * Columns>;
    template <class Row, class Choice, int... I>
    TAPELESS_HOST_INLINE static constexpr auto build_each(const Row& row, Choice choice, std::integer_sequence<int, I...>) {
        return std::tuple<decltype(of<I>::build(row, choice))...>{of<I>::build(row, choice)...};
    }
};

}  // namespace detail

/// What `jacobian(f)` and `value_and_jacobian(f)` return: an empty function object of the same arguments as f.
template <class Function, class Wrt, bool WithValue>
struct jacobian_function : detail::derived_function<jacobian_function<Function, Wrt, WithValue>, Function, Wrt, WithValue> {
    static constexpr const char* name = WithValue ? "tapeless::value_and_jacobian" : "tapeless::jacobian";
    template <class... Argument>
    using stand_in = detail::by_argument_t<Argument...>;

    /// A static_assert says what is wrong with a call.
    template <class... Argument>
    static constexpr bool is_proper() {
        constexpr detail::misuse problem = detail::diagnose<Function, Wrt, detail::needs::nothing_more, Argument...>();
        TAPELESS_ASSERT_PROPER("tapeless::jacobian", problem);
        return problem == detail::misuse::no;
    }

    template <class... Argument>
    static constexpr bool is_proper_program() {
        static_assert(sizeof...(Argument) == 0, "tapeless::jacobian: this is a function of arrays, of which there are tapeless::gradient and tapeless::value_and_gradient.");
        return false;
    }

    /// The value, if asked for, in the shape of the function's result, then that shape with each number replaced by its derivatives.
    template <class... Argument>
    struct layout {
        using result = typename detail::recording_of<Function, Argument...>::result;
        using value = detail::rebind<result, detail::common_number_of<Argument...>>;
        using program = typename jacobian_function::template program<Argument...>;

        template <class Row>
        TAPELESS_HOST_INLINE static constexpr auto build(const Row& row) {
            using entries = detail::jacobian_entries<result, program::columns, WithValue ? program::rows : 0>;
            const auto choice = detail::chosen_of<Wrt, Argument...>{};
            if constexpr (WithValue)
                return value_with_jacobian<typename Row::template type<value>, decltype(entries::build(row, choice))>{row.template build<value, 0>(),
                                                                                                                     entries::build(row, choice)};
            else return entries::build(row, choice);
        }
    };
};

/// Jacobian of `f` as a function of the same arguments.
/// f: captureless, generic in its number type, returning a number, a (nested) std::array or a std::tuple of these.
/// Returns the shape of the result with each number replaced by the shape of the argument: `J[i][j]` is the derivative of
/// output i by input j. For several arguments a std::tuple, one entry an argument; for a std::tuple of results
/// a std::tuple, one entry a result, of these.
/// wrt: by which arguments, in which order; all if left out. The others may be integers.
/// Errors: a static_assert for captures, wrong arguments, or a function that is not constexpr.
/// Cost: the function once, and an elimination of its graph in the order of fewest multiplications (up to 200 nodes; beyond, the
/// cheaper of a reverse sweep a row and a forward sweep a column); entries that are zero for all arguments cost nothing.
/// Example: doc/example/jacobian.cpp
template <class Function, class Wrt = wrt_all>
    requires(!detail::symbolic<Function>)
constexpr auto jacobian(const Function&, Wrt = {}) {
    TAPELESS_ASSERT_CAPTURELESS("tapeless::jacobian", Function, Wrt);
    return jacobian_function<Function, Wrt, false>{};
}

/// The same with the value: the result binds as `auto [value, jacobian] = …`.
template <class Function, class Wrt = wrt_all>
    requires(!detail::symbolic<Function>)
constexpr auto value_and_jacobian(const Function&, Wrt = {}) {
    TAPELESS_ASSERT_CAPTURELESS("tapeless::value_and_jacobian", Function, Wrt);
    return jacobian_function<Function, Wrt, true>{};
}

}  // namespace tapeless
