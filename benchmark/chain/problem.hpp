// SPDX-License-Identifier: BSL-1.0
// 100 steps of t = sin(t) x + t y, by x, y and the first t.
#pragma once

#include "../contest.hpp"

inline constexpr auto chain = []<class Number>(const Number& x, const Number& y, const Number& start) {
    using std::sin;
    Number t = start;
    for (int k = 0; k < 100; ++k) t = sin(t) * x + t * y;
    return t;
};

struct problem {
    static constexpr const char* title = "chain: 100 steps of t = sin(t) x + t y, value and gradient by x, y and the first t";
    static constexpr int inputs = 3, variables = 3, outputs = 1, points = 64;
    static constexpr contest::interval range(std::size_t k) {
        constexpr contest::interval ranges[] = {{0.5, 1.1}, {0.2, 0.7}, {0.5, 2}};
        return ranges[k];
    }
    template <class Number>
    static std::array<Number, outputs> value(const std::array<Number, inputs>& at) {
        return {chain(at[0], at[1], at[2])};
    }
};
