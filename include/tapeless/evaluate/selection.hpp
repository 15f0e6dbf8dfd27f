// SPDX-License-Identifier: BSL-1.0
// Runs a selection of an array program: reads a value at steps that another one names, or adds it up there. Its time is that of the steps that are named, however
// long the selected axis is, but for zeros where a result lies along that.
#pragma once

#include <tapeless/evaluate/array_frame.hpp>
#include <tapeless/evaluate/steps.hpp>

#include <bit>
#include <cstddef>

namespace tapeless::detail {

template <class Planned, class T, int Pass>
class selection_runner {
    using frame = array_frame<Planned, T>;
    using source_type = typename frame::source_type;
    using strides_type = typename frame::strides_type;
    static constexpr index node = Planned::plan.passes[Pass].by_itself;
    static constexpr graph_node selection = Planned::graph.nodes[node];
    static constexpr index value_node = selection.operands[0], step_node = selection.operands[1];
    static constexpr int selected = selected_axis(selection);
    static constexpr axis_set bit(int axis) { return axis_set(1) << axis; }
    static constexpr axis_set of_value = Planned::masks.of[value_node], of_step = Planned::masks.of[step_node];
    static constexpr axis_set loops = (of_value | of_step) & ~bit(selected);
    // Where nothing else is summed over, each element is written once, if at all.
    static constexpr bool adds = (axes_over(selection) & ~bit(selected)) != 0;

public:
    static void run(const frame& f) {
        const auto to = f.target(Planned::sink(Planned::plan.passes[Pass], 0));
        for_each_step<strides_type>(Planned::masks.of[node], f.extent, [&](const strides_type& at) { to.data[offset_of(at, to.strides)] = T(0); });
        T constant{};
        const source_type value = operand(f, value_node, constant), step = f.source(step_node);
        // A row: along an axis along which all have the same step.
        const int inner = longest_axis(loops & ~of_step, f.extent);
        const std::ptrdiff_t count = inner == nowhere ? 1 : f.extent[inner], value_stride = inner == nowhere ? 0 : value.strides[inner], stride = inner == nowhere ? 0 : to.strides[inner];
        for_each_step<strides_type>(inner == nowhere ? loops : loops & ~bit(inner), f.extent, [&](const strides_type& at) {
            const std::ptrdiff_t chosen = step_at(step, offset_of(at, step.strides));
            if (chosen < 0 || chosen >= f.extent[selected]) return;
            leave_row(value, offset_of(at, value.strides) + chosen * value.strides[selected], value_stride, count, to.data + offset_of(at, to.strides) + chosen * to.strides[selected], stride);
        });
    }

private:
    static source_type operand(const frame& f, index which, T& constant) {
        const graph_node& n = Planned::graph.nodes[which];
        if (!n.is_constant()) return f.source(which);
        constant = static_cast<T>(graph_builder::value_of_bits(n.bits));
        return source_type::of(&constant, {});
    }
    static std::ptrdiff_t step_at(const source_type& step, std::ptrdiff_t offset) {
        if (step.index) return step.index(step.data, offset);
        T place;
        step.copy(step.data, offset, 0, 1, &place);
        return as_index(place);
    }
    static void leave_row(const source_type& from, std::ptrdiff_t offset, std::ptrdiff_t from_stride, std::ptrdiff_t count, T* to, std::ptrdiff_t stride) {
        const auto leave = [](T& element, const T& value) { element = adds ? element + value : value; };
        if (from.holds_t) {
            const T* const first = static_cast<const T*>(from.data) + offset;
            if (from_stride == 1 && stride == 1)
                for (std::ptrdiff_t k = 0; k < count; ++k) leave(to[k], first[k]);
            else
                for (std::ptrdiff_t k = 0; k < count; ++k) leave(to[k * stride], first[k * from_stride]);
            return;
        }
        for (std::ptrdiff_t k = 0; k < count; ++k) {
            T value;
            from.copy(from.data, offset + k * from_stride, 0, 1, &value);
            leave(to[k * stride], value);
        }
    }
};

}  // namespace tapeless::detail
