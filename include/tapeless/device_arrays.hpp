// SPDX-License-Identifier: BSL-1.0
// Functions of arrays in the memory of a GPU, and of numbers on every element. For nvcc; with another compiler the host takes the device's place. Needs xsimd
// and SLEEF, whose headers it includes; CMake: tapeless::arrays.
#pragma once

#include <tapeless/arrays.hpp>
#include <tapeless/device.hpp>
#include <tapeless/device/array_call.hpp>
