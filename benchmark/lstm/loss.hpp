// SPDX-License-Identifier: BSL-1.0
// The loss of an LSTM as a function of arrays, for the benchmark of this folder and GradBench's. Its weights are diagonal, so that the units of a layer meet only
// in the softmax of the prediction.
#pragma once

#include "gate.hpp"

#include <tapeless/arrays.hpp>

#include <array>

namespace lstm {

/// main: weights and biases, by layer, weight or bias, gate and unit. extra: weights of the input, weights and biases of the prediction, by unit.
/// state: hidden value and cell before the first step, by layer and unit. sequence: a step a row.
template <int Layers>
constexpr auto loss = [](auto main, auto extra, auto state, auto sequence) {
    using tapeless::axis;
    const auto sigmoid = [](auto x) { return 1 / (1 + exp(-x)); };
    std::array<decltype(state[0][0]), 2 * Layers> first;
    for (int l = 0; l < Layers; ++l) first[2 * l] = state[l][0], first[2 * l + 1] = state[l][1];
    const auto states = scan(
        [&](const auto& before, const auto& x) {
            auto now = before;
            auto input = x * extra[0];
            for (int l = 0; l < Layers; ++l) {
                const auto& hidden = before[2 * l];
                const auto& cell = before[2 * l + 1];
                const auto value = [&](gate which, const auto& of) { return of * main[l][0][which] + main[l][1][which]; };
                now[2 * l + 1] = cell * sigmoid(value(forget, input)) + sigmoid(value(in, hidden)) * tanh(value(change, hidden));
                now[2 * l] = input = sigmoid(value(out, input)) * tanh(now[2 * l + 1]);
            }
            return now;
        },
        first, slice(sequence, 0, -1));
    const auto prediction = states[2 * Layers - 2] * extra[1] + extra[2];
    return -mean(slice_from(sequence, 1) * (prediction - log(2 + sum(exp(prediction), axis<1>, tapeless::keepdims))));
};

}  // namespace lstm
