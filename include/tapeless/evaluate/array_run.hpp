// SPDX-License-Identifier: BSL-1.0
// Runs the plan of an array program: memory for what passes leave to each other, and the groups of passes, block by block and in these tile by tile.
// Each block makes sums of its own, which are combined by halves.
#pragma once

#include <tapeless/evaluate/irregular.hpp>
#include <tapeless/evaluate/linear_recurrence.hpp>
#include <tapeless/evaluate/pass.hpp>
#include <tapeless/evaluate/product.hpp>
#include <tapeless/evaluate/recurrence.hpp>
#include <tapeless/evaluate/selection.hpp>
#include <tapeless/evaluate/stretched.hpp>
#include <tapeless/evaluate/tile_size.hpp>
#include <tapeless/evaluate/workspace.hpp>

namespace tapeless::detail {

template <class Planned, class T, class Policy>
class array_run {
    using frame = array_frame<Planned, T>;
    static constexpr int buffer_count = Planned::sizes.buffers, group_count = Planned::sizes.groups;
    static constexpr auto& plan = Planned::plan;
    // A block should take longer than to start it elsewhere; and the sums of all blocks should not need more memory than they save time.
    static constexpr double steps_in_a_block = 1 << 16, most_blocks = 64, most_numbers_in_sums = 1 << 22;

public:
    /// The frame's arguments and outputs are bound, and its axes are measured.
    static void run(frame& f) { run(f, [] {}); }
    /// begin: called when there is memory for everything, and before any is written.
    template <class Begin>
    static void run(frame& f, const Begin& begin) {
        for_each<group_count>([&](auto group) {
            constexpr int first = plan.groups[group].first;
            if constexpr (is<op::matrix_product>(first)) product_runner<Planned, T, first>::check(f);
            else if constexpr (is<op::selection>(first)) selection_runner<Planned, T, first>::check(f);
        });
        block_layout layouts[group_count + 1];
        std::ptrdiff_t shared = whole_lines(2 * buffer_count), largest = 0;
        for_each<group_count>([&](auto group) {
            layouts[group] = layout<group>(f);
            largest = std::max(largest, layouts[group].size());
        });
        for_each<buffer_count>([&](auto k) {
            if constexpr (is_shared(plan.buffers[k])) shared += whole_lines(arrange(f, k, plan.buffers[k], 0));
        });
        const std::ptrdiff_t dense = irregular_arrays<Planned, T>::size(f);
        const std::ptrdiff_t stretched_size = f.stretches ? stretched_outputs<Planned, T>::size(f) : 0;
        T* const memory = workspace<T, memory_of::passes>(static_cast<std::size_t>(shared + largest + dense + stretched_size));
        begin();
        irregular_arrays<Planned, T>::place(f, memory + shared + largest);
        stretched_outputs<Planned, T> stretched;
        if (f.stretches) stretched.place(f, memory + shared + largest + dense);
        // Numbers first, then what rounding has lost of each.
        T* next = memory + whole_lines(2 * buffer_count);
        for_each<buffer_count>([&](auto k) {
            constexpr array_buffer buffer = plan.buffers[k];
            if constexpr (buffer.output != nowhere) {
                f.buffers[k] = f.outputs[buffer.output].data;
                f.buffer_strides[k] = f.outputs[buffer.output].strides;
            } else if constexpr (buffer.rank == 0) {
                f.buffers[k] = memory + k;
                f.buffer_strides[k] = {};
            } else if constexpr (is_shared(buffer)) {
                f.buffers[k] = next;
                next += whole_lines(size_of_buffer(f, buffer, 0));
            }
        });
        f.compensation = memory + buffer_count;
        for_each<buffer_count>([&](auto k) { f.lost[k] = k; });
        for_each<group_count>([&](auto group) { run_group<group>(f, layouts[group], memory + shared); });
        irregular_arrays<Planned, T>::add_out(f);
        if (f.stretches) stretched.add_up(f);
    }

private:
    /// How a group is cut: tiles, blocks of tiles, and the numbers that each block needs for its sums and between its passes.
    struct block_layout {
        std::ptrdiff_t tile = 1;
        int blocks = 1;
        std::ptrdiff_t sums = 0, local = 0;
        std::ptrdiff_t size() const { return (blocks > 1 ? blocks * sums : 0) + (Policy::is_parallel ? blocks : 1) * local; }
    };

