// SPDX-License-Identifier: BSL-1.0
// The loss of an LSTM, and its gradient by all parameters, for the numbers of layers that are known while the program compiles: LSTM_LAYERS.
#include "../lstm/loss.hpp"
#include "tool/tool.hpp"

namespace {

using tapeless::array_view;

/// Calls the visitor with the loss of that many layers. Returns whether the program was built for it.
template <int... Layers>
bool visit_one_of(std::ptrdiff_t layers, const auto& visitor) {
    return ((layers == Layers && (visitor(lstm::loss<Layers>), true)) || ...);
}
bool visit(std::ptrdiff_t layers, const auto& visitor) { return visit_one_of<LSTM_LAYERS>(layers, visitor); }

struct problem {
    std::ptrdiff_t layers, units;
    gradbench::matrix main, extra, state, sequence;
    explicit problem(const gradbench::input& given) : main(given.matrix("main_params")), sequence(given.matrix("sequence")) {
        layers = main.rows / 2, units = main.columns / lstm::gates;
        if (main.rows % 2 != 0) throw gradbench::error("\"main_params\" has " + gradbench::text(main.rows) + " rows, and not two for each layer");
        if (!visit(layers, [](const auto&) {}))
            throw gradbench::error("\"main_params\" has " + gradbench::text(layers) + " layers, and this program was not built for that: see GRADBENCH_LSTM_LAYERS");
        if (units == 0 || main.columns % lstm::gates != 0)
            throw gradbench::error("\"main_params\" has rows of " + gradbench::text(main.columns) + " numbers, and not of four for each unit");
        if (sequence.rows < 2) throw gradbench::error("\"sequence\" has " + gradbench::text(sequence.rows) + " steps, and has to have at least 2");
        extra = given.matrix("extra_params", 3, units);
        state = given.matrix("state", 2 * layers, units);
        sequence = given.matrix("sequence", sequence.rows, units);
    }
    template <class T>
    array_view<T, 4> main_of(T* numbers) const { return {numbers, {layers, 2, lstm::gates, units}}; }
    template <class T>
    array_view<T, 2> extra_of(T* numbers) const { return {numbers, {3, units}}; }
    auto pass_to(const auto& function) const {
        return function(main_of(main.numbers.data()), extra_of(extra.numbers.data()), array_view<const double, 3>(state.numbers.data(), {layers, 2, units}),
                        array_view<const double, 2>(sequence.numbers.data(), {sequence.rows, units}));
    }
};

struct objective : gradbench::evaluation {
    const problem& of;
    double y = 0;
    explicit objective(const problem& given) : of(given) {}
    void run() override {
        visit(of.layers, [&](const auto& loss) { y = of.pass_to(tapeless::value(loss)); });
    }
    std::string output() const override { return gradbench::text(y); }
};

/// By the main parameters, then by the others.
struct jacobian : gradbench::evaluation {
    const problem& of;
    std::vector<double> by_all;
    explicit jacobian(const problem& given) : of(given), by_all(of.main.numbers.size() + of.extra.numbers.size()) {}
    void run() override {
        visit(of.layers, [&](const auto& loss) {
            of.pass_to(tapeless::gradient(loss, tapeless::wrt<0, 1>).into(of.main_of(by_all.data()), of.extra_of(by_all.data() + of.main.numbers.size())));
        });
    }
    std::string output() const override { return gradbench::text(by_all); }
};

}  // namespace

int main(int argument_count, char** arguments) {
    return gradbench::tool(argument_count, arguments, {gradbench::one<problem, objective>("objective"), gradbench::one<problem, jacobian>("jacobian")});
}
