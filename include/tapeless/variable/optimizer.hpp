// SPDX-License-Identifier: BSL-1.0
// What all optimizers have in common: parameters, a learning rate, and the step. sgd.hpp and adam.hpp have the optimizers.
#pragma once

#include <tapeless/variable/grad_mode.hpp>
#include <tapeless/variable/parameter.hpp>

#include <cstddef>
#include <optional>

namespace tapeless {

/// Moves parameters along what their gradients say. The base of `sgd`, `adam` and `adamw`.
/// Example: doc/example/optimizer.cpp
class optimizer : public parameter_list {
public:
    virtual ~optimizer() = default;

    /// Updates all parameters that have a gradient. Nothing of it is recorded. Throws a variable_error where a device cannot update one, before any is changed.
    void step() {
        for (const parameter& each : parameters()) each.visit([](const auto& variable) { detail::check_updatable(variable.values(), variable.gradient()); });
        for (std::size_t which = 0; which < parameters().size(); ++which)
            if (parameters()[which].has_gradient()) update(parameters()[which], which);
    }
    /// The same with the gradients that closure() leaves behind: it clears them, computes the loss, calls its backward, and returns it. Returns the loss.
    template <class Closure>
    auto step(const Closure& closure) {
        auto loss = [&] {
            const grad_mode scope(true);
            return closure();
        }();
        step();
        return loss;
    }
    double learning_rate() const { return learning_rate_; }
    /// Throws a variable_error if it is negative.
    void set_learning_rate(double rate) {
        detail::check_not_negative("learning rate", rate);
        learning_rate_ = rate;
    }

protected:
    explicit optimizer(double learning_rate) { set_learning_rate(learning_rate); }

    /// Updates a parameter, which has a gradient. which: its number.
    virtual void update(const parameter& of, std::size_t which) = 0;

private:
    friend class learning_rate_schedule;

    double learning_rate_ = 0;
    std::optional<double> initial_learning_rate_;  ///< when the first schedule was made
};

}  // namespace tapeless
