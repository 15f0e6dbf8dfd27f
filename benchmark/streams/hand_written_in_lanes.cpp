// SPDX-License-Identifier: BSL-1.0
// The same on registers, with xsimd's exponential.
#include "../lanes.hpp"
#include "problem.hpp"

namespace {

using contest::lanes;

struct in_lanes {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        const double *const w = data.w.data(), *const x = data.x.data(), *const b = data.b.data();
        double *const dw = result.dw.data(), *const dx = result.dx.data(), *const db = result.db.data();
        lanes sums[4] = {0.0, 0.0, 0.0, 0.0};
        contest::for_lanes(static_cast<std::ptrdiff_t>(data.x.size()), [&](std::ptrdiff_t k, int way, auto part) {
            const lanes by_w = part.load(x + k, 0), weight = part.load(w + k, 0), bias = part.load(b + k, 0);
            const lanes exponential = xsimd::exp(-by_w), by_b = by_w * exponential;
            sums[way] += weight * by_w + bias * by_b;
            part.store(by_w, dw + k);
            part.store(weight + bias * (exponential - by_b), dx + k);
            part.store(by_b, db + k);
        });
        result.value = xsimd::hadd((sums[0] + sums[1]) + (sums[2] + sums[3]));
    }
};
const bool entered = contest::enter<problem, in_lanes>("hand_written_in_lanes");

}  // namespace
