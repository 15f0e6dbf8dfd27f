// SPDX-License-Identifier: BSL-1.0
// A contest on arrays whose lengths are known at run time: a race for each size, results in memory that exists before the clock starts.
#pragma once

#include "bytes_held.hpp"
#include "race.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <span>
#include <type_traits>

namespace contest {

/// Memory that begins with a cache line, each piece at another place of a page: otherwise the luck of an address decides which registers cross two lines,
/// and which loads a processor, which compares the last 12 bits, takes for numbers that were just written.
template <class T>
struct spread_allocator {
    using value_type = T;
    spread_allocator() = default;
    template <class Other>
    spread_allocator(const spread_allocator<Other>&) {}

    T* allocate(std::size_t count) {
        static std::size_t next = 0;
        const std::size_t offset = next++ * 13 % 64 * 64, pages = (offset + count * sizeof(T)) / page + 1;
        return reinterpret_cast<T*>(static_cast<char*>(std::aligned_alloc(page, pages * page)) + offset);
    }
    void deallocate(T* memory, std::size_t) { std::free(reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(memory) / page * page)); }
    bool operator==(const spread_allocator&) const = default;

private:
    static constexpr std::size_t page = 4096;
};
template <class T>
using numbers_of = std::vector<T, spread_allocator<T>>;
using numbers = numbers_of<double>;

template <class T = double>
numbers_of<T> drawn(std::ptrdiff_t count, random_numbers& draw, const interval& range) {
    numbers_of<T> all(static_cast<std::size_t>(count));
    for (T& one : all) one = static_cast<T>(draw(range));
    return all;
}

/// How large the arrays of a race are: so many elements, or rows of so many columns.
struct extent {
    std::ptrdiff_t rows;
    std::ptrdiff_t columns = 0;
};

// A problem on arrays is a struct with
//   title                     what is computed
//   sizes                     an array of extents, a race each; the first is the one that a test checks
//   data(extent)              a type: the arguments, drawn at random
//   result(extent)            a type: memory for the value and its derivatives. rows() are views of it.
//   bytes(extent)             that a call reads and writes, where its time may be that of memory
//   tolerance                 where the numbers are not doubles
//   baseline                  what times are compared with, if not with what is written by hand
template <class Problem>
struct arrays_of_race {
    int race;
    typename Problem::data data;
    typename Problem::result result;
};

/// The arguments of a race, and memory for results, which all contenders share. Those of the race before are gone.
template <class Problem>
arrays_of_race<Problem>& arrays_of(int race) {
    static std::unique_ptr<arrays_of_race<Problem>> current;
    if (!current || current->race != race) {
        current.reset();
        const extent size = Problem::sizes[race];
        current.reset(new arrays_of_race<Problem>{race, typename Problem::data(size), typename Problem::result(size)});
    }
    return *current;
}

/// How a contender takes part.
struct entry {
    int rows = std::numeric_limits<int>::max();  ///< it computes the first so many rows of the result
    int first_race = 0;
    bool on_all_cores = false;
};

/// The rows of the result that a contender computes.
template <class Problem, class Contender>
answers answers_of(Contender& contender, int race, int rows) {
    auto& [_, data, result] = arrays_of<Problem>(race);
    // No contender passes with what another left.
    for (const auto row : result.rows()) std::fill(row.begin(), row.end(), NAN);
    contender(data, result);
    if constexpr (requires { contender.copy_to(result); }) contender.copy_to(result);
    answers given;
    for (const auto row : result.rows())
        if (static_cast<int>(given.size()) < rows) given.emplace_back(row.begin(), row.end());
    return given;
}

/// Enters a contender: a default-constructible function object of const data& and result&. What it prepares at its first call (memory between two loops)
/// is not timed. One whose gradients stay in memory of its library has copy_to(result), which is not timed either.
template <class Problem, class Contender>
bool enter(const char* name, const entry& how = {}) {
    static Contender only;
    contenders().push_back({.name = name,
                            .first_race = how.first_race,
                            .on_all_cores = how.on_all_cores,
                            .answer = [rows = how.rows](int race) { return answers_of<Problem>(only, race, rows); },
                            .time =
                                [](int race, benchmark::State& state) {
                                    auto& [_, data, result] = arrays_of<Problem>(race);
                                    for (auto iteration : state) {
                                        only(data, result);
                                        benchmark::ClobberMemory();
                                    }
                                },
                            .bytes_held = bytes_held_by<Contender>([](int) -> Contender& { return only; }, [](int race) -> const typename Problem::data& { return arrays_of<Problem>(race).data; })});
    return true;
}

inline std::string to_string(const extent& size) {
    return std::to_string(size.rows) + (size.columns > 0 ? " by " + std::to_string(size.columns) : "");
}
template <class Problem>
double bytes_of([[maybe_unused]] const extent& size) {
    if constexpr (requires { Problem::bytes(size); }) return Problem::bytes(size);
    else return 0;
}

/// Reference: a contender too, the plainest, in wider numbers. What is derived from the value, by tapeless, has to agree with it.
template <class Problem, class Reference>
bool set_problem() {
    problem_of_this_binary& problem = this_problem();
    problem.title = Problem::title;
    if constexpr (requires { Problem::baseline; }) problem.baseline = Problem::baseline;
    double tolerance = race{}.tolerance;
    if constexpr (requires { Problem::tolerance; }) tolerance = Problem::tolerance;
    for (const extent& size : Problem::sizes)
        problem.races.push_back({.size = to_string(size),
                                 .bytes = bytes_of<Problem>(size),
                                 .tolerance = tolerance,
                                 .reference = [race = static_cast<int>(problem.races.size())] {
                                     Reference right;
                                     return answers_of<Problem>(right, race, std::numeric_limits<int>::max());
                                 }});
    return true;
}

}  // namespace contest
