// SPDX-License-Identifier: BSL-1.0
// Functions of <cmath> and <algorithm> that are no operations of their own, made of those in the table: for terms and expressions. Of plain
// numbers the standard's own are called; clamp is for both.
#pragma once

#include <tapeless/operation/elementwise.hpp>

namespace tapeless {

/// abs(x).
template <class X>
    requires detail::is_symbolic<X>
constexpr auto fabs(const X& x) {
    return abs(x);
}

/// The least whole number that is not below x; its derivative is 0.
template <class X>
    requires detail::is_symbolic<X>
constexpr auto ceil(const X& x) {
    return -floor(-x);
}

/// The whole number next to x on the side of 0; its derivative is 0.
template <class X>
    requires detail::is_symbolic<X>
constexpr auto trunc(const X& x) {
    return copysign(floor(abs(x)), x);
}

/// A condition: whether x is no number.
template <class X>
    requires detail::is_symbolic<X>
constexpr auto isnan(const X& x) {
    return not_equal_to(x, x);
}

/// x, or the bound that it lies beyond. Derivative: one half each where x is at a bound.
template <class X, class Low, class High>
constexpr auto clamp(const X& x, const Low& low, const High& high) {
    return min(max(x, low), high);
}

// For the values of own operations.
namespace row_functions {
using tapeless::clamp;
}

}  // namespace tapeless
