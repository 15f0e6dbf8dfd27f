// SPDX-License-Identifier: BSL-1.0
// A block's part of a group of passes: tile after tile of the group's axis, all passes on each. And what goes before and after: memory that is filled, sums of
// blocks that are combined.
#pragma once

#include <tapeless/device/block.hpp>

#include <cstdint>
#include <type_traits>
#include <utility>

namespace tapeless::detail {

/// What a block fills before it begins, or before each tile: memory for sums.
template <class T>
struct device_fill {
    T* to;
    std::int64_t block, count;
    T value;
};

/// The passes of a group, one after the other, on tiles that blocks share out. TileFills: memory that begins anew with each tile; BlockFills: with each block.
template <class T, int BlockFills, int TileFills, class... Pass>
struct device_group {
    static constexpr int block_size = threads_in_block;
    using number = T;

    template <int Which, class One>
    struct one {
        typename One::template arguments<T> of;
    };
    template <class Sequence>
    struct all;
    template <int... Which>
    struct all<std::integer_sequence<int, Which...>> : one<Which, Pass>... {};
    struct arguments : all<std::make_integer_sequence<int, sizeof...(Pass)>> {
        device_fill<T> block_fills[BlockFills + 1], tile_fills[TileFills + 1];
        std::int64_t count, tile, blocks;
    };
    template <int Which>
    static auto& of_pass(arguments& all) {
        return of_pass_as<Which>(all);
    }

    template <class Block>
    TAPELESS_HOST_DEVICE static void run(const Block& block, const arguments& of) {
        if (BlockFills > 0) fill(block, of.block_fills, BlockFills);
        const std::int64_t tiles = (of.count + of.tile - 1) / of.tile;
        const std::int64_t last_tile = tiles * (block.index + 1) / of.blocks, last = last_tile * of.tile < of.count ? last_tile * of.tile : of.count;
        for (std::int64_t first = tiles * block.index / of.blocks * of.tile; first < last; first += of.tile) {
            if (TileFills > 0) fill(block, of.tile_fills, TileFills);
            run_passes(block, of, first, of.tile < last - first ? of.tile : last - first, std::make_integer_sequence<int, sizeof...(Pass)>{});
        }
    }

private:
    template <int Which, class One>
    TAPELESS_HOST_DEVICE static const auto& of_one(const one<Which, One>& all) {
        return all.of;
    }
    template <int Which, class One>
    static auto& of_pass_as(one<Which, One>& all) {
        return all.of;
    }
    template <class Block>
    TAPELESS_HOST_DEVICE static void fill(const Block& block, const device_fill<T>* fills, int count) {
        for (int k = 0; k < count; ++k) {
            const device_fill<T>& each = fills[k];
            block.threads([&](int thread) {
                for (std::int64_t at = thread; at < each.count; at += threads_in_block) each.to[each.block * block.index + at] = each.value;
            });
        }
        block.meet();
    }
    template <class Block, int... Which>
    TAPELESS_HOST_DEVICE static void run_passes(const Block& block, const arguments& of, std::int64_t first, std::int64_t count, std::integer_sequence<int, Which...>) {
        [[maybe_unused]] const int done[] = {0, (Pass::template run<T>(block, of_one<Which>(of), first, count), block.meet(), 0)...};
    }
};

/// Combines what blocks have left: so many numbers of each, `block` apart, to as many.
template <class T, std::uint32_t Identity>
struct sums_of_blocks {
    static constexpr int block_size = threads_in_block;
    using number = T;
    struct arguments {
        const T* from;
        T* to;
        std::int64_t count, block, blocks;
    };
    /// So many numbers a block of threads.
    static constexpr int width = threads_in_warp;

    template <class Block>
    TAPELESS_HOST_DEVICE static void run(const Block& block, const arguments& of) {
        using reduction = reduction_named<Identity>;
        typename Block::template own<T> sums;
        block.threads([&](int thread) {
            const std::int64_t at = block.index * width + thread % width;
            T sum = static_cast<T>(reduction::identity);
            if (at < of.count)
                for (std::int64_t k = thread / width; k < of.blocks; k += threads_in_block / width) sum = reduction::combine(sum, of.from[k * of.block + at]);
            sums[thread] = sum;
        });
        block.template combine_columns<reduction>(sums, width);
        block.threads([&](int thread) {
            const std::int64_t at = block.index * width + thread;
            if (thread < width && at < of.count) of.to[at] = sums[thread];
        });
    }
};

/// Sets memory to one number.
template <class T>
struct device_elements {
    static constexpr int block_size = threads_in_block;
    using number = T;
    struct arguments {
        T* to;
        T value;
        std::int64_t count;
    };
    static std::int64_t block_count(std::int64_t count) { return blocks_of(count); }

    template <class Block>
    TAPELESS_HOST_DEVICE static void run(const Block& block, const arguments& of) {
        for_each_of_block(block, of.count, [&](std::int64_t at) { of.to[at] = of.value; });
    }
};

}  // namespace tapeless::detail
