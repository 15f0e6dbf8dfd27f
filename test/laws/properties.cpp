// SPDX-License-Identifier: BSL-1.0
// Each property that a row of the table claims holds for its values: odd, even, commutative, folds. Nothing here names an operation.
#include <tapeless/tapeless.hpp>

#include <boost/mp11/algorithm.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>
#include <string_view>

BOOST_AUTO_TEST_SUITE(properties)

namespace {

constexpr int samples = 2000;

struct points {
    std::mt19937_64 generator{7};

    template <class Operation>
    double one(int operand) {
        const auto [low, high] = Operation::properties.domain[operand];
        return std::uniform_real_distribution<double>(low, high)(generator);
    }
};

// NaN equals NaN, as a result.
bool agree(double a, double b) { return a == b || (a != a && b != b); }

template <class Operation>
constexpr bool takes_logical(int operand) {
    return Operation::properties.logical_operands >> operand & 1;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_row_that_is_odd_changes_sign_with_its_operand) {
    boost::mp11::mp_for_each<tapeless::elementwise_operations>([](auto operation) {
        using row = decltype(operation);
        if constexpr (row::properties.odd) {
            static_assert(row::arity == 1);
            points sample;
            for (int k = 0; k < samples; ++k) {
                const double x = sample.one<row>(0);
                BOOST_CHECK_MESSAGE(agree(row::value(-x), -row::value(x)), row::name << "(" << x << ")");
            }
        }
    });
}

BOOST_AUTO_TEST_CASE(a_row_that_is_even_does_not_see_the_sign_of_its_operand) {
    boost::mp11::mp_for_each<tapeless::elementwise_operations>([](auto operation) {
        using row = decltype(operation);
        if constexpr (row::properties.even) {
            static_assert(row::arity == 1 && !row::properties.odd);
            points sample;
            for (int k = 0; k < samples; ++k) {
                const double x = sample.one<row>(0);
                BOOST_CHECK_MESSAGE(agree(row::value(-x), row::value(x)), row::name << "(" << x << ")");
            }
        }
    });
}

BOOST_AUTO_TEST_CASE(a_row_that_is_commutative_does_not_see_the_order_of_its_operands) {
    boost::mp11::mp_for_each<tapeless::elementwise_operations>([](auto operation) {
        using row = decltype(operation);
        if constexpr (row::properties.commutative) {
            static_assert(row::arity == 2);
            static_assert(takes_logical<row>(0) == takes_logical<row>(1));
            points sample;
            for (int k = 0; k < samples; ++k) {
                const double a = sample.one<row>(0), b = k % 5 ? sample.one<row>(1) : a;
                if constexpr (takes_logical<row>(0)) BOOST_CHECK_EQUAL(row::value(a > 0, b > 0), row::value(b > 0, a > 0));
                else BOOST_CHECK_MESSAGE(agree(row::value(a, b), row::value(b, a)), row::name << "(" << a << ", " << b << ")");
            }
        }
    });
}

// Of the rows that are not said to be odd, even or commutative none is, or a law goes unused.
BOOST_AUTO_TEST_CASE(a_symmetry_that_no_row_claims_does_not_hold) {
    boost::mp11::mp_for_each<tapeless::elementwise_operations>([](auto operation) {
        using row = decltype(operation);
        if constexpr (row::arity == 1 && row::properties.logical_operands == 0 && row::properties.domain[0].low < 0) {
            points sample;
            int odd = 0, even = 0;
            for (int k = 0; k < 200; ++k) {
                const double x = std::min(sample.one<row>(0), -row::properties.domain[0].low);
                odd += row::value(-x) != -row::value(x);
                even += row::value(-x) != row::value(x);
            }
            BOOST_CHECK_MESSAGE(row::properties.odd || odd > 0, row::name << " seems to be odd");
            BOOST_CHECK_MESSAGE(row::properties.even || even > 0, row::name << " seems to be even");
        }
    });
}

// A row that folds is evaluated by the compiler; that must give what runs later.
BOOST_AUTO_TEST_CASE(a_row_that_folds_gives_the_same_literal_as_at_run_time) {
    boost::mp11::mp_for_each<tapeless::elementwise_operations>([](auto operation) {
        using row = decltype(operation);
        constexpr auto& description = tapeless::detail::info<row>();
        if constexpr (description.has_fold) {
            points sample;
            for (int k = 0; k < 200; ++k) {
                double x[3] = {};
                for (int operand = 0; operand < row::arity; ++operand) {
                    x[operand] = sample.one<row>(operand);
                    if (takes_logical<row>(operand)) x[operand] = x[operand] > 0;
                }
                double expected;
                if constexpr (takes_logical<row>(1)) expected = row::value(x[0] != 0, x[1] != 0);
                else if constexpr (takes_logical<row>(0)) expected = row::value(x[0] != 0, x[1], x[2]);
                else expected = row::value(x[0], x[1], x[2]);
                BOOST_CHECK_MESSAGE(agree(description.fold(x[0], x[1], x[2]), expected), row::name);
            }
        }
    });
}

BOOST_AUTO_TEST_CASE(names_and_identities_of_rows_are_unique) {
    std::set<std::string_view> names;
    std::set<std::uint32_t> identities;
    boost::mp11::mp_for_each<tapeless::elementwise_operations>([&](auto operation) {
        names.insert(operation.name);
        identities.insert(tapeless::detail::identity(operation.name));
    });
    BOOST_CHECK_EQUAL(names.size(), boost::mp11::mp_size<tapeless::elementwise_operations>::value);
    BOOST_CHECK_EQUAL(identities.size(), names.size());
}

BOOST_AUTO_TEST_CASE(one_row_at_most_has_a_bound_above_4_ulp) {
    int looser = 0;
    boost::mp11::mp_for_each<tapeless::elementwise_operations>([&](auto operation) { looser += decltype(operation)::properties.ulp > 4; });
    BOOST_CHECK_LE(looser, 1);
}

BOOST_AUTO_TEST_SUITE_END()
