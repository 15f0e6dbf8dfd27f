// SPDX-License-Identifier: BSL-1.0
// Runs the plan of an array program: memory for what passes leave to each other, and the groups of passes, tile by tile.
#pragma once

#include <tapeless/evaluate/pass.hpp>

#include <memory>

namespace tapeless::detail {

/// Memory of a thread for what passes leave to each other: it grows to what the largest call needs, and stays.
template <class T>
T* workspace(std::size_t count) {
    struct block {
        std::unique_ptr<T[]> memory;
        std::size_t size = 0;
    };
    thread_local block own;
    if (own.size < count) {
        own.memory = std::make_unique_for_overwrite<T[]>(count);
        own.size = count;
    }
    return own.memory.get();
}

template <class Planned, class T>
class array_run {
    using frame = array_frame<Planned, T>;
    static constexpr int buffer_count = Planned::sizes.buffers;
    static constexpr auto& plan = Planned::plan;
    // What a tile reads and keeps should stay in the first-level cache.
    static constexpr std::ptrdiff_t numbers_in_a_tile = 24 * 1024 / sizeof(T), shortest_tile = 16, longest_tile = 2048;

public:
    /// The frame's arguments and outputs are bound, and its axes are measured.
    static void run(frame& f) {
        arrange_buffers(f);
        run_groups(f, std::make_integer_sequence<int, Planned::sizes.groups>{});
    }

private:
    static void arrange_buffers(frame& f) {
        std::ptrdiff_t offsets[buffer_count + 1], total = 2 * buffer_count;
        for_each<buffer_count>([&](auto k) {
            constexpr array_buffer buffer = plan.buffers[k];
            if constexpr (buffer.output != nowhere) {
                f.buffer_strides[k] = f.outputs[buffer.output].strides;
                return;
            }
            std::ptrdiff_t size = 1;
            f.buffer_strides[k] = {};
            for (int d = buffer.rank - 1; d >= 0; --d) {
                f.buffer_strides[k][buffer.order[d]] = size;
                size *= is_tiled(buffer, d) ? tile<buffer.group>(f) : f.extent[buffer.order[d]];
            }
            offsets[k] = total;
            if constexpr (buffer.rank > 0) total += size;
        });
        T* const memory = workspace<T>(static_cast<std::size_t>(total));
        // Numbers first, then what rounding has lost of each.
        for_each<buffer_count>([&](auto k) {
            constexpr array_buffer buffer = plan.buffers[k];
            if constexpr (buffer.output != nowhere) f.buffers[k] = f.outputs[buffer.output].data;
            else f.buffers[k] = memory + (buffer.rank > 0 ? offsets[k] : k);
        });
        f.compensation = memory + buffer_count;
    }
    static constexpr bool is_tiled(const array_buffer& buffer, int dimension) {
        return buffer.is_local && buffer.order[dimension] == plan.groups[buffer.group].axis;
    }

    /// How many steps of the tiled axis the passes of a group do at a time.
    template <int Group>
    static std::ptrdiff_t tile(const frame& f) {
        constexpr pass_group group = plan.groups[Group];
        if constexpr (group.axis == nowhere) {
            return 1;
        } else {
            std::ptrdiff_t longest = longest_tile;
            for_each<group.count>([&](auto member) {
                constexpr array_pass pass = plan.passes[group.first + member];
                if constexpr (pass.rank > 1) {
                    double numbers = 1;
                    for (int k = 0; k < pass.rank; ++k)
                        if (pass.loops[k] != group.axis) numbers *= static_cast<double>(f.extent[pass.loops[k]]);
                    const double fitting = static_cast<double>(numbers_in_a_tile) / numbers;
                    longest = std::min(longest, static_cast<std::ptrdiff_t>(std::clamp<double>(fitting, shortest_tile, longest_tile)));
                }
            });
            return std::min(longest / shortest_tile * shortest_tile, std::max<std::ptrdiff_t>(f.extent[group.axis], 1));
        }
    }

    template <int Group, bool Local>
    static void begin_sums(const frame& f) {
        for_each<buffer_count>([&](auto k) {
            constexpr array_buffer buffer = plan.buffers[k];
            if constexpr (buffer.group == Group && buffer.reduction != nullptr && buffer.is_local == Local) {
                std::ptrdiff_t size = 1;
                for (int d = 0; d < buffer.rank; ++d) size *= is_tiled(buffer, d) ? tile<Group>(f) : f.extent[buffer.order[d]];
                std::fill_n(f.buffers[k], size, static_cast<T>(identity_of_reduction(*buffer.reduction)));
                f.compensation[k] = 0;
            }
        });
    }
    template <int Group>
    static void end_sums(const frame& f) {
        for_each<buffer_count>([&](auto k) {
            constexpr array_buffer buffer = plan.buffers[k];
            if constexpr (buffer.group == Group && buffer.rank == 0 && buffer.reduction != nullptr) *f.buffers[k] += f.compensation[k];
        });
    }

    template <int... Group>
    static void run_groups(const frame& f, std::integer_sequence<int, Group...>) {
        [[maybe_unused]] const int done[] = {0, (run_group<Group>(f, std::make_integer_sequence<int, plan.groups[Group].count>{}), 0)...};
    }
    template <int Group, int... Member>
    static void run_group(const frame& f, std::integer_sequence<int, Member...>) {
        constexpr pass_group group = plan.groups[Group];
        if constexpr (group.axis == nowhere) {
            pass_runner<Planned, T, group.first>::run(f, nowhere, 0, 1);
        } else {
            const std::ptrdiff_t count = f.extent[group.axis], tile_size = tile<Group>(f);
            begin_sums<Group, false>(f);
            for (std::ptrdiff_t first = 0; first < count; first += tile_size) {
                const std::ptrdiff_t size = std::min(tile_size, count - first);
                begin_sums<Group, true>(f);
                [[maybe_unused]] const int done[] = {0, (pass_runner<Planned, T, group.first + Member>::run(f, group.axis, first, size), 0)...};
            }
            end_sums<Group>(f);
        }
    }
};

}  // namespace tapeless::detail
