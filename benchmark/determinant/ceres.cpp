// SPDX-License-Identifier: BSL-1.0
// Ceres' dual number with all derivatives at once.
#include "problem.hpp"

#include <ceres/jet.h>

namespace {

struct by_jets {
    using jet = ceres::Jet<double, problem::variables>;

    CONTEST_INLINE contest::derivatives<problem> operator()(const contest::point<problem>& at) const {
        std::array<std::array<jet, 6>, 6> matrix;
        for (int k = 0; k < 36; ++k) matrix[k / 6][k % 6] = jet(at[k], k);
        const jet value = determinant_of_6(matrix);
        contest::derivatives<problem> result;
        result[0] = value.a;
        std::copy_n(value.v.data(), problem::variables, result.begin() + 1);
        return result;
    }
};
const bool entered = contest::enter<problem, by_jets>("ceres");

}  // namespace
