// SPDX-License-Identifier: BSL-1.0
// Products of those before and of those after each variable, both chains in one loop so that they run side by side.
// The value is that of the plain loop to the last bit. No division, so zeros are no special case.
#include "problem.hpp"

namespace {

struct hand_written {
    CONTEST_INLINE contest::derivatives<problem> operator()(const contest::point<problem>& x) const {
        contest::derivatives<problem> result;
        double* const gradient = result.data() + 1;
        double before = x[0], after = x[99];
        for (int k = 1; k < 50; ++k) {
            gradient[k] = before;
            gradient[99 - k] = after;
            before *= x[k];
            after *= x[99 - k];
        }
        // The chains meet: from here each passes what the other left behind.
        for (int k = 50; k < 99; ++k) {
            gradient[k] *= before;
            gradient[99 - k] *= after;
            before *= x[k];
            after *= x[99 - k];
        }
        gradient[99] = before;
        gradient[0] = after;
        result[0] = before * x[99];
        return result;
    }
};
const bool entered = contest::enter<problem, hand_written>("hand_written");

}  // namespace
