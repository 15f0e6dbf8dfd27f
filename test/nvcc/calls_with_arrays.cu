// SPDX-License-Identifier: BSL-1.0
// Calls with arrays in a file of nvcc's, on the host.
#include <tapeless/arrays.hpp>

#include <cstdlib>
#include <vector>

constexpr auto squares = [](auto x) { return sum(x * x); };
constexpr auto square = [](auto x) { return x * x; };

int main() {
    const std::vector<double> x{1, 2, 3};
    const bool whole = tapeless::gradient(squares)(x)[2] == 6, each = tapeless::value_and_gradient(square)(x).value[1] == 4;
    return whole && each ? EXIT_SUCCESS : EXIT_FAILURE;
}
