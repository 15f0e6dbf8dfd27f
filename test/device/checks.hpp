// SPDX-License-Identifier: BSL-1.0
// Checks that print what failed and count, for machines with a GPU and without Boost.
#pragma once

#include <cmath>
#include <cstdio>
#include <exception>
#include <limits>
#include <source_location>
#include <string>

namespace checks {

inline int failures = 0;

inline void check(bool holds, const std::string& what = "", std::source_location place = std::source_location::current()) {
    if (holds) return;
    if (++failures <= 50) std::printf("%s:%u: failed%s%s\n", place.file_name(), static_cast<unsigned>(place.line()), what.empty() ? "" : ": ", what.c_str());
}

/// Within some units in the last place of 1 + |expected|; NaN is near NaN.
template <class Number>
bool is_near(Number computed, Number expected, double ulps) {
    if (std::isnan(expected)) return std::isnan(computed);
    return computed == expected || std::abs(computed - expected) <= Number(ulps) * std::numeric_limits<Number>::epsilon() * (1 + std::abs(expected));
}

/// Whether a call throws such an exception with these words in it.
template <class Exception, class Call>
bool throws_with(const std::string& words, const Call& call) {
    try {
        call();
    } catch (const Exception& error) {
        if (std::string(error.what()).find(words) != std::string::npos) return true;
        std::printf("says: %s\n", error.what());
    }
    return false;
}

/// Runs a test under its name; an exception is a failure.
template <class Test>
void run(const char* name, const Test& test) {
    const int before = failures;
    try {
        test();
    } catch (const std::exception& error) {
        check(false, std::string("threw ") + error.what());
    }
    std::printf("%s %s\n", failures == before ? "passed" : "FAILED", name);
    std::fflush(stdout);
}

}  // namespace checks
