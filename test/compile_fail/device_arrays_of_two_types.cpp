// SPDX-License-Identifier: BSL-1.0
// A function of arrays of which one is of another number type, on a device.
#include <tapeless/device_arrays.hpp>

int main() {
#ifndef MISTAKE
    float elements[3] = {};
#else
    // expected: tapeless: a function of arrays takes, on a device, arrays of one number type, float or double; a literal 1.0 among the arguments is a double.
    double elements[3] = {};
#endif
    float others[3] = {};
    constexpr auto product = [](auto x, auto y) { return sum(x * y); };
    const tapeless::device_view x(elements, 3);
    const tapeless::device_view y(others, 3);
    return static_cast<int>(tapeless::value(product)(tapeless::execution::device, x, y));
}
