// SPDX-License-Identifier: BSL-1.0
// A variable of the caller's as memory for a result that is a number.
#pragma once

#include <tapeless/record/array_view.hpp>

namespace tapeless::detail {

/// Memory for a number that is differentiated by.
template <class T>
struct number_memory {
    using value_type = T;
    static constexpr int rank = 0;
    T* number;
    constexpr T* data() const { return number; }
    constexpr extents<0> shape() const { return {}; }
    constexpr extents<0> strides() const { return {}; }
};

}  // namespace tapeless::detail
