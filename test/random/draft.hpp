// SPDX-License-Identifier: BSL-1.0
// A number of a program that is being written: its text, and its values at the points where the program will be tested and at
// points next to these. So the generator knows what it has in hand. Used by generate.cpp.
#pragma once

#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/polygamma.hpp>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace random_programs {

/// Where programs are evaluated while they are written: each point in turn, followed by one neighbour an input.
struct sample_points {
    static constexpr double distance = 1e-6;
    /// What decides (a comparison, abs, floor, …) stays away from its edge by this much.
    static constexpr double margin = 0.01;
};
inline std::size_t column_size = 0;

struct draft {
    std::string text;
    int precedence = 9;
    std::vector<double> column;
    int operations = 0;
    /// At which points a decision comes too near to its edge, or a number on the way is not finite.
    std::vector<char> at_edge;

    draft() = default;
    draft(double literal) : column(column_size, literal), at_edge(column_size) {
        // The shortest text that reads back as this number.
        for (int places = 17; places > 0; --places) {
            char digits[40];
            std::snprintf(digits, sizeof digits, "%.*g", places, literal);
            if (std::strtod(digits, nullptr) == literal && (text.empty() || std::strlen(digits) < text.size())) text = digits;
        }
        // Binds like a difference: no parentheses in a comparison, but in a product.
        if (literal < 0) precedence = 3;
    }

    /// The same number under the name of the variable that holds it.
    draft named(const std::string& name) const {
        draft variable = *this;
        variable.text = name;
        variable.precedence = 9;
        variable.operations = 0;
        return variable;
    }
    std::string in(int outer) const { return precedence < outer ? "(" + text + ")" : text; }
};

struct draft_condition {
    std::string text;
    int precedence = 9;
    std::vector<char> column;
    int operations = 0;
    std::vector<char> at_edge;

    std::string in(int outer) const { return precedence < outer ? "(" + text + ")" : text; }
};

template <class Result, class Value, class... Operand>
Result combined(std::string text, int precedence, const Value& value, const Operand&... operand) {
    Result result;
    result.text = std::move(text);
    result.precedence = precedence;
    result.operations = (1 + ... + operand.operations);
    for (std::size_t k = 0; k < column_size; ++k) {
        result.column.push_back(value(operand.column[k]...));
        result.at_edge.push_back((operand.at_edge[k] || ...) || !std::isfinite(static_cast<double>(result.column[k])));
    }
    return result;
}

inline draft operator+(const draft& a, const draft& b) {
    return combined<draft>(a.in(3) + " + " + b.in(4), 3, [](double x, double y) { return x + y; }, a, b);
}
inline draft operator-(const draft& a, const draft& b) {
    return combined<draft>(a.in(3) + " - " + b.in(4), 3, [](double x, double y) { return x - y; }, a, b);
}
inline draft operator*(const draft& a, const draft& b) {
    return combined<draft>(a.in(4) + " * " + b.in(5), 4, [](double x, double y) { return x * y; }, a, b);
}
inline draft operator/(const draft& a, const draft& b) {
    return combined<draft>(a.in(4) + " / " + b.in(5), 4, [](double x, double y) { return x / y; }, a, b);
}
inline draft operator-(const draft& a) {
    return combined<draft>("-" + a.in(5), 2, [](double x) { return -x; }, a);
}

template <class Value, class... Operand>
draft called(const char* name, const Value& value, const Operand&... operand) {
    std::string arguments;
    ((arguments += (arguments.empty() ? "" : ", ") + operand.text), ...);
    return combined<draft>(std::string(name) + "(" + arguments + ")", 9, value, operand...);
}

/// The result, at its edge where the operands' values are such.
template <class Result, class Predicate, class... Operand>
Result at_edge_where(const Predicate& is_at_edge, Result result, const Operand&... operand) {
    for (std::size_t k = 0; k < column_size; ++k) result.at_edge[k] = result.at_edge[k] || is_at_edge(operand.column[k]...);
    return result;
}
// Written so that NaN is near to everything.
inline bool is_near(double a, double b) { return !(std::abs(a - b) >= sample_points::margin); }
inline bool is_near_zero(double x) { return is_near(x, 0); }

