// SPDX-License-Identifier: BSL-1.0
// As one writes it in numpy: Q as matrices, multiplied by all distances.
#include "write_gradient.hpp"

namespace {

struct by_matmul {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        using tapeless::axis;
        constexpr auto value = [](auto alphas, auto means, auto icf, auto x, auto gamma, auto m, auto place) {
            const auto row = expand_dims(iota(place, axis<0>), axis<1>);
            const auto column = iota(place, axis<1>);
            const auto entries = gather(icf, place, axis<1>);
            const auto Q = where(row > column, entries, where(row == column, exp(entries), 0.0));
            const auto z = matmul(Q, x - expand_dims(means, axis<2>));
            const auto q = sum(slice(icf, 0, problem::dimensions, 1, axis<1>), axis<1>);
            const auto exponents = expand_dims(alphas + q, axis<1>) - 0.5 * sum(z * z, axis<1>);
            return sum(logsumexp(exponents, axis<0>)) - extent(x, axis<1>) * logsumexp(alphas) + 0.5 * gamma * gamma * sum(Q * Q) - m * sum(q);
        };
        write_gradient(value, data, result, matrix(places.data(), problem::dimensions, problem::dimensions));
    }

private:
    // Above the diagonal any.
    static constexpr auto places = [] {
        constexpr int d = problem::dimensions;
        std::array<int, d * d> all{};
        for (int row = 0; row < d; ++row)
            for (int column = 0; column <= row; ++column) all[row * d + column] = problem::place(row, column);
        return all;
    }();
};
const bool entered = contest::enter<problem, by_matmul>("tapeless_matmul");

}  // namespace
