// SPDX-License-Identifier: BSL-1.0
// The value of a function on arrays, without derivatives.
#include "array_checks.hpp"

#include <tapeless/arrays.hpp>

#include <boost/test/unit_test.hpp>

#include <vector>

namespace {

using tapeless::array_view;
using tapeless::axis;

const std::vector<double> w{1, 10, 100}, six{1, 2, 3, 4, 5, 6};
const array_view<const double, 2> X(six.data(), {2, 3});

template <class Array>
void check_equal(const Array& computed, const tapeless::extents<Array::rank>& shape, const std::vector<double>& expected) {
    BOOST_TEST(computed.shape() == shape, boost::test_tools::per_element());
    BOOST_TEST(std::vector<double>(computed.begin(), computed.end()) == expected, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(value)

BOOST_AUTO_TEST_CASE(a_function_of_arrays_that_returns_a_number_has_the_value_of_value_and_gradient) {
    constexpr auto f = [](auto X, auto w) { return sum(log1p(exp(-dot(X, w)))) + max(w); };
    const double value = tapeless::value(f)(X, w);
    BOOST_TEST(value == tapeless::value_and_gradient(f)(X, w).value);
    double written = 0;
    tapeless::value(f).into(written)(X, w);
    BOOST_TEST(written == value);
}

BOOST_AUTO_TEST_CASE(a_function_of_arrays_may_return_an_array) {
    check_equal(tapeless::value([](auto X, auto w) { return dot(X, w); })(X, w), {2}, {321, 654});
    check_equal(tapeless::value([](auto X) { return transpose(X); })(X), {3, 2}, {1, 4, 2, 5, 3, 6});
    check_equal(tapeless::value([](auto X) { return sum(X, axis<0>, tapeless::keepdims); })(X), {1, 3}, {5, 7, 9});
    check_equal(tapeless::value([](auto x) { return cumsum(x); })(w), {3}, {1, 11, 111});
    check_equal(tapeless::value([](auto x) { return concat(x, 2 * x); })(w), {6}, {1, 10, 100, 2, 20, 200});
    check_equal(tapeless::value([](auto x, auto y) { return outer(x, y); })(w, std::vector<double>{1, 2}), {3, 2}, {1, 2, 10, 20, 100, 200});
    check_equal(tapeless::value([](auto x) { return expand_dims(x, axis<1>) + x; })(w), {3, 3}, {2, 11, 101, 11, 20, 110, 101, 110, 200});
    check_equal(tapeless::value([](auto X) { return sum(X, axis<1>); })(array_view<const double, 2>(six.data(), {0, 3})), {0}, {});
}

BOOST_AUTO_TEST_CASE(a_function_of_numbers_is_called_on_every_element) {
    constexpr auto f = [](auto x, auto y) { return x * y + 1; };
    check_equal(tapeless::value(f)(w, 2.0), {3}, {3, 21, 201});
    check_equal(tapeless::value(f)(X, w), {2, 3}, {2, 21, 301, 5, 51, 601});
    static_assert(tapeless::value(f)(3.0, 2.0) == 7);
    std::vector<double> memory(3);
    tapeless::value(f).into(memory)(w, 2.0);
    BOOST_TEST(memory == (std::vector<double>{3, 21, 201}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(into_writes_the_result_to_memory_of_its_shape) {
    constexpr auto f = [](auto X) { return softmax(X, axis<1>); };
    std::vector<double> memory(6), by_columns(6);
    const auto expected = tapeless::value(f)(X);
    tapeless::value(f).into(array_view<double, 2>(memory.data(), {2, 3}))(X);
    tapeless::value(f).into(array_view<double, 2>(by_columns.data(), {2, 3}, {1, 2}))(X);
    for (std::ptrdiff_t i = 0; i < 2; ++i)
        for (std::ptrdiff_t j = 0; j < 3; ++j) {
            BOOST_TEST(memory[static_cast<std::size_t>(3 * i + j)] == expected(i, j));
            BOOST_TEST(by_columns[static_cast<std::size_t>(i + 2 * j)] == expected(i, j));
        }
    // Over its own argument, which the second row's sum still needs.
    std::vector<double> own(six);
    const array_view<double, 2> view(own.data(), {2, 3});
    tapeless::value(f).into(view)(view);
    BOOST_TEST(own == memory, boost::test_tools::per_element());

    std::vector<double> two(2, 7.0);
    BOOST_TEST(message_of([&] { tapeless::value([](auto x) { return cumsum(x); }).into(two)(w); }) ==
               "tapeless::value: the memory of into(…) has the shape (2,); the result has (3,).");
    BOOST_TEST(two == std::vector<double>(2, 7.0), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(explain_prints_its_loops) {
    BOOST_TEST(explain(tapeless::value([](auto X, auto w) { return dot(X, w); }), X, w) ==
               "in tiles along i:\n"
               "    for i, j (registers along j):\n"
               "        t0[i] = sum over j of x1[j] * x0[i, j]\n"
               "    for i (registers along i):\n"
               "        value = t0[i]\n");
}

BOOST_AUTO_TEST_SUITE_END()
