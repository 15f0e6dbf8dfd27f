// SPDX-License-Identifier: BSL-1.0
// Which places of a dimension a slice or an index stands for, once it is known how long the dimension is.
#pragma once

#include <tapeless/graph/space.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <type_traits>

namespace tapeless::detail {

/// A dimension's part that a slice stands for.
struct slice_of_extent {
    std::ptrdiff_t start, count, step;
};
template <class Slices>
constexpr slice_of_extent resolve(const Slices& slices, int slice, std::ptrdiff_t extent) {
    if (slice == nowhere) return {0, extent, 1};
    const axis_slice& part = slices[slice];
    const slice_of_extent whole = resolve(slices, part.of, extent);
    const auto place = [&](int bound) { return std::clamp<std::ptrdiff_t>(bound < 0 ? whole.count + bound : bound, 0, whole.count); };
    const std::ptrdiff_t start = place(part.start), stop = part.to_the_end ? whole.count : place(part.stop);
    return {whole.start + start * whole.step, stop > start ? (stop - start + part.step - 1) / part.step : 0, whole.step * part.step};
}
/// The place of a single step; -1 if there is none.
template <class Slices>
constexpr std::ptrdiff_t resolve_step(const Slices& slices, int slice, std::ptrdiff_t extent) {
    const axis_slice& step = slices[slice];
    const slice_of_extent whole = resolve(slices, step.of, extent);
    const std::ptrdiff_t at = step.start < 0 ? whole.count + step.start : step.start;
    return at < 0 || at >= whole.count ? -1 : whole.start + at * whole.step;
}

/// What no array has an element at.
inline constexpr std::ptrdiff_t no_index = std::numeric_limits<std::ptrdiff_t>::min() + 1;
/// A number as an index; no_index if it is no whole one.
template <class Number>
TAPELESS_HOST_DEVICE constexpr std::ptrdiff_t as_index(const Number& x) {
    if constexpr (std::is_floating_point_v<Number>)
        if (!(x > Number(-0x1p62) && x < Number(0x1p62) && static_cast<Number>(static_cast<std::ptrdiff_t>(x)) == x)) return no_index;
    return static_cast<std::ptrdiff_t>(x);
}

}  // namespace tapeless::detail
