// SPDX-License-Identifier: BSL-1.0
// The graph of a gradient holds no more than it needs: values of the forward sweep are reused, and nothing is multiplied by 1
// or added to 0. Looks at the nodes of the graph that is run.
#include <tapeless/tapeless.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace {

template <class Function, class... Argument>
using gradient_program = tapeless::detail::program_of<std::remove_cvref_t<Function>, tapeless::wrt_all, false, Argument...>;
template <class Function, class... Argument>
using value_and_gradient_program = tapeless::detail::program_of<std::remove_cvref_t<Function>, tapeless::wrt_all, true, Argument...>;

template <class Program>
constexpr int count(std::string_view name) {
    int total = 0;
    for (tapeless::index at = 0; at < Program::flat.size; ++at) total += Program::flat.nodes[at].operation->name == name;
    return total;
}

template <class Program>
constexpr bool is_literal(tapeless::index at, double value) {
    const auto& n = Program::flat.nodes[at];
    return n.is_constant() && tapeless::graph_builder::value_of_bits(n.bits) == value;
}

// Whether an operation of the program does nothing: times 1, plus 0, a double sign, or an operation on literals.
template <class Program>
constexpr bool wastes_nothing() {
    for (tapeless::index at = 0; at < Program::flat.size; ++at) {
        const auto& n = Program::flat.nodes[at];
        const std::string_view name = n.operation->name;
        for (int k = 0; k < n.operation->arity; ++k) {
            const tapeless::index operand = n.operands[k];
            if (name == "multiply" &&
                (is_literal<Program>(operand, 1) || is_literal<Program>(operand, -1) || is_literal<Program>(operand, 0)))
                return false;
            if (name == "divide" && k == 1 && is_literal<Program>(operand, 1)) return false;
            if ((name == "add" || name == "subtract") && is_literal<Program>(operand, 0)) return false;
            if (name == "negate" && Program::flat.nodes[operand].operation->name == std::string_view("negate")) return false;
        }
    }
    return true;
}

template <class Program>
constexpr bool has_no_dead_node() {
    bool used[Program::flat.size] = {};
    for (tapeless::index output : Program::flat.outputs) used[output] = true;
    for (tapeless::index at = Program::flat.size - 1; at >= 0; --at)
        for (int k = 0; used[at] && k < Program::flat.nodes[at].operation->arity; ++k) used[Program::flat.nodes[at].operands[k]] = true;
    for (bool u : used)
        if (!u) return false;
    return true;
}

template <class Program>
constexpr bool has_no_node_twice() {
    for (tapeless::index a = 0; a < Program::flat.size; ++a)
        for (tapeless::index b = 0; b < a; ++b) {
            const auto &m = Program::flat.nodes[a], &n = Program::flat.nodes[b];
            bool same = m.operation->identity == n.operation->identity;
            if (m.is_input() || m.is_constant()) same = same && m.bits == n.bits;
            for (int k = 0; same && k < m.operation->arity; ++k) same = m.operands[k] == n.operands[k];
            if (same) return false;
        }
    return true;
}

template <class Program>
constexpr bool is_tidy = wastes_nothing<Program>() && has_no_dead_node<Program>();

}  // namespace

BOOST_AUTO_TEST_SUITE(reverse)

BOOST_AUTO_TEST_CASE(reuses_the_value_of_exp) {
    constexpr auto f = [](auto x) { return exp(x * x); };
    using program = value_and_gradient_program<decltype(f), double>;
    static_assert(count<program>("exp") == 1);
    static_assert(is_tidy<program> && has_no_node_twice<program>());
}

BOOST_AUTO_TEST_CASE(reuses_the_value_of_sqrt_of_tan_and_of_a_quotient) {
    using root = value_and_gradient_program<decltype([](auto x) { return sqrt(x); }), double>;
    static_assert(count<root>("sqrt") == 1 && count<root>("divide") == 1);
    using tangent = value_and_gradient_program<decltype([](auto x) { return tan(x); }), double>;
    static_assert(count<tangent>("tan") == 1 && count<tangent>("cos") == 0);
    using quotient = value_and_gradient_program<decltype([](auto x, auto y) { return x / y; }), double, double>;
    static_assert(count<quotient>("divide") <= 3 && count<quotient>("multiply") <= 2);
}

