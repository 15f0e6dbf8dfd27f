// SPDX-License-Identifier: BSL-1.0
// The product of 100 variables, in the order of a plain loop.
#pragma once

#include "../contest.hpp"

inline constexpr auto product = []<class Number>(const std::array<Number, 100>& x) {
    Number all = x[0];
    for (int k = 1; k < 100; ++k) all = all * x[k];
    return all;
};

struct problem {
    static constexpr const char* title = "product of 100 variables: value and gradient";
    static constexpr int inputs = 100, variables = 100, outputs = 1, points = 32;
    static constexpr contest::interval range(std::size_t) { return {0.5, 1.6}; }
    template <class Number>
    static std::array<Number, outputs> value(const std::array<Number, inputs>& at) {
        return {product(at)};
    }
};
