// SPDX-License-Identifier: BSL-1.0
// What tests of calls with arrays ask in the same way: whether a number is near another, and what a shape_error says.
#pragma once

#include <tapeless/record/array_view.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <string>

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
