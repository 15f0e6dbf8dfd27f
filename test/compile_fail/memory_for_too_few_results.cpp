// SPDX-License-Identifier: BSL-1.0
// Memory for one of two results.
#include <tapeless/arrays.hpp>

#include <vector>

constexpr auto product = [](auto x, auto y) { return x * y; };

void slopes(std::vector<double>& by_x, [[maybe_unused]] std::vector<double>& by_y, const std::vector<double>& x) {
#ifdef MISTAKE
    // expected: tapeless: into(…) takes one memory for each result: the values first, then one for each number that is differentiated by.
    tapeless::gradient(product).into(by_x)(x, 2.0);
#else
    tapeless::gradient(product).into(by_x, by_y)(x, 2.0);
#endif
}
