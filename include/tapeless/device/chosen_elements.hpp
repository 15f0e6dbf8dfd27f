// SPDX-License-Identifier: BSL-1.0
// Runs of elements from the places that a list in a device's memory names, and their sums at such places.
#pragma once

#include <tapeless/device/scattered_sums.hpp>

#include <cstdint>

namespace tapeless::detail {

/// Copies so many elements from each place on, one after the other; from no_place zeros.
template <class T>
struct device_chosen_elements {
    static constexpr int block_size = threads_in_block;
    using number = T;
    struct arguments {
        T* to;
        const T* from;
        const std::int64_t* places;
        std::int64_t count, run;  ///< of places, and of elements from each of them on
    };
    template <class Block>
    TAPELESS_HOST_DEVICE static void run(const Block& block, const arguments& of) {
        for_each_of_block(block, of.count * of.run, [&](std::int64_t at) {
            const std::int64_t first = of.places[at / of.run];
            of.to[at] = first == no_place ? T(0) : of.from[first + at % of.run];
        });
    }
};
template <class System, class T>
void queue_chosen_elements(const typename device_chosen_elements<T>::arguments& of, stream_handle stream, const statement& who) {
    System::template launch_blocks<device_chosen_elements<T>>(of, blocks_of(of.count * of.run), stream, who);
}
/// Adds each run to where it is from, one after the other where several are from one place. place_count: how many elements there are to add to.
template <class System, class T>
void queue_sums_of_chosen(T* to, std::int64_t place_count, const T* from, const std::int64_t* places, std::int64_t count, std::int64_t run, stream_handle stream, const statement& who) {
    scattered_numbers<T> all;
    all.places.loops.count = 1;
    all.places.loops.extents[0] = count;
    all.places.rank = 1;
    device_places::dimension& along = all.places.dimensions[0];
    along.indices = device_numbers::of(places);
    along.strides[0] = along.step = 1;
    along.has_gaps = true;
    all.numbers = device_numbers::of(from);
    all.strides[0] = run;
    all.rows.count = 1;
    all.rows.extents[0] = run;
    all.row_strides[0] = all.row_places[0] = 1;
    all.to = to;
    all.place_count = place_count;
    scattered_sums<System, T>::queue(all, stream, who);
}

}  // namespace tapeless::detail
