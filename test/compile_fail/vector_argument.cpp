// SPDX-License-Identifier: BSL-1.0
// An argument whose numbers are not counted by its type.
#include <tapeless/tapeless.hpp>

#include <array>
#include <vector>

constexpr auto product = [](const auto& x) { return x[0] * x[1]; };

double slope() {
#ifdef MISTAKE
    // expected: tapeless::gradient: an argument is neither a number nor a std::array or std::tuple of numbers, nor a struct that is described to Boost.Hana
    return tapeless::gradient(product)(std::vector{1.0, 2.0})[0];
#else
    return tapeless::gradient(product)(std::array{1.0, 2.0})[0];
#endif
}
