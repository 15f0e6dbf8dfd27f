// SPDX-License-Identifier: BSL-1.0
// Functions of numbers on every element of arrays in the memory of a GPU. For nvcc; with another compiler the host takes the device's place.
#pragma once

#include <tapeless/device/call.hpp>
#include <tapeless/function/value.hpp>
#include <tapeless/tapeless.hpp>
