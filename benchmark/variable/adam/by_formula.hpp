// SPDX-License-Identifier: BSL-1.0
// Adam in a plain loop: as it is written by hand, and in wider numbers as the reference.
#pragma once

#include "problem.hpp"

template <class Number>
class by_formula {
public:
    void operator()(const problem::data& data, problem::result&) {
        if (values_.empty()) {
            values_.assign(data.values.begin(), data.values.end());
            means_.resize(values_.size());
            squares_.resize(values_.size());
        }
        ++step_;
        const auto rate = static_cast<Number>(problem::learning_rate / (1 - std::pow(problem::decay, step_)));
        const auto root = static_cast<Number>(std::sqrt(1 - std::pow(problem::square_decay, step_)));
        constexpr auto decay = static_cast<Number>(problem::decay), square_decay = static_cast<Number>(problem::square_decay), epsilon = static_cast<Number>(problem::epsilon);
        const float* const gradients = data.gradients.data();
        Number *const __restrict values = values_.data(), *const __restrict means = means_.data(), *const __restrict squares = squares_.data();
        for (std::size_t k = 0; k < values_.size(); ++k) {
            const Number gradient = gradients[k];
            means[k] = decay * means[k] + (1 - decay) * gradient;
            squares[k] = square_decay * squares[k] + (1 - square_decay) * gradient * gradient;
            values[k] -= rate * means[k] / (std::sqrt(squares[k]) / root + epsilon);
        }
    }
    void copy_to(problem::result& result) const { std::transform(values_.begin(), values_.end(), result.values.begin(), [](Number value) { return static_cast<float>(value); }); }

private:
    contest::numbers_of<Number> values_, means_, squares_;
    int step_ = 0;
};
