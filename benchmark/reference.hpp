// SPDX-License-Identifier: BSL-1.0
// What is right: the problem's values and central differences of them, in 50 digits.
// Independent of every contender; with this step a derivative is right to some 1e-32 of the value.
#pragma once

#include "contest.hpp"

#include <boost/multiprecision/cpp_bin_float.hpp>

namespace contest {

template <class Problem>
answers by_differences() {
    using number = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<50>, boost::multiprecision::et_off>;
    answers right;
    for (int at = 0; at < std::min(checked_points, Problem::points); ++at) {
        std::array<number, Problem::inputs> x;
        std::copy(points<Problem>()[at].begin(), points<Problem>()[at].end(), x.begin());
        std::vector<double> row(Problem::outputs * (1 + Problem::variables));
        const auto value = Problem::value(x);
        for (int output = 0; output < Problem::outputs; ++output) row[output] = static_cast<double>(value[output]);
        const number step("1e-16");
        for (int variable = 0; variable < Problem::variables; ++variable) {
            auto above = x, below = x;
            above[variable] += step;
            below[variable] -= step;
            const auto high = Problem::value(above), low = Problem::value(below);
            for (int output = 0; output < Problem::outputs; ++output)
                row[Problem::outputs + output * Problem::variables + variable] = static_cast<double>((high[output] - low[output]) / (2 * step));
        }
        right.push_back(row);
    }
    return right;
}

template <class Problem>
bool set_problem() {
    this_problem() = {Problem::title, {{.calls = Problem::points, .reference = by_differences<Problem>}}};
    if constexpr (requires { Problem::baseline; }) this_problem().baseline = Problem::baseline;
    return true;
}

}  // namespace contest
