// SPDX-License-Identifier: BSL-1.0
// The builder shares equal nodes, orders the operands of commutative operations, folds literals, and bounds its own size.
#include <tapeless/tapeless.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>

using tapeless::graph_builder;
using tapeless::nowhere;
using tapeless::detail::info;
namespace op = tapeless::op;
using position = tapeless::index;

BOOST_AUTO_TEST_SUITE(graph_builder_)

BOOST_AUTO_TEST_CASE(equal_nodes_are_one_node) {
    graph_builder g(8);
    const position x = g.input(0), y = g.input(1);
    BOOST_CHECK_EQUAL(g.input(0), x);
    BOOST_CHECK_NE(x, y);
    const position sine = g.add(info<op::sin>(), x);
    BOOST_CHECK_EQUAL(g.add(info<op::sin>(), x), sine);
    BOOST_CHECK_NE(g.add(info<op::cos>(), x), sine);
    BOOST_CHECK_NE(g.add(info<op::sin>(), y), sine);
    const position quotient = g.add(info<op::divide>(), x, y);
    BOOST_CHECK_EQUAL(g.add(info<op::divide>(), x, y), quotient);
    BOOST_CHECK_NE(g.add(info<op::divide>(), y, x), quotient);
}

BOOST_AUTO_TEST_CASE(equal_literals_are_one_node_but_the_zeros_differ) {
    graph_builder g(8);
    BOOST_CHECK_EQUAL(g.constant(1.5), g.constant(1.5));
    BOOST_CHECK_NE(g.constant(1.5), g.constant(std::nextafter(1.5, 2)));
    BOOST_CHECK_NE(g.constant(0.0), g.constant(-0.0));
}

BOOST_AUTO_TEST_CASE(operands_of_commutative_operations_have_one_order) {
    graph_builder g(32);
    const position x = g.input(0), y = g.input(1), s = g.add(info<op::sin>(), x), c = g.add(info<op::cos>(), y);
    for (const auto* operation :
         {&info<op::add>(), &info<op::multiply>(), &info<op::hypot>(), &info<op::equal_to>(), &info<op::not_equal_to>()}) {
        BOOST_CHECK_EQUAL(g.add(*operation, x, y), g.add(*operation, y, x));
        BOOST_CHECK_EQUAL(g.add(*operation, s, c), g.add(*operation, c, s));
        BOOST_CHECK_EQUAL(g.add(*operation, s, y), g.add(*operation, y, s));
    }
}

BOOST_AUTO_TEST_CASE(the_order_of_operands_does_not_depend_on_the_order_of_building) {
    graph_builder first(16), second(16);
    const auto product = [](graph_builder& g, bool sine_first) {
        position s = nowhere, c = nowhere;
        if (sine_first) s = g.add(info<op::sin>(), g.input(0)), c = g.add(info<op::cos>(), g.input(1));
        else c = g.add(info<op::cos>(), g.input(1)), s = g.add(info<op::sin>(), g.input(0));
        return g[g.add(info<op::multiply>(), s, c)];
    };
    const auto a = product(first, true), b = product(second, false);
    BOOST_CHECK(first[a.operands[0]].operation->identity == second[b.operands[0]].operation->identity);
    BOOST_CHECK(first[a.operands[1]].operation->identity == second[b.operands[1]].operation->identity);
}

BOOST_AUTO_TEST_CASE(find_sees_existing_nodes_only) {
    graph_builder g(8);
    const position x = g.input(0), y = g.input(1);
    BOOST_CHECK_EQUAL(g.find(info<op::multiply>(), x, y), nowhere);
    const position product = g.add(info<op::multiply>(), x, y);
    BOOST_CHECK_EQUAL(g.find(info<op::multiply>(), x, y), product);
    BOOST_CHECK_EQUAL(g.find(info<op::multiply>(), y, x), product);
    BOOST_CHECK_EQUAL(g.find(info<op::multiply>(), x, x), nowhere);
}

BOOST_AUTO_TEST_CASE(exact_operations_on_literals_are_folded) {
    graph_builder g(16);
    const position two = g.constant(2), three = g.constant(3);
    BOOST_CHECK_EQUAL(g.add(info<op::add>(), two, three), g.constant(5));
    BOOST_CHECK_EQUAL(g.add(info<op::multiply>(), two, three), g.constant(6));
    BOOST_CHECK_EQUAL(g.add(info<op::divide>(), three, two), g.constant(1.5));
    BOOST_CHECK_EQUAL(g.add(info<op::negate>(), two), g.constant(-2));
    BOOST_CHECK_EQUAL(g.add(info<op::abs>(), g.constant(-2)), two);
    BOOST_CHECK_EQUAL(g.add(info<op::max>(), two, three), three);
    BOOST_CHECK_EQUAL(g.add(info<op::select>(), g.add(info<op::less>(), two, three), two, three), two);
}

BOOST_AUTO_TEST_CASE(what_has_no_value_or_no_exact_one_is_left_to_run_time) {
    graph_builder g(16);
    const position zero = g.constant(0), one = g.constant(1);
    BOOST_CHECK(!g.is_constant(g.add(info<op::divide>(), one, zero)));
    BOOST_CHECK(!g.is_constant(g.add(info<op::sin>(), one)));
}

BOOST_AUTO_TEST_CASE(grows_beyond_what_was_expected) {
    graph_builder g(1);
    position at = g.input(0);
    for (int k = 0; k < 1000; ++k) at = g.add(info<op::sin>(), at);
    BOOST_CHECK_EQUAL(g.size(), 1001);
    position again = g.input(0);
    for (int k = 0; k < 1000; ++k) again = g.add(info<op::sin>(), again);
    BOOST_CHECK_EQUAL(again, at);
    BOOST_CHECK_EQUAL(g.size(), 1001);
}

namespace {

// A program with a node of every kind, on terms.
template <class Term>
constexpr auto program(Term x, Term y) {
    auto t = x;
    for (int k = 0; k < 5; ++k) t = sin(t) * pow(x, 7) + pow(t, y) / (2 - y) - select(x < y, t, -y) + max(t, 3) + hypot(x, -y) + pow(x, -8);
    return t;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_counting_builder_is_an_upper_bound) {
    using recorded = tapeless::detail::recording<decltype([](auto x, auto y) { return program(x, y); }), tapeless::slot, tapeless::slot>;
    static_assert(recorded::flat.size <= recorded::capacity);
    // pow alone multiplies: x^8 is 3 products, x^-8 a quotient too.
    using power = tapeless::detail::recording<decltype([](auto x) { return pow(x, -7); }), tapeless::slot>;
    static_assert(power::flat.size <= power::capacity);
}

BOOST_AUTO_TEST_CASE(equal_functions_have_equal_graphs_whoever_wrote_them) {
    constexpr auto first = [](auto x, auto y) { return x * y + sin(x) - 2 * y; };
    constexpr auto second = [](auto a, auto b) {
        auto sum = sin(a);
        sum = sum + b * a;
        return sum - b * 2;
    };
    static_assert(
        std::is_same_v<
            tapeless::graph_type_of<tapeless::detail::recording<std::remove_const_t<decltype(first)>, tapeless::slot, tapeless::slot>>,
            tapeless::graph_type_of<tapeless::detail::recording<std::remove_const_t<decltype(second)>, tapeless::slot, tapeless::slot>>>);
}

BOOST_AUTO_TEST_SUITE_END()
