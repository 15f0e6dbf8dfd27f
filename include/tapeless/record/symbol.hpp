// SPDX-License-Identifier: BSL-1.0
// Symbols and the expressions made of them: the type of an expression is its graph, the names of its
// symbols, and the number of run-time literals that it holds.
#pragma once

#include <tapeless/graph/graph_type.hpp>
#include <tapeless/graph/live_nodes.hpp>

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <boost/mp11/set.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace tapeless {

/// A string literal as a template argument.
template <std::size_t Size>
struct symbol_name {
    char text[Size];
    constexpr symbol_name(const char (&name)[Size]) { std::copy_n(name, Size, text); }
    constexpr std::string_view view() const { return {text, Size - 1}; }
};

/// The name of a symbol as a type.
template <symbol_name Name>
struct named {
    static constexpr std::string_view text = Name.view();
};

/// A symbol with its value: what `x = 2.0` makes.
template <class Name, class Value>
struct binding {
    Value value;
};

namespace detail {

template <class A, class B>
using name_less = boost::mp11::mp_bool<(A::text < B::text)>;

template <class T>
inline constexpr bool is_binding = false;
template <class Name, class Value>
inline constexpr bool is_binding<binding<Name, Value>> = true;
#define TAPELESS_VALUE_WITHOUT_SYMBOL(CALL) CALL ": a value is given without its symbol; bind each by name, as in e(x = 2.0, y = 3.0)."

}  // namespace detail

template <class Graph, class Names, int LiteralCount>
class expression;

namespace detail {

template <class T>
concept expression_like = requires { typename T::expression_base; };
template <class T>
concept literal_like = std::is_arithmetic_v<T>;
template <class... T>
concept operands_of_expression = (expression_like<T> || ...) && ((expression_like<T> || literal_like<T>) && ...);

/// What an operand brings to an expression: a graph, names, and literals. A number brings one literal.
struct number_operand {
    using names = boost::mp11::mp_list<>;
    static constexpr int literal_count = 1;
    static constexpr auto flat = graph<outputs<0>, node<op::input, 0>>::flat;
};
template <class T>
struct operand_parts_of {
    using type = number_operand;
};
template <expression_like T>
struct operand_parts_of<T> {
    using type = typename T::expression_base;
};
template <class T>
using operand_parts = typename operand_parts_of<T>::type;

/// Which of a graph's inputs its outputs need.
template <class Program, int InputCount>
constexpr std::array<bool, InputCount + 1> used_inputs() {
    std::array<bool, InputCount + 1> used{};
    for (index at = 0; at < Program::flat.size; ++at)
        if (Program::flat.nodes[at].is_input()) used[Program::flat.nodes[at].bits] = true;
    return used;
}

/// Adds a finished graph to a builder, its input k becoming input `moved[k]`; the position of its first output.
template <class Graph>
constexpr index insert(graph_builder& g, const Graph& flat, const int* moved) {
    auto position = growing<index>::zeros(flat.size);
    for (index at = 0; at < flat.size; ++at) {
        const graph_node& n = flat.nodes[at];
        if (n.is_input()) position.data[at] = g.input(static_cast<std::uint64_t>(moved[n.bits]));
        else if (n.is_constant()) position.data[at] = g.constant(g.value_of_bits(n.bits));
        else
            position.data[at] = g.add(*n.operation, position.data[n.operands[0]], n.operands[1] == nowhere ? nowhere : position.data[n.operands[1]],
                                       n.operands[2] == nowhere ? nowhere : position.data[n.operands[2]]);
    }
    return position.data[flat.outputs[0]];
}

template <class Names, class Name>
constexpr int position_of() {
    return static_cast<int>(boost::mp11::mp_find<Names, Name>::value);
}

/// A program with the inputs that it does not need left out, and the rest renumbered: its graph's canonical type.
template <class Program, class Names, int LiteralCount>
struct canonical {
    static constexpr int symbol_count = static_cast<int>(boost::mp11::mp_size<Names>::value);
    static constexpr int input_count = symbol_count + LiteralCount;
    static constexpr auto used = used_inputs<Program, input_count>();

    template <class Name>
    using is_used = boost::mp11::mp_bool<used[position_of<Names, Name>()]>;
    using names = boost::mp11::mp_copy_if<Names, is_used>;
    static constexpr int literal_count = [] {
        int count = 0;
        for (int k = symbol_count; k < input_count; ++k) count += used[k];
        return count;
    }();
    /// Literal k of the result is literal kept_literals[k] of the program.
    static constexpr auto kept_literals = [] {
        std::array<int, literal_count + 1> kept{};
        int count = 0;
        for (int k = 0; k < LiteralCount; ++k)
            if (used[symbol_count + k]) kept[count++] = k;
        return kept;
    }();

    static constexpr auto flat = [] {
        graph_builder g(2 * Program::flat.size, aim::canonical_form);
        int moved[input_count + 1] = {};
        int count = 0;
        for (int k = 0; k < input_count; ++k)
            if (used[k]) moved[k] = count++;
        const index output = insert(g, Program::flat, moved);
        return live_nodes<2 * Program::flat.size, 1>(g, &output);
    }();

    using type = expression<graph_type_of<canonical>, names, literal_count>;
};

/// An operation on expressions and numbers: the graphs side by side in one builder, and one more node.
template <class Operation, class... Operand>
struct combination {
    using names = boost::mp11::mp_sort<boost::mp11::mp_set_union<boost::mp11::mp_list<>, typename operand_parts<Operand>::names...>, name_less>;
    static constexpr int symbol_count = static_cast<int>(boost::mp11::mp_size<names>::value);
    static constexpr int literal_count = (0 + ... + operand_parts<Operand>::literal_count);
    static constexpr int capacity = (64 + ... + operand_parts<Operand>::flat.size);

    template <class Parts, class... Name>
    static constexpr index insert_operand(graph_builder& g, int& first_literal, boost::mp11::mp_list<Name...>) {
        int moved[] = {position_of<names, Name>()..., 0, 0};
        int extended[sizeof...(Name) + Parts::literal_count + 1] = {};
        for (int k = 0; k < static_cast<int>(sizeof...(Name)); ++k) extended[k] = moved[k];
        for (int k = 0; k < Parts::literal_count; ++k) extended[sizeof...(Name) + k] = symbol_count + first_literal++;
        return insert(g, Parts::flat, extended);
    }

    static constexpr auto flat = [] {
        graph_builder g(capacity, aim::canonical_form);
        int first_literal = 0;
        const index operands[] = {insert_operand<operand_parts<Operand>>(g, first_literal, typename operand_parts<Operand>::names{})..., nowhere, nowhere};
        const index output = g.add(info_of<Operation>, operands[0], operands[1], operands[2]);
        return live_nodes<capacity, 1>(g, &output);
    }();

    using result = canonical<combination, names, literal_count>;
    using type = typename result::type;

    static constexpr type make(const Operand&... operand) {
        static_assert(!std::is_same_v<Operation, op::select> || !std::is_same_v<boost::mp11::mp_front<boost::mp11::mp_list<Operand...>>, bool>,
                      "tapeless::select: the condition is a bool and would choose now, for all values of the symbols; "
                      "a == b asks whether two expressions are the same, write equal_to(a, b) for the equality of values.");
        std::array<double, literal_count + 1> all{};
        int count = 0;
        const auto append = [&](const auto& x) {
            if constexpr (expression_like<std::remove_cvref_t<decltype(x)>>)
                for (int k = 0; k < std::remove_cvref_t<decltype(x)>::expression_base::literal_count; ++k) all[count++] = x.literals()[k];
            else all[count++] = static_cast<double>(x);
        };
        (append(operand), ...);
        return type::template with_literals_of<result>(all);
    }
};

}  // namespace detail

namespace detail {

template <int Count>
struct literal_values {
    double values[Count] = {};
};
template <>
struct literal_values<0> {};

}  // namespace detail

/// A symbolic expression. Its type says all but the values of the numbers written in it: combine it with operators and the
/// functions of the table; call it with a value for each symbol, `e(x = 2.0, y = 3.0)`.
template <class Graph, class Names, int LiteralCount>
class expression {
public:
    using expression_base = expression;
    using graph_type = Graph;
    using names = Names;
    static constexpr int literal_count = LiteralCount;
    static constexpr auto& flat = Graph::flat;

    constexpr expression() = default;
    /// The literals that `Canonical` keeps of those of a larger program.
    template <class Canonical, std::size_t Size>
    static constexpr expression with_literals_of(const std::array<double, Size>& all) {
        expression result;
        if constexpr (LiteralCount > 0)
            for (int k = 0; k < LiteralCount; ++k) result.literals_.values[k] = all[Canonical::kept_literals[k]];
        return result;
    }
    constexpr const double* literals() const {
        if constexpr (LiteralCount > 0) return literals_.values;
        else return nullptr;
    }

    template <class Operation, class... Operand>
    using result = typename detail::combination<Operation, Operand...>::type;
    template <class Operation, class... Operand>
    static constexpr result<Operation, Operand...> apply(const Operand&... operand) {
        return detail::combination<Operation, Operand...>::make(operand...);
    }

    /// The value; defined in function/expression.hpp.
    template <class... Name, class... Value>
    constexpr auto operator()(const binding<Name, Value>&... value) const;
    /// Values without names.
    template <class... Value>
        requires(!detail::is_binding<Value> || ...)
    constexpr double operator()(const Value&...) const {
        static_assert((detail::is_binding<Value> && ...), TAPELESS_VALUE_WITHOUT_SYMBOL("tapeless::expression"));
        return 0;
    }

private:
    [[no_unique_address]] detail::literal_values<LiteralCount> literals_;
};

/// The type of `symbol<"x">`.
template <symbol_name Name>
class symbol_expression
    : public expression<graph<outputs<0>, node<op::input, 0>>, boost::mp11::mp_list<named<Name>>, 0> {
public:
    /// `x = 2.0` binds a value for a call; it assigns nothing.
    template <class Value>
    constexpr binding<named<Name>, Value> operator=(const Value& value) const {
        return {value};
    }
};

/// The symbol of that name: equal names are equal symbols.
template <symbol_name Name>
inline constexpr symbol_expression<Name> symbol{};

/// A number that is part of the type: `literal<2> * x` is the same as `x + x`, and `pow(x, literal<2>)` as `x * x`,
/// where `2 * x` and `pow(x, 2)` hold their number as a value.
template <auto Value>
    requires std::is_arithmetic_v<decltype(Value)>
inline constexpr expression<graph<outputs<0>, node<op::constant, static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(static_cast<double>(Value)))>>,
                            boost::mp11::mp_list<>, 0>
    literal{};

