// SPDX-License-Identifier: BSL-1.0
// Schedules of learning rates, as torch.optim.lr_scheduler has them: each is a rule that makes the next rate of the present one, so that several may act on one optimizer.
#pragma once

#include <tapeless/variable/optimizer.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <numbers>
#include <utility>
#include <vector>

namespace tapeless {

/// Sets an optimizer's learning rate anew at each step, which is usually one epoch. The optimizer has to outlive it.
class learning_rate_schedule {
public:
    /// rule: makes the learning rate of a step, counted from 0, of the present one.
    using rule = std::function<double(double learning_rate, int step)>;

    /// Sets the rate of step 0.
    learning_rate_schedule(optimizer& of, rule next) : optimizer_(&of), next_(std::move(next)) { go_to(0); }
    void step() { go_to(step_ + 1); }
    /// How many steps there have been.
    int step_count() const { return step_; }
    /// What this schedule has set last.
    double last_learning_rate() const { return last_; }

    /// The learning rate of an optimizer when its first schedule was made, which is now if it has none.
    static double initial_learning_rate(optimizer& of) {
        if (!of.initial_learning_rate_) of.initial_learning_rate_ = of.learning_rate();
        return *of.initial_learning_rate_;
    }
    static void set_initial_learning_rate(optimizer& of, double rate) { of.initial_learning_rate_ = rate; }

private:
    void go_to(int step) {
        initial_learning_rate(*optimizer_);
        const double rate = next_(optimizer_->learning_rate(), step);
        optimizer_->set_learning_rate(rate);
        last_ = rate;
        step_ = step;
    }

    optimizer* optimizer_;
    rule next_;
    int step_ = 0;
    double last_ = 0;
};

/// The initial rate times factor(step).
template <class Factor>
learning_rate_schedule lambda_lr(optimizer& of, Factor factor) {
    const double initial = learning_rate_schedule::initial_learning_rate(of);
    return {of, [=](double, int step) { return initial * factor(step); }};
}

struct step_lr_options {
    int step_size = 0;
    double gamma = 0.1;
};
/// Times gamma every step_size steps.
inline learning_rate_schedule step_lr(optimizer& of, const step_lr_options& options) {
    if (options.step_size <= 0) throw variable_error(error_text::not_positive("step_size", options.step_size));
    return {of, [=](double rate, int step) { return step == 0 || step % options.step_size != 0 ? rate : rate * options.gamma; }};
}

struct multi_step_lr_options {
    std::vector<int> milestones;
    double gamma = 0.1;
};
/// Times gamma at each milestone.
inline learning_rate_schedule multi_step_lr(optimizer& of, const multi_step_lr_options& options) {
    return {of, [=](double rate, int step) {
                const auto times = std::count(options.milestones.begin(), options.milestones.end(), step);
                return times == 0 ? rate : rate * std::pow(options.gamma, static_cast<double>(times));
            }};
}

struct exponential_lr_options {
    double gamma = 1;
};
/// Times gamma at each step.
inline learning_rate_schedule exponential_lr(optimizer& of, const exponential_lr_options& options) {
    return {of, [=](double rate, int step) { return step == 0 ? rate : rate * options.gamma; }};
}

struct linear_lr_options {
    double start_factor = 1.0 / 3;
    double end_factor = 1;
    int total_steps = 5;  ///< PyTorch: total_iters
};
/// From the rate times start_factor in a straight line to the rate times end_factor.
inline learning_rate_schedule linear_lr(optimizer& of, const linear_lr_options& options) {
    // The rule divides by it.
    if (!(options.start_factor > 0 && options.start_factor <= 1)) throw variable_error(error_text::factor_out_of_range("Starting"));
    if (!(options.end_factor >= 0 && options.end_factor <= 1)) throw variable_error(error_text::factor_out_of_range("Ending"));
    if (options.total_steps <= 0) throw variable_error(error_text::not_positive("total_iters", options.total_steps));
    return {of, [=](double rate, int step) {
                if (step == 0) return rate * options.start_factor;
                if (step > options.total_steps) return rate;
                const double way = options.end_factor - options.start_factor;
                return rate * (1 + way / (options.total_steps * options.start_factor + (step - 1) * way));
            }};
}

struct cosine_annealing_lr_options {
    int total_steps = 0;   ///< down to the minimum; then up again. PyTorch: T_max
    double minimum = 0;    ///< PyTorch: eta_min
};
/// Along half a cosine down to a minimum (Loshchilov and Hutter 2017, without restarts).
inline learning_rate_schedule cosine_annealing_lr(optimizer& of, const cosine_annealing_lr_options& options) {
    if (options.total_steps <= 0) throw variable_error(error_text::not_positive("T_max", options.total_steps));
    const double initial = learning_rate_schedule::initial_learning_rate(of);
    return {of, [=](double rate, int step) {
                const auto [total, minimum] = options;
                const auto height = [&](int at) { return 1 + std::cos(std::numbers::pi * at / total); };
                if (step == 0) return rate;
                // One after the minimum, where the height before is 0.
                if ((step - 1 - total) % (2 * total) == 0) return rate + (initial - minimum) * (1 - std::cos(std::numbers::pi / total)) / 2;
                return height(step) / height(step - 1) * (rate - minimum) + minimum;
            }};
}

struct one_cycle_lr_options {
    double max_learning_rate = 0;
    int total_steps = 0;
    double rising_fraction = 0.3;   ///< PyTorch: pct_start
    double initial_divisor = 25;    ///< PyTorch: div_factor
    double final_divisor = 1e4;     ///< PyTorch: final_div_factor
    bool is_linear = false;         ///< in straight lines instead of cosines. PyTorch: anneal_strategy
};
/// From max_learning_rate / initial_divisor up to the maximum, then down to the first rate / final_divisor (Smith and Topin 2018). The momentum stays as it is:
/// PyTorch's with cycle_momentum=False.
inline learning_rate_schedule one_cycle_lr(optimizer& of, const one_cycle_lr_options& options) {
    if (options.total_steps <= 0) throw variable_error(error_text::not_positive("total_steps", options.total_steps));
    if (!(options.rising_fraction >= 0 && options.rising_fraction <= 1)) throw variable_error(error_text::not_a_fraction("pct_start", options.rising_fraction));
    detail::check_not_negative("learning rate", options.max_learning_rate);
    const double initial = options.max_learning_rate / options.initial_divisor;
    learning_rate_schedule::set_initial_learning_rate(of, initial);
    return {of, [=](double, int step) {
                if (step > options.total_steps) throw variable_error(error_text::too_many_steps(step + 1, options.total_steps));
                const auto between = [&](double from, double to, double part) {
                    return options.is_linear ? (to - from) * part + from : to + (from - to) / 2 * (std::cos(std::numbers::pi * part) + 1);
                };
                const double top = options.rising_fraction * options.total_steps - 1, last = options.total_steps - 1;
                if (step <= top) return between(initial, options.max_learning_rate, step / top);
                return between(options.max_learning_rate, initial / options.final_divisor, (step - top) / (last - top));
            }};
}

}  // namespace tapeless
