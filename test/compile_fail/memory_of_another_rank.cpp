// SPDX-License-Identifier: BSL-1.0
// Memory of a vector for the gradient by a matrix.
#include <tapeless/function/array_call.hpp>

#include <vector>

constexpr auto total = [](auto x) { return sum(x * x); };

double slope(const tapeless::array_view<double, 2>& x, std::vector<double>& dx) {
#ifdef MISTAKE
    // expected: tapeless: into(…) takes, for a function of arrays, memory of the shape of each argument
    return tapeless::value_and_gradient(total).into(dx)(x);
#else
    return tapeless::value_and_gradient(total).into(tapeless::array_view<double, 2>(dx.data(), {2, 3}))(x);
#endif
}
