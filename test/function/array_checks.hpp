// SPDX-License-Identifier: BSL-1.0
// What tests of calls with arrays ask in the same way: whether a number is near another, what an array holds, and what a shape_error says.
#pragma once

#include <tapeless/record/array_view.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

inline void check_near(double computed, long double expected, double tolerance = 1e-14) {
    BOOST_CHECK_SMALL(computed - static_cast<double>(expected), tolerance * (1 + std::abs(static_cast<double>(expected))));
}

inline std::string message_of(const auto& call) {
    try {
        call();
    } catch (const tapeless::shape_error& error) {
        return error.what();
    }
    return "no shape_error";
}

/// A policy that runs the blocks of a call in the opposite order.
struct backwards {
    static constexpr bool is_parallel = true;
    static void run(int count, const auto& body) {
        for (int k = count - 1; k >= 0; --k) body(k);
    }
};

/// 1, 2, 3, …
inline std::vector<double> numbers(std::ptrdiff_t count) {
    std::vector<double> all(static_cast<std::size_t>(count));
    std::iota(all.begin(), all.end(), 1.0);
    return all;
}
inline tapeless::array_view<const double, 2> matrix(const std::vector<double>& elements, std::ptrdiff_t rows, std::ptrdiff_t columns) {
    return {elements.data(), {rows, columns}};
}
/// The shape and the elements of an array of whole numbers.
template <int Rank>
std::string text(const tapeless::array<double, Rank>& x) {
    std::string all = tapeless::to_string(x.shape());
    for (const double each : x) all += " " + std::to_string(static_cast<int>(each));
    return all;
}