#define DRAFT_FUNCTION(NAME) \
    inline draft NAME(const draft& a) { return called(#NAME, [](double x) { return std::NAME(x); }, a); }
DRAFT_FUNCTION(sqrt) DRAFT_FUNCTION(exp) DRAFT_FUNCTION(exp2) DRAFT_FUNCTION(expm1) DRAFT_FUNCTION(log)
DRAFT_FUNCTION(log2) DRAFT_FUNCTION(log10) DRAFT_FUNCTION(log1p) DRAFT_FUNCTION(sin) DRAFT_FUNCTION(cos) DRAFT_FUNCTION(tan)
DRAFT_FUNCTION(asin) DRAFT_FUNCTION(acos) DRAFT_FUNCTION(atan) DRAFT_FUNCTION(sinh) DRAFT_FUNCTION(cosh) DRAFT_FUNCTION(tanh)
DRAFT_FUNCTION(asinh) DRAFT_FUNCTION(acosh) DRAFT_FUNCTION(atanh) DRAFT_FUNCTION(erf) DRAFT_FUNCTION(erfc)
#undef DRAFT_FUNCTION

inline draft one_minus_square(const draft& a) {
    return called("one_minus_square", [](double x) { return (1 - x) * (1 + x); }, a);
}
inline draft sech_squared(const draft& a) {
    return called("sech_squared", [](double x) { return 1 / (std::cosh(x) * std::cosh(x)); }, a);
}
inline draft exp_minus_square(const draft& a) {
    return called("exp_minus_square", [](double x) { return std::exp(-x * x); }, a);
}
inline double digamma_of(double x) { return x > 0 || x != std::floor(x) ? boost::math::digamma(x) : std::nan(""); }
// Next to a root of digamma at a negative number only its absolute error is small: the table promises no more.
inline bool is_near_negative_root(double x) { return x < 0 && !(std::abs(digamma_of(x)) > 0.5); }
inline draft lgamma(const draft& a) {
    return at_edge_where(is_near_negative_root, called("lgamma", [](double x) { return std::lgamma(x); }, a), a);
}
inline draft digamma(const draft& a) { return at_edge_where(is_near_negative_root, called("digamma", digamma_of, a), a); }
inline draft polygamma(int order, const draft& a) {
    const auto value = [](double n, double x) { return x > 0.1 ? boost::math::polygamma(static_cast<int>(n), x) : std::nan(""); };
    return called("polygamma", value, draft(order), a);
}
inline draft abs(const draft& a) { return at_edge_where(is_near_zero, called("abs", [](double x) { return std::abs(x); }, a), a); }
inline draft cbrt(const draft& a) { return at_edge_where(is_near_zero, called("cbrt", [](double x) { return std::cbrt(x); }, a), a); }
inline draft sign(const draft& a) { return at_edge_where(is_near_zero, called("sign", [](double x) { return x > 0 ? 1.0 : -1.0; }, a), a); }
inline draft floor(const draft& a) {
    return at_edge_where([](double x) { return is_near(x, std::round(x)); }, called("floor", [](double x) { return std::floor(x); }, a), a);
}
inline draft copysign(const draft& a, const draft& b) {
    return at_edge_where([](double x, double y) { return is_near_zero(x) || is_near_zero(y); },
                         called("copysign", [](double x, double y) { return std::copysign(x, y); }, a, b), a, b);
}
inline draft pow(const draft& a, const draft& b) {
    return called("pow", [](double x, double y) { return std::pow(x, y); }, a, b);
}
inline draft atan2(const draft& a, const draft& b) {
    // The jump on the negative axis.
    return at_edge_where([](double x, double y) { return !(y > 0.1) && !(std::abs(x) > 0.1); },
                         called("atan2", [](double x, double y) { return std::atan2(x, y); }, a, b), a, b);
}
inline draft hypot(const draft& a, const draft& b) {
    return at_edge_where([](double x, double y) { return !(std::hypot(x, y) > 0.1); },
                         called("hypot", [](double x, double y) { return std::hypot(x, y); }, a, b), a, b);
}
inline draft min(const draft& a, const draft& b) {
    return at_edge_where(is_near, called("min", [](double x, double y) { return x < y ? x : y; }, a, b), a, b);
}
inline draft max(const draft& a, const draft& b) {
    return at_edge_where(is_near, called("max", [](double x, double y) { return x < y ? y : x; }, a, b), a, b);
}
inline draft fma(const draft& a, const draft& b, const draft& c) {
    return called("fma", [](double x, double y, double z) { return std::fma(x, y, z); }, a, b, c);
}
inline draft select(const draft_condition& condition, const draft& a, const draft& b) {
    draft result = combined<draft>("select(" + condition.text + ", " + a.text + ", " + b.text + ")", 9,
                                   [](char is_true, double x, double y) { return is_true ? x : y; }, condition, a, b);
    // What happens in the branch that is not taken does not matter.
    for (std::size_t k = 0; k < column_size; ++k) result.at_edge[k] = condition.at_edge[k] || (condition.column[k] ? a : b).at_edge[k];
    return result;
}

template <class Value>
draft_condition compared(const char* sign, const Value& value, const draft& a, const draft& b) {
    return at_edge_where(is_near, combined<draft_condition>(a.in(3) + " " + sign + " " + b.in(3), 2, value, a, b), a, b);
}
inline draft_condition operator<(const draft& a, const draft& b) {
    return compared("<", [](double x, double y) { return char(x < y); }, a, b);
}
inline draft_condition operator<=(const draft& a, const draft& b) {
    return compared("<=", [](double x, double y) { return char(x <= y); }, a, b);
}
inline draft_condition operator>(const draft& a, const draft& b) {
    return compared(">", [](double x, double y) { return char(x > y); }, a, b);
}
inline draft_condition operator>=(const draft& a, const draft& b) {
    return compared(">=", [](double x, double y) { return char(x >= y); }, a, b);
}
// Equality of steps is exact: it comes near to no edge.
inline draft_condition operator==(const draft& a, const draft& b) {
    return combined<draft_condition>(a.in(3) + " == " + b.in(3), 1, [](double x, double y) { return char(x == y); }, a, b);
}
inline draft_condition operator!=(const draft& a, const draft& b) {
    return combined<draft_condition>(a.in(3) + " != " + b.in(3), 1, [](double x, double y) { return char(x != y); }, a, b);
}
inline draft_condition equal_to(const draft& a, const draft& b) {
    return combined<draft_condition>("equal_to(" + a.text + ", " + b.text + ")", 9, [](double x, double y) { return char(x == y); }, a, b);
}
inline draft_condition operator&&(const draft_condition& a, const draft_condition& b) {
    return combined<draft_condition>(a.in(1) + " && " + b.in(1), 0, [](char x, char y) { return char(x && y); }, a, b);
}
inline draft_condition operator||(const draft_condition& a, const draft_condition& b) {
    return combined<draft_condition>(a.in(1) + " || " + b.in(1), 0, [](char x, char y) { return char(x || y); }, a, b);
}
inline draft_condition operator!(const draft_condition& a) {
    return combined<draft_condition>("!" + a.in(9), 2, [](char x) { return char(!x); }, a);
}

}  // namespace random_programs
