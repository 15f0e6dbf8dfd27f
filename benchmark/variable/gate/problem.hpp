// SPDX-License-Identifier: BSL-1.0
// Seven operations on each element, one of them an exponential.
#pragma once

#include "../three_arrays.hpp"

#include <cmath>

struct gate {
    static constexpr const char* title = "One statement of 7 operations on floats, y = w x / (1 + exp(-b x)) + b, forward and backward";
    static constexpr auto value = [](const auto& w, const auto& x, const auto& b) {
        using std::exp;
        return w * x / (1 + exp(-b * x)) + b;
    };
    /// The derivatives by w, x and b, written by hand.
    template <class Number>
    static std::array<Number, 3> derivatives(Number w, Number x, Number b) {
        const Number open = 1 / (1 + std::exp(-b * x)), slope = w * x * open * (1 - open);
        return {x * open, w * open + slope * b, slope * x + 1};
    }
};
using problem = three_arrays<gate>;
