// SPDX-License-Identifier: BSL-1.0
// The problems of the benchmarks, and what blocks, tiles and threads may get wrong.
#pragma once

#include <tapeless/device_arrays.hpp>

namespace array_functions {

using tapeless::axis, tapeless::keepdims;

inline constexpr auto weighted = [](auto w, auto x, auto b, auto seed) { return sum(seed * (w * x + b * x)); };
inline constexpr auto normal_log_likelihood = [](auto x, auto mu, auto sigma) {
    const auto z = (x - mu) / sigma;
    return sum(-0.5 * z * z - log(sigma));
};
inline constexpr auto logistic_regression = [](auto w, auto x, auto y) { return mean(log1p(exp(-y * dot(x, w)))); };
inline constexpr auto rms_norm = [](auto x, auto gain, auto seed) { return sum(seed * x * gain / sqrt(mean(x * x, axis<1>, keepdims) + 1e-5)); };
inline constexpr auto cross_entropy = [](auto logits, auto label) {
    const auto chosen = expand_dims(label, axis<1>) == iota(logits, axis<1>);
    return -mean(sum(where(chosen, log_softmax(logits, axis<1>), 0.0), axis<1>));
};
inline constexpr auto pairwise_kernel = [](auto x, auto s) {
    const auto d = expand_dims(x, axis<1>) - x;
    return sum(exp(-0.5 * sum(d * d, axis<2>) / (s * s)));
};
inline constexpr auto table = [](auto a, auto b, auto c) {
    const auto t = tanh(expand_dims(a, axis<1>) * b + c);
    return sum(t * t);
};
inline constexpr auto autoregression = [](auto x, auto phi) {
    const auto z = slice_from(x, 1) - phi * slice(x, 0, -1);
    return sum(z * z);
};
inline constexpr auto column_norms = [](auto x) { return sum(sqrt(sum(x * x, axis<0>))); };
inline constexpr auto greatest = [](auto x) { return sum(max(x, axis<1>)) + max(x) * prod(0.5 + 0.0001 * min(x, axis<0>)); };
inline constexpr auto of_three_axes = [](auto x, auto y) { return sum(sin(sum(x * y, axis<1>)) * max(x, axis<1>)) + sum(exp(mean(x, axis<0, 2>))); };
inline constexpr auto transposed = [](auto x, auto y) { return sum(sin(transpose(x) * y)); };
inline constexpr auto recurrence = [](auto x, auto phi, auto sigma) {
    const auto h = scan([&](auto before, auto now) { return phi * before + sigma * sin(now); }, sigma, x);
    return sum(h * h) + sum(exp(-h)) * phi;
};
inline constexpr auto recurrence_of_rows = [](auto x, auto w) {
    const auto state = scan([&](const auto& before, auto row) { return sin(before * w) + row; }, w, x);
    return sum(state * x) + max(sum(state, axis<0>));
};
inline constexpr auto sums_along_both = [](auto x, auto y) { return sum(sin(cumsum(x, axis<0>)) * cumsum(y, axis<1>)); };
inline constexpr auto pendulum = [](auto x, auto damping) {
    const auto [angle, speed] = scan(
        [&](const auto& before, auto push) {
            const auto [a, v] = before;
            return std::array{a + 0.1 * v, v - 0.1 * sin(a) - damping * v + push};
        },
        std::array{damping, 0.1 * damping}, x);
    return sum(angle * angle + speed * x);
};

}  // namespace array_functions
