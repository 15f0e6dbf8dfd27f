// SPDX-License-Identifier: BSL-1.0
// What every contest is made of: races, each of one size, the contenders that run in them, and what these answer. Used by contest.hpp, on points, and
// array_contest.hpp, on arrays; contest.cpp is the main program.
#pragma once

#include <benchmark/benchmark.h>

#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace contest {

/// Rows of numbers, which a contender computes or which are right. The errors of a row are relative to its largest number.
using answers = std::vector<std::vector<double>>;

struct race {
    std::string size{};            ///< empty where there is one race only
    int calls = 1;                 ///< of a contender in one iteration of its loop
    double bytes = 0;              ///< that a call reads and writes; 0 where its time is not that of memory
    double tolerance = 1e-11;      ///< of the largest number of a row: far above the rounding errors of doubles, far below those of a wrong formula
    std::function<answers()> reference{};
};

struct contender {
    std::string name;
    int first_race = 0;
    bool on_all_cores = false;     ///< timed by the clock; others by the time of their processor
    std::function<answers(int race)> answer;  ///< no rows: nothing to check
    std::function<void(int race, benchmark::State&)> time;
    std::function<double(int race)> bytes_held{};  ///< by the graph of a call before its way back; none where there is no graph
};

/// The problem of this binary: set by its reference.cpp.
struct problem_of_this_binary {
    std::string title;
    std::vector<race> races;
    std::string baseline = "hand_written";  ///< times are divided by that of the fastest contender whose name begins so
};

std::vector<contender>& contenders();
problem_of_this_binary& this_problem();

struct interval {
    double low;
    double high;
};

/// Random numbers, the same in every contender.
class random_numbers {
public:
    double operator()(const interval& range) { return std::uniform_real_distribution<double>(range.low, range.high)(generator_); }

private:
    std::mt19937_64 generator_{2024};
};

}  // namespace contest

/// A contender's call is part of its own loop, for all contenders alike.
#define CONTEST_INLINE [[gnu::always_inline]] inline
