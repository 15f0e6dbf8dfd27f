// SPDX-License-Identifier: BSL-1.0
// Laplace's expansion by the upper and the lower three rows: the determinant is the sum over all choices of three columns of an upper
// 3 by 3 minor times the lower one of the other columns. So the derivatives by the upper minors are the lower minors, up to
// sign, and those by the entries of a row are sums of them times the 2 by 2 minors of the two rows beside it.
// No division and no pivots: right for singular matrices too.
#include "problem.hpp"

#include <utility>

namespace {

struct triple {
    int i, j, k;
};

// The 15 pairs and 20 triples of columns in lexicographic order; the complement of triple n is triple 19 - n.
constexpr auto pair_position = [] {
    std::array<std::array<int, 6>, 6> position{};
    int next = 0;
    for (int i = 0; i < 6; ++i)
        for (int j = i + 1; j < 6; ++j) position[i][j] = next++;
    return position;
}();
constexpr auto triples = [] {
    std::array<triple, 20> all{};
    int next = 0;
    for (int i = 0; i < 6; ++i)
        for (int j = i + 1; j < 6; ++j)
            for (int k = j + 1; k < 6; ++k) all[next++] = {i, j, k};
    return all;
}();
// Columns 0, 1, 2 to i, j, k and the others behind: i + (j - 1) + (k - 2) transpositions.
constexpr bool is_odd(int n) { return (triples[n].i + triples[n].j + triples[n].k) % 2 == 0; }

template <class Body, int... I>
CONTEST_INLINE void repeat(const Body& body, std::integer_sequence<int, I...>) {
    (body(std::integral_constant<int, I>{}), ...);
}
template <int Count, class Body>
CONTEST_INLINE void repeat(const Body& body) {
    repeat(body, std::make_integer_sequence<int, Count>{});
}

using pairs = std::array<double, 15>;

CONTEST_INLINE pairs minors_of(const double* a, const double* b) {
    pairs minors;
    repeat<6>([&](auto i) __attribute__((always_inline)) {
        repeat<6>([&](auto j) __attribute__((always_inline)) {
            if constexpr (i < j) minors[pair_position[i][j]] = a[i] * b[j] - a[j] * b[i];
        });
    });
    return minors;
}

// By the entries of row a, given the 2 by 2 minors of the next two rows and the derivatives by the 3 by 3 minors of all three.
CONTEST_INLINE void pull_back(const pairs& minors, const std::array<double, 20>& by_minor, double* by_row) {
    std::array<double, 6> sum{};
    std::array<bool, 6> begun{};
    const auto add = [&](int at, double term) __attribute__((always_inline)) {
        sum[at] = begun[at] ? sum[at] + term : term;
        begun[at] = true;
    };
    repeat<20>([&](auto n) __attribute__((always_inline)) {
        constexpr triple t = triples[n];
        add(t.i, by_minor[n] * minors[pair_position[t.j][t.k]]);
        add(t.j, -by_minor[n] * minors[pair_position[t.i][t.k]]);
        add(t.k, by_minor[n] * minors[pair_position[t.i][t.j]]);
    });
    std::copy(sum.begin(), sum.end(), by_row);
}

CONTEST_INLINE std::array<double, 20> minors_of(const double* a, const pairs& below) {
    std::array<double, 20> minors;
    repeat<20>([&](auto n) __attribute__((always_inline)) {
        constexpr triple t = triples[n];
        minors[n] = a[t.i] * below[pair_position[t.j][t.k]] - a[t.j] * below[pair_position[t.i][t.k]] + a[t.k] * below[pair_position[t.i][t.j]];
    });
    return minors;
}

struct hand_written {
    CONTEST_INLINE contest::derivatives<problem> operator()(const contest::point<problem>& at) const {
        const double* const row = at.data();
        const pairs rows12 = minors_of(row + 6, row + 12), rows20 = minors_of(row + 12, row), rows01 = minors_of(row, row + 6);
        const pairs rows45 = minors_of(row + 24, row + 30), rows53 = minors_of(row + 30, row + 18), rows34 = minors_of(row + 18, row + 24);
        const auto upper = minors_of(row, rows12);
        const auto lower = minors_of(row + 18, rows45);
        std::array<double, 20> by_upper, by_lower;
        repeat<20>([&](auto n) __attribute__((always_inline)) {
            by_upper[n] = is_odd(n) ? -lower[19 - n] : lower[19 - n];
            by_lower[19 - n] = is_odd(n) ? -upper[n] : upper[n];
        });
        contest::derivatives<problem> result;
        double* const gradient = result.data() + 1;
        pull_back(rows12, by_upper, gradient);
        pull_back(rows20, by_upper, gradient + 6);
        pull_back(rows01, by_upper, gradient + 12);
        pull_back(rows45, by_lower, gradient + 18);
        pull_back(rows53, by_lower, gradient + 24);
        pull_back(rows34, by_lower, gradient + 30);
        result[0] = row[0] * gradient[0] + row[1] * gradient[1] + row[2] * gradient[2] + row[3] * gradient[3] + row[4] * gradient[4] +
                    row[5] * gradient[5];
        return result;
    }
};
const bool entered = contest::enter<problem, hand_written>("hand_written");

}  // namespace
