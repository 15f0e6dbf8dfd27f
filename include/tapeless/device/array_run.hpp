// SPDX-License-Identifier: BSL-1.0
// Queues the plan of an array program on a device: one kernel for each group of passes, and one to combine what its blocks have summed up. How it is cut into
// blocks depends on the shapes alone, so that each run gives the same bits.
#pragma once

#include <tapeless/device/pass_group.hpp>
#include <tapeless/device/pass_of_plan.hpp>
#include <tapeless/device/product_epilogue.hpp>
#include <tapeless/device/product_run.hpp>
#include <tapeless/device/selection_run.hpp>
#include <tapeless/evaluate/array_frame.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace tapeless::detail {

template <class Planned, class T, class System>
class device_array_run {
    using frame = array_frame<Planned, T>;
    static constexpr auto& plan = Planned::plan;
    static constexpr int buffer_count = Planned::sizes.buffers, group_count = Planned::sizes.groups;
    // A block's work should outlast its start, and what all blocks sum up should not take longer to combine than to compute.
    static constexpr double steps_in_a_block = 1 << 13, most_blocks = 1024, most_numbers_in_sums = 1 << 24, most_local_numbers = 1 << 26;
    // What a tile leaves from pass to pass should stay near the threads.
    static constexpr double numbers_in_a_tile = 1 << 14;

    template <class Operation>
    static constexpr bool is(int group) {
        const index node = plan.passes[plan.groups[group].first].by_itself;
        return node != nowhere && is_a<Operation>(Planned::graph.nodes[node]);
    }

public:
    /// Where numbers among the arguments are in the device's memory; none: the frame has the number.
    using number_places = std::array<const T*, Planned::number_count + 1>;
    /// Which outputs are added to the memory of others, which are written before by the same pass.
    using added_outputs = std::array<bool, frame::output_count + 1>;
    /// Two outputs that one pass writes, the first one first: of two that have one memory that one is added to. Otherwise nowhere.
    struct outputs_together {
        int first = nowhere, second = nowhere;
    };
    static constexpr outputs_together written_together(int output, int other) {
        for (int pass = 0; pass < Planned::sizes.passes; ++pass) {
            outputs_together found;
            for (int k = 0; k < plan.passes[pass].sink_count; ++k) {
                const pass_sink& sink = Planned::sink(plan.passes[pass], k);
                if (sink.kind != pass_sink::output || (sink.target != output && sink.target != other) || Planned::adds(sink.target)) continue;
                (found.first == nowhere ? found.first : found.second) = sink.target;
            }
            if (found.second != nowhere && plan.passes[pass].scan == nowhere) return found;
        }
        return {};
    }
    /// The frame's arguments and outputs are bound to a device's memory, and its axes are measured.
    static void run(frame& f, const number_places& places, stream_handle stream, const statement& who, const added_outputs& added = {}) { device_array_run(f, places, added, stream, who).run(); }

private:
    struct layout {
        std::int64_t count = 1, tile = 1, blocks = 1;
        std::int64_t sums = 0, local = 0;  ///< numbers of each block
        std::int64_t size() const { return blocks > 1 ? blocks * (sums + local) : local; }
    };

    device_array_run(frame& f, const number_places& places, const added_outputs& added, stream_handle stream, const statement& who) : f_(f), number_places_(places), added_(added), stream_(stream), who_(who) {}

    static constexpr bool is_shared(const array_buffer& buffer) { return buffer.rank > 0 && !buffer.is_local && buffer.output == nowhere; }
    /// Whether all blocks of its group add to its elements.
    static constexpr bool is_sum_of_blocks(const array_buffer& buffer) {
        const int tiled = plan.groups[buffer.group].axis;
        return buffer.reduces && tiled != nowhere && !(buffer.axes >> tiled & 1);
    }
    static constexpr bool is_tiled(const array_buffer& buffer, int dimension) { return buffer.is_local && buffer.order[dimension] == plan.groups[buffer.group].axis; }

    std::int64_t arrange(int k, const array_buffer& buffer, std::int64_t tile) {
        std::int64_t size = 1;
        f_.buffer_strides[k] = {};
        for (int d = buffer.rank - 1; d >= 0; --d) {
            f_.buffer_strides[k][buffer.order[d]] = size;
            size *= is_tiled(buffer, d) ? tile : f_.extent[buffer.order[d]];
        }
        return size;
    }

