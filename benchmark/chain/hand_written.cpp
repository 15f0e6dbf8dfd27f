// SPDX-License-Identifier: BSL-1.0
// Three tangents beside the value: nothing is stored. The next sine, on which all later steps wait, comes before the cosine
// that only the tangents need: two calls that overlap are faster here than one of sincos that all wait for.
#include "problem.hpp"

namespace {

struct hand_written {
    CONTEST_INLINE contest::derivatives<problem> operator()(const contest::point<problem>& at) const {
        const auto [x, y, start] = at;
        double t = start, sine = std::sin(t), by_x = 0, by_y = 0, by_start = 1;
        for (int k = 0; k < 100; ++k) {
            const double next = sine * x + t * y;
            // Not a cosine after the loop instead: g++ 12 would see sin and cos of one number and call sincos in the loop.
            const double next_sine = k < 99 ? std::sin(next) : 0;
            const double slope = std::cos(t) * x + y;
            by_x = slope * by_x + sine;
            by_y = slope * by_y + t;
            by_start *= slope;
            t = next;
            sine = next_sine;
        }
        return {t, by_x, by_y, by_start};
    }
};
const bool entered = contest::enter<problem, hand_written>("hand_written");

}  // namespace
