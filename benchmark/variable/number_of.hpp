// SPDX-License-Identifier: BSL-1.0
// The number in whatever a contender computes with, for the decisions of a program.
#pragma once

template <class Number>
double number_of(const Number& x) {
    if constexpr (requires { x.template item<double>(); }) return x.template item<double>();
    else if constexpr (requires { x.item(); }) return x.item();
    else if constexpr (requires { x.val(); }) return x.val();
    else if constexpr (requires { x.getValue(); }) return x.getValue();
    else return static_cast<double>(x);
}
