// SPDX-License-Identifier: BSL-1.0
// What a kernel is told of a pass: its loads as integers, and where they and its results are in memory.
#pragma once

#include <tapeless/operation/row.hpp>

#include <cstdint>
#include <utility>

namespace tapeless::detail {

/// Where a load of a pass comes from; it may vary along the innermost loop.
struct device_load {
    enum kind : std::uint32_t { memory, number, position };
    static constexpr std::uint32_t of(kind what, bool varies) { return what | (varies ? 4u : 0u); }
    static constexpr kind what(std::uint32_t code) { return static_cast<kind>(code & 3); }
    static constexpr bool varies(std::uint32_t code) { return code & 4; }
};
template <std::uint32_t... Code>
using device_codes = std::integer_sequence<std::uint32_t, Code...>;
/// One of them, as a constant: a device has no arrays of the host's.
template <int Which, std::uint32_t... Code>
inline constexpr std::uint32_t device_code = [] {
    constexpr std::uint32_t all[] = {Code..., 0};
    return all[Which];
}();

template <class T, int LoadCount, int SinkCount, int Rank>
struct device_pass_arguments {
    /// Where the element at the start of all loops is, how far apart neighbours are along each, and blocks and the steps of the group's axis.
    struct place {
        std::int64_t strides[Rank + 1];
        std::int64_t block, tile;
    };
    const T* from[LoadCount + 1];  ///< of a number: none if it is among `numbers`
    T numbers[LoadCount + 1];
    place loads[LoadCount + 1];
    T* to[SinkCount + 1];       ///< none: what would be written or added there is not wanted
    bool adds[SinkCount + 1];  ///< what would be written is added to what a sink before has written
    place sinks[SinkCount + 1];
    std::int64_t extents[Rank + 1];

    /// The value of a load, `at` elements on.
    template <int Load, device_load::kind Kind>
    TAPELESS_HOST_DEVICE T loaded(std::int64_t at) const {
        if constexpr (Kind == device_load::number) return from[Load] ? *from[Load] : numbers[Load];
        else if constexpr (Kind == device_load::position) return static_cast<T>(at);
        else return from[Load][at];
    }
};

}  // namespace tapeless::detail
