// SPDX-License-Identifier: BSL-1.0
// A function of arrays with a recurrence, on a device.
#include <tapeless/device_arrays.hpp>

constexpr auto program = [](auto x) {
#ifndef MISTAKE
    return sum(x * x);
#else
    // expected: tapeless: recurrences (scan, cumsum), gather, concat, reshape and selections of steps do not run on a device yet.
    return sum(cumsum(x));
#endif
};

int main() {
    float elements[3] = {};
    return static_cast<int>(tapeless::value(program)(tapeless::execution::device, tapeless::device_view<const float>(elements, 3)));
}
