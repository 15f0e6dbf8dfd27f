// SPDX-License-Identifier: BSL-1.0
// Variables: PyTorch's autograd, with statements that are one fused loop each. Needs xsimd and SLEEF; CMake: tapeless::arrays.
#pragma once

#include <tapeless/arrays.hpp>
#include <tapeless/variable/arrival.hpp>
#include <tapeless/variable/creation.hpp>
#include <tapeless/variable/cuda.hpp>
#include <tapeless/variable/grad.hpp>
#include <tapeless/variable/join.hpp>
#include <tapeless/variable/matmul.hpp>
#include <tapeless/variable/neural.hpp>
#include <tapeless/variable/numpy.hpp>
#include <tapeless/variable/print.hpp>
#include <tapeless/variable/selection.hpp>
#include <tapeless/variable/views.hpp>
