// SPDX-License-Identifier: BSL-1.0
// The derivative, which is by one number, by an array.
#include <tapeless/tapeless.hpp>

#include <array>

constexpr auto product = [](auto v) { return v[0] * v[1]; };

double slope(std::array<double, 2> v) {
#ifdef MISTAKE
    // expected: tapeless::derivative: this is the derivative by one number
    return tapeless::derivative(product)(v);
#else
    return tapeless::gradient(product)(v)[0];
#endif
}
