// SPDX-License-Identifier: BSL-1.0
// What becomes one number of many: how two are combined, and what none of them makes. The adjoint of each is in
// derive/array_reverse.hpp. And the leaves of array programs.
#pragma once

#include <tapeless/operation/elementwise.hpp>

#include <boost/mp11/list.hpp>

#include <limits>

namespace tapeless {
namespace op {

struct sum {
    static constexpr const char name[] = "sum";
    static constexpr double identity = 0;
    template <class Number>
    TAPELESS_INLINE static constexpr Number combine(Number a, Number b) {
        return add::value(a, b);
    }
};
struct product {
    static constexpr const char name[] = "prod";
    static constexpr double identity = 1;
    template <class Number>
    TAPELESS_INLINE static constexpr Number combine(Number a, Number b) {
        return multiply::value(a, b);
    }
};
/// NaN if one of the numbers is.
struct greatest {
    static constexpr const char name[] = "greatest";
    static constexpr double identity = -std::numeric_limits<double>::infinity();
    template <class Number>
    TAPELESS_INLINE static constexpr Number combine(Number a, Number b) {
        return max::value(a, b);
    }
};
struct least {
    static constexpr const char name[] = "least";
    static constexpr double identity = std::numeric_limits<double>::infinity();
    template <class Number>
    TAPELESS_INLINE static constexpr Number combine(Number a, Number b) {
        return min::value(a, b);
    }
};

/// The same number, held constant by derivatives: for what cancels out, such as the shift of logsumexp.
struct detached {
    static constexpr const char name[] = "detached";
    static constexpr int arity = 1;
    static constexpr operation_properties properties{};
    TAPELESS_ANY_NUMBER
    template <class Number, class... Unused>
    TAPELESS_INLINE static constexpr Number value(Number x, Unused...) {
        return x;
    }
    template <class X, class Y>
    static constexpr int partial(operand<0>, const X&, const Y&) {
        return 0;
    }
};

/// The sum, over axes that both vary along, of the products of two values: one or many products of matrices.
struct matrix_product {
    static constexpr const char name[] = "matrix_product";
};
/// The sum, over some axes, of a value where the step of one axis, the selected one, is what the second operand says: the steps of a value that another one names if
/// that axis is summed over, and if it is not, the value added up at the steps that are named.
struct selection {
    static constexpr const char name[] = "selection";
};
/// What a recurrence has come to: of its first value and of what it becomes at each step, in which `carried` is what it was before.
struct scan {
    static constexpr const char name[] = "scan";
};
struct carried {
    static constexpr const char name[] = "carried";
};
/// An element of an array argument, at the place that the loops have reached.
struct element {
    static constexpr const char name[] = "element";
};
/// How many steps an axis has.
struct extent {
    static constexpr const char name[] = "extent";
};
/// The step that the loop along an axis has reached, from 0.
struct position {
    static constexpr const char name[] = "position";
};

}  // namespace op
static_assert(sizeof(detail::operation_entry<op::detached>) != 0);

using reductions = boost::mp11::mp_list<op::sum, op::product, op::greatest, op::least>;

}  // namespace tapeless
