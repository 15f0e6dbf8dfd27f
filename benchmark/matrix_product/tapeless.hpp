// SPDX-License-Identifier: BSL-1.0
// The problem as a function of arrays, for the contenders by loops and by a library's products.
#pragma once

#include "problem.hpp"

#include <tapeless/arrays.hpp>

template <class Policy>
struct by_tapeless {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        constexpr auto loss = [](auto W1, auto b1, auto W2, auto b2, auto X, auto Y) {
            const auto rest = matmul(tanh(matmul(X, W1) + b1), W2) + b2 - Y;
            return mean(rest * rest);
        };
        const std::ptrdiff_t samples = data.samples(), features = data.features();
        using matrix = tapeless::array_view<const double, 2>;
        const matrix X(data.X.data(), {samples, features}), Y(data.Y.data(), {samples, problem::outputs});
        const matrix W1(data.W1.data(), {features, features}), W2(data.W2.data(), {features, problem::outputs});
        const tapeless::array_view<double, 2> by_W1(result.by_W1.data(), {features, features}), by_W2(result.by_W2.data(), {features, problem::outputs});
        result.value = tapeless::value_and_gradient(loss, tapeless::wrt<0, 1, 2, 3>).into(by_W1, result.by_b1, by_W2, result.by_b2)(Policy{}, W1, data.b1, W2, data.b2, X, Y);
    }
};
