// SPDX-License-Identifier: BSL-1.0
// What optimizers do to each element of a parameter, its gradient, and what they remember of it: for numbers and registers on the host, and for a device's threads.
// No variables of these types: nvcc has none that are registers of the host's.
#pragma once

#include <tapeless/operation/number_functions.hpp>
#include <tapeless/operation/row.hpp>

#include <cmath>
#include <cstddef>
#include <type_traits>
#include <variant>

namespace tapeless::detail {

/// value += step * (gradient + decay * value)
template <class T>
struct gradient_step {
    T step, decay;
    TAPELESS_ANY_NUMBER
    template <class Number>
    TAPELESS_HOST_DEVICE Number decayed(const Number& gradient, const Number& value) const {
        return decay != 0 ? gradient + decay * value : gradient;
    }
    TAPELESS_ANY_NUMBER
    template <class Number>
    TAPELESS_HOST_DEVICE void operator()(Number& value, const Number& gradient) const {
        value = value + step * decayed(gradient, value);
    }
};
/// Along a velocity, which keeps `momentum` of itself and takes `part` of the decayed gradient.
template <class T>
struct momentum_step {
    gradient_step<T> along;
    T momentum, part;
    bool looks_ahead;
    TAPELESS_ANY_NUMBER
    template <class Number>
    TAPELESS_HOST_DEVICE void operator()(Number& value, const Number& gradient, Number& velocity) const {
        move(value, along.decayed(gradient, value), velocity);
    }

private:
    TAPELESS_ANY_NUMBER
    template <class Number>
    TAPELESS_HOST_DEVICE void move(Number& value, const Number& direction, Number& velocity) const {
        velocity = velocity * momentum + part * direction;
        if (looks_ahead) value = value + along.step * (direction + momentum * velocity);
        else value = value + along.step * velocity;
    }
};
/// Along the mean gradient over the root of the mean square. mean_stays, square_stays: how much of them is kept; root_so_far: how much of the root there is yet.
template <class T>
struct adam_step {
    T step, root_so_far, eps, mean_stays, mean_rest, square_stays, square_rest;
    T part_of_value, kept_of_value;  ///< how much of the value is added to the gradient, or stays of it
    bool decays_value;
    TAPELESS_ANY_NUMBER
    template <class Number>
    TAPELESS_HOST_DEVICE void add_to_means(Number& value, const Number& gradient, Number& mean, Number& square) const {
        if (decays_value) value = value * kept_of_value;
        add_decayed(decays_value || part_of_value == 0 ? gradient : gradient + part_of_value * value, mean, square);
    }
    TAPELESS_ANY_NUMBER
    template <class Number>
    TAPELESS_HOST_DEVICE void add_decayed(const Number& gradient, Number& mean, Number& square) const {
        mean = mean * mean_stays + mean_rest * gradient;
        square = square * square_stays + square_rest * gradient * gradient;
    }
    TAPELESS_ANY_NUMBER
    template <class Number>
    TAPELESS_HOST_DEVICE void move(Number& value, const Number& mean, const Number& square) const {
        using row_functions::square_root;
        value = value + step * mean / (square_root(square) / root_so_far + eps);
    }
    TAPELESS_ANY_NUMBER
    template <class Number>
    TAPELESS_HOST_DEVICE void operator()(Number& value, const Number& gradient, Number& mean, Number& square) const {
        add_to_means(value, gradient, mean, square);
        move(value, mean, square);
    }
};
/// The same over the root of the largest mean square so far.
template <class T>
struct amsgrad_step {
    adam_step<T> along;
    TAPELESS_ANY_NUMBER
    template <class Number>
    TAPELESS_HOST_DEVICE void operator()(Number& value, const Number& gradient, Number& mean, Number& square, Number& largest) const {
        using row_functions::max;
        along.add_to_means(value, gradient, mean, square);
        largest = max(largest, square);
        along.move(value, mean, largest);
    }
};
/// In a device's memory the two numbers of adam_step that change from step to step, and how many steps there were: step, root_so_far, steps.
template <class T>
struct adam_count {
    double learning_rate, mean_stays, square_stays;
    TAPELESS_HOST_DEVICE void operator()(T& step, const T&, T& root_so_far, T& steps) const {
        using std::pow, std::sqrt;
        steps += 1;
        step = static_cast<T>(-learning_rate / (1 - pow(mean_stays, static_cast<double>(steps))));
        root_so_far = static_cast<T>(sqrt(1 - pow(square_stays, static_cast<double>(steps))));
    }
};
/// adam_step or amsgrad_step with the numbers of adam_count.
template <class T, class Step>
struct counted_step {
    Step along;
    const T* numbers;
    template <class... Number>
        requires std::is_invocable_v<const Step&, Number&...>
    TAPELESS_HOST_DEVICE void operator()(Number&... all) const {
        Step now = along;
        count(now);
        now(all...);
    }

private:
    TAPELESS_HOST_DEVICE void count(adam_step<T>& now) const {
        now.step = numbers[0];
        now.root_so_far = numbers[1];
    }
    TAPELESS_HOST_DEVICE void count(amsgrad_step<T>& now) const { count(now.along); }
};
/// value *= factor
template <class T>
struct scaling_step {
    T factor;
    TAPELESS_ANY_NUMBER
    template <class Number>
    TAPELESS_HOST_DEVICE void operator()(Number& value, const Number&) const {
        value = value * factor;
    }
};
/// Brings values into [-limit, limit].
template <class T>
struct limiting_step {
    T limit;
    TAPELESS_ANY_NUMBER
    template <class Number>
    TAPELESS_HOST_DEVICE void operator()(Number& value, const Number&) const {
        using row_functions::select;
        value = select(value > limit, Number(limit), select(value < -limit, Number(-limit), value));
    }
};

/// value = |value|^order, of numbers alone.
template <class T>
struct power_step {
    T order;
    TAPELESS_HOST_DEVICE void operator()(T& value, const T&) const {
        using std::abs, std::pow;
        value = order == 2 ? value * value : pow(abs(value), order);
    }
};

/// What an update works on: elements by rows, and numbers of each that are remembered.
template <class T>
struct update_places {
    T* value;
    const T* gradient;
    T* remembered[3];
    std::ptrdiff_t count;
};

template <class T>
using update_rule = std::variant<gradient_step<T>, momentum_step<T>, adam_step<T>, amsgrad_step<T>, adam_count<T>, counted_step<T, adam_step<T>>, counted_step<T, amsgrad_step<T>>, scaling_step<T>, limiting_step<T>, power_step<T>>;

}  // namespace tapeless::detail
