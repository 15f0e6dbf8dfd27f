// SPDX-License-Identifier: BSL-1.0
// The 27 models as a table: each is one lambda of the parameters b and the predictor x, from which
// tapeless makes value and gradient. Three files fill it, one for each of NIST's classes of models.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include <tapeless/function/derivative.hpp>
#include <tapeless/function/gradient.hpp>

namespace nist {

struct model {
    std::string_view name;
    int parameter_count;
    int predictor_count;
    /// The model's value at b and x; its derivatives by b go to `gradient`.
    double (*value_and_gradient)(const double* b, const double* x, double* gradient);
    /// Its second derivative in the direction `step` of b: of t ↦ model(b + t · step, x) at t = 0.
    double (*second_derivative)(const double* b, const double* x, const double* step);
    /// What is fitted: the observed response, or a function of it.
    double (*response)(double observed) = [](double observed) { return observed; };
    std::string_view response_label = "";
};

std::span<const model> exponential_models();
std::span<const model> rational_models();
std::span<const model> miscellaneous_models();

/// The model of a data set; null if there is none of that name.
const model* find_model(std::string_view name);

template <int Count>
std::array<double, Count> array_of(const double* numbers) {
    std::array<double, Count> all;
    std::copy_n(numbers, Count, all.begin());
    return all;
}

/// One predictor is a number, several are an array.
template <int Count>
auto predictor(const double* x) {
    if constexpr (Count == 1) return *x;
    else return array_of<Count>(x);
}

template <int ParameterCount, int PredictorCount, class Function>
double value_and_gradient_of(const double* b, const double* x, double* gradient) {
    const auto [value, by_parameters] =
        tapeless::value_and_gradient(Function{}, tapeless::wrt<0>)(array_of<ParameterCount>(b), predictor<PredictorCount>(x));
    std::copy_n(by_parameters.begin(), ParameterCount, gradient);
    return value;
}

template <int ParameterCount, int PredictorCount, class Function>
double second_derivative_of(const double* b, const double* x, const double* step) {
    constexpr auto along = [](auto t, auto from, auto direction, auto at) {
        for (int k = 0; k < ParameterCount; ++k) from[k] = from[k] + t * direction[k];
        return Function{}(from, at);
    };
    constexpr auto second = tapeless::derivative(tapeless::derivative(along, tapeless::wrt<0>), tapeless::wrt<0>);
    return second(0.0, array_of<ParameterCount>(b), array_of<ParameterCount>(step), predictor<PredictorCount>(x));
}

/// A row of the table.
template <int ParameterCount, int PredictorCount = 1, class Function>
constexpr model entry(std::string_view name, Function) {
    return {name, ParameterCount, PredictorCount, value_and_gradient_of<ParameterCount, PredictorCount, Function>,
            second_derivative_of<ParameterCount, PredictorCount, Function>};
}

}  // namespace nist
