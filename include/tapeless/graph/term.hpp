// SPDX-License-Identifier: BSL-1.0
// term and condition: what a function computes with while it is recorded, and what the partial
// derivatives in the table are evaluated on. A handle on a node of a graph under construction, or a literal.
#pragma once

#include <tapeless/graph/graph_builder.hpp>

#include <concepts>
#include <type_traits>

#define TAPELESS_BRANCHES_ON_A_VALUE                                                                                        \
    "tapeless: a differentiated function branches (if, while, ?:) on a value that is not known while it compiles; "         \
    "use tapeless::select(condition, a, b), and tapeless::min and max instead of std::min and std::max."

namespace tapeless {

class condition;

namespace detail {

template <class Operand>
using operand_handle = std::conditional_t<std::is_same_v<Operand, condition> || std::is_same_v<Operand, bool>, condition, term>;

/// What term and condition share: the graph and the position in it, or else a literal.
struct handle {
    graph_builder* graph = nullptr;
    index position = nowhere;
    double literal = 0;

    constexpr index in(graph_builder& owner) const { return graph ? position : owner.constant(literal); }
};

constexpr handle combine(const operation_info& operation, const handle& a);
constexpr handle combine(const operation_info& operation, const handle& a, const handle& b);
constexpr handle combine(const operation_info& operation, const handle& a, const handle& b, const handle& c);

template <class Number>
constexpr double exact_literal(Number value) {
    const double literal = static_cast<double>(value);
    if (static_cast<Number>(literal) != value && value == value)
        throw "tapeless: a literal in a differentiated function is not a double; pass it as an argument.";
    return literal;
}

}  // namespace detail

/// A number of a function that is being recorded. Behaves as the number that it stands for, but has no value yet.
class term {
public:
    constexpr term() = default;
    template <class Number>
        requires std::is_arithmetic_v<Number>
    constexpr term(Number literal) : handle_{nullptr, nowhere, detail::exact_literal(literal)} {}
    constexpr explicit term(const detail::handle& handle) : handle_(handle) {}

    constexpr const detail::handle& handle() const { return handle_; }

    template <class Operation, class...>
    using result = std::conditional_t<Operation::properties.result == kind::logical, condition, term>;
    template <class Operation, class... Operand>
    static constexpr result<Operation> apply(const Operand&... operand) {
        return result<Operation>(detail::combine(detail::info<Operation>(), static_cast<detail::operand_handle<Operand>>(operand).handle()...));
    }

    constexpr term& operator+=(const term& other);
    constexpr term& operator-=(const term& other);
    constexpr term& operator*=(const term& other);
    constexpr term& operator/=(const term& other);

    friend constexpr term operator+(const term& a) { return a; }
    friend constexpr term operator-(const term& a);
    friend constexpr term operator+(const term& a, const term& b);
    friend constexpr term operator-(const term& a, const term& b);
    friend constexpr term operator*(const term& a, const term& b);
    friend constexpr term operator/(const term& a, const term& b);
    friend constexpr condition operator<(const term& a, const term& b);
    friend constexpr condition operator<=(const term& a, const term& b);
    friend constexpr condition operator>(const term& a, const term& b);
    friend constexpr condition operator>=(const term& a, const term& b);
    friend constexpr condition operator==(const term& a, const term& b);
    friend constexpr condition operator!=(const term& a, const term& b);

private:
    detail::handle handle_{};
};

/// The outcome of a comparison of terms, to choose with by `select`.
class condition {
public:
    constexpr condition() = default;
    constexpr condition(bool literal) : handle_{nullptr, nowhere, literal ? 1.0 : 0.0} {}
    constexpr explicit condition(const detail::handle& handle) : handle_(handle) {}

    constexpr const detail::handle& handle() const { return handle_; }

    template <class Operation, class...>
    using result = term::result<Operation>;
    template <class Operation, class... Operand>
    static constexpr result<Operation> apply(const Operand&... operand) {
        return term::apply<Operation>(operand...);
    }

    friend constexpr condition operator!(const condition& a);
    friend constexpr condition operator&&(const condition& a, const condition& b);
    friend constexpr condition operator||(const condition& a, const condition& b);
    // With a bool: else as good a match as the built-in operators.
    friend constexpr condition operator&&(const condition& a, bool b);
    friend constexpr condition operator&&(bool a, const condition& b);
    friend constexpr condition operator||(const condition& a, bool b);
    friend constexpr condition operator||(bool a, const condition& b);

    template <std::same_as<bool> Bool>
    constexpr explicit operator Bool() const {
        static_assert(!std::same_as<Bool, bool>, TAPELESS_BRANCHES_ON_A_VALUE);
        return false;
    }

private:
    detail::handle handle_{};
};

/// A number in the graph that x belongs to: a function of it, other than one of a literal, is computed at run time in the type of x.
constexpr term number_like(const term& x, double value) {
    if (graph_builder* const graph = x.handle().graph) return term(detail::handle{graph, graph->constant(value)});
    return value;
}

template <>
inline constexpr bool detail::is_symbolic<term> = true;
template <>
inline constexpr bool detail::is_symbolic<condition> = true;

namespace detail {

constexpr handle combine(const operation_info& operation, const handle& a) {
    if (a.graph) return {a.graph, a.graph->add(operation, a.position)};
    if (!operation.has_fold) throw "tapeless: this function of a literal is not constexpr with this compiler; write its value as a number.";
    return {nullptr, nowhere, operation.fold(a.literal, 0, 0)};
}

constexpr handle combine(const operation_info& operation, const handle& a, const handle& b) {
    graph_builder* const graph = a.graph ? a.graph : b.graph;
    if (graph) return {graph, graph->add(operation, a.in(*graph), b.in(*graph))};
    if (!operation.has_fold) throw "tapeless: this function of literals is not constexpr with this compiler; write its value as a number.";
    return {nullptr, nowhere, operation.fold(a.literal, b.literal, 0)};
}

constexpr handle combine(const operation_info& operation, const handle& a, const handle& b, const handle& c) {
    graph_builder* const graph = a.graph ? a.graph : b.graph ? b.graph : c.graph;
    if (graph) return {graph, graph->add(operation, a.in(*graph), b.in(*graph), c.in(*graph))};
    if (!operation.has_fold) throw "tapeless: this function of literals is not constexpr with this compiler; write its value as a number.";
    return {nullptr, nowhere, operation.fold(a.literal, b.literal, c.literal)};
}

}  // namespace detail
}  // namespace tapeless
