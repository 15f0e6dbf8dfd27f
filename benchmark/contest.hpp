// SPDX-License-Identifier: BSL-1.0
// A contest: several ways to the same derivatives, timed side by side in one run on Google Benchmark.
// Each contender is one file of a problem's folder and enters itself, so one that is not compiled is not in the run.
#pragma once

#include "bytes_held.hpp"
#include "race.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace contest {

// A problem is a struct with
//   title                     what is computed
//   inputs, outputs           how many numbers go in and come out
//   variables                 the first so many inputs are differentiated by
//   points                    how many inputs a contender goes through in turn
//   range(k)                  where input k is drawn from
//   value(point)              the outputs, generic in the number type
template <class Problem>
using point = std::array<double, Problem::inputs>;
/// The values, then for each value its derivatives by all variables.
template <class Problem>
using derivatives = std::array<double, Problem::outputs*(1 + Problem::variables)>;
template <class Problem>
using values = std::array<double, Problem::outputs>;

/// Random points, more than one, so that nothing is a constant to the compiler.
template <class Problem>
const std::vector<point<Problem>>& points() {
    static const auto drawn = [] {
        random_numbers draw;
        std::vector<point<Problem>> all(Problem::points);
        for (auto& one : all)
            for (std::size_t k = 0; k < one.size(); ++k) one[k] = draw(Problem::range(k));
        return all;
    }();
    return drawn;
}

inline constexpr int checked_points = 16;

/// Enters a contender: a default-constructible function object from a point to derivatives<Problem> or values<Problem>.
/// It is constructed at its first use; what it prepares then (a tape) is not timed.
template <class Problem, class Contender>
bool enter(const char* name) {
    static const auto instance = []() -> Contender& {
        static Contender only;
        return only;
    };
    contenders().push_back({.name = name,
                            .answer =
                                [](int) {
                                    answers given;
                                    for (int k = 0; k < std::min(checked_points, Problem::points); ++k) {
                                        const auto answer = instance()(points<Problem>()[k]);
                                        given.emplace_back(answer.begin(), answer.end());
                                    }
                                    return given;
                                },
                            .time =
                                [](int, benchmark::State& state) {
                                    const auto& all = points<Problem>();
                                    Contender& derive = instance();
                                    for (auto _ : state)
                                        for (const auto& point : all) {
                                            // Aligned, or the luck of the stack's address decides which stores cross a cache line.
                                            alignas(64) auto answer = derive(point);
                                            benchmark::DoNotOptimize(answer);
                                        }
                                },
                            .bytes_held = bytes_held_by<Contender>([](int) -> Contender& { return instance(); }, [](int) -> const point<Problem>& { return points<Problem>()[0]; })});
    return true;
}

}  // namespace contest
