// SPDX-License-Identifier: BSL-1.0
// ADOL-C's contender in every problem: the tape is recorded once, before the clock starts; timed are the forward sweep at a new
// point and a reverse sweep a row.
#pragma once

#include "contest.hpp"

#include <adolc/adolc.h>

/// Where control flow depends on the numbers: a new tape in each call, whose recording keeps the values that the reverse sweep needs.
template <class Problem>
class by_new_tape {
public:
    contest::derivatives<Problem> operator()(const contest::point<Problem>& at) const {
        static_assert(Problem::outputs == 1);
        contest::derivatives<Problem> result;
        result[0] = record(at);
        const double weight = 1;
        double gradient[Problem::inputs];
        fos_reverse(tape, 1, Problem::inputs, const_cast<double*>(&weight), gradient);
        std::copy_n(gradient, Problem::variables, result.begin() + 1);
        return result;
    }
    /// An operation's code is a byte, an address four, a value eight.
    double bytes_held(const contest::point<Problem>& at) const {
        record(at);
        std::size_t counts[STAT_SIZE];
        tapestats(tape, counts);
        return static_cast<double>(counts[NUM_OPERATIONS] + sizeof(locint) * counts[NUM_LOCATIONS] + sizeof(double) * (counts[NUM_VALUES] + counts[TAY_STACK_SIZE]));
    }

private:
    static constexpr short tape = 1;

    static double record(const contest::point<Problem>& at) {
        constexpr int keeps_values = 1;
        trace_on(tape, keeps_values);
        double value;
        {
            std::array<adouble, Problem::inputs> x;
            for (int k = 0; k < Problem::inputs; ++k) x[k] <<= at[k];
            Problem::value(x)[0] >>= value;
        }
        trace_off();
        return value;
    }
};

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
