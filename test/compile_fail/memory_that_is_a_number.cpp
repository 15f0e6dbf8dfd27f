// SPDX-License-Identifier: BSL-1.0
// A number in the place of memory.
#include <tapeless/arrays.hpp>

#include <vector>

constexpr auto square = [](auto x) { return x * x; };

void slope(std::vector<double>& by_x, [[maybe_unused]] double& number, const std::vector<double>& x) {
#ifdef MISTAKE
    // expected: tapeless: into(…) takes memory of the rank and of the number type that the arguments have together.
    tapeless::derivative(square).into(number)(x);
#else
    tapeless::derivative(square).into(by_x)(x);
#endif
}
