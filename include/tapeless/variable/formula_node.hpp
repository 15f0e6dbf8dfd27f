// SPDX-License-Identifier: BSL-1.0
// A node whose gradients are formulas of Variables: written once, they are evaluated in a backward and recorded in one that is recorded itself.
#pragma once

#include <tapeless/variable/arrival.hpp>

#include <functional>
#include <initializer_list>
#include <utility>
#include <vector>

namespace tapeless::detail {

/// A node whose gradients are computed by functions of Variables, which are recorded if the run is.
template <class T, int Rank>
class formula_node final : public body<T, Rank> {
public:
    /// Sends gradients on. result: the node's values, as a Variable that gradients go through to the node.
    using formula = std::function<void(backward_task&, const Variable<T, Rank>& seed, const Variable<T, Rank>& result)>;

    formula_node(const handle_to<body<T, Rank>>& values, const char* name, formula&& differentiate, std::initializer_list<edge_to> operands)
        : body<T, Rank>(values->shape, typename body<T, Rank>::no_memory{}), values_(values), name_(name), differentiate_(std::move(differentiate)), operands_(operands) {
        for (const edge_to& each : operands_) this->follow(each.get());
        this->look_at(values, values->data);
        this->set_made(true);
    }
    const char* name() const override { return name_; }
    void run(backward_task& task) override {
        check();
        receive(task, *this);
        send(task, Variable<T, Rank>(task.arrived(*this).take()));
    }
    void run_recorded(backward_task& task, const handle_to<variable_node>& seed) override {
        check();
        send(task, Variable<T, Rank>(handle_to<body<T, Rank>>(static_cast<body<T, Rank>*>(seed.get()))));
    }

private:
    void check() const {
        if (!differentiate_) throw variable_error(error_text::second_backward());
        if (values_->version() != 0) throw variable_error(error_text::changed_in_place<T>(values_->shape, name_, values_->version(), 0));
    }
    void send(backward_task& task, const Variable<T, Rank>& seed) {
        auto result = handle_to<body<T, Rank>>::adopt(new body<T, Rank>(values_->shape, typename body<T, Rank>::no_memory{}));
        result->look_at(values_, values_->data);
        if (task.creates_graph()) result->rewrite(edge_to(this));
        differentiate_(task, seed, Variable<T, Rank>(std::move(result)));
        if (task.retains_graph) return;
        differentiate_ = nullptr;
        values_ = nullptr;
    }

    handle_to<body<T, Rank>> values_;
    const char* name_;
    formula differentiate_;
    std::vector<edge_to> operands_;  ///< stay when the formula is freed: they have yet to run
};

/// Values, as a node if gradients go anywhere.
template <class T, int Rank, class... Edge>
Variable<T, Rank> with_formula(const handle_to<body<T, Rank>>& values, const char* name, typename formula_node<T, Rank>::formula differentiate, const Edge&... operand) {
    if (!is_grad_enabled() || !(operand || ...)) return Variable<T, Rank>(values);
    using node_type = formula_node<T, Rank>;
    return Variable<T, Rank>(handle_to<body<T, Rank>>(handle_to<node_type>::adopt(new node_type(values, name, std::move(differentiate), {operand...}))));
}
template <class T, int Rank>
void send_gradient(backward_task& task, const edge_to& operand, const Variable<T, Rank>& gradient) {
    if (task.creates_graph()) task.reach_recorded<T, Rank>(operand.get(), gradient.state());
    else task.reach<T, Rank>(operand.get()).add(gradient.state());
}
template <class T, int Rank>
edge_to edge_of(const Variable<T, Rank>& x) {
    return edge_to(x.state()->gradient_target());
}

}  // namespace tapeless::detail
