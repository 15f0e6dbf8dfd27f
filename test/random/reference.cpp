// SPDX-License-Identifier: BSL-1.0
// Differences in 50 digits: see reference.hpp. Boost.Math has the special functions, so that nothing here is the library's.
#include "reference.hpp"

#include "evaluate.hpp"

#include <boost/math/special_functions.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>

#include <algorithm>
#include <array>
#include <random>

namespace random_programs {
namespace {

using fifty_digits = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<50>, boost::multiprecision::et_off>;

template <class Number>
struct real_arithmetic {
    using number = Number;
    static Number cbrt(const Number& a) {
        using std::cbrt;
        return cbrt(a);
    }
    static Number exp2(const Number& a) {
        using std::pow;
        return pow(Number(2), a);
    }
    static Number expm1(const Number& a) { return boost::math::expm1(a); }
    static Number log2(const Number& a) {
        using std::log;
        return log(a) / log(Number(2));
    }
    static Number log1p(const Number& a) { return boost::math::log1p(a); }
    static Number erfc(const Number& a) { return boost::math::erfc(a); }
    static Number lgamma(const Number& a) { return boost::math::lgamma(a); }
    static Number digamma(const Number& a) { return boost::math::digamma(a); }
    static Number polygamma(const Number& order, const Number& a) { return boost::math::polygamma(static_cast<int>(order), a); }
    static Number abs(const Number& a) { return a < 0 ? Number(-a) : a; }
    static Number floor(const Number& a) {
        using std::floor;
        return floor(a);
    }
    static Number power(const Number& a, const Number& b) {
        using std::pow;
        return pow(a, b);
    }
    static Number power_of_literal(const Number& a, double b) { return real_arithmetic::power(a, Number(b)); }
};
// In double only the branches count, and an error must not throw where a branch is not taken.
struct quick_arithmetic : real_arithmetic<double> {
    static double expm1(double a) { return std::expm1(a); }
    static double log1p(double a) { return std::log1p(a); }
    static double erfc(double a) { return std::erfc(a); }
    static double lgamma(double a) { return std::lgamma(a); }
    static double digamma(double a) { return a > 0 || a != std::floor(a) ? boost::math::digamma(a) : std::nan(""); }
    static double polygamma(double order, double a) {
        return a > 0 || a != std::floor(a) ? boost::math::polygamma(static_cast<int>(order), a) : std::nan("");
    }
};

const fifty_digits step_width("1e-17");
/// A difference of numbers up to 50 in 50 digits, divided by the step.
constexpr double difference_error = 1e-30;
constexpr int rounding_count = 4;

/// Relative errors, by step: of its value, and of its partial derivative by each operand. None if empty.
struct errors {
    std::vector<fifty_digits> of_value;
    std::vector<std::array<fifty_digits, 3>> of_partials;
};

/// The program with these errors, at the point itself: remembers what the steps give.
struct rounded_at_point : as_it_is {
    const errors& wrong;
    std::vector<fifty_digits>& unrounded;

    rounded_at_point(const errors& wrong, std::vector<fifty_digits>& unrounded) : wrong(wrong), unrounded(unrounded) {}
    fifty_digits result(int at, const fifty_digits& value) const {
        if (wrong.of_value.empty()) return value;
        unrounded[at] = value;
        return value + value * wrong.of_value[at];
    }
};

/// The same next to the point: an operand's distance from its value there counts with the error of the partial
/// derivative, and the value at the point keeps its own error. So values and partials are wrong independently of one another.
struct rounded_near_point {
    const errors& wrong;
    const std::vector<fifty_digits>& unrounded;
    const std::vector<fifty_digits>& rounded;

