// SPDX-License-Identifier: BSL-1.0
// Shapes of arguments and results: how many numbers, in which order, and the same shape of another type.
#include <tapeless/tapeless.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <tuple>
#include <type_traits>
#include <vector>

BOOST_AUTO_TEST_SUITE(structure)

using nested = std::tuple<double, std::array<std::array<double, 2>, 3>, std::tuple<float, int>>;

BOOST_AUTO_TEST_CASE(counts_the_numbers) {
    static_assert(tapeless::structure<double>::count == 1);
    static_assert(tapeless::structure<std::array<double, 7>>::count == 7);
    static_assert(tapeless::structure<std::array<std::array<double, 2>, 3>>::count == 6);
    static_assert(tapeless::structure<nested>::count == 9);
    static_assert(tapeless::structure<std::array<double, 0>>::count == 0);
}

BOOST_AUTO_TEST_CASE(visits_in_the_order_of_writing_and_builds_in_the_same) {
    const nested value{1, {{{2, 3}, {4, 5}, {6, 7}}}, {8.0f, 9}};
    std::vector<double> visited;
    bool positions_count_up = true;
    tapeless::structure<nested>::visit<10>(value, [&](auto number, auto position) {
        positions_count_up = positions_count_up && position == static_cast<int>(10 + visited.size());
        visited.push_back(number);
    });
    BOOST_CHECK(positions_count_up);
    const std::vector<double> expected{1, 2, 3, 4, 5, 6, 7, 8, 9};
    BOOST_CHECK_EQUAL_COLLECTIONS(visited.begin(), visited.end(), expected.begin(), expected.end());

    using doubles = tapeless::detail::rebind<nested, double>;
    const auto built = tapeless::structure<nested>::build<doubles, 1>([](auto position) { return static_cast<double>(position()); });
    BOOST_CHECK(built == doubles(1, {{{2, 3}, {4, 5}, {6, 7}}}, {8, 9}));
}

BOOST_AUTO_TEST_CASE(rebinds_every_number) {
    static_assert(std::is_same_v<tapeless::detail::rebind<std::array<float, 2>, double>, std::array<double, 2>>);
    static_assert(std::is_same_v<tapeless::detail::rebind<nested, long double>,
                                 std::tuple<long double, std::array<std::array<long double, 2>, 3>, std::tuple<long double, long double>>>);
    static_assert(std::is_same_v<tapeless::detail::shape_of<const std::array<float, 2>&>, std::array<tapeless::slot, 2>>);
}

BOOST_AUTO_TEST_CASE(an_array_of_no_numbers_is_an_argument_like_any_other) {
    constexpr auto f = [](auto x, const auto&) { return x * x; };
    static_assert(std::get<0>(tapeless::gradient(f)(3.0, std::array<double, 0>{})) == 6);
}

BOOST_AUTO_TEST_SUITE_END()
