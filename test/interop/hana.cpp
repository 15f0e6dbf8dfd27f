// SPDX-License-Identifier: BSL-1.0
// Structs described to Boost.Hana, as arguments and as results.
#include <tapeless/interop/hana.hpp>
#include <tapeless/tapeless.hpp>

#include <boost/hana/define_struct.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <tuple>
#include <type_traits>

template <class T>
struct point {
    BOOST_HANA_DEFINE_STRUCT(point, (T, x), (T, y));
};
template <class T>
struct body {
    using velocity_type = std::array<T, 2>;
    BOOST_HANA_DEFINE_STRUCT(body, (point<T>, position), (velocity_type, velocity), (T, mass));
};

BOOST_AUTO_TEST_SUITE(hana)

BOOST_AUTO_TEST_CASE(a_gradient_by_a_struct_is_such_a_struct) {
    constexpr auto product = [](const auto& p) { return p.x * p.x * p.y; };
    constexpr auto g = tapeless::gradient(product)(point<double>{2.0, 3.0});
    static_assert(std::is_same_v<decltype(g), const point<double>>);
    static_assert(g.x == 12.0 && g.y == 4.0);
    BOOST_TEST(g.x == 12.0);
}

BOOST_AUTO_TEST_CASE(structs_nest_and_hold_arrays) {
    constexpr auto energy = [](const auto& b, auto gravity) {
        return b.mass * (b.velocity[0] * b.velocity[0] + b.velocity[1] * b.velocity[1]) / 2 + b.mass * gravity * b.position.y;
    };
    constexpr body<double> ball{{1.0, 2.0}, {3.0, 4.0}, 0.5};
    const auto [by_ball, by_gravity] = tapeless::gradient(energy)(ball, 10.0);
    BOOST_TEST(by_ball.position.x == 0.0);
    BOOST_TEST(by_ball.position.y == 5.0);
    BOOST_TEST(by_ball.velocity[0] == 1.5);
    BOOST_TEST(by_ball.velocity[1] == 2.0);
    BOOST_TEST(by_ball.mass == 32.5);
    BOOST_TEST(by_gravity == 1.0);
}

BOOST_AUTO_TEST_CASE(a_function_may_return_a_struct) {
    constexpr auto polar = [](auto radius, auto angle) {
        using number = std::remove_cvref_t<decltype(radius * angle)>;
        return point<number>{radius * cos(angle), radius * sin(angle)};
    };
    const auto [value, j] = tapeless::value_and_jacobian(polar)(2.0, 0.5);
    BOOST_TEST(value.x == 2 * std::cos(0.5), boost::test_tools::tolerance(1e-15));
    // One struct an argument, each of its members the derivative of that member.
    BOOST_TEST(std::get<0>(j).x == std::cos(0.5), boost::test_tools::tolerance(1e-15));
    BOOST_TEST(std::get<1>(j).y == 2 * std::cos(0.5), boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_SUITE_END()
