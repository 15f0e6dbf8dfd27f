// SPDX-License-Identifier: BSL-1.0
// The reference of this contest.
#include "problem.hpp"

namespace {

struct by_formula {
    void operator()(const problem::data& data, problem::result& result) const {
        const long double sigma = data.sigma;
        long double value = 0, by_sigma = 0;
        for (std::size_t k = 0; k < data.y.size(); ++k) {
            const long double z = (data.y[k] - static_cast<long double>(data.mean[k])) / sigma;
            value += -z * z / 2 - std::log(sigma) - std::log(2 * std::numbers::pi_v<long double>) / 2;
            by_sigma += (z * z - 1) / sigma;
            result.by_mean[k] = static_cast<double>(z / sigma);
        }
        result.value = static_cast<double>(value);
        result.by_sigma = static_cast<double>(by_sigma);
    }
};
const bool set = contest::set_problem<problem, by_formula>();

}  // namespace
