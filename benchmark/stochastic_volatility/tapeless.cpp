// SPDX-License-Identifier: BSL-1.0
#include "problem.hpp"

#include <tapeless/arrays.hpp>

namespace {

struct by_tapeless {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        using tapeless::axis;
        constexpr auto log_posterior = [](auto e, auto y, auto mu, auto phi, auto sigma) {
            const auto scale = where(iota(e, axis<0>) == 0, sigma / sqrt(1 - phi * phi), sigma);
            const auto h = mu + scan([&](auto before, auto step) { return phi * before + step; }, 0.0, scale * e);
            return -0.5 * sum(h + y * y * exp(-h) + e * e);
        };
        auto& [by_mu, by_phi, by_sigma] = result.by_parameters;
        result.value = tapeless::value_and_gradient(log_posterior, tapeless::wrt<0, 2, 3, 4>)
                           .into(result.by_innovation, by_mu, by_phi, by_sigma)(data.innovation, data.y, data.mu, data.phi, data.sigma);
    }
};
const bool entered = contest::enter<problem, by_tapeless>("tapeless");

}  // namespace
