// SPDX-License-Identifier: BSL-1.0
// The sizes that reshape takes: constants, extents, -1; no elements and one; and what is wrong with those that do not fit.
#include "array_checks.hpp"

#include <tapeless/arrays.hpp>

#include <boost/test/unit_test.hpp>

#include <vector>

namespace {

using tapeless::axis;
using tapeless::value;
using tapeless::wrt;

const std::vector<double> six = numbers(6);
const auto two_by_three = matrix(six, 2, 3);

constexpr auto squares_by_place = [](auto X) {
    const auto r = reshape(X, -1);
    return sum(r * r * iota(r, axis<0>));
};

}  // namespace

BOOST_AUTO_TEST_SUITE(sizes_of_reshapes)

BOOST_AUTO_TEST_CASE(a_size_is_worked_out_or_an_extent) {
    BOOST_TEST(text(value([](auto X) { return reshape(X, -1, 2) * 1.0; })(two_by_three)) == "(3, 2) 1 2 3 4 5 6");
    BOOST_TEST(text(value([](auto X) { return reshape(X, extent(X, axis<1>), -1); })(two_by_three)) == "(3, 2) 1 2 3 4 5 6");
    BOOST_TEST(text(value([](auto x, auto y) { return reshape(x, -1, extent(y, axis<0>)); })(six, numbers(2))) == "(3, 2) 1 2 3 4 5 6");
    BOOST_TEST(text(value([](auto x) { return reshape(x, extent(expand_dims(x, axis<0>), axis<0>), -1); })(six)) == "(1, 6) 1 2 3 4 5 6");
    BOOST_TEST(text(value([](auto x) { return reshape(x, extent(reshape(x, -1, 2), axis<0>), 2); })(six)) == "(3, 2) 1 2 3 4 5 6");
    BOOST_TEST(text(value([](auto x) { return reshape(concat(x, x), extent(concat(x, x), axis<0>), -1); })(numbers(2))) == "(4, 1) 1 2 1 2");
}

BOOST_AUTO_TEST_CASE(nothing_has_any_shape_without_elements) {
    const std::vector<double> none;
    BOOST_TEST(text(value([](auto X) { return reshape(X, -1); })(matrix(none, 0, 3))) == "(0,)");
    BOOST_TEST(text(value([](auto X) { return reshape(X, 5, 0, 2); })(matrix(none, 0, 3))) == "(5, 0, 2)");
    BOOST_TEST(text(value([](auto X) { return reshape(X, -1, 2); })(matrix(none, 3, 0))) == "(0, 2)");
    BOOST_TEST(text(tapeless::gradient(squares_by_place)(matrix(none, 0, 3))) == "(0, 3)");
    BOOST_TEST(text(value([](auto X) { return sum(reshape(X, 3, -1), axis<1>); })(matrix(none, 0, 3))) == "(3,) 0 0 0");
}

BOOST_AUTO_TEST_CASE(numbers_have_one_element) {
    BOOST_TEST(text(value([](auto s, auto x) { return reshape(s, 1, -1) + x; })(2.0, six)) == "(1, 6) 3 4 5 6 7 8");
    BOOST_TEST(text(value([](auto x) { return reshape(sum(x), 1, 1); })(six)) == "(1, 1) 21");
    BOOST_TEST(text(value([](auto x, auto y) { return reshape(x, 1, 1) * y; })(numbers(1), numbers(2))) == "(1, 2) 1 2");
    BOOST_TEST(text(tapeless::gradient([](auto X, auto y) { return sum(reshape(X, 1) * y); }, wrt<0>)(matrix(six, 1, 1), six)) == "(1, 1) 21");
    BOOST_TEST(tapeless::gradient([](auto s, auto x) { return sum(reshape(s * s, -1) * x); }, wrt<0>)(2.0, six) == 4 * 21);
}

BOOST_AUTO_TEST_CASE(sizes_that_do_not_fit_are_an_error_before_anything_is_written) {
    const auto message = [](auto f, const auto&... x) { return message_of([&] { value(f)(x...); }); };
    BOOST_TEST(message([](auto X) { return reshape(X, 4, 2); }, two_by_three) == "tapeless::value: an array of the shape (2, 3), of 6 elements, cannot be reshaped to (4, 2).");
    BOOST_TEST(message([](auto X) { return sum(reshape(X, 4, -1)); }, two_by_three) == "tapeless::value: an array of the shape (2, 3), of 6 elements, cannot be reshaped to (4, -1).");
    BOOST_TEST(message([](auto x, auto y) { return reshape(x, extent(y, axis<0>)); }, six, numbers(1)) == "tapeless::value: an array of the shape (6,), of 6 elements, cannot be reshaped to (1,).");
    BOOST_TEST(message([](auto x) { return reshape(x, 0, -1); }, std::vector<double>{}) == "tapeless::value: an array of the shape (0,), of 0 elements, cannot be reshaped to (0, -1).");
    BOOST_TEST(message([](auto x) { return reshape(x, 1, 1); }, six) == "tapeless::value: an array of the shape (6,), of 6 elements, cannot be reshaped to (1, 1).");
    BOOST_TEST(message([](auto x) { return reshape(sum(x), 3); }, six) == "tapeless::value: an array of the shape (), of 1 element, cannot be reshaped to (3,).");
    BOOST_TEST(message([](auto X, auto y) { return reshape(X, 3, -1) * y; }, two_by_three, six) ==
               "tapeless::value: dimension 1 of an array that is reshaped to (3, 2) runs over 2 elements, but 6 are needed to go with argument 1 of the shape (6,).");
    std::vector<double> memory(6, -7);
    BOOST_TEST(message_of([&] { tapeless::gradient([](auto x) { return sum(sin(reshape(x, 4, -1))); }).into(memory)(six); }) ==
               "tapeless::gradient: an array of the shape (6,), of 6 elements, cannot be reshaped to (4, -1).");
    BOOST_TEST(memory[0] == -7);
    const std::vector<int> at{5, 6};
    BOOST_TEST(message([](auto X, auto at) { return gather(reshape(X, -1), at); }, two_by_three, at) ==
               "tapeless::value: argument 1 of the shape (2,) has the index 6; dimension 0 of an array that is reshaped to (6,) has 6 elements to choose from.");
    BOOST_TEST(message([](auto X) { return reshape(X, -1)[6]; }, two_by_three) ==
               "tapeless::value: dimension 0 of an array that is reshaped to (6,) has no element at 6, which the function names.");
    BOOST_TEST(message([](auto X) { return squeeze(reshape(X, -1, 2), axis<0>); }, two_by_three) ==
               "tapeless::value: dimension 0 of an array that is reshaped to (3, 2) has 3 steps; squeeze drops a dimension of one.");
    BOOST_TEST(message([](auto X, auto mu) { return sum((X - mu) * (X - mu)) + sum(reshape(mu, 3)); }, two_by_three, matrix(six, 1, 3)).substr(0, 17) == "tapeless::value: ");
}

BOOST_AUTO_TEST_SUITE_END()
