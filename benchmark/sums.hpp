// SPDX-License-Identifier: BSL-1.0
// Sums for contenders written by hand. A compiler may not add in another order than the program says, and one addition after the other waits for
// each: so the program says several sums side by side, which become registers.
#pragma once

#include "race.hpp"

#include <cstddef>

namespace contest {

/// The sum of term(k) for k from 0 to count - 1.
template <class Term>
CONTEST_INLINE double sum_of(std::ptrdiff_t count, const Term& term) {
    constexpr int wide = 32, narrow = 8;
    double sums[narrow] = {};
    std::ptrdiff_t k = 0;
    if (count >= wide) {
        double wide_sums[wide] = {};
        for (; k + wide <= count; k += wide)
            for (int lane = 0; lane < wide; ++lane) wide_sums[lane] += term(k + lane);
        for (int lane = 0; lane < wide; ++lane) sums[lane % narrow] += wide_sums[lane];
    }
    for (; k + narrow <= count; k += narrow)
        for (int lane = 0; lane < narrow; ++lane) sums[lane] += term(k + lane);
    double sum = ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
    for (; k < count; ++k) sum += term(k);
    return sum;
}

}  // namespace contest
