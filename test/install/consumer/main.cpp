// SPDX-License-Identifier: BSL-1.0
// A user's program: succeeds if the derivative of a square is right.
#include <tapeless/tapeless.hpp>

int main() {
    constexpr auto square = [](auto x) { return x * x; };
    return tapeless::gradient(square)(3.0) == 6.0 ? 0 : 1;
}
