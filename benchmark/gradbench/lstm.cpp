// SPDX-License-Identifier: BSL-1.0
// The loss of an LSTM, and its gradient by all parameters. The code is one for each number of layers: the build says which (LSTM_LAYERS).
#include "../lstm/loss.hpp"
#include "tool/tool.hpp"


namespace {

using tapeless::array_view;

constexpr std::ptrdiff_t layers = LSTM_LAYERS;
constexpr auto loss = lstm::loss<layers>;

struct problem {
    std::ptrdiff_t units, steps;
    std::vector<double> main, extra, state, sequence;
    explicit problem(const gradbench::input& given) {
        const gradbench::matrix parameters = given.matrix("main_params"), inputs = given.matrix("sequence");
        units = parameters.columns / lstm::gates;
        steps = inputs.rows;
        if (parameters.rows != 2 * layers)
            throw gradbench::error("\"main_params\" has " + gradbench::text(parameters.rows) + " rows, and not two for each of " + gradbench::text(layers) + " layers, which this tool is built for");
        if (units < 1 || parameters.columns % lstm::gates != 0)
            throw gradbench::error("\"main_params\" has rows of " + gradbench::text(parameters.columns) + " numbers, and not of four for each unit");
        if (steps < 2) throw gradbench::error("\"sequence\" has " + gradbench::text(steps) + " rows, and has to have at least 2");
        main = parameters.numbers;
        extra = given.matrix("extra_params", 3, units).numbers;
        state = given.matrix("state", 2 * layers, units).numbers;
        sequence = given.matrix("sequence", steps, units).numbers;
    }
    auto main_view(auto& numbers) const { return array_view<std::remove_pointer_t<decltype(numbers.data())>, 4>(numbers.data(), {layers, 2, lstm::gates, units}); }
    auto extra_view(auto& numbers) const { return array_view<std::remove_pointer_t<decltype(numbers.data())>, 2>(numbers.data(), {3, units}); }
    auto pass_to(const auto& function) const {
        return function(main_view(main), extra_view(extra), array_view<const double, 3>(state.data(), {layers, 2, units}), array_view<const double, 2>(sequence.data(), {steps, units}));
    }
};

struct objective : gradbench::evaluation {
    const problem& of;
    double y = 0;
    explicit objective(const problem& given) : of(given) {}
    void run() override { y = of.pass_to(tapeless::value(loss)); }
    std::string output() const override { return gradbench::text(y); }
};

struct jacobian : gradbench::evaluation {
    const problem& of;
    std::vector<double> all;
    explicit jacobian(const problem& given) : of(given), all(of.main.size() + of.extra.size()) {}
    void run() override {
        const std::span<double> by_main(all.data(), of.main.size()), by_extra(all.data() + of.main.size(), of.extra.size());
        of.pass_to(tapeless::gradient(loss, tapeless::wrt<0, 1>).into(of.main_view(by_main), of.extra_view(by_extra)));
    }
    std::string output() const override { return gradbench::text(all); }
};

}  // namespace

int main(int argument_count, char** arguments) {
    return gradbench::tool(argument_count, arguments, {gradbench::one<problem, objective>("objective"), gradbench::one<problem, jacobian>("jacobian")});
}
