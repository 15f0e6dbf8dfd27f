// SPDX-License-Identifier: BSL-1.0
// Everything that needs no third library: gradients of functions and of symbolic expressions at compile time.
#pragma once

#include <tapeless/function/derivative.hpp>
#include <tapeless/function/expression.hpp>
#include <tapeless/function/gradient.hpp>
#include <tapeless/function/jacobian.hpp>
#include <tapeless/function/print.hpp>
#include <tapeless/record/composite.hpp>
