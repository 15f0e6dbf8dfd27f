// SPDX-License-Identifier: BSL-1.0
// What is done with a symbolic expression: its value, its derivative by a symbol (again an expression), its gradient.
#pragma once

#include <tapeless/derive/derived.hpp>
#include <tapeless/evaluate/scalar.hpp>
#include <tapeless/function/gradient.hpp>
#include <tapeless/record/symbol.hpp>

#include <limits>
#include <tuple>
#include <type_traits>

namespace tapeless {

/// Numbers looked up by symbol: the gradient of an expression, `g[x]`.
template <class Names, class Number>
class by_symbol {
public:
    template <symbol_name Name>
    constexpr const Number& operator[](const symbol_expression<Name>&) const {
        constexpr bool known = boost::mp11::mp_contains<Names, named<Name>>::value;
        static_assert(known, "tapeless::gradient: the gradient has no entry for this symbol: the expression does not contain it, or it was not asked for.");
        return numbers[known ? detail::position_of<Names, named<Name>>() : 0];
    }

    Number numbers[boost::mp11::mp_size<Names>::value > 0 ? boost::mp11::mp_size<Names>::value : 1];
};

namespace detail {

template <class Bound>
struct is_bound_by {
    template <class Name>
    using one = boost::mp11::mp_contains<Bound, Name>;
};

template <class Names, class Bound, class... Value>
inline constexpr bool binds = boost::mp11::mp_all_of<Names, is_bound_by<Bound>::template one>::value &&
                              boost::mp11::mp_all_of<Bound, is_bound_by<Names>::template one>::value &&
                              boost::mp11::mp_is_set<Bound>::value && (!std::numeric_limits<Value>::is_integer && ...);

#define TAPELESS_ASSERT_BOUND(CALL, NAMES, BOUND, VALUES)                                                                      \
    static_assert(boost::mp11::mp_all_of<NAMES, ::tapeless::detail::is_bound_by<BOUND>::template one>::value,                                      \
                  CALL ": a symbol of the expression is unbound; give each a value, as in e(x = 2.0, y = 3.0).");              \
    static_assert(boost::mp11::mp_all_of<BOUND, ::tapeless::detail::is_bound_by<NAMES>::template one>::value,                                      \
                  CALL ": a value is given for an unknown symbol, one that the expression does not contain.");                 \
    static_assert(boost::mp11::mp_is_set<BOUND>::value, CALL ": a symbol is given two values.");                               \
    static_assert((!std::numeric_limits<VALUES>::is_integer && ...),                                                           \
                  CALL ": a symbol is bound to an integer; bind it to a real number, x = 2.0 instead of x = 2.")

/// Evaluates a program whose inputs are the symbols `Names`, then the literals.
template <class Program, class Names, int LiteralCount, class Number, int Count, class... Name, class... Value>
constexpr void evaluate_bound(const double* literals, Number (&outputs)[Count], const binding<Name, Value>&... bound) {
    constexpr int symbols = static_cast<int>(boost::mp11::mp_size<Names>::value);
    Number inputs[symbols + LiteralCount + 1];
    ((inputs[position_of<Names, Name>()] = static_cast<Number>(bound.value)), ...);
    for (int k = 0; k < LiteralCount; ++k) inputs[symbols + k] = static_cast<Number>(literals[k]);
    evaluate<Program>(inputs, outputs);
}

template <class Names, class... Wanted>
struct wanted_symbols {
    static constexpr bool contains(std::uint64_t input) {
        const int positions[] = {position_of<Names, Wanted>()..., -1};
        for (int position : positions)
            if (position >= 0 && static_cast<std::uint64_t>(position) == input) return true;
        return false;
    }
};

template <class Expression, class... Wanted>
using expression_derivative = jacobian_graph<typename Expression::graph_type, boost::mp11::mp_size<typename Expression::names>::value + Expression::literal_count,
                                             wanted_symbols<typename Expression::names, Wanted...>, false>;

/// The derivative of an expression by one symbol of it.
template <class Expression, class Name>
struct symbolic_derivative {
    using result = canonical<expression_derivative<Expression, Name>, typename Expression::names, Expression::literal_count>;
    static constexpr auto make(const Expression& e) {
        std::array<double, Expression::literal_count + 1> all{};
        for (int k = 0; k < Expression::literal_count; ++k) all[k] = e.literals()[k];
        return result::type::template with_literals_of<result>(all);
    }
};

}  // namespace detail

template <class Graph, class Names, int LiteralCount>
template <class... Name, class... Value>
constexpr auto expression<Graph, Names, LiteralCount>::operator()(const binding<Name, Value>&... value) const {
    using bound = boost::mp11::mp_list<Name...>;
    TAPELESS_ASSERT_BOUND("tapeless::expression", Names, bound, Value);
    constexpr bool is_number = flat.nodes[flat.outputs[0]].result() == kind::real;
    static_assert(is_number, "tapeless::expression: a condition has no value of its own; use it in select(condition, a, b).");
    if constexpr (is_number && detail::binds<Names, bound, Value...>) {
        typename detail::common_number<Value...>::type outputs[1];
        detail::evaluate_bound<Graph, Names, LiteralCount>(literals(), outputs, value...);
        return outputs[0];
    }
}

/// What `gradient(e)` and `value_and_gradient(e)` return for an expression: a function of bound symbols.
template <class Expression, bool WithValue, class... Wanted>
class expression_gradient {
public:
    using program = detail::jacobian_graph<typename Expression::graph_type,
                                           boost::mp11::mp_size<typename Expression::names>::value + Expression::literal_count,
                                           detail::wanted_symbols<typename Expression::names, Wanted...>, WithValue>;

