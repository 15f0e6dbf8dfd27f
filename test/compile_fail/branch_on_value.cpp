// SPDX-License-Identifier: BSL-1.0
// A branch on a value that is known at run time only.
#include <tapeless/tapeless.hpp>

constexpr auto rectified = [](auto x) {
#ifdef MISTAKE
    // expected: tapeless: a differentiated function branches (if, while, ?:) on a value that is not known while it compiles; use tapeless::select(condition, a, b)
    if (x > 0) return x;
    return x * 0;
#else
    return tapeless::select(x > 0, x, x * 0);
#endif
};

double slope(double x) { return tapeless::gradient(rectified)(x); }
