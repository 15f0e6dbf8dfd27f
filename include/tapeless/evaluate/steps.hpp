// SPDX-License-Identifier: BSL-1.0
// A loop nest over some of the axes of a program, in no order that matters.
#pragma once

#include <tapeless/graph/space.hpp>

#include <bit>
#include <cstddef>

namespace tapeless::detail {

/// Calls visitor(at) for each step, where `at`, a Steps, has the step of each axis; for one step if there are no axes.
template <class Steps, class Visitor>
void for_each_step(axis_set axes, const std::ptrdiff_t* extent, const Visitor& visitor) {
    for (axis_set rest = axes; rest != 0; rest &= rest - 1)
        if (extent[std::countr_zero(rest)] == 0) return;
    Steps at{};
    for (;;) {
        visitor(at);
        axis_set rest = axes;
        for (; rest != 0; rest &= rest - 1) {
            const int axis = std::countr_zero(rest);
            if (++at[axis] < extent[axis]) break;
            at[axis] = 0;
        }
        if (rest == 0) return;
    }
}

/// Where a step is, in memory of these strides.
template <class Steps>
std::ptrdiff_t offset_of(const Steps& at, const Steps& strides) {
    std::ptrdiff_t sum = 0;
    for (std::size_t axis = 0; axis < at.size(); ++axis) sum += at[axis] * strides[axis];
    return sum;
}
/// The longest of some axes; nowhere: there is none.
inline int longest_axis(axis_set axes, const std::ptrdiff_t* extent) {
    int result = nowhere;
    for (axis_set rest = axes; rest != 0; rest &= rest - 1)
        if (const int axis = std::countr_zero(rest); result == nowhere || extent[axis] > extent[result]) result = axis;
    return result;
}

}  // namespace tapeless::detail
