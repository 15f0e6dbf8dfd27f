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

// Activations of neural networks. None overflows where its value does not.

/// Specialised to true for operands that have these functions under their own names.
namespace detail {
template <class T>
inline constexpr bool names_activations = false;
}

/// x where it is positive, else 0; its derivative at 0 is 0, as in PyTorch. NaN stays NaN.
template <class X>
    requires(detail::is_symbolic<X> && !detail::names_activations<X>)
constexpr auto relu(const X& x) {
    return select(less_equal(x, 0), 0, x);
}

/// The logistic function 1 / (1 + exp(-x)).
template <class X>
    requires(detail::is_symbolic<X> && !detail::names_activations<X>)
constexpr auto sigmoid(const X& x) {
    // Not of abs(x), whose derivative at 0 is 0.
    const auto e = exp(select(less(x, 0), x, -x));
    return select(less(x, 0), e, 1) / (1 + e);
}

/// log(1 + exp(x)).
template <class X>
    requires(detail::is_symbolic<X> && !detail::names_activations<X>)
constexpr auto softplus(const X& x) {
    // Not of abs(x), as above.
    const auto is_negative = less(x, 0);
    return select(is_negative, 0, x) + log1p(exp(select(is_negative, x, -x)));
}

/// x sigmoid(x), also called swish. P. Ramachandran, B. Zoph, Q. Le, Searching for Activation Functions (2017).
template <class X>
    requires(detail::is_symbolic<X> && !detail::names_activations<X>)
constexpr auto silu(const X& x) {
    return x * sigmoid(x);
}

/// x times the normal distribution function of x. D. Hendrycks, K. Gimpel, Gaussian Error Linear Units (2016).
template <class X>
    requires(detail::is_symbolic<X> && !detail::names_activations<X>)
constexpr auto gelu(const X& x) {
    return 0.5 * x * erfc(-0.70710678118654752440 * x);
}

// For the values of own operations.
namespace row_functions {
using tapeless::clamp;
}

}  // namespace tapeless
