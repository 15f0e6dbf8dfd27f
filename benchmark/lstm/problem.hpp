// SPDX-License-Identifier: BSL-1.0
// The LSTM of ADBench: the loss of two layers of long short-term memory that predict each step of a sequence from the step before. Its weights are diagonal,
// so that the units of a layer meet only in the softmax of the prediction.
#pragma once

#include "../array_contest.hpp"
#include "gate.hpp"

struct problem {
    static constexpr const char* title = "LSTM of 2 layers of 14 units: value and gradient by all parameters";
    /// Of the sequence.
    static constexpr std::array<contest::extent, 1> sizes{{{1'024}}};
    static constexpr int layers = 2, units = 14;

    struct data {
        /// By layer, weight or bias, gate and unit; weights of the input, weights and biases of the prediction, by unit; hidden value and cell, by layer and unit.
        contest::numbers main, extra, state;
        /// A row a step.
        contest::numbers sequence;
        std::ptrdiff_t steps;
        explicit data(const contest::extent& size) : steps(size.rows) {
            contest::random_numbers draw;
            main = contest::drawn(layers * 2 * lstm::gates * units, draw, {0, 1});
            extra = contest::drawn(3 * units, draw, {0, 1});
            state = contest::drawn(layers * 2 * units, draw, {0, 1});
            sequence = contest::drawn(size.rows * units, draw, {0, 1});
            for (double& bit : sequence) bit = bit < 0.5 ? 0 : 1;
        }
    };
    struct result {
        double value = 0;
        contest::numbers by_main, by_extra;
        explicit result(const contest::extent&) : by_main(layers * 2 * lstm::gates * units), by_extra(3 * units) {}
        std::array<std::span<double>, 3> rows() { return {std::span(&value, 1), by_main, by_extra}; }
    };
    /// Where the weight, or the bias, of a unit's gate is in `main`.
    static constexpr int place(int layer, bool is_bias, lstm::gate which, int unit) { return ((layer * 2 + is_bias) * lstm::gates + which) * units + unit; }
};
