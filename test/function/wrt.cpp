// SPDX-License-Identifier: BSL-1.0
// wrt: by which arguments, in which order; the others are values, integers among them.
#include <tapeless/tapeless.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <tuple>
#include <type_traits>

BOOST_AUTO_TEST_SUITE(wrt)

namespace {

struct product {
    template <class A, class B, class C>
    constexpr auto operator()(A a, B b, C c) const {
        return a * b * b * c;
    }
};

}  // namespace

BOOST_AUTO_TEST_CASE(one_argument_gives_its_shape_alone) {
    static_assert(tapeless::gradient(product{}, tapeless::wrt<1>)(2.0, 3.0, 5.0) == 60);
    constexpr auto f = [](const auto& x, auto y) { return x[0] * y + x[1]; };
    static_assert(tapeless::gradient(f, tapeless::wrt<0>)(std::array{1.0, 2.0}, 3.0) == std::array{3.0, 1.0});
}

BOOST_AUTO_TEST_CASE(several_arguments_give_a_tuple_in_the_order_of_the_choice) {
    static_assert(tapeless::gradient(product{}, tapeless::wrt<0, 2>)(2.0, 3.0, 5.0) == std::tuple(45.0, 18.0));
    static_assert(tapeless::gradient(product{}, tapeless::wrt<2, 0>)(2.0, 3.0, 5.0) == std::tuple(18.0, 45.0));
    static_assert(tapeless::gradient(product{}, tapeless::wrt<2, 1, 0>)(2.0, 3.0, 5.0) == std::tuple(18.0, 60.0, 45.0));
}

BOOST_AUTO_TEST_CASE(order_holds_for_arrays_and_jacobians_too) {
    constexpr auto f = [](const auto& x, auto y, const auto& z) { return std::array{x[0] * y + z[1], x[1] * z[0]}; };
    constexpr std::array x{2.0, 3.0}, z{5.0, 7.0};
    constexpr auto all = tapeless::jacobian(f)(x, 11.0, z);
    static_assert(tapeless::jacobian(f, tapeless::wrt<2, 0>)(x, 11.0, z) == std::tuple(std::get<2>(all), std::get<0>(all)));
    static_assert(tapeless::jacobian(f, tapeless::wrt<1>)(x, 11.0, z) == std::get<1>(all));
    constexpr auto g = [](const auto& a, auto b, const auto& c) { return a[0] * b * c[1]; };
    static_assert(tapeless::gradient(g, tapeless::wrt<2, 1>)(x, 11.0, z) == std::tuple(std::array{0.0, 22.0}, 14.0));
}

BOOST_AUTO_TEST_CASE(arguments_not_chosen_may_be_integers) {
    static_assert(tapeless::gradient(product{}, tapeless::wrt<0>)(2.0, 3, 5) == 45);
    static_assert(std::is_same_v<decltype(tapeless::gradient(product{}, tapeless::wrt<0>)(2.0, 3, 5)), double>);
    static_assert(std::is_same_v<decltype(tapeless::gradient(product{}, tapeless::wrt<0>)(2.0f, 3, 5)), float>);
    static_assert(tapeless::value_and_gradient(product{}, tapeless::wrt<2>)(2, 3, 5.0).value == 90);
}

BOOST_AUTO_TEST_CASE(an_array_of_integers_may_stand_beside) {
    constexpr auto f = [](auto x, const auto& weights) { return x * weights[0] + x * x * weights[1]; };
    static_assert(tapeless::gradient(f, tapeless::wrt<0>)(3.0, std::array{1, 2}) == 13);
}

BOOST_AUTO_TEST_CASE(an_operation_without_a_derivative_by_an_argument_not_chosen_is_fine) {
    constexpr auto f = [](auto n, auto x) { return polygamma(n, x); };
    const double slope = tapeless::derivative(f, tapeless::wrt<1>)(1, 2.5);
    BOOST_CHECK_EQUAL(slope, tapeless::polygamma(2, 2.5));
}

BOOST_AUTO_TEST_CASE(does_not_compute_what_is_not_asked_for) {
    constexpr auto f = [](auto x, auto y) { return x * exp(y) * exp(y * y); };
    using by_x = tapeless::detail::program_of<std::remove_const_t<decltype(f)>, tapeless::wrt_arguments<0>, false, double, double>;
    using by_y = tapeless::detail::program_of<std::remove_const_t<decltype(f)>, tapeless::wrt_arguments<1>, false, double, double>;
    static_assert(by_x::flat.size < by_y::flat.size);
}

BOOST_AUTO_TEST_SUITE_END()
