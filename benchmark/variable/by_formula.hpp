// SPDX-License-Identifier: BSL-1.0
// An elementwise statement in plain loops: as it is written by hand, and in wider numbers as the reference.
#pragma once

#include "three_arrays.hpp"

#include <cstddef>

template <class Problem, class Number>
struct by_formula {
    void operator()(const typename Problem::data& data, typename Problem::result& result) const {
        const std::size_t size = data.w.size();
        const float *const w = data.w.data(), *const x = data.x.data(), *const b = data.b.data(), *const seed = data.seed.data();
        float *const __restrict y = result.y.data(), *const __restrict dw = result.dw.data(), *const __restrict dx = result.dx.data(), *const __restrict db = result.db.data();
        for (std::size_t k = 0; k < size; ++k) y[k] = static_cast<float>(Problem::value(Number(w[k]), Number(x[k]), Number(b[k])));
        for (std::size_t k = 0; k < size; ++k) {
            const auto [by_w, by_x, by_b] = Problem::derivatives(Number(w[k]), Number(x[k]), Number(b[k]));
            dw[k] = static_cast<float>(seed[k] * by_w);
            dx[k] = static_cast<float>(seed[k] * by_x);
            db[k] = static_cast<float>(seed[k] * by_b);
        }
    }
};
