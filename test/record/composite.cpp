// SPDX-License-Identifier: BSL-1.0
// Functions that are made of the table's operations.
#include <tapeless/tapeless.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>

namespace {

constexpr auto x = tapeless::symbol<"x">;

}  // namespace

BOOST_AUTO_TEST_SUITE(composite)

BOOST_AUTO_TEST_CASE(whole_numbers_are_those_of_the_standard_library) {
    constexpr auto up = tapeless::value_and_derivative([](auto v) { return ceil(v); });
    constexpr auto inwards = tapeless::value_and_derivative([](auto v) { return trunc(v); });
    for (double v : {-2.5, -2.0, -0.5, -0.0, 0.0, 0.5, 3.0, 7.25}) {
        BOOST_CHECK_EQUAL(up(v).value, std::ceil(v));
        BOOST_CHECK_EQUAL(std::signbit(up(v).value), std::signbit(std::ceil(v)));
        BOOST_CHECK_EQUAL(inwards(v).value, std::trunc(v));
        BOOST_CHECK_EQUAL(std::signbit(inwards(v).value), std::signbit(std::trunc(v)));
        BOOST_CHECK_EQUAL(up(v).derivative, 0);
        BOOST_CHECK_EQUAL(inwards(v).derivative, 0);
    }
}

BOOST_AUTO_TEST_CASE(fabs_is_abs) {
    static_assert(fabs(x) == abs(x));
    static_assert(tapeless::derivative([](auto v) { return fabs(v); })(-3.0) == -1);
}

BOOST_AUTO_TEST_CASE(isnan_chooses) {
    constexpr auto patched = tapeless::value_and_derivative([](auto v) { return select(isnan(v), 1, v * v); });
    static_assert(patched(3.0).value == 9 && patched(3.0).derivative == 6);
    BOOST_CHECK_EQUAL(patched(std::nan("")).value, 1);
    BOOST_CHECK_EQUAL(patched(std::nan("")).derivative, 0);
    BOOST_CHECK_EQUAL(select(isnan(x), 1, x)(x = std::nan("")), 1);
}

BOOST_AUTO_TEST_CASE(clamp_holds_between_its_bounds) {
    constexpr auto clamped = tapeless::value_and_derivative([](auto v) { return tapeless::clamp(v, -1, 2) * 3; });
    static_assert(clamped(-4.0).value == -3 && clamped(-4.0).derivative == 0);
    static_assert(clamped(0.5).value == 1.5 && clamped(0.5).derivative == 3);
    static_assert(clamped(2.5).value == 6 && clamped(2.5).derivative == 0);
    static_assert(clamped(2.0).derivative == 1.5);
    static_assert(tapeless::clamp(2.5, 0, 1.5f) == 1.5 && tapeless::clamp(-1, 0.5, 3) == 0.5);
}

BOOST_AUTO_TEST_SUITE_END()