    void run() {
        for_each<group_count>([&](auto group) { layouts_[group] = lay_out<group>(); });
        std::int64_t shared = buffer_count, largest = 0;
        for (int group = 0; group < group_count; ++group) largest = std::max(largest, layouts_[group].size());
        for_each<buffer_count>([&](auto k) {
            if constexpr (is_shared(plan.buffers[k])) shared += sizes_[k] = arrange(k, plan.buffers[k], 0);
        });
        device_array<T, 1, System> memory({shared + largest}, stream_, who_);
        device_irregular_arrays<Planned, T, System> irregular(f_, stream_, who_);
        irregular.place();
        T* next = memory.data() + buffer_count;
        for_each<buffer_count>([&](auto k) {
            constexpr array_buffer buffer = plan.buffers[k];
            if constexpr (buffer.output != nowhere) {
                f_.buffers[k] = f_.outputs[buffer.output].data;
                f_.buffer_strides[k] = f_.outputs[buffer.output].strides;
            } else if constexpr (buffer.rank == 0) {
                f_.buffers[k] = memory.data() + k;
                f_.buffer_strides[k] = {};
                sizes_[k] = 1;
            } else if constexpr (is_shared(buffer)) {
                f_.buffers[k] = next;
                next += sizes_[k];
            }
        });
        bool is_done[group_count + 1] = {};
        for_each<group_count>([&](auto group) {
            constexpr int first = plan.groups[group].first;
            if (is_done[group]) return;
            if constexpr (is<op::matrix_product>(group) && multiplies_with_epilogue<System, T>)
                if (queue_with_epilogue<Planned, T, System, first>(f_, stream_, who_)) {
                    is_done[plan.passes[epilogue_finder<Planned, first>::found().pass].group] = true;
                    return;
                }
            if constexpr (is<op::selection>(group)) device_selection_run<Planned, T, System, first>::queue(f_, number_places_.data(), stream_, who_);
            else if constexpr (is<op::matrix_product>(group)) product_runner<Planned, T, first>::run(f_, device_product_library<T, System>(stream_, who_));
            else run_group<group>(memory.data() + shared);
        });
        irregular.add_out();
    }
    template <int Group>
    layout lay_out() {
        static constexpr pass_group group = plan.groups[Group];
        layout result;
        if constexpr (group.axis != nowhere) {
            result.count = f_.extent[group.axis];
            double widest = 1;
            for_each<group.count>([&](auto member) {
                constexpr array_pass pass = plan.passes[group.first + member];
                double width = 1;
                for (int k = 0; k < pass.rank; ++k)
                    if (pass.loops[k] != group.axis) width *= static_cast<double>(f_.extent[pass.loops[k]]);
                widest = std::max(widest, width);
            });
            constexpr bool has_local = [] {
                for (int k = 0; k < buffer_count; ++k)
                    if (plan.buffers[k].group == Group && plan.buffers[k].is_local) return true;
                return false;
            }();
            const std::int64_t most_tile = has_local ? std::max<std::int64_t>(1, static_cast<std::int64_t>(numbers_in_a_tile / widest)) : result.count;
            result.tile = std::max<std::int64_t>(1, std::min(most_tile, result.count));
            for_each<buffer_count>([&](auto k) {
                constexpr array_buffer buffer = plan.buffers[k];
                if constexpr (buffer.group == Group && buffer.is_local) result.local += sizes_[k] = arrange(k, buffer, result.tile);
                else if constexpr (buffer.group == Group && is_sum_of_blocks(buffer)) result.sums += buffer.rank == 0 ? 1 : arrange(k, buffer, 0);
            });
            const double steps = static_cast<double>(result.count) * widest, sums = static_cast<double>(result.sums) + 1, local = static_cast<double>(result.local) + 1;
            const double wanted = std::min({steps / steps_in_a_block, most_blocks, most_numbers_in_sums / sums, most_local_numbers / local});
            result.blocks = std::clamp<std::int64_t>(static_cast<std::int64_t>(wanted), 1, std::max<std::int64_t>(1, result.count));
            if (!has_local) result.tile = std::max<std::int64_t>(1, (result.count + result.blocks - 1) / result.blocks);
            result.blocks = std::max<std::int64_t>(1, std::min(result.blocks, (result.count + result.tile - 1) / result.tile));
        }
        return result;
    }

    /// How many buffers of sums a group fills for each tile, or for each block.
    static constexpr int fills(int group, bool local) {
        int count = 0;
        for (int k = 0; k < buffer_count; ++k)
            count += plan.buffers[k].group == group && plan.buffers[k].reduces && (local ? plan.buffers[k].is_local : is_sum_of_blocks(plan.buffers[k]));
        return count;
    }
    template <int Group, int... Member>
    static device_group<T, fills(Group, false), fills(Group, true), device_pass_type<Planned, plan.groups[Group].first + Member>...> group_type(std::integer_sequence<int, Member...>);

