// SPDX-License-Identifier: BSL-1.0
// One statement on numbers: what a node costs.
#pragma once

#include "../../contest.hpp"

struct problem {
    static constexpr const char* title = "One statement y = w x + b on numbers, forward and backward, graph made anew";
    static constexpr const char* baseline = "tapeless";
    static constexpr int inputs = 3, variables = 3, outputs = 1, points = 64;
    static constexpr contest::interval range(std::size_t) { return {-1, 1}; }
    template <class Number>
    static std::array<Number, outputs> value(const std::array<Number, inputs>& at) {
        const auto& [w, x, b] = at;
        return {Number(w * x + b)};
    }
};
