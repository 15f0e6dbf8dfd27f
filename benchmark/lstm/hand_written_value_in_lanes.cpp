// SPDX-License-Identifier: BSL-1.0
// The value alone, on registers with xsimd's functions: all units of a layer at once.
#include "../lanes.hpp"
#include "problem.hpp"

namespace {

using contest::lanes;

struct value_in_lanes {
    static constexpr int units = problem::units, count = (units + contest::lane_count - 1) / contest::lane_count;
    using row = std::array<lanes, count>;
    static row load(const double* from) {
        row all;
        for (int k = 0; k < count; ++k) {
            const std::ptrdiff_t left = units - k * contest::lane_count;
            all[k] = left >= contest::lane_count ? contest::whole::load(from + k * contest::lane_count, 0) : contest::rest{left}.load(from + k * contest::lane_count, 0);
        }
        return all;
    }
    static lanes sigmoid(const lanes& x) { return 1 / (1 + xsimd::exp(-x)); }

    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        using p = problem;
        row weight[p::layers][lstm::gates], bias[p::layers][lstm::gates], hidden[p::layers], cell[p::layers], extra[3];
        for (int l = 0; l < p::layers; ++l) {
            for (int g = 0; g < lstm::gates; ++g) {
                weight[l][g] = load(&data.main[static_cast<std::size_t>(p::place(l, false, lstm::gate(g), 0))]);
                bias[l][g] = load(&data.main[static_cast<std::size_t>(p::place(l, true, lstm::gate(g), 0))]);
            }
            hidden[l] = load(&data.state[static_cast<std::size_t>(2 * l * units)]);
            cell[l] = load(&data.state[static_cast<std::size_t>((2 * l + 1) * units)]);
        }
        for (int k = 0; k < 3; ++k) extra[k] = load(&data.extra[static_cast<std::size_t>(k * units)]);
        // Units that do not exist predict minus infinity.
        double missing[count * contest::lane_count] = {};
        std::fill(missing + units, missing + count * contest::lane_count, -INFINITY);
        for (int k = 0; k < count; ++k) extra[2][k] += lanes::load_unaligned(missing + k * contest::lane_count);
        double total = 0;
        row x = load(data.sequence.data());
        for (std::ptrdiff_t t = 0; t + 1 < data.steps; ++t) {
            row input;
            for (int k = 0; k < count; ++k) input[k] = x[k] * extra[0][k];
            for (int l = 0; l < p::layers; ++l) {
                for (int k = 0; k < count; ++k) {
                    const lanes forget = sigmoid(input[k] * weight[l][lstm::forget][k] + bias[l][lstm::forget][k]), in = sigmoid(hidden[l][k] * weight[l][lstm::in][k] + bias[l][lstm::in][k]),
                                out = sigmoid(input[k] * weight[l][lstm::out][k] + bias[l][lstm::out][k]),
                                change = xsimd::tanh(hidden[l][k] * weight[l][lstm::change][k] + bias[l][lstm::change][k]);
                    cell[l][k] = cell[l][k] * forget + in * change;
                    hidden[l][k] = out * xsimd::tanh(cell[l][k]);
                }
                input = hidden[l];
            }
            x = load(&data.sequence[static_cast<std::size_t>((t + 1) * units)]);
            lanes exponentials = 0.0, golden = 0.0, of_gold = 0.0;
            for (int k = 0; k < count; ++k) {
                const lanes prediction = input[k] * extra[1][k] + extra[2][k];
                exponentials += xsimd::exp(prediction);
                golden += x[k];
                of_gold += xsimd::select(x[k] == 0.0, lanes(0.0), x[k] * prediction);
            }
            total += xsimd::hadd(of_gold) - xsimd::hadd(golden) * std::log(2 + xsimd::hadd(exponentials));
        }
        result.value = -total / (static_cast<double>(data.steps - 1) * units);
    }
};
const bool entered = contest::enter<problem, value_in_lanes>("hand_written_value_in_lanes", {.rows = 1});

}  // namespace
