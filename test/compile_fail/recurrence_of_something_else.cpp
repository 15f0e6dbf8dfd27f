// SPDX-License-Identifier: BSL-1.0
// A recurrence that carries two values and returns one.
#include <tapeless/function/array_call.hpp>

#include <tuple>
#include <vector>

constexpr auto last_of = [](auto x) {
    const auto body = [](const auto& before, auto step) {
        const auto [position, speed] = before;
#ifdef MISTAKE
        // expected: tapeless::scan: the body returns something else than the next values, as many and of the dimensions of those before.
        return position + speed * step;
#else
        return std::tuple{position + speed * step, speed};
#endif
    };
    return std::get<0>(scan(body, std::tuple{0.0, 1.0}, x))[-1];
};

auto slope(const std::vector<double>& x) { return tapeless::gradient(last_of)(x); }
