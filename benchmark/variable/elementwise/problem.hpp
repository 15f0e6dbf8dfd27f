// SPDX-License-Identifier: BSL-1.0
// Seven operations of arithmetic on each element.
#pragma once

#include "../three_arrays.hpp"

struct arithmetic {
    static constexpr const char* title = "One statement of 7 operations on floats, y = (w x + b) (x - w) / (1 + x x), forward and backward";
    static constexpr auto value = [](const auto& w, const auto& x, const auto& b) { return (w * x + b) * (x - w) / (1 + x * x); };
    /// The derivatives by w, x and b, written by hand.
    template <class Number>
    static constexpr std::array<Number, 3> derivatives(Number w, Number x, Number b) {
        const Number over = 1 / (1 + x * x), line = w * x + b, difference = x - w;
        return {(x * difference - line) * over, (w * difference + line - 2 * x * line * difference * over) * over, difference * over};
    }
};
using problem = three_arrays<arithmetic>;