    template <class Operation>
    static constexpr bool is(int pass) {
        return plan.passes[pass].by_itself != nowhere && is_a<Operation>(Planned::graph.nodes[plan.passes[pass].by_itself]);
    }
    static constexpr bool is_shared(const array_buffer& buffer) { return buffer.rank > 0 && !buffer.is_local && buffer.output == nowhere; }
    static constexpr bool is_sum(const array_buffer& buffer) { return buffer.reduces && !buffer.is_local; }
    static constexpr bool is_tiled(const array_buffer& buffer, int dimension) {
        return buffer.is_local && buffer.order[dimension] == plan.groups[buffer.group].axis;
    }
    /// So many numbers, or a few more, that a whole number of cache lines holds.
    static constexpr std::ptrdiff_t whole_lines(std::ptrdiff_t count) {
        constexpr std::ptrdiff_t line = cache_line > sizeof(T) ? cache_line / sizeof(T) : 1;
        return (count + line - 1) / line * line;
    }
    /// Numbers along a dimension of a buffer. What is written once has rows of whole cache lines, so that no register of it lies on two.
    static std::ptrdiff_t extent_of_buffer(const frame& f, const array_buffer& buffer, int d, std::ptrdiff_t tile) {
        const std::ptrdiff_t extent = is_tiled(buffer, d) ? tile : f.extent[buffer.order[d]];
        return !buffer.reduces && d == buffer.rank - 1 ? whole_lines(extent) : extent;
    }
    static std::ptrdiff_t size_of_buffer(const frame& f, const array_buffer& buffer, std::ptrdiff_t tile) {
        std::ptrdiff_t size = 1;
        for (int d = 0; d < buffer.rank; ++d) size *= extent_of_buffer(f, buffer, d, tile);
        return size;
    }
    /// Sets the strides of a buffer. Returns its size.
    static std::ptrdiff_t arrange(frame& f, int k, const array_buffer& buffer, std::ptrdiff_t tile) {
        std::ptrdiff_t size = 1;
        f.buffer_strides[k] = {};
        for (int d = buffer.rank - 1; d >= 0; --d) {
            f.buffer_strides[k][buffer.order[d]] = size;
            size *= extent_of_buffer(f, buffer, d, tile);
        }
        return size;
    }

    // Parts of an array that overlap, x[1:] and x[:-1]: the block that adds to the one may meet that which adds to the other.
    static constexpr bool writes_one_array_twice(const pass_group& group) {
        growing<int> written(8);
        for (int p = group.first; p < group.first + group.count; ++p)
            for (int k = 0; k < plan.passes[p].sink_count; ++k) {
                const pass_sink& sink = Planned::sink(plan.passes[p], k);
                if (sink.kind != pass_sink::output || !Planned::adds(sink.target)) continue;
                const int array = Planned::flat.accesses[Planned::outputs.of[sink.target].which].array;
                for (int other = 0; other < written.size; ++other)
                    if (written.data[other] == array) return true;
                written.push_back(array);
            }
        return false;
    }

    template <int Group>
    static block_layout layout(frame& f) {
        static constexpr pass_group group = plan.groups[Group];
        block_layout result;
        if constexpr (group.axis != nowhere) {
            const std::ptrdiff_t count = f.extent[group.axis];
            double widest = 1;
            for_each<group.count>([&](auto member) {
                constexpr array_pass pass = plan.passes[group.first + member];
                double width = 1;
                for (int k = 0; k < pass.rank; ++k)
                    if (pass.loops[k] != group.axis) width *= static_cast<double>(f.extent[pass.loops[k]]);
                if constexpr (pass.rank > 1) widest = std::max(widest, width);
            });
            result.tile = std::min(tile_size<T>::fitting(widest), std::max<std::ptrdiff_t>(count, 1));
            for_each<buffer_count>([&](auto k) {
                constexpr array_buffer buffer = plan.buffers[k];
                if constexpr (buffer.group == Group && buffer.is_local) result.local += whole_lines(arrange(f, k, buffer, result.tile));
                else if constexpr (buffer.group == Group && is_sum(buffer)) result.sums += size_of_buffer(f, buffer, 0) + 1;
            });
            constexpr bool is_serial = writes_one_array_twice(group);
            const double steps = static_cast<double>(count) * widest;
            if (steps >= 2 * steps_in_a_block && !is_serial) {
                const double wanted = std::min({steps / steps_in_a_block, most_blocks, most_numbers_in_sums / static_cast<double>(result.sums + 1)});
                const auto tiles = (count + result.tile - 1) / result.tile;
                result.blocks = static_cast<int>(std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(wanted), 1, tiles));
            }
        }
        return result;
    }

