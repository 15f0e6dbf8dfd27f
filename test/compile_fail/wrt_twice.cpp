// SPDX-License-Identifier: BSL-1.0
// An argument that is chosen twice.
#include <tapeless/tapeless.hpp>

constexpr auto product = [](auto x, auto y) { return x * y; };

double slope() {
#ifdef MISTAKE
    // expected: tapeless::wrt: an argument is named twice.
    return std::get<0>(tapeless::gradient(product, tapeless::wrt<1, 1>)(2.0, 3.0));
#else
    return std::get<0>(tapeless::gradient(product, tapeless::wrt<1, 0>)(2.0, 3.0));
#endif
}
