// SPDX-License-Identifier: BSL-1.0
// A random program as the generated files hand it to the test: its source, the points, and the two ways to run it.
#pragma once

#include "recorded.hpp"

#include <tapeless/tapeless.hpp>

#include <array>
#include <cstddef>
#include <tuple>
#include <utility>
#include <vector>

namespace random_programs {

struct program {
    int number;
    const char* source;
    std::vector<std::vector<double>> points;
    /// The inputs that it is differentiated by, in this order.
    std::vector<int> wrt;
    void (*record)(recording&);
    /// By tapeless: the values, then the derivatives by output and input of wrt.
    std::vector<double> (*differentiate)(const double* point);
};

/// All programs that are linked into the test.
inline std::vector<program>& programs() {
    static std::vector<program> all;
    return all;
}
struct registration {
    explicit registration(program one) { programs().push_back(std::move(one)); }
};

inline void append(std::vector<double>& numbers, double number) { numbers.push_back(number); }
template <std::size_t Size>
void append(std::vector<double>& numbers, const std::array<double, Size>& array) {
    for (double number : array) numbers.push_back(number);
}
inline void append(std::vector<int>& outputs, const recorded& output) { outputs.push_back(output.position()); }
template <std::size_t Size>
void append(std::vector<int>& outputs, const std::array<recorded, Size>& array) {
    for (const recorded& output : array) outputs.push_back(output.position());
}

/// A program of separate arguments.
template <class Function, int InputCount, int... Wrt>
struct of_arguments {
    static void record(recording& target) {
        const auto inputs = start(target, InputCount);
        [&]<std::size_t... I>(std::index_sequence<I...>) { append(target.outputs, Function{}(inputs[I]...)); }
        (std::make_index_sequence<InputCount>{});
    }
    static std::vector<double> differentiate(const double* point) {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            using result = decltype(Function{}((static_cast<void>(I), std::declval<recorded>())...));
            std::vector<double> numbers;
            if constexpr (std::is_same_v<result, recorded>) {
                const auto [value, gradient] = tapeless::value_and_gradient(Function{}, tapeless::wrt<Wrt...>)(point[I]...);
                append(numbers, value);
                if constexpr (sizeof...(Wrt) == 1) append(numbers, gradient);
                else std::apply([&](auto... slope) { (append(numbers, slope), ...); }, gradient);
            } else {
                const auto [value, jacobian] = tapeless::value_and_jacobian(Function{}, tapeless::wrt<Wrt...>)(point[I]...);
                append(numbers, value);
                // One array an argument, by output: the test wants them by output first.
                for (std::size_t output = 0; output < value.size(); ++output) {
                    if constexpr (sizeof...(Wrt) == 1) append(numbers, jacobian[output]);
                    else std::apply([&](const auto&... column) { (append(numbers, column[output]), ...); }, jacobian);
                }
            }
            return numbers;
        }
        (std::make_index_sequence<InputCount>{});
    }
};

/// A program of one std::array.
template <class Function, int InputCount>
struct of_array {
    static void record(recording& target) {
        const auto inputs = start(target, InputCount);
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            append(target.outputs, Function{}(std::array<recorded, InputCount>{inputs[I]...}));
        }
        (std::make_index_sequence<InputCount>{});
    }
    static std::vector<double> differentiate(const double* point) {
        std::array<double, InputCount> x;
        for (int k = 0; k < InputCount; ++k) x[k] = point[k];
        std::vector<double> numbers;
        if constexpr (std::is_same_v<decltype(Function{}(std::declval<std::array<recorded, InputCount>>())), recorded>) {
            const auto [value, gradient] = tapeless::value_and_gradient(Function{})(x);
            append(numbers, value);
            append(numbers, gradient);
        } else {
            const auto [value, jacobian] = tapeless::value_and_jacobian(Function{})(x);
            append(numbers, value);
            for (const auto& row : jacobian) append(numbers, row);
        }
        return numbers;
    }
};

}  // namespace random_programs
