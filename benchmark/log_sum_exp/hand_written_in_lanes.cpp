// SPDX-License-Identifier: BSL-1.0
// The same on registers, with xsimd's exponential.
#include "../lanes.hpp"
#include "problem.hpp"

namespace {

using contest::lanes;

struct in_lanes {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        const auto count = static_cast<std::ptrdiff_t>(data.x.size());
        const double* const x = data.x.data();
        double* const dx = result.dx.data();
        std::array<lanes, 4> most;
        most.fill(lanes(x[0]));
        contest::for_lanes(count, [&](std::ptrdiff_t k, int way, auto part) { most[way] = xsimd::max(most[way], part.load(x + k, x[0])); });
        const double greatest = contest::greatest_of(xsimd::max(xsimd::max(most[0], most[1]), xsimd::max(most[2], most[3])));
        lanes sums[4] = {0.0, 0.0, 0.0, 0.0};
        contest::for_lanes(count, [&](std::ptrdiff_t k, int way, auto part) {
            // Beyond the end: exp(-infinity).
            const lanes exponential = xsimd::exp(part.load(x + k, -INFINITY) - greatest);
            sums[way] += exponential;
            part.store(exponential, dx + k);
        });
        const double sum = xsimd::hadd((sums[0] + sums[1]) + (sums[2] + sums[3]));
        result.value = greatest + std::log(sum);
        const lanes reciprocal = 1 / sum;
        contest::for_lanes(count, [&](std::ptrdiff_t k, int, auto part) { part.store(part.load(dx + k, 0) * reciprocal, dx + k); });
    }
};
const bool entered = contest::enter<problem, in_lanes>("hand_written_in_lanes");

}  // namespace
