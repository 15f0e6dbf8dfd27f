// SPDX-License-Identifier: BSL-1.0
// One long expression of arrays over points and components: the loops over dimensions are unrolled.
#include "write_gradient.hpp"

namespace {

struct by_tapeless {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        using tapeless::axis;
        constexpr auto value = [](auto alphas, auto means, auto icf, auto x, auto gamma, auto m) {
            constexpr int d = problem::dimensions;
            // Of each dimension a vector over the components.
            const auto mean = transpose(means), entry = transpose(icf);
            const auto Q = [&](int row, int column) { return row == column ? exp(entry[row]) : entry[problem::place(row, column)]; };
            const auto product = [&](int row) {
                auto sum = Q(row, 0) * (expand_dims(x[0], axis<1>) - mean[0]);
                for (int column = 1; column <= row; ++column) sum = sum + Q(row, column) * (expand_dims(x[column], axis<1>) - mean[column]);
                return sum;
            };
            auto q = entry[0], entries = Q(0, 0) * Q(0, 0);
            auto squares = product(0) * product(0);
            for (int row = 1; row < d; ++row) {
                q = q + entry[row];
                for (int column = 0; column <= row; ++column) entries = entries + Q(row, column) * Q(row, column);
                squares = squares + product(row) * product(row);
            }
            return sum(logsumexp(alphas + q - 0.5 * squares, axis<1>)) - extent(x, axis<1>) * logsumexp(alphas) + 0.5 * gamma * gamma * sum(entries) - m * sum(q);
        };
        write_gradient(value, data, result);
    }
};
const bool entered = contest::enter<problem, by_tapeless>("tapeless");

}  // namespace
