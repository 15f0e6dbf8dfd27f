// SPDX-License-Identifier: BSL-1.0
// reshape of parts of arrays and parts of what is reshaped: slices, elements at indices, what is joined; and indices of indices.
#include "array_checks.hpp"

#include <tapeless/arrays.hpp>

#include <boost/test/unit_test.hpp>

#include <vector>

namespace {

using tapeless::axis;
using tapeless::value;

const std::vector<double> six = numbers(6);
const auto two_by_three = matrix(six, 2, 3);

}  // namespace

BOOST_AUTO_TEST_SUITE(parts_of_reshapes)

BOOST_AUTO_TEST_CASE(parts_of_it_and_it_of_parts) {
    BOOST_TEST(text(value([](auto X) { return slice(reshape(X, 6), 1, 6, 2); })(two_by_three)) == "(3,) 2 4 6");
    BOOST_TEST(text(value([](auto X) { return reshape(slice_from(X, 1, axis<1>), 4); })(two_by_three)) == "(4,) 2 3 5 6");
    BOOST_TEST(text(value([](auto X) { return reshape(X, 3, 2)[-1]; })(two_by_three)) == "(2,) 5 6");
    BOOST_TEST(text(value([](auto X) { return reshape(slice(reshape(X, 3, 2), 0, 2), -1); })(two_by_three)) == "(4,) 1 2 3 4");
    BOOST_TEST(text(value([](auto X) { return reshape(transpose(reshape(X, 3, 2)), 3, 2); })(two_by_three)) == "(3, 2) 1 3 5 2 4 6");
    BOOST_TEST(text(value([](auto X) { return diag(reshape(slice(reshape(X, 6), 1, 5), 2, 2)); })(two_by_three)) == "(2,) 2 5");
    const std::vector<int> at{-1, 0, 3};
    BOOST_TEST(text(value([](auto X, auto at) { return gather(reshape(X, 6), at); })(two_by_three, at)) == "(3,) 6 1 4");
    BOOST_TEST(text(value([](auto x, auto at) { return reshape(gather(x, at), 1, -1); })(six, at)) == "(1, 3) 6 1 4");
    BOOST_TEST(text(value([](auto x, auto at) { return gather(x, reshape(at, 3, 1)); })(six, at)) == "(3, 1) 6 1 4");
    BOOST_TEST(text(value([](auto X) { return concat(reshape(X, 3, 2), -reshape(X, 3, 2)); })(two_by_three)) == "(6, 2) 1 2 3 4 5 6 -1 -2 -3 -4 -5 -6");
    BOOST_TEST(text(value([](auto X) { return reshape(concat(X, -X), -1); })(two_by_three)) == "(12,) 1 2 3 4 5 6 -1 -2 -3 -4 -5 -6");
}

BOOST_AUTO_TEST_CASE(indices_of_indices_and_of_what_is_joined) {
    const std::vector<int> at{-1, 0, 3}, of_those{2, -1, 0};
    BOOST_TEST(text(value([](auto x, auto at, auto of) { return gather(gather(x, at), of); })(six, at, of_those)) == "(3,) 4 4 6");
    BOOST_TEST(text(value([](auto x, auto at, auto of) { return gather(x, gather(at, of)); })(six, at, of_those)) == "(3,) 4 4 6");
    BOOST_TEST(text(value([](auto x, auto at) { return gather(concat(x, 10 * x), at); })(six, at)) == "(3,) 60 1 4");
    BOOST_TEST(text(value([](auto x, auto at) { return concat(gather(x, at), x); })(six, at)) == "(9,) 6 1 4 1 2 3 4 5 6");
    BOOST_TEST(text(value([](auto x, auto at) { return gather(iota(x, axis<0>) * x, at); })(six, at)) == "(3,) 30 0 12");
    BOOST_TEST(text(value([](auto X) { return transpose(concat(X, -X))[1]; })(two_by_three)) == "(4,) 2 5 -2 -5");
}

BOOST_AUTO_TEST_SUITE_END()
