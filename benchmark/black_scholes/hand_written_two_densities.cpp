// SPDX-License-Identifier: BSL-1.0
// Sensitivities by the chain rule with as much care, but without the model's identity S phi(d1) = K exp(-r T) phi(d2): what code derived
// from the formula of the price alone can come to, with one more exponential.
#include "problem.hpp"

namespace {

struct two_densities {
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
        const double discount = std::exp(-r * T);
        const double discounted = discount * (0.5 * std::erfc(-d2 * half_sqrt2));
        const double density1 = S * (inverse_sqrt_2pi * std::exp(-0.5 * d1 * d1));
        const double density2 = K * discount * (inverse_sqrt_2pi * std::exp(-0.5 * d2 * d2));
        // By d1, which both terms depend on, and by the deviation alone.
        const double by_d1 = density1 - density2;
        const double by_log = by_d1 * reciprocal;
        const double by_deviation = density2 - by_d1 * d1 * reciprocal;
        const double strike = K * discounted;
        return {S * normal1 - strike,
                normal1 + by_log / S,
                -discounted - by_log / K,
                T * (strike + by_log),
                by_deviation * root + by_log * (sigma * T),
                by_deviation * (0.5 * sigma / root) + by_log * (r + half_variance) + r * strike};
    }
};
const bool entered = contest::enter<problem, two_densities>("hand_written_two_densities");

}  // namespace
