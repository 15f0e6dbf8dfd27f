// SPDX-License-Identifier: BSL-1.0
// The value of a function of arrays, without derivatives: what problems are asked for besides their gradient.
#pragma once

#include <tapeless/arrays.hpp>

namespace gradbench {

/// tapeless computes a value together with derivatives only; the one by a number that is added is 1, and costs nothing.
template <class Function, class... Argument>
double value_of(const Function&, const Argument&... argument) {
    constexpr auto shifted = [](auto zero, auto... x) { return Function{}(x...) + zero; };
    return tapeless::value_and_gradient(shifted, tapeless::wrt<0>)(0.0, argument...).value;
}

}  // namespace gradbench
