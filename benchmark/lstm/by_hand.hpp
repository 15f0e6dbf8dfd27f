// SPDX-License-Identifier: BSL-1.0
// Value and gradient with loops: forward with all that the way back needs, and back.
#pragma once

#include "problem.hpp"

#include <vector>

template <class number>
class lstm_by_hand {
    static constexpr int units = problem::units, layers = problem::layers;
    struct layer_step {
        number input[units], before[units], cell_before[units], forget[units], in[units], out[units], change[units], tanh_cell[units], hidden[units];
    };
    struct step {
        layer_step layer[layers];
        number prediction[units], share[units];
    };
    std::vector<step> steps_;

    static number sigmoid(number x) { return 1 / (1 + std::exp(-x)); }

public:
    void operator()(const problem::data& data, problem::result& result) {
        using p = problem;
        const auto count = static_cast<std::size_t>(data.steps - 1);
        steps_.resize(count);
        const auto weight = [&](int l, lstm::gate g, int k) { return static_cast<number>(data.main[static_cast<std::size_t>(p::place(l, false, g, k))]); };
        const auto bias = [&](int l, lstm::gate g, int k) { return static_cast<number>(data.main[static_cast<std::size_t>(p::place(l, true, g, k))]); };
        const auto extra = [&](int row, int k) { return static_cast<number>(data.extra[static_cast<std::size_t>(row * units + k)]); };
        number hidden[layers][units], cell[layers][units], total = 0;
        for (int l = 0; l < layers; ++l)
            for (int k = 0; k < units; ++k) hidden[l][k] = data.state[static_cast<std::size_t>(2 * l * units + k)], cell[l][k] = data.state[static_cast<std::size_t>((2 * l + 1) * units + k)];
        for (std::size_t t = 0; t < count; ++t) {
            step& now = steps_[t];
            const double *const x = data.sequence.data() + t * units, *const gold = x + units;
            for (int l = 0; l < layers; ++l) {
                layer_step& s = now.layer[l];
                for (int k = 0; k < units; ++k) {
                    s.input[k] = l == 0 ? x[k] * extra(0, k) : hidden[l - 1][k];
                    s.before[k] = hidden[l][k], s.cell_before[k] = cell[l][k];
                    s.forget[k] = sigmoid(s.input[k] * weight(l, lstm::forget, k) + bias(l, lstm::forget, k));
                    s.in[k] = sigmoid(s.before[k] * weight(l, lstm::in, k) + bias(l, lstm::in, k));
                    s.out[k] = sigmoid(s.input[k] * weight(l, lstm::out, k) + bias(l, lstm::out, k));
                    s.change[k] = std::tanh(s.before[k] * weight(l, lstm::change, k) + bias(l, lstm::change, k));
                    cell[l][k] = s.cell_before[k] * s.forget[k] + s.in[k] * s.change[k];
                    s.tanh_cell[k] = std::tanh(cell[l][k]);
                    hidden[l][k] = s.hidden[k] = s.out[k] * s.tanh_cell[k];
                }
            }
            number sum = 0;
            for (int k = 0; k < units; ++k) {
                now.prediction[k] = hidden[layers - 1][k] * extra(1, k) + extra(2, k);
                sum += now.share[k] = std::exp(now.prediction[k]);
            }
            sum += 2;
            const number log_sum = std::log(sum);
            for (int k = 0; k < units; ++k) {
                now.share[k] /= sum;
                total += gold[k] * (now.prediction[k] - log_sum);
            }
        }
        const number scale = -1 / (static_cast<number>(count) * units);
        result.value = static_cast<double>(total * scale);

        number by_hidden[layers][units] = {}, by_cell[layers][units] = {}, by_main[layers * 2 * lstm::gates * units] = {}, by_extra[3 * units] = {};
        for (std::size_t t = count; t-- > 0;) {
            const step& now = steps_[t];
            const double *const x = data.sequence.data() + t * units, *const gold = x + units;
            number golden = 0;
            for (int k = 0; k < units; ++k) golden += gold[k];
            for (int k = 0; k < units; ++k) {
                const number by_prediction = scale * (gold[k] - golden * now.share[k]);
                by_extra[units + k] += by_prediction * now.layer[layers - 1].hidden[k];
                by_extra[2 * units + k] += by_prediction;
                by_hidden[layers - 1][k] += by_prediction * extra(1, k);
            }
            for (int l = layers - 1; l >= 0; --l) {
                const layer_step& s = now.layer[l];
                for (int k = 0; k < units; ++k) {
                    const number of_hidden = by_hidden[l][k], of_cell = by_cell[l][k] + of_hidden * s.out[k] * (1 - s.tanh_cell[k] * s.tanh_cell[k]);
                    const number of_forget = of_cell * s.cell_before[k] * s.forget[k] * (1 - s.forget[k]), of_in = of_cell * s.change[k] * s.in[k] * (1 - s.in[k]),
                                 of_out = of_hidden * s.tanh_cell[k] * s.out[k] * (1 - s.out[k]), of_change = of_cell * s.in[k] * (1 - s.change[k] * s.change[k]);
                    by_cell[l][k] = of_cell * s.forget[k];
                    by_hidden[l][k] = of_in * weight(l, lstm::in, k) + of_change * weight(l, lstm::change, k);
                    const number of_input = of_forget * weight(l, lstm::forget, k) + of_out * weight(l, lstm::out, k);
                    if (l == 0) by_extra[k] += of_input * x[k];
                    else by_hidden[l - 1][k] += of_input;
                    const auto add = [&](lstm::gate g, number of_gate, number operand) {
                        by_main[p::place(l, false, g, k)] += of_gate * operand;
                        by_main[p::place(l, true, g, k)] += of_gate;
                    };
                    add(lstm::forget, of_forget, s.input[k]);
                    add(lstm::in, of_in, s.before[k]);
                    add(lstm::out, of_out, s.input[k]);
                    add(lstm::change, of_change, s.before[k]);
                }
            }
        }
        std::copy(std::begin(by_main), std::end(by_main), result.by_main.begin());
        std::copy(std::begin(by_extra), std::end(by_extra), result.by_extra.begin());
    }
};