    /// Where a group finds a buffer: the same for all blocks, or for each block its own.
    struct place {
        T* data;
        std::int64_t block = 0;
    };
    template <int Group>
    void run_group(T* own) {
        static constexpr pass_group group = plan.groups[Group];
        using kernel = decltype(group_type<Group>(std::make_integer_sequence<int, group.count>{}));
        const layout& l = layouts_[Group];
        const bool has_blocks = l.blocks > 1;
        place places[buffer_count + 1];
        typename kernel::arguments all{};
        all.count = l.count;
        all.tile = l.tile;
        all.blocks = l.blocks;
        // Of each block first its sums, then what its passes leave to each other.
        const std::int64_t block = has_blocks ? l.sums + l.local : 0;
        std::int64_t next = 0;
        int block_fills = 0, tile_fills = 0;
        for_each<buffer_count>([&](auto k) {
            constexpr array_buffer buffer = plan.buffers[k];
            places[k] = {f_.buffers[k]};
            if constexpr (buffer.group == Group && is_sum_of_blocks(buffer)) {
                if (has_blocks) places[k] = {own + std::exchange(next, next + sizes_[k]), block};
                all.block_fills[block_fills++] = {places[k].data, places[k].block, sizes_[k], first_of(buffer)};
            }
        });
        for_each<buffer_count>([&](auto k) {
            constexpr array_buffer buffer = plan.buffers[k];
            if constexpr (buffer.group == Group && buffer.is_local) {
                places[k] = {own + std::exchange(next, next + sizes_[k]), block};
                if constexpr (buffer.reduces) all.tile_fills[tile_fills++] = {places[k].data, places[k].block, sizes_[k], first_of(buffer)};
            } else if constexpr (buffer.group == Group && buffer.reduces && !is_sum_of_blocks(buffer)) {
                fill(f_.buffers[k], sizes_[k], first_of(buffer));
            }
        });
        for_each<group.count>([&](auto member) { bind<group.first + member>(kernel::template of_pass<member>(all), places); });
        System::template launch_blocks<kernel>(all, l.blocks, stream_, who_);
        if (!has_blocks) return;
        for_each<buffer_count>([&](auto k) {
            constexpr array_buffer buffer = plan.buffers[k];
            if constexpr (buffer.group == Group && is_sum_of_blocks(buffer)) {
                using combine = sums_of_blocks<T, buffer.reduction->identity>;
                System::template launch_blocks<combine>({places[k].data, f_.buffers[k], sizes_[k], block, l.blocks}, (sizes_[k] + combine::width - 1) / combine::width, stream_, who_);
            }
        });
    }
    static T first_of(const array_buffer& buffer) { return static_cast<T>(identity_of_reduction(*buffer.reduction)); }
    void fill(T* to, std::int64_t count, T value) {
        using filling = device_elements<T>;
        System::template launch_blocks<filling>({to, value, count}, filling::block_count(count), stream_, who_);
    }

    template <int Pass, class Arguments>
    void bind(Arguments& to, const place* places) const {
        static constexpr array_pass pass = plan.passes[Pass];
        static constexpr int tiled = plan.groups[pass.group].axis;
        for (int k = 0; k < pass.rank; ++k) to.extents[k] = f_.extent[pass.loops[k]];
        const auto place_at = [&](auto& where, const auto& strides, bool starts_at_tile, std::int64_t block) {
            for (int k = 0; k < pass.rank; ++k) where.strides[k] = strides[pass.loops[k]];
            where.tile = 0;
            if constexpr (tiled != nowhere) where.tile = starts_at_tile ? 0 : strides[tiled];
            where.block = block;
        };
        for_each<pass.load_count>([&](auto k) {
            constexpr index at = Planned::plan.loads[pass.first_load + k];
            constexpr graph_node n = Planned::graph.nodes[at];
            using own = device_pass_of<Planned, Pass>;
            if constexpr (own::is_own_carried(k)) {
                constexpr graph_node first = Planned::graph.nodes[own::first_value(k)];
                if constexpr (first.is_constant()) to.numbers[k] = static_cast<T>(__builtin_bit_cast(double, first.bits));
            } else if constexpr (is_a<op::element>(n)) {
                to.from[k] = static_cast<const T*>(f_.accesses[n.bits].data);
                place_at(to.loads[k], f_.accesses[n.bits].strides, false, 0);
            } else if constexpr (n.is_input()) {
                to.numbers[k] = f_.numbers[n.bits];
                to.from[k] = number_places_[n.bits];
            } else if constexpr (is_a<op::extent>(n)) {
                to.numbers[k] = f_.extent_numbers[n.bits];
            } else if constexpr (is_a<op::position>(n)) {
                typename frame::strides_type strides{};
                strides[n.bits] = 1;
                place_at(to.loads[k], strides, false, 0);
            } else {
                constexpr int buffer = Planned::buffer_of(at);
                to.from[k] = places[buffer].data;
                place_at(to.loads[k], f_.buffer_strides[buffer], plan.buffers[buffer].is_local, places[buffer].block);
            }
        });
        for_each<pass.sink_count>([&](auto k) {
            constexpr pass_sink sink = Planned::sink(pass, k);
            if constexpr (sink.kind == pass_sink::output) {
                to.to[k] = f_.outputs[sink.target].data;
                to.adds[k] = added_[sink.target];
                place_at(to.sinks[k], f_.outputs[sink.target].strides, false, 0);
            } else {
                to.to[k] = places[sink.target].data;
                place_at(to.sinks[k], f_.buffer_strides[sink.target], plan.buffers[sink.target].is_local, places[sink.target].block);
            }
        });
    }

    frame& f_;
    const number_places& number_places_;
    const added_outputs& added_;
    const stream_handle stream_;
    const statement& who_;
    layout layouts_[group_count + 1];
    std::int64_t sizes_[buffer_count + 1] = {};
};

}  // namespace tapeless::detail
