// SPDX-License-Identifier: BSL-1.0
// L-BFGS for Variables, by libLBFGS. Link -llbfgs.
#pragma once

#include <tapeless/variable/grad_mode.hpp>
#include <tapeless/variable/parameter.hpp>

#include <lbfgs.h>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <exception>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace tapeless {

struct lbfgs_options {
    int max_iterations = 20;           ///< of one step
    int history_size = 100;            ///< how many pairs of changes the Hessian is made of
    double gradient_tolerance = 1e-7;  ///< a step ends when no derivative is larger
    double change_tolerance = 1e-9;    ///< and when neither the loss nor any value changes by more
    int max_evaluations = 40;          ///< of one line search
};

namespace detail {

/// What the library's callbacks know of a step. They have no way to end a line search: after an exception its trials get an infinite loss, so that it finds none.
template <class Closure>
class lbfgs_run {
public:
    using loss_type = std::invoke_result_t<const Closure&>;

    lbfgs_run(const std::vector<parameter>& parameters, const lbfgs_options& options, const Closure& closure) : parameters_(parameters), options_(options), closure_(closure) {
        std::ptrdiff_t count = 0;
        for (const parameter& each : parameters) {
            count += each.numel();
            each.visit([](const auto& variable) {
                if (const auto* const device = variable.values().device) throw variable_error(error_text::not_on_a_device("L-BFGS", device->name()));
            });
        }
        if (count > std::numeric_limits<int>::max() - 16) throw variable_error(error_text::too_many_numbers(count));
        count_ = static_cast<int>(count);
    }

    loss_type run() {
        const std::unique_ptr<lbfgsfloatval_t[], freed> values(lbfgs_malloc(count_));
        if (!values) throw std::bad_alloc();
        read_values(values.get());
        last_values_.assign(values.get(), values.get() + count_);
        const std::vector<double> before = last_values_;

        lbfgs_parameter_t settings;
        lbfgs_parameter_init(&settings);
        settings.m = options_.history_size;
        settings.max_iterations = options_.max_iterations;
        settings.max_linesearch = options_.max_evaluations;
        settings.epsilon = 0;
        // The default, Moré and Thuente's, may end too early in version 1.10: https://github.com/chokkan/liblbfgs/issues/28.
        settings.linesearch = LBFGS_LINESEARCH_BACKTRACKING_STRONG_WOLFE;
        // Whatever it returns, the values are the best ones: a line search that fails gives back those before it.
        ::lbfgs(count_, values.get(), nullptr, &evaluate, &progress, this, &settings);
        write_values(failure_ ? before.data() : values.get());
        if (failure_) std::rethrow_exception(failure_);
        if (!first_loss_) first_loss_.emplace(closure_());  // of no numbers
        return std::move(*first_loss_);
    }

private:
    struct freed {
        void operator()(lbfgsfloatval_t* memory) const { lbfgs_free(memory); }
    };
    static constexpr double infinity = std::numeric_limits<double>::infinity();

    static lbfgsfloatval_t evaluate(void* self, const lbfgsfloatval_t* values, lbfgsfloatval_t* gradient, const int, const lbfgsfloatval_t) {
        return static_cast<lbfgs_run*>(self)->loss_at(values, gradient);
    }
    static int progress(void* self, const lbfgsfloatval_t* values, const lbfgsfloatval_t* gradient, const lbfgsfloatval_t loss, const lbfgsfloatval_t, const lbfgsfloatval_t,
                        const lbfgsfloatval_t, int, int, int) {
        return static_cast<lbfgs_run*>(self)->is_done(values, gradient, loss);
    }

