// SPDX-License-Identifier: BSL-1.0
// Variables on a GPU: `x.cuda()`, and statements of what is there. For nvcc; with another compiler the host takes the device's place. Needs what variable.hpp
// needs, and comes before it.
#pragma once

#include <tapeless/device/policy.hpp>
#include <tapeless/variable/variable_system.hpp>

namespace tapeless::detail {

template <class System>
struct variables_on;

template <class Any>
    requires(sizeof(Any*) > 0)
struct variable_system<Any> {
    using type = variables_on<device_system>;
};

}  // namespace tapeless::detail

// What follows compiles with that in mind.
#include <tapeless/device_arrays.hpp>
#include <tapeless/variable.hpp>
#include <tapeless/variable/device_programs.hpp>

#include <cstdint>
#include <type_traits>

// What was asked for before it keeps its answer.
static_assert((std::is_same_v<tapeless::detail::variable_system<std::int64_t>::type, tapeless::detail::variables_on<tapeless::detail::device_system>> &&
               std::is_same_v<tapeless::detail::variable_system<float>::type, tapeless::detail::variables_on<tapeless::detail::device_system>> &&
               std::is_same_v<tapeless::detail::variable_system<double>::type, tapeless::detail::variables_on<tapeless::detail::device_system>>),
              "tapeless: <tapeless/device_variables.hpp> is included before <tapeless/variable.hpp>.");
