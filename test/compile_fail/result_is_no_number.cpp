// SPDX-License-Identifier: BSL-1.0
// A function that returns something that no numbers can be found in.
#include <tapeless/tapeless.hpp>

#include <tuple>

#ifdef MISTAKE
template <class T>
struct results {
    T area, circumference;
};
constexpr auto circle = [](auto radius) { return results<decltype(radius)>{3 * radius * radius, 6 * radius}; };
#else
constexpr auto circle = [](auto radius) { return std::tuple{3 * radius * radius, 6 * radius}; };
#endif

auto slopes(double radius) {
    // expected: tapeless::jacobian: the function must return a number, a std::array or a std::tuple of numbers.
    return tapeless::jacobian(circle)(radius);
}
