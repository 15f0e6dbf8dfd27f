// SPDX-License-Identifier: BSL-1.0
// The same on registers.
#include "../lanes.hpp"
#include "density.hpp"

namespace {

using contest::lanes;

struct in_lanes {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        const double *const y = data.y.data(), *const mean = data.mean.data();
        double* const by_mean = result.by_mean.data();
        const double precision = 1 / (data.sigma * data.sigma);
        lanes sums[4] = {0.0, 0.0, 0.0, 0.0};
        contest::for_lanes(static_cast<std::ptrdiff_t>(data.y.size()), [&](std::ptrdiff_t k, int way, auto part) {
            const lanes distance = part.load(y + k, 0) - part.load(mean + k, 0);
            sums[way] = xsimd::fma(distance, distance, sums[way]);
            part.store(distance * precision, by_mean + k);
        });
        finish(data, xsimd::hadd((sums[0] + sums[1]) + (sums[2] + sums[3])), result);
    }
};
const bool entered = contest::enter<problem, in_lanes>("hand_written_in_lanes");

}  // namespace
