// SPDX-License-Identifier: BSL-1.0
// Gradients of array programs against differences in 50 digits: of the same program on arrays of such numbers, whose gradient has to be right to half of
// the digits, and in double, where only its own rounding may part it from that.
#include <tapeless/arrays.hpp>

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <vector>

namespace {

using tapeless::array_view;
using tapeless::axis;
using tapeless::keepdims;
using wide = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<50>, boost::multiprecision::et_off>;

constexpr std::ptrdiff_t rows = 4, columns = 5;

/// What each program takes: a vector as long as a row, a matrix, a vector as long as a column, and a number.
template <class T>
struct inputs {
    static constexpr std::size_t count = columns + rows * columns + rows + 1;
    std::vector<T> all;

    inputs() : all(count) {
        for (std::size_t k = 0; k < count; ++k) all[k] = std::sin(1 + 1.7 * static_cast<double>(k)) + 0.25;
    }
    template <class Call>
    auto operator()(const Call& call) const {
        const T* const w = all.data();
        const T* const x = w + columns;
        const T* const y = x + rows * columns;
        return call(array_view<const T, 1>(w, {columns}), array_view<const T, 2>(x, {rows, columns}), array_view<const T, 1>(y, {rows}), y[rows]);
    }
};

template <class T>
std::vector<T> flattened(const auto& gradient) {
    std::vector<T> all;
    const auto append = [&](const auto& one) { all.insert(all.end(), one.begin(), one.end()); };
    append(std::get<0>(gradient));
    append(std::get<1>(gradient));
    append(std::get<2>(gradient));
    all.push_back(std::get<3>(gradient));
    return all;
}

/// digits: how many of a double's 16 the program leaves.
void check(auto f, double digits = 14.5) {
    const auto in_double = tapeless::value_and_gradient(f);
    const auto narrow = inputs<double>()(in_double);
    inputs<wide> at;
    const auto right = at(in_double);
    const auto gradient = flattened<wide>(right.gradient);
    const auto rounded = flattened<double>(narrow.gradient);
    const wide step("1e-16");
    double size = 0;
    for (const wide& one : gradient) size = std::max(size, std::abs(static_cast<double>(one)));
    BOOST_CHECK_SMALL(narrow.value - static_cast<double>(right.value), std::pow(10, -digits) * (1 + std::abs(narrow.value)));
    for (std::size_t k = 0; k < gradient.size(); ++k)
        BOOST_TEST_CONTEXT("input " << k) {
            const wide there = at.all[k];
            at.all[k] = there + step;
            const wide up = at(tapeless::value(f));
            at.all[k] = there - step;
            const wide down = at(tapeless::value(f));
            at.all[k] = there;
            BOOST_CHECK_SMALL(static_cast<double>(gradient[k] - (up - down) / (2 * step)), 1e-28 * (1 + size));
            BOOST_CHECK_SMALL(rounded[k] - static_cast<double>(gradient[k]), std::pow(10, -digits) * (1 + size));
        }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(differences)

BOOST_AUTO_TEST_CASE(sums_and_what_is_made_of_them) {
    check([](auto w, auto X, auto y, auto s) {
        const auto centred = X - mean(X, axis<0>, keepdims);
        return sum(w * var(X, axis<0>)) + s * norm(centred) + mean(y * sum(exp(centred * w), axis<1>)) + prod(1 + 0.1 * w);
    });
}
BOOST_AUTO_TEST_CASE(logarithms_of_sums_of_exponentials_in_each_other) {
    check([](auto w, auto X, auto y, auto s) { return sum(logsumexp(X * w + s, axis<1>) * y) + logsumexp(log_softmax(X, axis<0>) * w) + sum(softmax(w) * w); });
}
BOOST_AUTO_TEST_CASE(greatest_and_least_of_what_differs) {
    check([](auto w, auto X, auto y, auto s) { return sum(max(X, axis<1>) * y) + s * min(X * w) + max(sin(w)) * sum(where(X > s, X * X, w)); });
}
BOOST_AUTO_TEST_CASE(products_of_matrices_and_vectors) {
    check([](auto w, auto X, auto y, auto s) {
        const auto gram = matmul(transpose(X), X);
        return dot(w, dot(gram, w)) + s * sum(tanh(matmul(X, gram))) + sum(outer(y, w) * X) + dot(matmul(y, X), w) + sum(diag(gram) * w);
    }, 13);
}
BOOST_AUTO_TEST_CASE(parts_and_arrangements) {
    check([](auto w, auto X, auto y, auto s) {
        const auto steps = slice_from(w, 1) - slice(w, 0, -1);
        const auto both = concat(w, y * s);
        return sum(steps * steps * sin(w[0])) + sum(exp(both) * iota(both, axis<0>)) + sum(slice(X, 0, 100, 2, axis<1>) * X[-1][2]) + sum(transpose(X) * y) + sum(expand_dims(y, axis<1>) * X) / extent(w, axis<0>);
    });
}
BOOST_AUTO_TEST_CASE(recurrences_of_numbers_and_of_rows) {
    check([](auto w, auto X, auto y, auto s) {
        const auto level = scan([&](auto before, auto now) { return s * before + tanh(now); }, s, w);
        const auto state = scan([&](const auto& before, auto row) { return sin(before * w) + row; }, w, X);
        return sum(level * w) + sum(cumsum(exp(y)) * y) + sum(state[-1] * w) + sum(state * X);
    });
}
BOOST_AUTO_TEST_CASE(functions_of_each_kind) {
    check([](auto w, auto X, auto y, auto s) {
        return sum(erf(w) + lgamma(3 + w) + cbrt(2 + w)) + sum(atan2(X, 2 + w)) + sum(pow(2 + X, s)) + sum(hypot(y, s) * log1p(y * y) * expm1(y) / (2 + cos(y))) + sum(asinh(X) * atan(X));
    });
}

BOOST_AUTO_TEST_SUITE_END()
