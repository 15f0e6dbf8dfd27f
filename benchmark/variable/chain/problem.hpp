// SPDX-License-Identifier: BSL-1.0
// 100,000 statements that each wait for the one before.
#pragma once

#include "../../contest.hpp"

struct problem {
    static constexpr const char* title = "A chain of 100,000 statements t = x t (1 - t) + y on numbers, forward and backward, graph made anew";
    static constexpr const char* baseline = "tapeless";
    static constexpr int inputs = 2, variables = 2, outputs = 1, points = 1, statements = 100'000;
    static constexpr contest::interval range(std::size_t k) { return k == 0 ? contest::interval{1.5, 2.5} : contest::interval{0.01, 0.1}; }
    template <class Number>
    static std::array<Number, outputs> value(const std::array<Number, inputs>& at) {
        const auto& [x, y] = at;
        Number t = y;
        for (int k = 0; k < statements; ++k) t = Number(x * t * (1 - t) + y);
        return {t};
    }
};
