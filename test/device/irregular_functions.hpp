// SPDX-License-Identifier: BSL-1.0
// Functions of arrays that read at indices, in other shapes, of concatenations and parts of recurrences.
#pragma once

#include <tapeless/device_arrays.hpp>

namespace irregular_functions {

using tapeless::axis;

// At indices.
inline constexpr auto elements_at = [](auto x, auto y, auto at) { return sum(sin(gather(x, at)) * y); };
inline constexpr auto rows_at = [](auto x, auto w, auto at) { return sum(tanh(gather(x, at)) * w); };
inline constexpr auto columns_at = [](auto x, auto w, auto at) { return sum(sin(gather(x, at, axis<1>)) * w) + sum(x * x); };
inline constexpr auto block_at = [](auto x, auto rows, auto columns) { return sum(sin(gather(gather(x, rows), columns, axis<1>))); };
inline constexpr auto one_of_each_row = [](auto logits, auto label) { return -mean(pick(log_softmax(logits, axis<1>), label)); };
inline constexpr auto at_and_beside = [](auto x, auto at) { return sum(gather(x, at) * gather(exp(x), at)) + sum(slice_from(x, 1) * slice(x, 0, -1)); };
inline constexpr auto by_tables = [](auto x, auto w, auto at, auto which) {
    const auto chosen = gather(at, which);
    return sum(sin(gather(x, at)) * w) + sum(tanh(gather(x, gather(chosen, which, axis<1>)))) + sum(cos(gather(x, reshape(transpose(slice_from(at, 1)), -1)))) + sum(exp(gather(reshape(w, -1), which)));
};
inline constexpr auto of_three_axes = [](auto x, auto at) { return sum(sin(sum(gather(x, at, axis<1>), axis<0>))); };

// Of a concatenation.
inline constexpr auto joined = [](auto x, auto y) {
    const auto all = concat(x, y, sin(x));
    return sum(all * all * cos(iota(all, axis<0>)));
};
inline constexpr auto joined_columns = [](auto x, auto y) { return sum(tanh(sum(concat<1>(x, y), axis<1>))) + sum(concat<1>(x, y, x) * 0.25); };
inline constexpr auto joined_at = [](auto x, auto y, auto at) { return sum(sin(gather(concat(x, y), at)) * cos(gather(concat(y, x), at))); };

// In another shape.
inline constexpr auto as_vector = [](auto x, auto y) { return sum(reshape(x, -1) * sin(y)) + sum(reshape(transpose(x), -1) * y); };
inline constexpr auto pairs_as_vector = [](auto x, auto y) { return sum(sin(reshape(outer(x, y), -1)) * cos(reshape(outer(sin(x), y), -1))); };
inline constexpr auto pairs_at = [](auto x, auto y, auto at) { return sum(gather(reshape(outer(x, y), -1), at) * gather(x, at)); };

// Of recurrences.
inline constexpr auto last_state = [](auto x) {
    const auto h = scan([](auto before, auto now) { return 0.5 * before + sin(now) * before + now; }, 0.1, x);
    return h[-1] * h[0] + sum(sin(slice_from(h, 1)) * slice(h, 0, -1));
};
inline constexpr auto states_at = [](auto x, auto at) {
    const auto h = cumsum(x);
    return sum(sin(gather(h, at)) * gather(x, at));
};
inline constexpr auto rows_of_states_at = [](auto x, auto at) {
    const auto h = scan([](const auto& before, auto now) { return tanh(0.5 * before + now); }, 0.1, x);
    return sum(sin(gather(h, at)) * cos(gather(x, at)));
};
inline constexpr auto joined_states = [](auto x, auto y) {
    const auto all = concat(cumsum(x), y, cumsum(y));
    return sum(slice_from(all, 1) * slice(sin(all), 0, -1));
};

// Integers as numbers.
inline constexpr auto squared_error = [](auto x, auto label) {
    const auto difference = x - label;
    return sum(difference * difference) + sum(gather(x, label));
};

}  // namespace irregular_functions
