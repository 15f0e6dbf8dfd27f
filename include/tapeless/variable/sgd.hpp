// SPDX-License-Identifier: BSL-1.0
// Gradient descent, with momentum if wanted, as torch.optim.SGD does it.
#pragma once

#include <tapeless/variable/optimizer.hpp>

#include <concepts>
#include <cstddef>
#include <vector>

namespace tapeless {

struct sgd_options {
    double learning_rate = 1e-3;
    double momentum = 0;
    double dampening = 0;     ///< how much less than all of a gradient the momentum takes
    double weight_decay = 0;  ///< adds so much of the value to the gradient
    bool nesterov = false;    ///< looks ahead along the momentum
};

/// value -= learning_rate * velocity, where velocity = momentum * velocity + gradient (Sutskever et al. 2013, in PyTorch's form).
class sgd final : public optimizer {
public:
    explicit sgd(const sgd_options& options, const std::convertible_to<parameter> auto&... parameters) : optimizer(options.learning_rate), options_(options) {
        check();
        (add(parameters), ...);
    }
    sgd(const sgd_options& options, const std::vector<parameter>& parameters) : sgd(options) { add_all(parameters); }

private:
    void check() const {
        detail::check_not_negative("momentum value", options_.momentum);
        detail::check_not_negative("weight_decay value", options_.weight_decay);
        if (options_.nesterov && (options_.momentum <= 0 || options_.dampening != 0)) throw variable_error(error_text::nesterov_without_momentum());
    }
    void update(const parameter& of, std::size_t which) override {
        if (velocities_.size() <= which) velocities_.resize(parameters().size());
        of.visit([&]<class T>(const detail::parameter_of<T>& variable) { update_variable(variable, velocities_[which]); });
    }
    template <class T>
    void update_variable(const detail::parameter_of<T>& variable, detail::element_state& velocity) const {
        const auto values = variable.values();
        const detail::gradient_step<T> along{static_cast<T>(-learning_rate()), static_cast<T>(options_.weight_decay)};
        if (options_.momentum == 0) {
            detail::update_elements(along, values, variable.gradient());
        } else {
            // The first velocity is the gradient itself.
            const T part = velocity.is_empty() ? T(1) : static_cast<T>(1 - options_.dampening);
            detail::update_elements(detail::momentum_step<T>{along, static_cast<T>(options_.momentum), part, options_.nesterov}, values, variable.gradient(), velocity.of<T>(values));
        }
        variable.increase_version();
    }

    sgd_options options_;
    std::vector<detail::element_state> velocities_;
};

}  // namespace tapeless
