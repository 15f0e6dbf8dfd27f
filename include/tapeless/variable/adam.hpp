// SPDX-License-Identifier: BSL-1.0
// Adam and AdamW, as torch.optim does them.
#pragma once

#include <tapeless/variable/optimizer.hpp>

#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace tapeless {

struct adam_options {
    double learning_rate = 1e-3;
    std::array<double, 2> betas{0.9, 0.999};  ///< how much stays, at each step, of the mean gradient and of the mean square
    double eps = 1e-8;                        ///< added to the root of the mean square
    double weight_decay = 0;                  ///< adds so much of the value to the gradient
    bool amsgrad = false;                     ///< divides by the largest mean square so far (Reddi et al. 2018)
};
struct adamw_options {
    double learning_rate = 1e-3;
    std::array<double, 2> betas{0.9, 0.999};
    double eps = 1e-8;
    double weight_decay = 1e-2;  ///< takes so much of the value away, times the learning rate
    bool amsgrad = false;
};

namespace detail {

/// Where weights decay.
enum class decay { by_gradient, by_value };

class adam_optimizer : public optimizer {
protected:
    adam_optimizer(const adam_options& options, decay place) : optimizer(options.learning_rate), options_(options), decay_(place) {
        check_not_negative("epsilon value", options.eps);
        for (std::size_t k = 0; k < 2; ++k)
            if (!(options.betas[k] >= 0 && options.betas[k] < 1)) throw variable_error(error_text::invalid("beta parameter at index " + std::to_string(k), options.betas[k]));
        check_not_negative("weight_decay value", options.weight_decay);
    }

private:
    struct state {
        element_state mean, mean_square, largest_mean_square;
        double steps = 0;
        std::shared_ptr<void> counted;  ///< on a device, from the first step on that is captured in a graph: what adam_count has there
    };

    void update(const parameter& of, std::size_t which) override {
        if (states_.size() <= which) states_.resize(parameters().size());
        of.visit([&]<class T>(const parameter_of<T>& variable) { update_variable(variable, states_[which]); });
    }
    template <class T>
    void update_variable(const parameter_of<T>& variable, state& now) const {
        const auto values = variable.values();
        const auto& [mean_stays, square_stays] = options_.betas;
        T* const mean = now.mean.of<T>(values);
        T* const mean_square = now.mean_square.of<T>(values);
        T* const largest = options_.amsgrad ? now.largest_mean_square.of<T>(values) : nullptr;
        adam_step<T> along{.step = 0,
                           .root_so_far = 1,
                           .eps = static_cast<T>(options_.eps),
                           .mean_stays = static_cast<T>(mean_stays),
                           .mean_rest = static_cast<T>(1 - mean_stays),
                           .square_stays = static_cast<T>(square_stays),
                           .square_rest = static_cast<T>(1 - square_stays),
                           .part_of_value = static_cast<T>(options_.weight_decay),
                           .kept_of_value = static_cast<T>(1 - learning_rate() * options_.weight_decay),
                           .decays_value = decay_ == decay::by_value};
        if (now.counted || (values.device && values.device->is_capturing())) {
            const T* const numbers = count<T>(*values.device, now);
            if (options_.amsgrad) update_on_device(counted_step<T, amsgrad_step<T>>{{along}, numbers}, values, variable.gradient(), mean, mean_square, largest);
            else update_on_device(counted_step<T, adam_step<T>>{along, numbers}, values, variable.gradient(), mean, mean_square);
        } else {
            ++now.steps;
            // Of the means, which begin at 0, so much is missing.
            along.step = static_cast<T>(-learning_rate() / (1 - std::pow(mean_stays, now.steps)));
            along.root_so_far = static_cast<T>(std::sqrt(1 - std::pow(square_stays, now.steps)));
            if (options_.amsgrad) update_elements(amsgrad_step<T>{along}, values, variable.gradient(), mean, mean_square, largest);
            else update_elements(along, values, variable.gradient(), mean, mean_square);
        }
        variable.increase_version();
    }
    /// Has the device count the step. Returns where it keeps what follows from that.
    template <class T>
    const T* count(const value_device& device, state& now) const {
        const T so_far[] = {0, 1, static_cast<T>(now.steps)};
        if (!now.counted) now.counted = device.allocate_with(so_far, sizeof so_far);
        T* const numbers = static_cast<T*>(now.counted.get());
        device.update(update_rule<T>(adam_count<T>{learning_rate(), options_.betas[0], options_.betas[1]}), {numbers, numbers, {numbers + 1, numbers + 2}, 1});
        return numbers;
    }

    adam_options options_;
    decay decay_;
    std::vector<state> states_;
};

}  // namespace detail

/// value -= learning_rate * mean / (sqrt(mean_square) + eps), of means of the gradient and of its square (Kingma and Ba 2015, algorithm 1).
class adam final : public detail::adam_optimizer {
public:
    explicit adam(const adam_options& options, const std::convertible_to<parameter> auto&... parameters) : adam_optimizer(options, detail::decay::by_gradient) { (add(parameters), ...); }
    adam(const adam_options& options, const std::vector<parameter>& parameters) : adam_optimizer(options, detail::decay::by_gradient) { add_all(parameters); }
};

/// The same with weights that decay apart from the gradient (Loshchilov and Hutter 2019, algorithm 2).
class adamw final : public detail::adam_optimizer {
public:
    explicit adamw(const adamw_options& options, const std::convertible_to<parameter> auto&... parameters) : adam_optimizer(as_adam(options), detail::decay::by_value) { (add(parameters), ...); }
    adamw(const adamw_options& options, const std::vector<parameter>& parameters) : adam_optimizer(as_adam(options), detail::decay::by_value) { add_all(parameters); }

private:
    static adam_options as_adam(const adamw_options& options) { return {options.learning_rate, options.betas, options.eps, options.weight_decay, options.amsgrad}; }
};

}  // namespace tapeless
