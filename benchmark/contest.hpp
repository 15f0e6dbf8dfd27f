// SPDX-License-Identifier: BSL-1.0
// A contest: several ways to the same derivatives, timed side by side in one run on Google Benchmark.
// Each contender is one file of a problem's folder and enters itself, so one that is not compiled is not in the run.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace contest {

// A problem is a struct with
//   title                     what is computed
//   inputs, outputs           how many numbers go in and come out
//   variables                 the first so many inputs are differentiated by
//   points                    how many inputs a contender goes through in turn
//   range(k)                  where input k is drawn from
//   value(point)              the outputs, generic in the number type
struct interval {
    double low;
    double high;
};

template <class Problem>
using point = std::array<double, Problem::inputs>;
/// The values, then for each value its derivatives by all variables.
template <class Problem>
using derivatives = std::array<double, Problem::outputs*(1 + Problem::variables)>;
template <class Problem>
using values = std::array<double, Problem::outputs>;

/// Random points, the same in every contender, and more than one, so that nothing is a constant to the compiler.
template <class Problem>
const std::vector<point<Problem>>& points() {
    static const auto drawn = [] {
        std::mt19937_64 generator(2024);
        std::vector<point<Problem>> all(Problem::points);
        for (auto& one : all)
            for (std::size_t k = 0; k < one.size(); ++k)
                one[k] = std::uniform_real_distribution<double>(Problem::range(k).low, Problem::range(k).high)(generator);
        return all;
    }();
    return drawn;
}

/// What a contender computes at the points that are checked, in rows of `row` numbers.
struct answers {
    std::size_t row = 0;
    std::vector<double> numbers;
};
inline constexpr int checked_points = 16;

struct contender {
    std::string name;
    std::function<answers()> answer;
    std::function<void(benchmark::State&)> time;
};

/// The problem of this binary and what is right: set by its reference.cpp.
struct problem_of_this_binary {
    std::string title;
    int points = 0;
    int outputs = 0;
    std::function<answers()> reference;
};

std::vector<contender>& contenders();
problem_of_this_binary& this_problem();

/// Enters a contender: a default-constructible function object from a point to derivatives<Problem> or values<Problem>.
/// It is constructed at its first use; what it prepares then (a tape) is not timed.
template <class Problem, class Contender>
bool enter(const char* name) {
    static const auto instance = []() -> Contender& {
        static Contender only;
        return only;
    };
    contenders().push_back({name,
                            [] {
                                answers given;
                                for (int k = 0; k < std::min(checked_points, Problem::points); ++k) {
                                    const auto answer = instance()(points<Problem>()[k]);
                                    given.row = answer.size();
                                    given.numbers.insert(given.numbers.end(), answer.begin(), answer.end());
                                }
                                return given;
                            },
                            [](benchmark::State& state) {
                                const auto& all = points<Problem>();
                                Contender& derive = instance();
                                for (auto _ : state)
                                    for (const auto& point : all) {
                                        // Aligned, or the luck of the stack's address decides which stores cross a cache line.
                                        alignas(64) auto answer = derive(point);
                                        benchmark::DoNotOptimize(answer);
                                    }
                            }});
    return true;
}

}  // namespace contest

/// A contender's call is part of its own loop, for all contenders alike.
#define CONTEST_INLINE [[gnu::always_inline]] inline
