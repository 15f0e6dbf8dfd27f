// SPDX-License-Identifier: BSL-1.0
// Nodes whose gradients are formulas of Variables: what is recorded of them can be differentiated again, any number of times.
#pragma once

#include <tapeless/variable/arrival.hpp>
#include <tapeless/variable/saved_operand.hpp>

#include <array>
#include <optional>
#include <tuple>
#include <utility>

namespace tapeless::detail {

/// Rule: `evaluate(inputs…)`, the value without a graph; `gradients(wanted, result, seed, inputs…)`, a tuple of one Variable for each input, none where it is not
/// wanted; `name`, and `reads_result`, whether the gradients do.
template <class Rule, class T, int Rank, int... InputRank>
class formula_node;

/// The value by a rule, and its node.
template <class T, int Rank, class Rule, int... InputRank>
Variable<T, Rank> by_formula(const Rule& rule, const Variable<T, InputRank>&... inputs) {
    Variable<T, Rank> value = rule.evaluate(inputs...);
    if (!is_grad_enabled() || !(inputs.requires_grad() || ...)) return value;
    using node_type = formula_node<Rule, T, Rank, InputRank...>;
    auto result = new_node<node_type>(value.shape());
    for_each_pair(*result, *value.state(), [](T& to, const T& from) { to = from; });
    result->record(rule, std::move(value), inputs.state()...);
    return Variable<T, Rank>(handle_to<body<T, Rank>>(std::move(result)));
}

template <class Rule, class T, int Rank, int... InputRank>
class formula_node final : public body<T, Rank> {
public:
    using body<T, Rank>::body;

    /// value: as the node has it, for the gradients.
    void record(const Rule& rule, Variable<T, Rank>&& value, const handle_to<body<T, InputRank>>&... inputs) {
        rule_.emplace(rule);
        if (Rule::reads_result) value_ = std::move(value);
        [&]<std::size_t... K>(std::index_sequence<K...>) { (std::get<K>(inputs_).keep(*this, inputs, true), ...); }(positions);
        this->require_grad(true);
    }
    bool is_leaf() const override { return false; }
    const char* name() const override { return Rule::name; }
    void run(backward_task& task) override {
        check();
        receive(task, *this);
        const auto gradients = all(value_, Variable<T, Rank>(task.arrived(*this).take()));
        each([&](const auto& input, const auto& gradient) {
            if (input.edge) task.reach<T, rank_of_variable<decltype(gradient)>>(input.edge.get()).add(gradient.state());
        }, gradients);
        if (!task.retains_graph) {
            rule_.reset();
            value_ = nullptr;
            std::apply([](auto&... input) { ((input.saved = nullptr), ...); }, inputs_);
        }
    }
    void run_recorded(backward_task& task, const handle_to<variable_node>& seed) override {
        check();
        // The value with its graph is another one's: this node holds no handle on itself.
        Variable<T, Rank> value(nullptr);
        if constexpr (Rule::reads_result) value = std::apply([&](const auto&... input) { return by_formula<T, Rank>(*rule_, Variable<T, InputRank>(input.saved)...); }, inputs_);
        const auto gradients = all(value, Variable<T, Rank>(handle_to<body<T, Rank>>(static_cast<body<T, Rank>*>(seed.get()))));
        each([&](const auto& input, const auto& gradient) {
            if (input.edge) task.reach_recorded<T, rank_of_variable<decltype(gradient)>>(input.edge.get(), gradient.state());
        }, gradients);
    }

private:
    static constexpr std::make_index_sequence<sizeof...(InputRank)> positions{};
    template <class V>
    static constexpr int rank_of_variable = std::remove_cvref_t<V>::rank;

    void check() const {
        if (!rule_) throw variable_error(error_text::second_backward());
        std::apply([](const auto&... input) { (input.check(), ...); }, inputs_);
    }
    auto all(const Variable<T, Rank>& value, const Variable<T, Rank>& seed) const {
        return std::apply([&](const auto&... input) {
            return rule_->gradients(std::array<bool, sizeof...(InputRank)>{static_cast<bool>(input.edge)...}, value, seed, Variable<T, InputRank>(input.saved)...);
        }, inputs_);
    }
    template <class Visitor, class Gradients>
    void each(const Visitor& visitor, const Gradients& gradients) const {
        [&]<std::size_t... K>(std::index_sequence<K...>) { (visitor(std::get<K>(inputs_), std::get<K>(gradients)), ...); }(positions);
    }

    std::optional<Rule> rule_;  ///< none: freed
    Variable<T, Rank> value_{nullptr};
    std::tuple<saved_operand<T, InputRank>...> inputs_;
};

}  // namespace tapeless::detail