    double loss_at(const double* values, double* gradient) noexcept {
        std::fill_n(gradient, count_, 0.0);
        if (failure_) return infinity;
        try {
            // The first values are there already.
            if (first_loss_) write_values(values);
            loss_type loss = closure_();
            const double number = number_of(loss);
            const bool is_first = !first_loss_;
            if (is_first) {
                first_loss_.emplace(std::move(loss));
                last_loss_ = number;
            }
            if (!std::isfinite(number)) return infinity;
            read_gradient(gradient);
            // No gradient: there is nothing to be done.
            if (is_first && is_small(gradient, options_.gradient_tolerance)) std::fill_n(gradient, count_, 0.0);
            return number;
        } catch (...) {
            failure_ = std::current_exception();
            return infinity;
        }
    }
    bool is_done(const double* values, const double* gradient, double loss) {
        double change = 0;
        for (int k = 0; k < count_; ++k) change = std::max(change, std::abs(values[k] - std::exchange(last_values_[static_cast<std::size_t>(k)], values[k])));
        const double gain = std::abs(loss - std::exchange(last_loss_, loss));
        return failure_ || is_small(gradient, options_.gradient_tolerance) || change <= options_.change_tolerance || gain < options_.change_tolerance;
    }
    bool is_small(const double* gradient, double limit) const {
        return std::all_of(gradient, gradient + count_, [limit](double each) { return std::abs(each) <= limit; });
    }
    static double number_of(const loss_type& loss) {
        if constexpr (requires { loss.item(); }) return static_cast<double>(loss.item());
        else return static_cast<double>(loss);
    }

    // The parameters' numbers one after the other, each by rows.
    void read_values(double* to) const {
        for (const parameter& each : parameters_)
            each.visit([&](const auto& variable) { for_each_element(variable.values(), [&](auto number) { *to++ = static_cast<double>(number); }); });
    }
    void write_values(const double* from) const {
        for (const parameter& each : parameters_)
            each.visit([&](const auto& variable) {
                for_each_element(variable.values(), [&]<class T>(T& number) { number = static_cast<T>(*from++); });
                variable.increase_version();
            });
    }
    /// Without a gradient, zeros: `to` has them.
    void read_gradient(double* to) const {
        for (const parameter& each : parameters_)
            each.visit([&](const auto& variable) {
                double* next = to;
                to += variable.values().size();
                if (each.has_gradient()) for_each_element(variable.gradient(), [&](auto number) { *next++ = static_cast<double>(number); });
            });
    }

    const std::vector<parameter>& parameters_;
    const lbfgs_options& options_;
    const Closure& closure_;
    int count_ = 0;
    std::optional<loss_type> first_loss_;
    std::exception_ptr failure_;
    double last_loss_ = 0;
    std::vector<double> last_values_;
};

}  // namespace detail

/// Minimises by a quadratic model made of the last gradients (Liu and Nocedal 1989), with a line search for the strong Wolfe conditions.
/// The closure is called as often as that needs; all is computed in double. Each step starts anew, without what earlier ones have learned.
class lbfgs : public parameter_list {
public:
    explicit lbfgs(const lbfgs_options& options, const std::convertible_to<parameter> auto&... parameters) : options_(options) {
        if (options.max_iterations <= 0) throw variable_error(error_text::not_positive("max_iter", options.max_iterations));
        if (options.history_size <= 0) throw variable_error(error_text::not_positive("history_size", options.history_size));
        if (options.max_evaluations <= 0) throw variable_error(error_text::not_positive("max_eval", options.max_evaluations));
        (add(parameters), ...);
    }
    lbfgs(const lbfgs_options& options, const std::vector<parameter>& parameters) : lbfgs(options) { add_all(parameters); }

    /// Up to max_iterations iterations. closure: clears the gradients, computes the loss, calls its backward, and returns it. Returns the loss of the first call.
    /// An exception of the closure comes through; the values are then as they were.
    template <class Closure>
    auto step(const Closure& closure) {
        const grad_mode scope(true);
        return detail::lbfgs_run<Closure>(parameters(), options_, closure).run();
    }

private:
    lbfgs_options options_;
};

}  // namespace tapeless
