// SPDX-License-Identifier: BSL-1.0
// The static description of each operation, made from its row, and the operators of term that need it.
#pragma once

#include <tapeless/graph/laws.hpp>
#include <tapeless/graph/term.hpp>

#include <boost/mp11/algorithm.hpp>

#include <limits>
#include <type_traits>
#include <utility>

namespace tapeless {
namespace detail {

template <class Operation, int Operand>
using operand_type = std::conditional_t<(Operation::properties.logical_operands >> Operand & 1) != 0, condition, term>;

template <class Operation, int By, int... Operand>
constexpr auto call_partial(const term* x, const term& y, std::integer_sequence<int, Operand...>) {
    return Operation::partial(operand<By>{}, operand_type<Operation, Operand>(x[Operand].handle())..., y);
}

template <class Operation, int By>
constexpr bool describe_partial(operation_info& description) {
    using operands = std::make_integer_sequence<int, Operation::arity>;
    if constexpr (By >= Operation::arity) return false;
    else if constexpr (std::is_same_v<decltype(call_partial<Operation, By>(nullptr, term(), operands{})), no_derivative>) return false;
    else {
        description.partial[By] = [](const term* x, const term& y) -> term { return call_partial<Operation, By>(x, y, operands{}); };
        return true;
    }
}

template <class Operation, class T>
void run_on_block(const T* a, const T* b, const T* c, T* to, std::ptrdiff_t count) {
    constexpr unsigned truths = static_cast<unsigned>(Operation::properties.logical_operands);
    const auto operand = [](auto is_truth, T x) {
        if constexpr (is_truth) return x != 0;
        else return x;
    };
    for (std::ptrdiff_t k = 0; k < count; ++k)
        to[k] = static_cast<T>(Operation::value(operand(std::bool_constant<(truths & 1) != 0>{}, a[k]), operand(std::bool_constant<(truths & 2) != 0>{}, b[k]),
                                                operand(std::bool_constant<(truths & 4) != 0>{}, c[k])));
}

template <class Operation>
constexpr operation_info describe() {
    operation_info description{identity(Operation::name), Operation::name, Operation::arity, Operation::properties};
    if constexpr (Operation::properties.folds) {
        description.has_fold = true;
        description.fold = [](double a, double b, double c) -> double {
            if constexpr (std::is_same_v<Operation, op::divide>)
                if (b == 0) return std::numeric_limits<double>::quiet_NaN();
            if constexpr (Operation::properties.logical_operands == 3) return Operation::value(a != 0, b != 0);
            else if constexpr (Operation::properties.logical_operands == 1 && Operation::arity == 3) return Operation::value(a != 0, b, c);
            else if constexpr (Operation::properties.logical_operands == 1) return Operation::value(a != 0);
            else if constexpr (Operation::arity == 1) return Operation::value(a);
            else return Operation::value(a, b);
        };
    }
    description.has_rewrite = law<Operation>::exists;
    if constexpr (law<Operation>::exists) description.rewrite = &law<Operation>::template apply<graph_builder>;
    // Those of the table are found without it, and only where graphs are interpreted.
    if constexpr (!boost::mp11::mp_contains<elementwise_operations, Operation>::value) {
        description.run_floats = run_on_block<Operation, float>;
        description.run_doubles = run_on_block<Operation, double>;
    }
    description.has_partial[0] = describe_partial<Operation, 0>(description);
    description.has_partial[1] = describe_partial<Operation, 1>(description);
    description.has_partial[2] = describe_partial<Operation, 2>(description);
    return description;
}

template <class Operation>
inline constexpr operation_info info_of = describe<Operation>();

template <class Operation>
constexpr const operation_info& info() {
    return info_of<Operation>;
}

}  // namespace detail

constexpr term operator-(const term& a) { return term::apply<op::negate>(a); }
constexpr term operator+(const term& a, const term& b) { return term::apply<op::add>(a, b); }
constexpr term operator-(const term& a, const term& b) { return term::apply<op::subtract>(a, b); }
constexpr term operator*(const term& a, const term& b) { return term::apply<op::multiply>(a, b); }
constexpr term operator/(const term& a, const term& b) { return term::apply<op::divide>(a, b); }
constexpr term& term::operator+=(const term& other) { return *this = *this + other; }
constexpr term& term::operator-=(const term& other) { return *this = *this - other; }
constexpr term& term::operator*=(const term& other) { return *this = *this * other; }
constexpr term& term::operator/=(const term& other) { return *this = *this / other; }

constexpr condition operator<(const term& a, const term& b) { return term::apply<op::less>(a, b); }
constexpr condition operator<=(const term& a, const term& b) { return term::apply<op::less_equal>(a, b); }
constexpr condition operator>(const term& a, const term& b) { return term::apply<op::greater>(a, b); }
constexpr condition operator>=(const term& a, const term& b) { return term::apply<op::greater_equal>(a, b); }
constexpr condition operator==(const term& a, const term& b) { return term::apply<op::equal_to>(a, b); }
constexpr condition operator!=(const term& a, const term& b) { return term::apply<op::not_equal_to>(a, b); }
constexpr condition operator!(const condition& a) { return term::apply<op::logical_not>(a); }
constexpr condition operator&&(const condition& a, const condition& b) { return term::apply<op::logical_and>(a, b); }
constexpr condition operator||(const condition& a, const condition& b) { return term::apply<op::logical_or>(a, b); }
constexpr condition operator&&(const condition& a, bool b) { return a && condition(b); }
constexpr condition operator&&(bool a, const condition& b) { return condition(a) && b; }
constexpr condition operator||(const condition& a, bool b) { return a || condition(b); }
constexpr condition operator||(bool a, const condition& b) { return condition(a) || b; }

}  // namespace tapeless
