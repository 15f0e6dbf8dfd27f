// SPDX-License-Identifier: BSL-1.0
// y' = a y (b - y) by Heun's method, its step halved or stretched by the error that Euler's method, within it, estimates.
#pragma once

#include "../../contest.hpp"
#include "../number_of.hpp"

struct problem {
    static constexpr const char* title = "y' = a y (b - y) by Heun's method with adaptive steps: y(1) and its derivatives by a, b and y(0)";
    static constexpr const char* baseline = "tapeless";
    static constexpr int inputs = 3, variables = 3, outputs = 1, points = 16;
    static constexpr contest::interval range(std::size_t k) {
        constexpr contest::interval ranges[] = {{1, 8}, {1, 2}, {0.05, 0.5}};
        return ranges[k];
    }
    template <class Number>
    static std::array<Number, outputs> value(const std::array<Number, inputs>& at) {
        const auto& [a, b, start] = at;
        Number y = start;
        double h = 0.1, t = 0;
        while (t < 1) {
            h = std::min(h, 1 - t);
            const Number slope = a * y * (b - y);
            const Number next = a * (y + h * slope) * (b - (y + h * slope));
            const double error = std::abs(h / 2 * (number_of(next) - number_of(slope)));
            if (error > 1e-5) {
                h /= 2;
                continue;
            }
            y = Number(y + h / 2 * (slope + next));
            t += h;
            if (error < 2e-6) h *= 1.5;
        }
        return {y};
    }
};
