// SPDX-License-Identifier: BSL-1.0
// Part 5 of 8 of the test of every row; every_row.hpp says what is asked of a row.
#include "every_row.hpp"

BOOST_AUTO_TEST_SUITE(every_row_5)

BOOST_AUTO_TEST_CASE_TEMPLATE(each_partial_derivative_meets_its_bound, Operation, every_row::rows_of_part<4>) {
    every_row::measure<Operation>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(each_second_derivative_agrees_with_differences, Operation, every_row::rows_of_part<4>) {
    every_row::measure_second_derivatives<Operation>();
}

BOOST_AUTO_TEST_SUITE_END()
