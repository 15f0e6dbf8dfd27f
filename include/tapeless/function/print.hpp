// SPDX-License-Identifier: BSL-1.0
// to_string, to_latex, to_dot, operation_count and graph_of: looking at the graph of a function, of a
// derivative, or of an expression.
#pragma once

#include <tapeless/function/arity.hpp>
#include <tapeless/function/expression.hpp>
#include <tapeless/graph/graph_type.hpp>
#include <tapeless/graph/operation_count.hpp>
#include <tapeless/graph/print.hpp>

#include <string>
#include <vector>

namespace tapeless {
namespace detail {

// Arguments are called x, y, z (a single array x), or x0, x1, … from four on; elements x[2] or x[1][2].
template <class Shape>
struct element_names {
    static void append(std::vector<std::string>& names, const std::string& name) { names.push_back(name); }
};
template <class Element, std::size_t Size>
struct element_names<std::array<Element, Size>> {
    static void append(std::vector<std::string>& names, const std::string& name) {
        for (std::size_t k = 0; k < Size; ++k) element_names<Element>::append(names, name + "[" + std::to_string(k) + "]");
    }
};
template <class... Element>
struct element_names<std::tuple<Element...>> {
    static void append(std::vector<std::string>& names, const std::string& name) {
        int k = 0;
        (element_names<Element>::append(names, name + "[" + std::to_string(k++) + "]"), ...);
    }
};

template <class Recording>
struct argument_names;
template <class Function, class... Shape>
struct argument_names<recording<Function, Shape...>> {
    static std::vector<std::string> get() {
        std::vector<std::string> names;
        int argument = 0;
        const auto next = [&]() -> std::string {
            const int k = argument++;
            return sizeof...(Shape) <= 3 ? std::string(1, "xyz"[k]) : "x" + std::to_string(k);
        };
        (element_names<Shape>::append(names, next()), ...);
        return names;
    }
};

template <class... Name>
std::vector<std::string> names_of(boost::mp11::mp_list<Name...>) {
    return {std::string(Name::text)...};
}

/// A function, which is recorded, or an expression, which knows its literals.
template <class... Argument, class Function>
std::string print_function(const Function&, notation style) {
    using recorded = graph_of_function<Function, Argument...>;
    const printed_graph g = printed(recorded::flat, argument_names<recorded>::get());
    return graph_printer(g, style).print();
}

/// What knows its own graph: an expression or the gradient of one.
template <class T>
concept self_describing = expression_like<T> || requires(const T& t) { typename T::program; t.expression(); };

template <class Program, class Expression>
printed_graph printed_program(const Expression& e) {
    return printed(Program::flat, names_of(typename Expression::names{}), {e.literals(), e.literals() + Expression::literal_count});
}
template <class T>
printed_graph printed_expression(const T& e) {
    if constexpr (expression_like<T>) return printed_program<typename T::expression_base>(e);
    else return printed_program<typename T::program>(e.expression());
}

}  // namespace detail

/// A function's graph, or a derivative's, as text. Shared intermediate results of a large graph get a line each.
/// Argument: the types of the function's arguments; may be left out if they are plain numbers.
template <class... Argument, class Function>
    requires(!detail::self_describing<Function>)
std::string to_string(const Function& f) {
    return detail::print_function<Argument...>(f, detail::notation::text);
}
/// The same as LaTeX, to stand in mathematics mode.
template <class... Argument, class Function>
    requires(!detail::self_describing<Function>)
std::string to_latex(const Function& f) {
    return detail::print_function<Argument...>(f, detail::notation::latex);
}
/// The same as a Graphviz graph: `dot -Tsvg`.
template <class... Argument, class Function>
    requires(!detail::self_describing<Function>)
std::string to_dot(const Function&) {
    using recorded = detail::graph_of_function<Function, Argument...>;
    return detail::dot_text(detail::printed(recorded::flat, detail::argument_names<recorded>::get()));
}

/// An expression as text, `y + cos(x)`, or the gradient of one: its entries in the alphabetical order of the symbols.
template <detail::self_describing Expression>
std::string to_string(const Expression& e) {
    const detail::printed_graph g = detail::printed_expression(e);
    return detail::graph_printer(g, detail::notation::text).print();
}
template <detail::self_describing Expression>
std::string to_latex(const Expression& e) {
    const detail::printed_graph g = detail::printed_expression(e);
    return detail::graph_printer(g, detail::notation::latex).print();
}
template <detail::self_describing Expression>
std::string to_dot(const Expression& e) {
    return detail::dot_text(detail::printed_expression(e));
}

/// How many of each operation the graph of a function (or of its derivative) performs; a constant expression.
/// Argument: the types of the function's arguments; may be left out if they are plain numbers.
template <class... Argument, class Function>
    requires(!detail::self_describing<Function>)
constexpr operation_tally operation_count(const Function&) {
    return operation_tally(detail::graph_of_function<Function, Argument...>::flat);
}
template <detail::self_describing Expression>
constexpr operation_tally operation_count(const Expression&) {
    if constexpr (detail::expression_like<Expression>) return operation_tally(Expression::flat);
    else return operation_tally(Expression::program::flat);
}

/// The type of the graph of a function on arguments of these types: equal for equal mathematics.
template <class... Argument, class Function>
    requires(!detail::self_describing<Function>)
constexpr auto graph_of(const Function&) -> graph_type_of<detail::graph_of_function<Function, Argument...>> {
    return {};
}

}  // namespace tapeless
