// SPDX-License-Identifier: BSL-1.0
// Graphs as text, LaTeX and Graphviz dot.
#pragma once

#include <tapeless/graph/operation_info.hpp>

#include <charconv>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tapeless::detail {

/// A graph of any size, with names for its inputs; what inputs there are beyond these are literals.
struct printed_graph {
    const graph_node* nodes;
    index size;
    const index* outputs;
    int output_count;
    std::vector<std::string> input_names;
    std::vector<double> literals;

    bool is_literal(index at) const { return nodes[at].is_constant() || (nodes[at].is_input() && nodes[at].bits >= input_names.size()); }
    double literal(index at) const {
        return nodes[at].is_constant() ? graph_builder::value_of_bits(nodes[at].bits) : literals[nodes[at].bits - input_names.size()];
    }
};

template <class Graph>
printed_graph printed(const Graph& flat, std::vector<std::string> input_names, std::vector<double> literals = {}) {
    return {flat.nodes, flat.size, flat.outputs, flat.output_count, std::move(input_names), std::move(literals)};
}

/// The shortest text that reads back as the same double.
inline std::string number_text(double value) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

enum class notation { text, latex };

class graph_printer {
public:
    graph_printer(const printed_graph& g, notation style) : g_(g), style_(style), names_(g.size) {}

    /// One line an intermediate result, if any, then the outputs.
    std::string print() {
        std::string lines;
        name_shared_nodes(lines);
        std::string results;
        for (int k = 0; k < g_.output_count; ++k) results += (k ? ", " : "") + show(g_.outputs[k]).text;
        if (g_.output_count == 1) return lines + results;
        return lines + (latex() ? "\\left(" + results + "\\right)" : "(" + results + ")");
    }

private:
    struct piece {
        std::string text;
        int precedence;
    };
    // What binds how tightly, as in the column precedence of the table.
    static constexpr int nothing = -9, of_comparison = 0, of_sign = 2, of_product = 3, of_power = 4, of_base = 5, atom = 9;
    static constexpr int inline_limit = 60;

    bool latex() const { return style_ == notation::latex; }
    bool is_leaf(index at) const { return g_.nodes[at].is_input() || g_.nodes[at].is_constant(); }
    bool is(index at, std::uint32_t identity) const { return g_.nodes[at].operation->identity == identity; }

    // Written out in full, shared nodes repeat; a large graph gets a name for each.
    void name_shared_nodes(std::string& lines) {
        std::vector<int> uses(g_.size), written(g_.size);
        long total = 0;
        for (index at = 0; at < g_.size; ++at) {
            written[at] = 1;
            for (int k = 0; k < g_.nodes[at].operation->arity; ++k) {
                ++uses[g_.nodes[at].operands[k]];
                written[at] = std::min(100000, written[at] + written[g_.nodes[at].operands[k]]);
            }
        }
        for (int k = 0; k < g_.output_count; ++k) total += written[g_.outputs[k]];
        if (total <= inline_limit * g_.output_count) return;
        int count = 0;
        for (index at = 0; at < g_.size; ++at) {
            if (uses[at] < 2 || is_leaf(at)) continue;
            const std::string number = std::to_string(++count);
            const std::string name = latex() ? "t_{" + number + "}" : "t" + number;
            lines += name + " = " + show(at).text + (latex() ? " \\\\\n" : "\n");
            names_[at] = name;
        }
    }

    piece show(index at) const {
        if (!names_[at].empty()) return {names_[at], atom};
        const graph_node n = as_written(g_.nodes[at]);
        if (g_.is_literal(at)) return literal(g_.literal(at));
        if (n.is_input()) return {g_.input_names[n.bits], atom};
        const operation_properties& row = n.operation->properties;
        if (is(at, identity_of<op::multiply>) && n.operands[0] == n.operands[1]) return infix(show(n.operands[0]), "^", {"2", atom}, 4);
        if (latex() && *row.latex) return from_template(n);
        if (*row.infix && n.operation->arity == 1) return {row.infix + enclosed(show(n.operands[0]), row.precedence), row.precedence};
        if (*row.infix) return binary(n);
        std::string operands;
        for (int k = 0; k < n.operation->arity; ++k) operands += (k ? ", " : "") + show(n.operands[k]).text;
        if (latex()) return {"\\operatorname{" + std::string(n.operation->name) + "}\\left(" + operands + "\\right)", of_power};
        return {n.operation->name + ("(" + operands + ")"), atom};
    }

    piece literal(double value) const {
        if (latex()) return latex_literal(value);
        return {number_text(value), value < 0 ? of_sign : atom};
    }
    static piece latex_literal(double value) {
        const std::string text = number_text(value), sign = value < 0 ? "-" : "";
        if (value != value) return {"\\text{NaN}", atom};
        if (text.find("inf") != std::string::npos) return {sign + "\\infty", value < 0 ? of_sign : atom};
        const auto exponent = text.find('e');
        if (exponent == std::string::npos) return {text, value < 0 ? of_sign : atom};
        const std::string digits = text.substr(0, exponent), power = "10^{" + std::to_string(std::stoi(text.substr(exponent + 1))) + "}";
        if (digits == sign + "1") return {sign + power, value < 0 ? of_sign : of_power};
        return {digits + " \\cdot " + power, value < 0 ? of_sign : of_product};
    }

