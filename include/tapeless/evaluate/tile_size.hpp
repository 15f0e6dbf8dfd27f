// SPDX-License-Identifier: BSL-1.0
// How long the tiles are that an axis is cut into.
#pragma once

#include <algorithm>
#include <cstddef>

namespace tapeless::detail {

/// How many steps of an axis are a tile: what it reads and keeps should stay in the first-level cache.
template <class T>
struct tile_size {
    static constexpr std::ptrdiff_t numbers = 24 * 1024 / sizeof(T), shortest = 16, longest = 2048;
    /// width: so many numbers belong to each step.
    static constexpr std::ptrdiff_t fitting(double width) {
        return static_cast<std::ptrdiff_t>(std::clamp<double>(static_cast<double>(numbers) / width, shortest, longest)) / shortest * shortest;
    }
};

}  // namespace tapeless::detail
