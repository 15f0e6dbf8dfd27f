// SPDX-License-Identifier: BSL-1.0
// An operation that has no derivative by one of its operands.
#include <tapeless/tapeless.hpp>

#include <array>

namespace image {

// The row whose number is n; rows are not interpolated.
TAPELESS_OPERATION(brightness, (n, x), n * x, (none, n))

}  // namespace image

std::array<double, 2> slopes(double n, double x) {
    constexpr auto pixel = [](auto n, auto x) { return image::brightness(n, x); };
#ifdef MISTAKE
    // expected: tapeless::gradient: the function uses an operation that has no derivative by the operand that is differentiated.
    auto [by_n, by_x] = tapeless::gradient(pixel)(n, x);
    return {by_n, by_x};
#else
    return {n, tapeless::gradient(pixel, tapeless::wrt<1>)(n, x)};
#endif
}