    constexpr explicit expression_gradient(const Expression& e) : expression_(e) {}
    /// The expression that this is the gradient of.
    constexpr const Expression& expression() const { return expression_; }

    template <class... Name, class... Value>
    constexpr auto operator()(const binding<Name, Value>&... value) const {
        using names = typename Expression::names;
        using bound = boost::mp11::mp_list<Name...>;
        TAPELESS_ASSERT_BOUND("tapeless::gradient", names, bound, Value);
        if constexpr (detail::binds<names, bound, Value...>) {
            using number = std::common_type_t<Value...>;
            number outputs[program::output_count];
            detail::evaluate_bound<program, names, Expression::literal_count>(expression_.literals(), outputs, value...);
            // The program's columns are in alphabetical order.
            by_symbol<boost::mp11::mp_sort<boost::mp11::mp_list<Wanted...>, detail::name_less>, number> gradient{};
            for (int k = 0; k < static_cast<int>(sizeof...(Wanted)); ++k) gradient.numbers[k] = outputs[WithValue + k];
            if constexpr (WithValue) return value_with_gradient<number, decltype(gradient)>{outputs[0], gradient};
            else return gradient;
        }
    }
    /// Values without names.
    template <class... Value>
        requires(!detail::is_binding<Value> || ...)
    constexpr by_symbol<typename Expression::names, double> operator()(const Value&...) const {
        static_assert((detail::is_binding<Value> && ...), TAPELESS_VALUE_WITHOUT_SYMBOL("tapeless::gradient"));
        return {};
    }

private:
    [[no_unique_address]] Expression expression_;
};

namespace detail {

template <bool WithValue, class Expression, class... Name>
constexpr auto gradient_by(const Expression& e, boost::mp11::mp_list<Name...>) {
    constexpr bool known = (boost::mp11::mp_contains<typename Expression::names, Name>::value && ...);
    static_assert(known, "tapeless::gradient: the expression does not contain the symbol to differentiate by.");
    if constexpr (known) return expression_gradient<Expression, WithValue, Name...>(e);
}

}  // namespace detail

/// Derivative of an expression by one symbol: an expression, 0 if the symbol does not occur.
/// Example: doc/example/symbols.cpp
template <detail::expression_like Expression, symbol_name Name>
constexpr auto derivative(const Expression& e, const symbol_expression<Name>&) {
    using base = typename Expression::expression_base;
    if constexpr (boost::mp11::mp_contains<typename base::names, named<Name>>::value) return detail::symbolic_derivative<base, named<Name>>::make(e);
    else return literal<0>;
}

/// Without a symbol there is no derivative: a static_assert says so.
template <detail::expression_like Expression>
constexpr Expression derivative(const Expression& e) {
    static_assert(!detail::expression_like<Expression>, "tapeless::derivative: name the symbol to differentiate by, derivative(e, x).");
    return e;
}
/// An expression has one value: a static_assert says so.
template <detail::expression_like Expression, class... Choice>
constexpr Expression jacobian(const Expression& e, const Choice&...) {
    static_assert(!detail::expression_like<Expression>, "tapeless::jacobian: an expression has one value; call tapeless::gradient(e).");
    return e;
}

/// Gradient of an expression: a function of bound symbols, `gradient(e)(x = 2.0, y = 3.0)`, whose result is looked up by
/// symbol, `g[x]`. By all symbols of the expression, or by those given after it.
template <detail::expression_like Expression, symbol_name... Name>
constexpr auto gradient(const Expression& e, const symbol_expression<Name>&...) {
    using base = typename Expression::expression_base;
    return detail::gradient_by<false, base>(e, std::conditional_t<sizeof...(Name) == 0, typename base::names, boost::mp11::mp_list<named<Name>...>>{});
}

/// The same with the value: binds as `auto [value, gradient] = …`.
template <detail::expression_like Expression, symbol_name... Name>
constexpr auto value_and_gradient(const Expression& e, const symbol_expression<Name>&...) {
    using base = typename Expression::expression_base;
    return detail::gradient_by<true, base>(e, std::conditional_t<sizeof...(Name) == 0, typename base::names, boost::mp11::mp_list<named<Name>...>>{});
}

}  // namespace tapeless
