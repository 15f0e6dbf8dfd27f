// SPDX-License-Identifier: BSL-1.0
// The reference of this contest.
#include "problem.hpp"

namespace {

struct by_formula {
    void operator()(const problem::data& data, problem::result& result) const {
        long double sum = 0;
        for (const double x : data.x) sum += std::exp(static_cast<long double>(x));
        result.value = static_cast<double>(std::log(sum));
        for (std::size_t k = 0; k < data.x.size(); ++k) result.dx[k] = static_cast<double>(std::exp(static_cast<long double>(data.x[k])) / sum);
    }
};
const bool set = contest::set_problem<problem, by_formula>();

}  // namespace
