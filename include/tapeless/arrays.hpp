// SPDX-License-Identifier: BSL-1.0
// Arrays as arguments: functions of numbers on every element, and functions of arrays. Needs xsimd and SLEEF; CMake: tapeless::arrays.
#pragma once

#include <tapeless/function/explain.hpp>
#include <tapeless/function/value.hpp>
#include <tapeless/tapeless.hpp>
