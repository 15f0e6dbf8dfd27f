// SPDX-License-Identifier: BSL-1.0
// The closed form on registers: a loop that an expert would write, with whichever library's erfc.
#pragma once

#include "../black_scholes/sensitivities.hpp"
#include "../lanes.hpp"
#include "problem.hpp"

template <class Erfc>
struct in_lanes {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        const auto count = static_cast<std::ptrdiff_t>(data.of[0].size());
        const double* x[problem::inputs];
        double* y[problem::outputs];
        for (std::size_t k = 0; k < problem::inputs; ++k) x[k] = data.of[k].data();
        for (std::size_t k = 0; k < problem::outputs; ++k) y[k] = result.of[k].data();
        contest::for_lanes(count, [&](std::ptrdiff_t k, int, auto part) {
            const auto at = [&](int input) { return part.load(x[input] + k, 1); };
            const auto all = price_and_sensitivities(at(0), at(1), at(2), at(3), at(4), Erfc{});
            for (std::size_t output = 0; output < all.size(); ++output) part.store(all[output], y[output] + k);
        });
    }
};
