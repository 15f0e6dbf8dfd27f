// SPDX-License-Identifier: BSL-1.0
// Expands the table elementwise.def: a struct op::NAME and a function NAME for each row, and the
// list of all of them.
#pragma once

#include <tapeless/operation/number_functions.hpp>
#include <tapeless/operation/row.hpp>

#include <boost/mp11/list.hpp>

namespace tapeless {

#define ROW(NAME, OPERANDS, ...) TAPELESS_ROW_FUNCTION(row_functions, op, NAME, OPERANDS)
#include <tapeless/operation/elementwise.def>
#undef ROW

#define ROW(...) TAPELESS_ROW_STRUCT(row_functions, __VA_ARGS__)
#include <tapeless/operation/elementwise.def>
#undef ROW

/// All rows of the table, as a list of types.
#define ROW(NAME, ...) , op::NAME
using elementwise_operations = boost::mp11::mp_pop_front<boost::mp11::mp_list<void
#include <tapeless/operation/elementwise.def>
    >>;
#undef ROW

namespace op {

/// An argument of the graph, named by its position.
struct input {
    static constexpr const char name[] = "input";
    TAPELESS_ANY_NUMBER
    template <class Number, class... Unused>
    TAPELESS_INLINE static constexpr Number value(Number argument, Unused...) {
        return argument;
    }
};
/// A literal: the bits of a double.
struct constant {
    static constexpr const char name[] = "constant";
    TAPELESS_ANY_NUMBER
    template <class Number, class... Unused>
    TAPELESS_INLINE static constexpr Number value(Number literal, Unused...) {
        return literal;
    }
};

}  // namespace op
static_assert(sizeof(detail::operation_entry<op::input>) != 0);
static_assert(sizeof(detail::operation_entry<op::constant>) != 0);

}  // namespace tapeless

/// Adds an operation from outside the library, at namespace scope of the user's own namespace; the columns are those of
/// elementwise.def. Its name must be that of no other operation of the program: a graph knows operations by their names.
/// Its namespaces are not called as the library's: `using namespace tapeless` would make those ambiguous.
/// Page: doc/reference/tapeless_operation.md. Example: doc/example/own_operation.cpp
#define TAPELESS_OPERATION(NAME, ...)                                                   \
    namespace own_row_functions {                                                       \
    using namespace ::tapeless::row_functions;                                          \
    using ::tapeless::none;                                                             \
    }                                                                                   \
    TAPELESS_ROW_FUNCTION(own_row_functions, own_operations, NAME, __VA_ARGS__)         \
    TAPELESS_ROW_STRUCT(own_row_functions, NAME, __VA_ARGS__)                           \
    TAPELESS_ROW_NUMBER_FUNCTION(own_operations, NAME, __VA_ARGS__)
