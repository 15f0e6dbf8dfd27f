// SPDX-License-Identifier: BSL-1.0
// Sacado's reverse mode: with this many variables it beats the forward modes.
#include "problem.hpp"

#include "../sacado.hpp"

namespace {

struct by_reverse_mode {
    using number = Sacado::Rad::ADvar<double>;

    CONTEST_INLINE contest::derivatives<problem> operator()(const contest::point<problem>& at) const {
        std::array<number, 100> x;
        for (int k = 0; k < 100; ++k) x[k] = at[k];
        const number value = product(x);
        number::Gradcomp();
        contest::derivatives<problem> result;
        result[0] = value.val();
        for (int k = 0; k < problem::variables; ++k) result[1 + k] = x[k].adj();
        return result;
    }
};
const bool entered = contest::enter<problem, by_reverse_mode>("sacado");

}  // namespace