BOOST_AUTO_TEST_CASE(of_a_sum_performs_no_operation) {
    using program = gradient_program<decltype([](auto x, auto y, auto z) { return x + y - z; }), double, double, double>;
    static_assert(count<program>("add") + count<program>("multiply") + count<program>("subtract") + count<program>("negate") == 0);
    static_assert(program::flat.size == 2);  // the literals 1 and -1
}

BOOST_AUTO_TEST_CASE(of_a_product_performs_no_operation) {
    using program = gradient_program<decltype([](auto x, auto y) { return x * y; }), double, double>;
    static_assert(program::flat.size == 2 && count<program>("multiply") == 0);
}

BOOST_AUTO_TEST_CASE(of_a_product_of_many_is_linear_in_their_number) {
    constexpr auto product = [](const auto& x) {
        auto p = x[0];
        for (std::size_t k = 1; k < x.size(); ++k) p *= x[k];
        return p;
    };
    using program = gradient_program<decltype(product), std::array<double, 50>>;
    static_assert(count<program>("multiply") <= 3 * 50);
    static_assert(is_tidy<program>);
}

BOOST_AUTO_TEST_CASE(leaves_no_neutral_operation_and_no_dead_node) {
    constexpr auto f = [](auto x, auto y) {
        auto t = sin(x * y);
        return t * t + exp(t) * log(1 + x * x);
    };
    static_assert(is_tidy<gradient_program<decltype(f), double, double>>);
    static_assert(is_tidy<value_and_gradient_program<decltype(f), double, double>>);
    // Shared reciprocals (derive/reciprocals.hpp) come after the sharing of nodes and may spell a product twice; f has none.
    static_assert(has_no_node_twice<value_and_gradient_program<decltype(f), double, double>>());

    constexpr auto g = [](auto x, auto y, auto z) {
        auto s = x + y + z, d = x - y - z;
        auto r = sqrt(s * s + d * d + 1);
        return tapeless::select(x < y, s / r + pow(z, 3), max(d, r)) - atan2(s, r) * abs(x) + 0.5 * (x + x) + tanh(z) / (1 + erf(y));
    };
    static_assert(is_tidy<gradient_program<decltype(g), double, double, double>>);
    static_assert(is_tidy<value_and_gradient_program<decltype(g), double, double, double>>);
}

BOOST_AUTO_TEST_CASE(of_a_second_derivative_is_tidy_too) {
    constexpr auto first = tapeless::derivative([](auto x) { return sin(x) * exp(-x * x) / (1 + x); });
    static_assert(is_tidy<gradient_program<decltype(first), double>>);
}

BOOST_AUTO_TEST_CASE(computes_sin_and_cos_once_each) {
    constexpr auto f = [](auto x) { return sin(x) * cos(x) + sin(x); };
    using program = value_and_gradient_program<decltype(f), double>;
    static_assert(count<program>("sin") == 1 && count<program>("cos") == 1);
}

BOOST_AUTO_TEST_CASE(drops_the_value_that_nobody_asked_for) {
    constexpr auto f = [](auto x) { return log(x) + erf(x); };
    static_assert(count<gradient_program<decltype(f), double>>("log") == 0);
    static_assert(count<gradient_program<decltype(f), double>>("erf") == 0);
    static_assert(count<value_and_gradient_program<decltype(f), double>>("log") == 1);
}

BOOST_AUTO_TEST_CASE(of_a_function_without_select_has_none) {
    constexpr auto f = [](auto x, auto y) { return sin(x) / y + x * y; };
    static_assert(count<gradient_program<decltype(f), double, double>>("select") == 0);
}

BOOST_AUTO_TEST_CASE(costs_at_most_a_few_times_the_function) {
    // Griewank and Walther, Evaluating Derivatives (2008), section 3.3: at most 4 times the work, for elementary operations.
    constexpr auto f = [](const auto& x) {
        auto t = x[0];
        for (int round = 0; round < 20; ++round)
            for (std::size_t k = 0; k < x.size(); ++k) t = t * x[k] + sin(t);
        return t;
    };
    using function = tapeless::detail::recording<std::remove_const_t<decltype(f)>, std::array<tapeless::slot, 10>>;
    using program = value_and_gradient_program<decltype(f), std::array<double, 10>>;
    static_assert(program::flat.size < 4 * function::flat.size);
}

BOOST_AUTO_TEST_SUITE_END()
