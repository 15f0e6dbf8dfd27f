// SPDX-License-Identifier: BSL-1.0
// Variables on a GPU: `x.cuda()`, and statements of what is there. For nvcc; with another compiler the host takes the device's place. To be included before
// the first statement of Variables in a file. Needs what variable.hpp needs.
#pragma once

#include <tapeless/device_arrays.hpp>
#include <tapeless/variable.hpp>
#include <tapeless/variable/device_programs.hpp>

namespace tapeless::detail {

template <class Any>
    requires(sizeof(Any*) > 0)
struct variable_system<Any> {
    using type = variables_on<device_system>;
};

}  // namespace tapeless::detail