template <class Graph, class Names, int LiteralCount>
inline constexpr bool detail::is_symbolic<expression<Graph, Names, LiteralCount>> = true;
template <symbol_name Name>
inline constexpr bool detail::is_symbolic<symbol_expression<Name>> = true;

// The operators, each the operation of the table.
#define TAPELESS_EXPRESSION_OPERATOR(SYMBOL, OPERATION)                \
    template <class A, class B>                                        \
        requires detail::operands_of_expression<A, B>                  \
    constexpr auto operator SYMBOL(const A& a, const B& b) {           \
        return detail::combination<op::OPERATION, A, B>::make(a, b);   \
    }
TAPELESS_EXPRESSION_OPERATOR(+, add)
TAPELESS_EXPRESSION_OPERATOR(-, subtract)
TAPELESS_EXPRESSION_OPERATOR(*, multiply)
TAPELESS_EXPRESSION_OPERATOR(/, divide)
TAPELESS_EXPRESSION_OPERATOR(<, less)
TAPELESS_EXPRESSION_OPERATOR(<=, less_equal)
TAPELESS_EXPRESSION_OPERATOR(>, greater)
TAPELESS_EXPRESSION_OPERATOR(>=, greater_equal)
TAPELESS_EXPRESSION_OPERATOR(&&, logical_and)
TAPELESS_EXPRESSION_OPERATOR(||, logical_or)
#undef TAPELESS_EXPRESSION_OPERATOR

template <detail::expression_like A>
constexpr auto operator-(const A& a) {
    return detail::combination<op::negate, A>::make(a);
}
template <detail::expression_like A>
constexpr auto operator!(const A& a) {
    return detail::combination<op::logical_not, A>::make(a);
}
template <detail::expression_like A>
constexpr const A& operator+(const A& a) {
    return a;
}

/// An expression and a number are not compared at once: a static_assert says what was meant.
template <detail::expression_like A, detail::literal_like B>
constexpr bool operator==(const A&, const B&) {
    static_assert(!detail::expression_like<A>, "tapeless: == of an expression and a number; write equal_to(a, b) for the equality of values, inside of select.");
    return false;
}

/// Whether two expressions are the same: the same graph, symbols and literals. Equality of values is `equal_to(a, b)`.
template <detail::expression_like A, detail::expression_like B>
constexpr bool operator==(const A& a, const B& b) {
    if constexpr (!std::is_same_v<typename A::expression_base, typename B::expression_base>) return false;
    else return std::equal(a.literals(), a.literals() + A::expression_base::literal_count, b.literals());
}

}  // namespace tapeless
