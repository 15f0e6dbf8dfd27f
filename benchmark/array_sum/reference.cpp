// SPDX-License-Identifier: BSL-1.0
// The reference of this contest.
#include "problem.hpp"

namespace {

struct by_formula {
    void operator()(const problem::data& data, problem::result& result) const {
        long double sum = 0;
        for (const double x : data.x) sum += x;
        result.value = static_cast<double>(sum);
        std::fill(result.dx.begin(), result.dx.end(), 1.0);
    }
};
const bool set = contest::set_problem<problem, by_formula>();

}  // namespace
