// SPDX-License-Identifier: BSL-1.0
// Derivatives of an operation in 50 digits, from differences of its value alone: nothing here knows the partial
// derivatives of the table. Used by the tests that loop over all rows. What does not depend on the operation's type is in
// reference.cpp, since the arithmetic of many digits takes long to compile.
#pragma once

#include <tapeless/tapeless.hpp>

#include <boost/multiprecision/cpp_bin_float.hpp>

#include <array>
#include <optional>

namespace reference {

using fifty_digits = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<50>, boost::multiprecision::et_off>;
/// For a difference that is lost in 50 digits: erf(26) differs from 1 by 1e-296.
using many_digits = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<350>, boost::multiprecision::et_off>;

using point = std::array<double, 3>;

/// The operation as a user would call it. A logical operand is the question whether a number is positive.
template <class Operation>
struct call {
    template <class... Operand>
    constexpr auto operator()(const Operand&... operand) const {
        return tapeless::detail::record<Operation>(operand...);
    }
    template <class Condition, class... Operand>
        requires(Operation::properties.logical_operands == 1)
    constexpr auto operator()(const Condition& positive, const Operand&... operand) const {
        return tapeless::detail::record<Operation>(positive > 0, operand...);
    }
};

template <class Operation>
constexpr bool is_logical(int operand) {
    return Operation::properties.logical_operands >> operand & 1;
}

template <class Operation, class Number>
Number value(const std::array<Number, 3>& x) {
    if constexpr (is_logical<Operation>(0)) return static_cast<Number>(Operation::value(x[0] > 0, x[1], x[2]));
    else return static_cast<Number>(Operation::value(x[0], x[1], x[2]));
}

/// An operation's value in both number types.
struct exact_operation {
    int arity;
    fifty_digits (*quick)(const std::array<fifty_digits, 3>&);
    many_digits (*slow)(const std::array<many_digits, 3>&);
};
template <class Operation>
inline constexpr exact_operation exactly{Operation::arity, value<Operation, fifty_digits>, value<Operation, many_digits>};

/// The derivative by an operand, right to more than 20 digits, or nothing where there is none.
std::optional<many_digits> derivative(const exact_operation& operation, const point& at, int operand);

/// The second derivative by two operands, right to more than 14 digits, or nothing next to a kink.
/// lengths: how far from the point the operation is smooth, by operand.
std::optional<double> second_derivative(const exact_operation& operation, const point& at, int first, int second, const point& lengths);

/// The distance of a double from the exact value, in units in the last place of the exact value.
double error_in_ulp(double computed, const many_digits& exact);
double error_of_value_in_ulp(const exact_operation& operation, double computed, const point& at);

}  // namespace reference
