// SPDX-License-Identifier: BSL-1.0
// Evaluates a recording in any kind of number. Arithmetic says which, and has the functions that not every kind offers
// under the name of <cmath>. Used by reference.cpp and adolc.cpp.
#pragma once

#include "recorded.hpp"

#include <cmath>
#include <vector>

namespace random_programs {

template <class Arithmetic, class Number = typename Arithmetic::number>
Number apply(const step& at, const Number& a, const Number& b, const Number& c) {
    using std::acos, std::asin, std::atan, std::atan2, std::cos, std::cosh, std::erf, std::exp, std::log, std::log10, std::sin,
        std::sinh, std::sqrt, std::tan, std::tanh, std::asinh, std::acosh, std::atanh;
    switch (at.what) {
    case operation::add: return a + b;
    case operation::subtract: return a - b;
    case operation::multiply: return a * b;
    case operation::divide: return a / b;
    case operation::negate: return -a;
    case operation::sqrt: return sqrt(a);
    case operation::cbrt: return Arithmetic::cbrt(a);
    case operation::exp: return exp(a);
    case operation::exp2: return Arithmetic::exp2(a);
    case operation::expm1: return Arithmetic::expm1(a);
    case operation::log: return log(a);
    case operation::log2: return Arithmetic::log2(a);
    case operation::log10: return log10(a);
    case operation::log1p: return Arithmetic::log1p(a);
    case operation::sin: return sin(a);
    case operation::cos: return cos(a);
    case operation::tan: return tan(a);
    case operation::asin: return asin(a);
    case operation::acos: return acos(a);
    case operation::atan: return atan(a);
    case operation::sinh: return sinh(a);
    case operation::cosh: return cosh(a);
    case operation::tanh: return tanh(a);
    case operation::asinh: return asinh(a);
    case operation::acosh: return acosh(a);
    case operation::atanh: return atanh(a);
    case operation::exp_minus_square: return exp(-a * a);
    case operation::one_minus_square: return (1 - a) * (1 + a);
    case operation::sech_squared: return 1 / (cosh(a) * cosh(a));
    case operation::erf: return erf(a);
    case operation::erfc: return Arithmetic::erfc(a);
    case operation::lgamma: return Arithmetic::lgamma(a);
    case operation::digamma: return Arithmetic::digamma(a);
    case operation::polygamma: return Arithmetic::polygamma(a, b);
    case operation::abs: return Arithmetic::abs(a);
    case operation::sign: return Number(a > 0 ? 1.0 : a < 0 ? -1.0 : 0.0);
    case operation::floor: return Number(Arithmetic::floor(a));
    case operation::pow: return Arithmetic::power(a, b);
    case operation::atan2: return atan2(a, b);
    case operation::copysign: return (a < 0) == (b < 0) ? Number(a) : Number(-a);
    case operation::hypot: return sqrt(a * a + b * b);
    case operation::min: return a < b ? a : b;
    case operation::max: return a < b ? b : a;
    case operation::fma: return a * b + c;
    default: throw "random programs: an operation of operations.def is missing in evaluate.hpp";
    }
}

template <class Number>
bool holds(operation comparison, const Number& a, const Number& b) {
    switch (comparison) {
    case operation::less: return a < b;
    case operation::less_equal: return a <= b;
    case operation::greater: return a > b;
    case operation::greater_equal: return a >= b;
    case operation::equal_to: return a == b;
    default: return a != b;
    }
}

inline bool is_comparison(operation what) { return what >= operation::less && what <= operation::not_equal_to; }
inline bool is_logical(operation what) { return what >= operation::less; }
/// Operations whose result is exact, or a step: rounding does not touch them.
inline bool rounds(operation what) {
    switch (what) {
    case operation::input:
    case operation::literal:
    case operation::negate:
    case operation::abs:
    case operation::sign:
    case operation::floor:
    case operation::copysign:
    case operation::min:
    case operation::max:
    case operation::select: return false;
    default: return !is_logical(what);
    }
}

/// What evaluate asks of its last argument, and does by itself: nothing.
struct as_it_is {
    /// The operand number k of the step at `at`.
    template <class Number>
    const Number& operand(int /*at*/, int /*k*/, int /*position*/, const Number& value) const {
        return value;
    }
    /// The result of the step at `at`.
    template <class Number>
    Number result(int /*at*/, const Number& value) const {
        return value;
    }
};

/// All values of a recording, one a step. needed: which steps to evaluate, those that are not in a branch of select that is
/// not taken; all if empty. rounding: what becomes of the operands and the result of each operation that rounds.
template <class Arithmetic, class Number = typename Arithmetic::number, class Rounding = as_it_is>
std::vector<Number> evaluate(const recording& program, const std::vector<char>& needed, const std::vector<Number>& inputs,
                             Rounding&& rounding = {}) {
    const int size = static_cast<int>(program.steps.size());
    std::vector<Number> values(size);
    std::vector<char> truths(size);
    for (int at = 0; at < size; ++at) {
        if (!needed.empty() && !needed[at]) continue;
        const step& now = program.steps[at];
        const int* k = now.operands;
        if (now.what == operation::input) values[at] = inputs[at];
        else if (now.what == operation::literal) values[at] = Number(now.literal);
        else if (now.what == operation::select) values[at] = truths[k[0]] ? values[k[1]] : values[k[2]];
        else if (now.what == operation::logical_and) truths[at] = truths[k[0]] && truths[k[1]];
        else if (now.what == operation::logical_or) truths[at] = truths[k[0]] || truths[k[1]];
        else if (now.what == operation::logical_not) truths[at] = !truths[k[0]];
        else if (is_comparison(now.what)) truths[at] = holds(now.what, values[k[0]], values[k[1]]);
        else {
            const bool is_rounded = rounds(now.what);
            const auto operand = [&](int which) -> Number {
                if (k[which] < 0) return values[k[0]];
                return is_rounded ? rounding.operand(at, which, k[which], values[k[which]]) : values[k[which]];
            };
            // ADOL-C takes a negative base to a literal power only.
            if (now.what == operation::pow && program.steps[k[1]].what == operation::literal)
                values[at] = Arithmetic::power_of_literal(operand(0), program.steps[k[1]].literal);
            else values[at] = apply<Arithmetic>(now, operand(0), operand(1), operand(2));
            if (is_rounded) values[at] = rounding.result(at, values[at]);
        }
    }
    return values;
}

}  // namespace random_programs
