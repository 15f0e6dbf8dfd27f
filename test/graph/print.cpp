// SPDX-License-Identifier: BSL-1.0
// Graphs as text, LaTeX and dot; counts of operations; graphs as types.
#include <tapeless/tapeless.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <limits>
#include <string>
#include <type_traits>

BOOST_AUTO_TEST_SUITE(print)

namespace {

constexpr auto x = tapeless::symbol<"x">;
constexpr auto y = tapeless::symbol<"y">;

}  // namespace

BOOST_AUTO_TEST_CASE(an_expression_prints_as_one_would_write_it) {
    using tapeless::to_string;
    BOOST_TEST(to_string(derivative(x * y + sin(x), x)) == "y + cos(x)");
    BOOST_TEST(to_string(x * x) == "x^2");
    BOOST_TEST(to_string((x + y) * x) == "x * (x + y)");
    BOOST_TEST(to_string(x - (y - x)) == "x - (y - x)");
    BOOST_TEST(to_string(x / (x * y)) == "x / (x * y)");
    BOOST_TEST(to_string(x + 1.5) == "x + 1.5");
    BOOST_TEST(to_string(x + -1.5) == "x - 1.5");
    BOOST_TEST(to_string(3 * x) == "3 * x");
    BOOST_TEST(to_string(-(x * y)) == "-x * y");
    BOOST_TEST(to_string(pow(x, y)) == "x^y");
    BOOST_TEST(to_string(pow(x + 1, y * x)) == "(x + 1)^(x * y)");
    BOOST_TEST(to_string(atan2(x, y)) == "atan2(x, y)");
    BOOST_TEST(to_string(select(x < y, x, y)) == "select(x < y, x, y)");
}

BOOST_AUTO_TEST_CASE(latex_uses_fractions_and_roots) {
    using tapeless::to_latex;
    BOOST_TEST(to_latex((x + y) / x) == "\\frac{x + y}{x}");
    BOOST_TEST(to_latex(sqrt(x * y)) == "\\sqrt{x \\cdot y}");
    BOOST_TEST(to_latex(sin(x)) == "\\sin\\left(x\\right)");
    BOOST_TEST(to_latex(x * (x + y)) == "x \\cdot \\left(x + y\\right)");
    BOOST_TEST(to_latex(2.5e-9 * x) == "2.5 \\cdot 10^{-9} \\cdot x");
}

BOOST_AUTO_TEST_CASE(latex_encloses_what_would_read_differently) {
    using tapeless::to_latex;
    const std::string left = "\\left(", right = "\\right)";
    BOOST_TEST(to_latex(x / y * (x / y)) == left + "\\frac{x}{y}" + right + "^{2}");
    BOOST_TEST(to_latex(pow(x / y, 1.5)) == "{" + left + "\\frac{x}{y}" + right + "}^{1.5}");
    // Two exponents in a row are an error of LaTeX's.
    BOOST_TEST(to_latex(exp(x) * exp(x)) == left + "e^{x}" + right + "^{2}");
    BOOST_TEST(to_latex(pow(x, pow(y, 1.5))) == "{x}^{{y}^{1.5}}");
    BOOST_TEST(to_latex(pow(2.5e-9, x)) == "{" + left + "2.5 \\cdot 10^{-9}" + right + "}^{x}");
    BOOST_TEST(to_latex(hypot(x + 1, y)) == "\\sqrt{{y}^2 + {" + left + "x + 1" + right + "}^2}");
    BOOST_TEST(to_latex(x - fma(x + 1, y, 3)) == "x - " + left + left + "x + 1" + right + " \\cdot y + 3" + right);
    BOOST_TEST(to_latex(fma(x, y, x) * y) == "y \\cdot " + left + "x \\cdot y + x" + right);
}

BOOST_AUTO_TEST_CASE(signs_and_comparisons_do_not_stand_side_by_side) {
    using tapeless::to_latex, tapeless::to_string;
    BOOST_TEST(to_string(x - -2.5) == "x + 2.5");
    BOOST_TEST(to_latex(log1p(-x)) == "\\ln\\left(1 + \\left(-x\\right)\\right)");
    BOOST_TEST(to_latex(x * 1e-20) == "10^{-20} \\cdot x");
    BOOST_TEST(to_latex(x + std::numeric_limits<double>::infinity()) == "x + \\infty");
    BOOST_TEST(to_latex(sin(x) * sin(x)) == "\\left(\\sin\\left(x\\right)\\right)^{2}");
    BOOST_TEST(to_string(select(equal_to(x < y, y < 3), x, y)) == "select((x < y) == (y < 3), x, y)");
}

