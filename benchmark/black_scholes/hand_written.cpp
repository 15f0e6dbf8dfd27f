// SPDX-License-Identifier: BSL-1.0
// Closed-form sensitivities. The one density: S phi(d1) = K exp(-r T) phi(d2), so both terms need one exponential,
// and delta, vega and theta have no term of phi(d2).
#include "problem.hpp"

namespace {

struct hand_written {
    CONTEST_INLINE contest::derivatives<problem> operator()(const contest::point<problem>& at) const {
        const auto [S, K, r, sigma, T] = at;
        constexpr double half_sqrt2 = 0.5 * std::numbers::sqrt2;
        constexpr double inverse_sqrt_2pi = 0.5 * std::numbers::sqrt2 * std::numbers::inv_sqrtpi;
        const double root = std::sqrt(T);
        const double deviation = sigma * root;
        const double reciprocal = 1 / deviation;
        const double half_variance = 0.5 * sigma * sigma;
        const double d1 = (std::log(S / K) + (r + half_variance) * T) * reciprocal;
        const double d2 = d1 - deviation;
        const double normal1 = 0.5 * std::erfc(-d1 * half_sqrt2);
        const double discounted = std::exp(-r * T) * (0.5 * std::erfc(-d2 * half_sqrt2));
        const double density = S * (inverse_sqrt_2pi * std::exp(-0.5 * d1 * d1));
        const double strike = K * discounted;
        return {S * normal1 - strike, normal1, -discounted, T * strike, density * root, density * (half_variance * reciprocal) + r * strike};
    }
};
const bool entered = contest::enter<problem, hand_written>("hand_written");

}  // namespace