    template <int Group>
    static void run_group(frame& f, const block_layout& layout, T* memory) {
        static constexpr pass_group group = plan.groups[Group];
        if constexpr (group.axis == nowhere) {
            run_pass<group.first>(f, nowhere, 0, 1);
        } else {
            T* const local = memory + (layout.blocks > 1 ? layout.blocks * layout.sums : 0);
            if (layout.blocks == 1) {
                place_local<Group>(f, local, layout.tile);
                return run_block<Group>(f, layout.tile, 0, f.extent[group.axis]);
            }
            const std::ptrdiff_t count = f.extent[group.axis], tiles = (count + layout.tile - 1) / layout.tile;
            Policy::run(layout.blocks, [&](int block) {
                frame own = f;
                place_sums<Group>(own, memory + block * layout.sums);
                place_local<Group>(own, local + (Policy::is_parallel ? block * layout.local : 0), layout.tile);
                const std::ptrdiff_t first = tiles * block / layout.blocks, last = tiles * (block + 1) / layout.blocks;
                run_block<Group>(own, layout.tile, first * layout.tile, std::min(count, last * layout.tile));
            });
            combine_blocks<Group>(f, layout, memory);
        }
    }
    template <int Group>
    static void place_local(frame& f, T* next, std::ptrdiff_t tile) {
        for_each<buffer_count>([&](auto k) {
            constexpr array_buffer buffer = plan.buffers[k];
            if constexpr (buffer.group == Group && buffer.is_local) {
                f.buffers[k] = next;
                next += whole_lines(size_of_buffer(f, buffer, tile));
            }
        });
    }
    // A number for what rounding has lost stands before each.
    template <int Group>
    static void place_sums(frame& f, T* next) {
        std::ptrdiff_t lost = 0;
        f.compensation = next;
        for_each<buffer_count>([&](auto k) { lost += plan.buffers[k].group == Group && is_sum(plan.buffers[k]); });
        next += lost;
        lost = 0;
        for_each<buffer_count>([&](auto k) {
            constexpr array_buffer buffer = plan.buffers[k];
            if constexpr (buffer.group == Group && is_sum(buffer)) {
                f.buffers[k] = next;
                f.lost[k] = lost++;
                next += size_of_buffer(f, buffer, 0);
            }
        });
    }

    template <int Group>
    static void run_block(const frame& f, std::ptrdiff_t tile, std::ptrdiff_t first, std::ptrdiff_t last) {
        static constexpr pass_group group = plan.groups[Group];
        begin_sums<Group, false>(f, tile);
        for (; first < last; first += tile) {
            const std::ptrdiff_t count = std::min(tile, last - first);
            begin_sums<Group, true>(f, tile);
            for_each<group.count>([&](auto member) { run_pass<group.first + member>(f, group.axis, first, count); });
        }
        for_each<buffer_count>([&](auto k) {
            constexpr array_buffer buffer = plan.buffers[k];
            if constexpr (buffer.group == Group && buffer.rank == 0 && buffer.reduces) *f.buffers[k] += f.compensation[f.lost[k]];
        });
    }
    template <int Pass>
    static void run_pass(const frame& f, int tiled, std::ptrdiff_t first, std::ptrdiff_t count) {
        if constexpr (is<op::matrix_product>(Pass)) product_runner<Planned, T, Pass>::run(f, product_library<T, Policy>{});
        else if constexpr (is<op::selection>(Pass)) selection_runner<Planned, T, Pass>::run(f);
        else if constexpr (plan.passes[Pass].scan != nowhere) run_recurrence<Pass>(f, tiled, first, count);
        else pass_runner<Planned, T, Pass>::run(f, tiled, first, count);
    }
    template <int Pass>
    static void run_recurrence(const frame& f, int tiled, std::ptrdiff_t first, std::ptrdiff_t count) {
        if constexpr (linear_recurrence_runner<Planned, T, Pass>::exists) linear_recurrence_runner<Planned, T, Pass>::run(f);
        else recurrence_runner<Planned, T, Pass>::run(f, tiled, first, count);
    }
    template <int Group, bool Local>
    static void begin_sums(const frame& f, std::ptrdiff_t tile) {
        for_each<buffer_count>([&](auto k) {
            constexpr array_buffer buffer = plan.buffers[k];
            if constexpr (buffer.group == Group && buffer.reduces && buffer.is_local == Local) {
                constexpr auto by_rows = Planned::written_by_rows(k);
                if constexpr (by_rows.are)
                    if (f.extent[by_rows.lane] > 0) return;
                std::fill_n(f.buffers[k], size_of_buffer(f, buffer, tile), static_cast<T>(identity_of_reduction(*buffer.reduction)));
                if constexpr (!Local) f.compensation[f.lost[k]] = 0;
            }
        });
    }

    template <int Group>
    static void combine_blocks(frame& f, const block_layout& layout, T* memory) {
        for (int stride = 1; stride < layout.blocks; stride *= 2)
            for (int block = 0; block + stride < layout.blocks; block += 2 * stride)
                combine<Group>(f, memory + block * layout.sums, memory + (block + stride) * layout.sums);
        frame first = f;
        place_sums<Group>(first, memory);
        for_each<buffer_count>([&](auto k) {
            constexpr array_buffer buffer = plan.buffers[k];
            if constexpr (buffer.group == Group && is_sum(buffer)) std::copy_n(first.buffers[k], size_of_buffer(f, buffer, 0), f.buffers[k]);
        });
    }
    template <int Group>
    static void combine(const frame& f, T* into, T* other) {
        frame a = f, b = f;
        place_sums<Group>(a, into);
        place_sums<Group>(b, other);
        for_each<buffer_count>([&](auto k) {
            constexpr array_buffer buffer = plan.buffers[k];
            if constexpr (buffer.group == Group && is_sum(buffer)) {
                const std::ptrdiff_t size = size_of_buffer(f, buffer, 0);
                for (std::ptrdiff_t e = 0; e < size; ++e) a.buffers[k][e] = reduction_named<buffer.reduction->identity>::combine(a.buffers[k][e], b.buffers[k][e]);
            }
        });
    }
};

}  // namespace tapeless::detail