    // A literal stands last in a sum and first in a product.
    graph_node as_written(graph_node n) const {
        const bool swaps = (n.operation->identity == identity_of<op::add> && g_.is_literal(n.operands[0])) ||
                           (n.operation->identity == identity_of<op::multiply> && g_.is_literal(n.operands[1]));
        if (swaps) std::swap(n.operands[0], n.operands[1]);
        return n;
    }

    piece binary(const graph_node& n) const {
        const int precedence = n.operation->properties.precedence;
        const index first = n.operands[0], second = n.operands[1];
        const bool adds = n.operation->identity == identity_of<op::add>;
        if ((adds || n.operation->identity == identity_of<op::subtract>) && g_.is_literal(second) && g_.literal(second) < 0)
            return infix(show(first), adds ? " - " : " + ", literal(-g_.literal(second)), precedence);
        if (precedence == of_comparison) return {infix(show(first), n.operation->properties.infix, show(second), precedence + 1).text, precedence};
        const bool associative = n.operation->properties.commutative && !is(second, identity_of<op::divide>);
        return infix(show(first), n.operation->properties.infix, show(second), precedence, associative);
    }

    piece infix(const piece& a, std::string_view between, const piece& b, int precedence, bool associative = false) const {
        const std::string right = latex() && between == "^" ? "{" + b.text + "}" : enclosed(b, associative ? precedence : precedence + 1);
        return {enclosed(a, between == "^" ? precedence + 1 : precedence) + std::string(between) + right, precedence};
    }

    std::string enclosed(const piece& p, int precedence) const {
        if (p.precedence >= precedence) return p.text;
        return latex() ? "\\left(" + p.text + "\\right)" : "(" + p.text + ")";
    }

    // What an operand has to bind like where a row's LaTeX form has it. A base, as in {#1}^2, needs parentheses around all but atoms; a brace or
    // parenthesis of the form that encloses the operand serves as its own.
    static int demanded_at(std::string_view form, std::size_t slot, const operation_properties& row) {
        const std::string_view before = form.substr(0, slot), after = form.substr(slot + 2);
        if (after.starts_with("}^")) return of_base;
        if (after.starts_with(" \\cdot") || before.ends_with("\\cdot ") || before.ends_with("+ ")) return of_product;
        if (!*row.infix || before.ends_with("{")) return nothing;
        return row.precedence + (row.precedence == of_comparison || (form[slot + 1] == '2' && !row.commutative) ? 1 : 0);
    }

    piece from_template(const graph_node& n) const {
        const operation_properties& row = n.operation->properties;
        const std::string_view form = row.latex;
        std::string text;
        for (std::size_t at = 0; at < form.size(); ++at) {
            if (form[at] != '#') {
                text += form[at];
                continue;
            }
            text += enclosed(show(n.operands[form[at + 1] - '1']), demanded_at(form, at, row));
            ++at;
        }
        return {text, form.ends_with("\\right)") ? of_power : row.latex_precedence};
    }

    const printed_graph& g_;
    notation style_;
    std::vector<std::string> names_;
};

inline std::string quoted(const std::string& text) {
    std::string escaped = "\"";
    for (char c : text) escaped += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    return escaped + "\"";
}

inline std::string dot_text(const printed_graph& g) {
    std::string text = "digraph tapeless {\n    node [shape=box, style=rounded, fontname=\"sans-serif\"];\n";
    for (index at = 0; at < g.size; ++at) {
        const graph_node& n = g.nodes[at];
        const std::string label = g.is_literal(at) ? number_text(g.literal(at)) : n.is_input() ? g.input_names[n.bits] : std::string(n.operation->name);
        const char* const shape = g.is_literal(at) ? ", shape=plaintext" : n.is_input() ? ", shape=ellipse" : "";
        text += "    n" + std::to_string(at) + " [label=" + quoted(label) + shape + "];\n";
        for (int k = 0; k < n.operation->arity; ++k)
            text += "    n" + std::to_string(n.operands[k]) + " -> n" + std::to_string(at) +
                    (n.operation->arity > 1 && !n.operation->properties.commutative ? " [label=" + std::to_string(k + 1) + "]" : "") + ";\n";
    }
    for (int k = 0; k < g.output_count; ++k)
        text += "    result" + std::to_string(k) + " [label=" + quoted(g.output_count == 1 ? "result" : "result " + std::to_string(k)) +
                ", shape=doublecircle];\n    n" + std::to_string(g.outputs[k]) + " -> result" + std::to_string(k) + ";\n";
    return text + "}\n";
}

}  // namespace tapeless::detail
