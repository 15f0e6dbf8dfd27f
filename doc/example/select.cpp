// SPDX-License-Identifier: BSL-1.0
// Branches on values: select, min, max and abs, and what the derivative is at their kinks.
#include <tapeless/tapeless.hpp>

#include <cstdio>

using tapeless::select;

// An `if` on x would need its value, which is not known while the function is recorded.
constexpr auto sinc = [](auto x) { return select(x == 0, 1, sin(x) / x); };
constexpr auto entropy = [](auto p) { return select(p > 0, -p * log(p), 0); };
constexpr auto huber = [](auto x) { return select(abs(x) < 1, x * x / 2, abs(x) - 0.5); };
constexpr auto rectified = [](auto x) { return max(x, 0); };
constexpr auto larger = [](auto a, auto b) { return max(a, b); };

int main() {
    // The branch that is not taken is 0 / 0 here, or log(0): it does not reach the result.
    const auto [sinc_value, sinc_slope] = tapeless::value_and_derivative(sinc)(0.0);
    const auto [entropy_value, entropy_slope] = tapeless::value_and_derivative(entropy)(0.0);
    std::printf("sinc at 0: %g, slope %g\nentropy at 0: %g, slope %g\n", sinc_value, sinc_slope, entropy_value, entropy_slope);

    std::printf("slope of huber at 0.5: %g, at -3: %g\n", tapeless::derivative(huber)(0.5), tapeless::derivative(huber)(-3.0));

    // At a tie each operand of max counts one half.
    const auto [by_a, by_b] = tapeless::gradient(larger)(2.0, 2.0);
    std::printf("max at a tie: %g and %g; max(x, 0) at 0: %g\n", by_a, by_b, tapeless::derivative(rectified)(0.0));
}
