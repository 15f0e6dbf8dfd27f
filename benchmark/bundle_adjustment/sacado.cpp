// SPDX-License-Identifier: BSL-1.0
// Sacado's forward mode of fixed size with expression templates.
#include "problem.hpp"

#include "../sacado.hpp"

namespace {

struct by_forward_mode {
    using number = Sacado::Fad::SFad<double, problem::variables>;

    CONTEST_INLINE contest::derivatives<problem> operator()(const contest::point<problem>& at) const {
        std::array<number, 15> parameters;
        for (int k = 0; k < 15; ++k) parameters[k] = number(15, k, at[k]);
        const auto value = residual(parameters, std::array<number, 2>{number(at[15]), number(at[16])});
        contest::derivatives<problem> result;
        for (int row = 0; row < 2; ++row) {
            result[row] = value[row].val();
            for (int k = 0; k < 15; ++k) result[2 + 15 * row + k] = value[row].fastAccessDx(k);
        }
        return result;
    }
};
const bool entered = contest::enter<problem, by_forward_mode>("sacado");

}  // namespace
