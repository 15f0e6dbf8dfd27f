// SPDX-License-Identifier: BSL-1.0
// The gradient of a function that returns an array.
#include <tapeless/tapeless.hpp>

#include <array>

constexpr auto powers = [](auto x) { return std::array{x, x * x, x * x * x}; };

auto slopes(double x) {
#ifdef MISTAKE
    // expected: tapeless::gradient: the function returns more than one number; reduce it to one or call tapeless::jacobian.
    return tapeless::gradient(powers)(x);
#else
    return tapeless::jacobian(powers)(x);
#endif
}
