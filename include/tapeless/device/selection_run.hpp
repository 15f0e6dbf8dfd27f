// SPDX-License-Identifier: BSL-1.0
// Queues a selection of an array program on a device: a value is read at steps that another one names, or added up there.
#pragma once

#include <tapeless/device/irregular.hpp>
#include <tapeless/evaluate/selection.hpp>

#include <bit>
#include <cstdint>

namespace tapeless::detail {

/// Throws a shape_error if an axis is longer than T can count, where its steps are numbers.
template <class Planned, class T>
void check_selections(const array_frame<Planned, T>& f) {
    for_each<Planned::sizes.passes>([&](auto k) {
        constexpr index node = Planned::plan.passes[k].by_itself;
        if constexpr (node != nowhere)
            if constexpr (is_a<op::selection>(Planned::graph.nodes[node])) selection_runner<Planned, T, k>::check(f);
    });
}

template <class Planned, class T, class System, int Pass>
class device_selection_run {
    using frame = array_frame<Planned, T>;
    using strides_type = typename frame::strides_type;
    static constexpr index node = Planned::plan.passes[Pass].by_itself;
    static constexpr graph_node selection = Planned::graph.nodes[node];
    static constexpr int selected = selected_axis(selection);
    static constexpr axis_set bit = axis_set(1) << selected, of_result = Planned::masks.of[node], of_step = Planned::masks.of[selection.operands[1]];
    static constexpr axis_set loops = (Planned::masks.of[selection.operands[0]] | of_step) & ~bit;
    // Where something else is summed over, several steps may go to one element.
    static constexpr bool adds = (axes_over(selection) & ~bit) != 0;
    static_assert(std::popcount(loops) <= most_loops, "tapeless: an array program needs more than 8 loops in each other.");

public:
    /// number_places: of those numbers among the arguments that are in the device's memory.
    static void queue(const frame& f, const T* const* number_places, stream_handle stream, const statement& who) {
        constexpr pass_sink sink = Planned::sink(Planned::plan.passes[Pass], 0);
        const auto to = f.template target<sink.kind, sink.target>();
        const operand value = operand_of<selection.operands[0]>(f, number_places), step = operand_of<selection.operands[1]>(f, number_places);
        if constexpr ((of_result & bit) == 0) {
            typename places_copied<T>::arguments of{places(f, loops, value.strides, step, value.strides[selected]), value.numbers, to.data, {}, 0};
            put(of.strides, loops, to.strides);
            queue_copy<System, T>(of, stream, who);
        } else {
            typename places_copied<T>::arguments zeros{{}, {device_numbers::uniform}, to.data, {}, 0};
            zeros.from.loops = loops_along(f, of_result);
            put(zeros.strides, of_result, to.strides);
            queue_copy<System, T>(zeros, stream, who);
            constexpr axis_set rows = adds ? loops & of_result & ~of_step : 0, others = loops & ~rows;
            scattered_numbers<T> all;
            all.places = places(f, others, to.strides, step, to.strides[selected]);
            all.numbers = value.numbers;
            put(all.strides, others, value.strides);
            all.rows = loops_along(f, rows);
            put(all.row_strides, rows, value.strides);
            put(all.row_places, rows, to.strides);
            all.to = to.data;
            all.may_meet = adds;
            all.place_count = 1;
            for (int axis = 0; axis < frame::axes; ++axis)
                if (of_result >> axis & 1) all.place_count += (f.extent[axis] - 1) * to.strides[axis];
            scattered_sums<System, T>::queue(all, stream, who);
        }
    }

private:
    struct operand {
        device_numbers numbers;
        strides_type strides{};
    };
    template <index Node>
    static operand operand_of(const frame& f, [[maybe_unused]] const T* const* number_places) {
        constexpr graph_node n = Planned::graph.nodes[Node];
        if constexpr (n.is_constant()) return {{device_numbers::uniform, nullptr, graph_builder::value_of_bits(n.bits)}};
        else if constexpr (n.is_input()) return {number_places[n.bits] ? device_numbers::of(number_places[n.bits]) : device_numbers{device_numbers::uniform, nullptr, static_cast<double>(f.numbers[n.bits])}};
        else if constexpr (is_a<op::extent>(n)) return {{device_numbers::uniform, nullptr, static_cast<double>(f.extent_numbers[n.bits])}};
        else {
            const auto source = f.template source<Node>();
            return {is_a<op::position>(n) ? device_numbers{} : numbers_of(source), source.strides};
        }
    }
    static device_loops loops_along(const frame& f, axis_set axes) {
        device_loops all;
        for (axis_set rest = axes; rest != 0; rest &= rest - 1) all.extents[all.count++] = f.extent[std::countr_zero(rest)];
        return all;
    }
    static void put(std::int64_t* to, axis_set axes, const strides_type& strides) {
        for (axis_set rest = axes; rest != 0; rest &= rest - 1) *to++ = strides[std::countr_zero(rest)];
    }
    /// At these strides, and at the selected step.
    static device_places places(const frame& f, axis_set axes, const strides_type& strides, const operand& step, std::int64_t selected_stride) {
        device_places all;
        all.loops = loops_along(f, axes);
        put(all.strides, axes, strides);
        all.rank = 1;
        all.dimensions[0].indices = step.numbers;
        put(all.dimensions[0].strides, axes, step.strides);
        all.dimensions[0].count = f.extent[selected];
        all.dimensions[0].step = selected_stride;
        return all;
    }
};

}  // namespace tapeless::detail
