// SPDX-License-Identifier: BSL-1.0
// Differences in many digits: see reference.hpp.
#include "reference.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace reference {
namespace {

template <class Number>
using value_function = Number (*)(const std::array<Number, 3>&);

template <class Number>
std::array<Number, 3> widened(const point& at) {
    return {Number(at[0]), Number(at[1]), Number(at[2])};
}

// The length on which the operation varies: that of the operand itself, or the smallest of the others where it is 0.
double length(const point& at, int operand, int arity) {
    if (at[operand] != 0) return std::abs(at[operand]);
    double smallest = 1;
    for (int k = 0; k < arity; ++k)
        if (at[k] != 0) smallest = std::min(smallest, std::abs(at[k]));
    return smallest;
}

template <class Number>
struct slope {
    Number derivative{};
    bool is_kink = false;  ///< the slopes to the left and to the right differ
    bool is_lost = false;  ///< the digits do not suffice
};

// Central differences of step h and 2h, extrapolated (Richardson). h is 1e-20 of the length: less than the distance to any
// neighbouring double, so that a kink is never straddled unless the point is on it.
template <class Number>
slope<Number> difference(value_function<Number> value, const point& at, int operand, double width) {
    const Number h = Number(width) * pow(Number(10), -20);
    const auto moved = [&](int steps) {
        auto x = widened<Number>(at);
        x[operand] += steps * h;
        return value(x);
    };
    const Number here = moved(0), right = moved(1), left = moved(-1);
    const Number to_the_right = (right - here) / h, to_the_left = (here - left) / h;
    const Number narrow = right - left, wide = moved(2) - moved(-2);
    // A bend shows as two slopes, a jump as one difference for both widths.
    const Number gap = abs(to_the_right - to_the_left) + abs(2 * narrow - wide) / h;
    if (!(gap <= (abs(to_the_right) + abs(to_the_left)) * 1e-8 || gap <= abs(here) / width * 1e-8)) return {{}, true, false};
    return {(8 * narrow - wide) / (12 * h), false, abs(narrow) < abs(here) * pow(Number(10), 22 - std::numeric_limits<Number>::digits10)};
}

template <class Number>
slope<Number> second_difference(value_function<Number> value, const point& at, int first, int second, const point& lengths) {
    const Number step = pow(Number(10), -10), h = step * Number(lengths[first]), k = step * Number(lengths[second]);
    const auto moved = [&](int by_first, int by_second) {
        auto x = widened<Number>(at);
        x[first] += by_first * h;
        x[second] += by_second * k;
        return value(x);
    };
    const auto corners = [&](int steps) -> Number {
        if (first == second) return (moved(steps, 0) - moved(0, 0)) - (moved(0, 0) - moved(-steps, 0));
        return (moved(steps, steps) - moved(steps, -steps) - moved(-steps, steps) + moved(-steps, -steps)) / 4;
    };
    const Number narrow = corners(1), wide = corners(2);
    const bool is_lost = abs(narrow) < abs(value(widened<Number>(at))) * pow(Number(10), 15 - std::numeric_limits<Number>::digits10);
    const bool is_kink = !is_lost && !(abs(wide - 4 * narrow) <= abs(wide) * 1e-4);
    return {(16 * narrow - wide) / (12 * h * k), is_kink, is_lost};
}

}  // namespace

std::optional<many_digits> derivative(const exact_operation& operation, const point& at, int operand) {
    const double width = length(at, operand, operation.arity);
    const auto quick = difference(operation.quick, at, operand, width);
    if (quick.is_kink) return std::nullopt;
    if (!quick.is_lost) return static_cast<many_digits>(quick.derivative);
    // What is lost here too is zero: the operation does not vary.
    const auto slow = difference(operation.slow, at, operand, width);
    return slow.is_kink ? std::nullopt : std::optional(slow.derivative);
}

std::optional<double> second_derivative(const exact_operation& operation, const point& at, int first, int second, const point& lengths) {
    const auto quick = second_difference(operation.quick, at, first, second, lengths);
    if (quick.is_kink) return std::nullopt;
    if (!quick.is_lost) return static_cast<double>(quick.derivative);
    const auto slow = second_difference(operation.slow, at, first, second, lengths);
    return slow.is_kink ? std::nullopt : std::optional(slow.is_lost ? 0.0 : static_cast<double>(slow.derivative));
}

double error_in_ulp(double computed, const many_digits& exact) {
    if (exact == 0) return computed == 0 ? 0 : std::numeric_limits<double>::infinity();
    if (!std::isfinite(computed)) return std::numeric_limits<double>::infinity();
    const int last_place = std::max(static_cast<int>(ilogb(exact)) - 52, -1074);
    return static_cast<double>(abs(many_digits(computed) - exact) / ldexp(many_digits(1), last_place));
}

double error_of_value_in_ulp(const exact_operation& operation, double computed, const point& at) {
    return error_in_ulp(computed, static_cast<many_digits>(operation.quick(widened<fifty_digits>(at))));
}

}  // namespace reference