BOOST_AUTO_TEST_CASE(dot_escapes_quotes) {
    constexpr auto quoted = tapeless::symbol<"a\"b">;
    BOOST_TEST(tapeless::to_dot(quoted).find("label=\"a\\\"b\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(latex_has_names_as_they_are_given) {
    constexpr auto sigma = tapeless::symbol<"\\sigma">;
    BOOST_TEST(tapeless::to_latex(x / sigma) == "\\frac{x}{\\sigma}");
}

BOOST_AUTO_TEST_CASE(dot_has_a_node_an_operation_and_an_edge_an_operand) {
    const std::string dot = tapeless::to_dot(x * y);
    BOOST_TEST(dot.find("digraph") == 0U);
    BOOST_TEST(dot.find("label=\"multiply\"") != std::string::npos);
    BOOST_TEST(dot.find("label=\"x\"") != std::string::npos);
    BOOST_TEST(dot.find("n0 -> n2") != std::string::npos);
    BOOST_TEST(dot.find("n1 -> n2") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(functions_and_gradients_print_with_their_arguments_names) {
    constexpr auto f = [](auto a, auto b) { return a * b; };
    BOOST_TEST(tapeless::to_string(f) == "x * y");
    BOOST_TEST(tapeless::to_string(tapeless::gradient(f)) == "(y, x)");
    constexpr auto g = [](auto v) { return v[0] * v[1]; };
    BOOST_TEST((tapeless::to_string<std::array<double, 2>>(g)) == "x[0] * x[1]");
    BOOST_TEST((tapeless::to_string<std::array<double, 2>>(tapeless::gradient(g))) == "(x[1], x[0])");
}

BOOST_AUTO_TEST_CASE(a_large_graph_names_what_it_uses_twice) {
    constexpr auto f = [](auto a, auto b) {
        auto t = a;
        for (int k = 0; k < 8; ++k) t = sin(t) * t + b;
        return t;
    };
    const std::string text = tapeless::to_string(f);
    BOOST_TEST(text.find("t1 = ") == 0U);
    BOOST_TEST(text.size() < 400U);
}

BOOST_AUTO_TEST_CASE(operations_are_counted_by_the_compiler) {
    constexpr auto f = [](auto a, auto b) {
        auto t = sin(a * b);
        return t * t + exp(t) * log(1 + a * a);
    };
    constexpr auto count = tapeless::operation_count(f);
    static_assert(count["multiply"] == 4 && count["sin"] == 1 && count["add"] == 2 && count["divide"] == 0);
    static_assert(count.total() == 9);
    // The gradient calls each function once and adds cos and one division.
    constexpr auto of_gradient = tapeless::operation_count(tapeless::gradient(f));
    static_assert(of_gradient["sin"] == 1 && of_gradient["cos"] == 1 && of_gradient["exp"] == 1 && of_gradient["divide"] == 1);
    BOOST_TEST(tapeless::operation_count(x * y + sin(x)).total() == 3);
}

BOOST_AUTO_TEST_CASE(equal_mathematics_has_one_graph_type) {
    constexpr auto f = [](auto a, auto b) { return a * b + sin(a); };
    constexpr auto g = [](auto a, auto b) {
        auto s = sin(a);
        return s + b * a;
    };
    static_assert(std::is_same_v<decltype(tapeless::graph_of(f)), decltype(tapeless::graph_of(g))>);
    using expected = tapeless::graph<tapeless::outputs<4>, tapeless::node<tapeless::op::input, 0>, tapeless::node<tapeless::op::sin, 0>,
                                     tapeless::node<tapeless::op::input, 1>, tapeless::node<tapeless::op::multiply, 0, 2>,
                                     tapeless::node<tapeless::op::add, 1, 3>>;
    static_assert(std::is_same_v<decltype(tapeless::graph_of(f)), expected>);
    BOOST_TEST(expected::flat.size == 5);
}

BOOST_AUTO_TEST_SUITE_END()
