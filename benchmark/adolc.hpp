// SPDX-License-Identifier: BSL-1.0
// ADOL-C's contender in every problem: the tape is recorded once, before the clock starts; timed are the forward sweep at a new
// point and a reverse sweep a row.
#pragma once

#include "contest.hpp"

#include <adolc/adolc.h>

template <class Problem>
class by_tape {
public:
    by_tape() {
        const auto& first = contest::points<Problem>()[0];
        std::array<adouble, Problem::inputs> x;
        double value[Problem::outputs];
        trace_on(tape);
        for (int k = 0; k < Problem::inputs; ++k) x[k] <<= first[k];
        std::array<adouble, Problem::outputs> y = Problem::value(x);
        for (int row = 0; row < Problem::outputs; ++row) y[row] >>= value[row];
        trace_off();
    }

    CONTEST_INLINE contest::derivatives<Problem> operator()(const contest::point<Problem>& at) const {
        contest::derivatives<Problem> result;
        zos_forward(tape, Problem::outputs, Problem::inputs, 1, at.data(), result.data());
        for (int row = 0; row < Problem::outputs; ++row) {
            double weights[Problem::outputs] = {};
            weights[row] = 1;
            double gradient[Problem::inputs];
            fos_reverse(tape, Problem::outputs, Problem::inputs, weights, gradient);
            std::copy_n(gradient, Problem::variables, result.begin() + Problem::outputs + Problem::variables * row);
        }
        return result;
    }

private:
    static constexpr short tape = 1;
};
