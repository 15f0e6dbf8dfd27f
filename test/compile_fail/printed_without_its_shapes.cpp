// SPDX-License-Identifier: BSL-1.0
// The text of a function of an array, without a word on the array's size.
#include <tapeless/tapeless.hpp>

#include <array>
#include <string>

constexpr auto product = []<class Number>(const std::array<Number, 2>& v) { return v[0] * v[1]; };

std::string text() {
#ifdef MISTAKE
    // expected: tapeless: the function does not take plain numbers; name its arguments' types
    return tapeless::to_string(product);
#else
    return tapeless::to_string<std::array<double, 2>>(product);
#endif
}
