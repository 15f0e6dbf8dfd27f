// SPDX-License-Identifier: BSL-1.0
// Products with the rows of a matrix on registers: as many rows at once as a register holds numbers, so that each row's product is one of its numbers, and
// vectors as long as a row are read and written once for all of these rows.
#pragma once

#include "lanes.hpp"

namespace contest {

/// Calls step(k, part) for each register of a row.
template <class Step>
CONTEST_INLINE void for_lanes_of_row(std::ptrdiff_t count, const Step& step) {
    std::ptrdiff_t k = 0;
    for (; k + lane_count <= count; k += lane_count) step(k, whole{});
    if (k < count) step(k, rest{count - k});
}

/// The products of lane_count rows with w.
CONTEST_INLINE lanes products_of_rows(const double* rows, std::ptrdiff_t columns, const double* w) {
    lanes sums[lane_count];
    for (lanes& one : sums) one = lanes(0.0);
    for_lanes_of_row(columns, [&](std::ptrdiff_t k, auto part) {
        const lanes weight = part.load(w + k, 0);
        for (std::ptrdiff_t row = 0; row < lane_count; ++row) sums[row] = xsimd::fma(part.load(rows + row * columns + k, 0), weight, sums[row]);
    });
    return xsimd::haddp(sums);
}

/// Adds factor times row to a sum, for lane_count rows.
CONTEST_INLINE void add_rows(const double* rows, std::ptrdiff_t columns, const lanes& factors, double* sum) {
    double factor[lane_count];
    factors.store_unaligned(factor);
    for_lanes_of_row(columns, [&](std::ptrdiff_t k, auto part) {
        lanes sums[2] = {part.load(sum + k, 0), lanes(0.0)};
        for (std::ptrdiff_t row = 0; row < lane_count; ++row) sums[row % 2] = xsimd::fma(part.load(rows + row * columns + k, 0), lanes(factor[row]), sums[row % 2]);
        part.store(sums[0] + sums[1], sum + k);
    });
}

}  // namespace contest
