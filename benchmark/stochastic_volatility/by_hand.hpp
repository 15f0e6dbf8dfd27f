// SPDX-License-Identifier: BSL-1.0
// Value and gradient by two loops, there and back, in any number type.
#pragma once

#include "problem.hpp"

template <class Number>
struct by_hand {
    std::vector<Number> volatility;  ///< the logarithm's distance from mu

    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) {
        const std::size_t count = data.y.size();
        volatility.resize(count);
        const Number mu = data.mu, phi = data.phi, sigma = data.sigma, stationary = 1 / std::sqrt(1 - phi * phi);
        Number value = 0, before = 0;
        for (std::size_t t = 0; t < count; ++t) {
            const Number e = data.innovation[t];
            before = volatility[t] = t == 0 ? sigma * stationary * e : phi * before + sigma * e;
            const Number h = mu + before, scaled = data.y[t] * data.y[t] * std::exp(-h);
            value -= (h + scaled + e * e) / 2;
        }
        Number by_mu = 0, by_phi = 0, by_sigma = 0, adjoint = 0;
        for (std::size_t t = count; t-- > 0;) {
            const Number e = data.innovation[t], by_h = (data.y[t] * data.y[t] * std::exp(-(mu + volatility[t])) - 1) / 2;
            adjoint = by_h + phi * adjoint;
            by_mu += by_h;
            if (t > 0) {
                by_phi += adjoint * volatility[t - 1];
                by_sigma += adjoint * e;
                result.by_innovation[t] = static_cast<double>(adjoint * sigma - e);
            } else {
                by_phi += adjoint * sigma * e * phi * stationary * stationary * stationary;
                by_sigma += adjoint * stationary * e;
                result.by_innovation[t] = static_cast<double>(adjoint * sigma * stationary - e);
            }
        }
        result.value = static_cast<double>(value);
        result.by_parameters = {static_cast<double>(by_mu), static_cast<double>(by_phi), static_cast<double>(by_sigma)};
    }
};
