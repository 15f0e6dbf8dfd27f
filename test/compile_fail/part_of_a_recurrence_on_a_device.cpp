// SPDX-License-Identifier: BSL-1.0
// A part of a recurrence, on a device.
#include <tapeless/device_arrays.hpp>

constexpr auto program = [](auto x) {
#ifndef MISTAKE
    return sum(x * x);
#else
    // expected: tapeless: gather, concat, reshape and parts of recurrences do not run on a device yet.
    return sum(slice(cumsum(x), 0, 2));
#endif
};

int main() {
    float elements[3] = {};
    return static_cast<int>(tapeless::value(program)(tapeless::execution::device, tapeless::device_view<const float>(elements, 3)));
}
