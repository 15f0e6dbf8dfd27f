// SPDX-License-Identifier: BSL-1.0
// The reference of this contest: by the chain rule from the formula of the price, d1 and d2 differentiated alike.
#include "problem.hpp"

namespace {

struct by_formula {
    void operator()(const problem::data& data, problem::result& result) const {
        using number = long double;
        for (std::size_t k = 0; k < data.of[0].size(); ++k) {
            const number S = data.of[0][k], K = data.of[1][k], r = data.of[2][k], sigma = data.of[3][k], T = data.of[4][k];
            const number root = std::sqrt(T), d1 = (std::log(S / K) + (r + sigma * sigma / 2) * T) / (sigma * root), d2 = d1 - sigma * root;
            const auto normal = [](number d) { return std::erfc(-d / std::sqrt(number(2))) / 2; };
            const auto density = [](number d) { return std::exp(-d * d / 2) / std::sqrt(2 * std::numbers::pi_v<number>); };
            const number discount = std::exp(-r * T), by_d1 = S * density(d1), by_d2 = -K * discount * density(d2);
            const auto chain = [&](number d1_by, number root_by) { return by_d1 * d1_by + by_d2 * (d1_by - root_by); };
            const number of[] = {
                S * normal(d1) - K * discount * normal(d2),
                normal(d1) + chain(1 / (S * sigma * root), 0),
                -discount * normal(d2) + chain(-1 / (K * sigma * root), 0),
                T * K * discount * normal(d2) + chain(root / sigma, 0),
                chain(root - d1 / sigma, root),
                r * K * discount * normal(d2) + chain((r + sigma * sigma / 2) / (sigma * root) - d1 / (2 * T), sigma / (2 * root)),
            };
            for (std::size_t output = 0; output < problem::outputs; ++output) result.of[output][k] = static_cast<double>(of[output]);
        }
    }
};
const bool set = contest::set_problem<problem, by_formula>();

}  // namespace