    fifty_digits operand(int at, int k, int position, const fifty_digits& value) const {
        if (wrong.of_value.empty()) return value;
        return value + (value - rounded[position]) * wrong.of_partials[at][k];
    }
    fifty_digits result(int at, const fifty_digits& value) const {
        if (wrong.of_value.empty()) return value;
        return value - unrounded[at] + rounded[at];
    }
};

struct differences {
    std::vector<fifty_digits> values;
    std::vector<fifty_digits> slopes;  ///< by output, then by input
    bool is_at_kink = false;
};

differences differentiate(const recording& program, const std::vector<char>& needed, const std::vector<double>& point,
                          const errors& wrong = {}) {
    using arithmetic = real_arithmetic<fifty_digits>;
    const std::vector<fifty_digits> inputs(point.begin(), point.end());
    const auto outputs_of = [&](const std::vector<fifty_digits>& values) {
        std::vector<fifty_digits> outputs;
        for (int output : program.outputs) outputs.push_back(values[output]);
        return outputs;
    };
    std::vector<fifty_digits> unrounded(program.steps.size());
    const auto here = evaluate<arithmetic>(program, needed, inputs, rounded_at_point{wrong, unrounded});
    const auto at = [&](const std::vector<fifty_digits>& neighbour) {
        return outputs_of(evaluate<arithmetic>(program, needed, neighbour, rounded_near_point{wrong, unrounded, here}));
    };
    const std::size_t rows = program.outputs.size(), columns = inputs.size();
    differences result{outputs_of(here), std::vector<fifty_digits>(rows * columns)};
    for (std::size_t column = 0; column < columns; ++column) {
        auto right = inputs, left = inputs;
        right[column] += step_width;
        left[column] -= step_width;
        const auto above = at(right), below = at(left);
        for (std::size_t row = 0; row < rows; ++row) {
            const fifty_digits slope = (above[row] - below[row]) / (2 * step_width);
            const fifty_digits bend = abs(above[row] + below[row] - 2 * result.values[row]) / step_width;
            if (!(bend <= 1e-8 * (abs(slope) + 1e-4))) result.is_at_kink = true;
            result.slopes[row * columns + column] = slope;
        }
    }
    return result;
}

}  // namespace

std::vector<char> needed_steps(const recording& program, const std::vector<double>& point) {
    std::vector<double> inputs = point;
    // The values say nothing of a condition's truth: it is asked again here.
    const auto values = evaluate<quick_arithmetic>(program, {}, inputs);
    std::vector<char> truths(program.steps.size()), needed(program.steps.size());
    for (std::size_t at = 0; at < program.steps.size(); ++at) {
        const step& now = program.steps[at];
        const int* k = now.operands;
        if (now.what == operation::logical_and) truths[at] = truths[k[0]] && truths[k[1]];
        else if (now.what == operation::logical_or) truths[at] = truths[k[0]] || truths[k[1]];
        else if (now.what == operation::logical_not) truths[at] = !truths[k[0]];
        else if (is_comparison(now.what)) truths[at] = holds(now.what, values[k[0]], values[k[1]]);
    }
    for (int output : program.outputs) needed[output] = 1;
    for (std::size_t at = program.steps.size(); at-- > 0;) {
        if (!needed[at]) continue;
        const int* k = program.steps[at].operands;
        if (program.steps[at].what == operation::select) {
            needed[k[0]] = 1;
            needed[truths[k[0]] ? k[1] : k[2]] = 1;
            continue;
        }
        for (int operand = 0; operand < 3; ++operand)
            if (k[operand] >= 0) needed[k[operand]] = 1;
    }
    for (int input = 0; input < program.input_count; ++input) needed[input] = 1;
    return needed;
}

derivatives by_differences(const recording& program, const std::vector<char>& needed, const std::vector<double>& point, unsigned seed) {
    const differences exact = differentiate(program, needed, point);
    const auto rounding_of_result = [](const std::vector<fifty_digits>& numbers) {
        std::vector<double> scale;
        for (const fifty_digits& number : numbers) scale.push_back(std::ldexp(static_cast<double>(abs(number)), -53) + difference_error);
        return scale;
    };
    std::vector<double> value_scale = rounding_of_result(exact.values), slope_scale = rounding_of_result(exact.slopes);
    std::mt19937_64 random(seed);
    // Between -2^-53 and 2^-53.
    const auto rounding = [&]() -> fifty_digits { return std::ldexp(static_cast<double>(random() >> 11), -105) - std::ldexp(1.0, -53); };
    for (int sample = 0; sample < rounding_count; ++sample) {
        errors wrong;
        for (std::size_t at = 0; at < program.steps.size(); ++at) {
            wrong.of_value.push_back(rounding());
            wrong.of_partials.push_back({rounding(), rounding(), rounding()});
        }
        const differences rounded = differentiate(program, needed, point, wrong);
        const auto take = [](const std::vector<fifty_digits>& wrong, const std::vector<fifty_digits>& right, std::vector<double>& scale) {
            for (std::size_t k = 0; k < scale.size(); ++k) scale[k] = std::max(scale[k], static_cast<double>(abs(wrong[k] - right[k])));
        };
        take(rounded.values, exact.values, value_scale);
        take(rounded.slopes, exact.slopes, slope_scale);
    }
    const auto estimates = [](const std::vector<fifty_digits>& numbers, const std::vector<double>& scale) {
        std::vector<estimate> both;
        for (std::size_t k = 0; k < scale.size(); ++k) both.push_back({static_cast<double>(numbers[k]), scale[k]});
        return both;
    };
    return {estimates(exact.values, value_scale), estimates(exact.slopes, slope_scale), exact.is_at_kink};
}

std::vector<double> change_by_partial(const recording& program, const std::vector<char>& needed, const std::vector<double>& point,
                                      int position, int operand, double error) {
    const differences right = differentiate(program, needed, point);
    errors one{std::vector<fifty_digits>(program.steps.size()), std::vector<std::array<fifty_digits, 3>>(program.steps.size())};
    one.of_partials[position][operand] = error;
    const differences wrong = differentiate(program, needed, point, one);
    std::vector<double> change;
    for (std::size_t k = 0; k < right.slopes.size(); ++k) change.push_back(static_cast<double>(abs(wrong.slopes[k] - right.slopes[k])));
    return change;
}

}  // namespace random_programs
