// SPDX-License-Identifier: BSL-1.0
#include "problem.hpp"

#include <tapeless/arrays.hpp>

namespace {

struct by_tapeless {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        using namespace tapeless;
        constexpr auto loss = [](auto main, auto extra, auto state, auto sequence) {
            const auto sigmoid = [](auto x) { return 1 / (1 + exp(-x)); };
            const auto states = scan(
                [&](const auto& before, const auto& x) {
                    auto now = before;
                    auto input = x * extra[0];
                    for (int l = 0; l < problem::layers; ++l) {
                        const auto& hidden = before[2 * l];
                        const auto& cell = before[2 * l + 1];
                        const auto gate = [&](problem::gate which, const auto& x) { return x * main[l][0][which] + main[l][1][which]; };
                        now[2 * l + 1] = cell * sigmoid(gate(problem::forget, input)) + sigmoid(gate(problem::in, hidden)) * tanh(gate(problem::change, hidden));
                        now[2 * l] = input = sigmoid(gate(problem::out, input)) * tanh(now[2 * l + 1]);
                    }
                    return now;
                },
                std::array{state[0][0], state[0][1], state[1][0], state[1][1]}, slice(sequence, 0, -1));
            const auto prediction = states[2] * extra[1] + extra[2];
            return -mean(slice_from(sequence, 1) * (prediction - log(2 + sum(exp(prediction), axis<1>, keepdims))));
        };
        constexpr std::ptrdiff_t layers = problem::layers, gates = problem::gates, units = problem::units;
        const extents<4> main{layers, 2, gates, units};
        const extents<2> extra{3, units};
        result.value = value_and_gradient(loss, wrt<0, 1>)
                           .into(array_view<double, 4>(result.by_main.data(), main), array_view<double, 2>(result.by_extra.data(), extra))(
                               array_view<const double, 4>(data.main.data(), main), array_view<const double, 2>(data.extra.data(), extra),
                               array_view<const double, 3>(data.state.data(), {layers, 2, units}), array_view<const double, 2>(data.sequence.data(), {data.steps, units}));
    }
};
const bool entered = contest::enter<problem, by_tapeless>("tapeless");

}  // namespace
