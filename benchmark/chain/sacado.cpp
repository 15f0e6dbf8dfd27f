// SPDX-License-Identifier: BSL-1.0
// Sacado's forward mode of fixed size with expression templates.
#include "problem.hpp"

#include "../sacado.hpp"

namespace {

struct by_forward_mode {
    using number = Sacado::Fad::SFad<double, problem::variables>;

    CONTEST_INLINE contest::derivatives<problem> operator()(const contest::point<problem>& at) const {
        std::array<number, problem::inputs> x;
        for (int k = 0; k < problem::inputs; ++k) x[k] = number(problem::variables, k, at[k]);
        const number value = problem::value(x)[0];
        contest::derivatives<problem> result;
        result[0] = value.val();
        for (int k = 0; k < problem::variables; ++k) result[1 + k] = value.fastAccessDx(k);
        return result;
    }
};
const bool entered = contest::enter<problem, by_forward_mode>("sacado");

}  // namespace
