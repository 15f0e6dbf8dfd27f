// SPDX-License-Identifier: BSL-1.0
// With SLEEF's erfc, right to 1.5 ulp.
#include "in_lanes.hpp"

#include <sleef.h>

namespace {

struct sleef_erfc {
    CONTEST_INLINE contest::lanes operator()(const contest::lanes& x) const {
#if defined(__AVX512F__)
        return Sleef_erfcd8_u15avx512f(x);
#elif defined(__AVX2__)
        return Sleef_erfcd4_u15avx2(x);
#else
        return Sleef_erfcd2_u15(x);
#endif
    }
};
const bool entered = contest::enter<problem, in_lanes<sleef_erfc>>("hand_written_in_lanes");

}  // namespace
