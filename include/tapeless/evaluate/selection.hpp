// SPDX-License-Identifier: BSL-1.0
// Runs a selection of an array program: reads a value at steps that another one names, or adds it up there. Its time is that of the steps that are named, however
// long the selected axis is, but for zeros where a result lies along that.
#pragma once

#include <tapeless/evaluate/array_frame.hpp>
#include <tapeless/evaluate/steps.hpp>

#include <bit>
#include <cstddef>
#include <limits>
#include <string>

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

    static constexpr bool names_position = is_a<op::position>(Planned::graph.nodes[step_node]);

public:
    /// Throws a shape_error if the selected axis is longer than T can count.
    static void check(const frame& f) {
        if constexpr (std::numeric_limits<T>::digits < 53)
            if (f.extent[selected] > std::ptrdiff_t(1) << std::numeric_limits<T>::digits)
                throw shape_error("tapeless: parts of a recurrence or of a concatenation are taken of " + std::to_string(f.extent[selected]) + " steps, more than its number type can count.");
    }
    static void run(const frame& f) {
        constexpr pass_sink sink = Planned::sink(Planned::plan.passes[Pass], 0);
        const auto to = f.template target<sink.kind, sink.target>();
        for_each_row(f, Planned::masks.of[node], longest_axis(Planned::masks.of[node], f.extent), [&](const strides_type& at, int inner, std::ptrdiff_t count) {
            T* const row = to.data + offset_of(at, to.strides);
            for (std::ptrdiff_t k = 0; k < count; ++k) row[k * stride_of(to.strides, inner)] = T(0);
        });
        T constant{};
        const source_type value = operand<value_node>(f, constant), step = f.template source<step_node>();
        const std::ptrdiff_t extent = f.extent[selected], from_selected = value.strides[selected], to_selected = to.strides[selected];
        // Rows along which all have the same step, if there are such.
        const axis_set together = loops & ~of_step;
        for_each_row(f, loops, longest_axis(together != 0 ? together : loops, f.extent), [&](const strides_type& at, int inner, std::ptrdiff_t count) {
            const std::ptrdiff_t from = offset_of(at, value.strides), place = offset_of(at, step.strides), from_stride = stride_of(value.strides, inner), to_stride = stride_of(to.strides, inner);
            T* const row = to.data + offset_of(at, to.strides);
            if (together != 0) {
                if (const std::ptrdiff_t chosen = step_at(step, place, extent); chosen >= 0)
                    leave_row(value, from + chosen * from_selected, from_stride, count, row + chosen * to_selected, to_stride);
                return;
            }
            const std::ptrdiff_t step_stride = stride_of(step.strides, inner);
            const auto leave_all = [&](const auto& element) {
                for (std::ptrdiff_t k = 0; k < count; ++k)
                    if (const std::ptrdiff_t chosen = step_at(step, place + k * step_stride, extent); chosen >= 0)
                        leave(row[k * to_stride + chosen * to_selected], element(from + k * from_stride + chosen * from_selected));
            };
            if (value.holds_t) leave_all([data = static_cast<const T*>(value.data)](std::ptrdiff_t offset) { return data[offset]; });
            else leave_all([&](std::ptrdiff_t offset) { return converted(value, offset); });
        });
    }

private:
    template <index Node>
    static source_type operand(const frame& f, [[maybe_unused]] T& constant) {
        constexpr graph_node n = Planned::graph.nodes[Node];
        if constexpr (n.is_constant()) {
            constant = static_cast<T>(graph_builder::value_of_bits(n.bits));
            return source_type::of(&constant, {});
        } else {
            return f.template source<Node>();
        }
    }
    static T converted(const source_type& source, std::ptrdiff_t offset) {
        T number;
        source.copy(source.data, offset, 0, 1, &number);
        return number;
    }
    /// Negative where there is no such step.
    [[gnu::always_inline]] static std::ptrdiff_t step_at(const source_type& step, std::ptrdiff_t offset, std::ptrdiff_t extent) {
        if constexpr (names_position) return offset < extent ? offset : -1;
        const T place = step.holds_t ? static_cast<const T*>(step.data)[offset] : converted(step, offset);
        return place >= T(0) && place < static_cast<T>(extent) ? static_cast<std::ptrdiff_t>(place) : -1;
    }
    [[gnu::always_inline]] static void leave(T& element, const T& value) { element = adds ? element + value : value; }
    static void leave_row(const source_type& from, std::ptrdiff_t offset, std::ptrdiff_t from_stride, std::ptrdiff_t count, T* to, std::ptrdiff_t stride) {
        if (!from.holds_t) {
            for (std::ptrdiff_t k = 0; k < count; ++k) leave(to[k * stride], converted(from, offset + k * from_stride));
            return;
        }
        const T* const first = static_cast<const T*>(from.data) + offset;
        if (from_stride == 1 && stride == 1)
            for (std::ptrdiff_t k = 0; k < count; ++k) leave(to[k], first[k]);
        else
            for (std::ptrdiff_t k = 0; k < count; ++k) leave(to[k * stride], first[k * from_stride]);
    }
    static std::ptrdiff_t stride_of(const strides_type& strides, int axis) { return axis == nowhere ? 0 : strides[axis]; }
    /// Calls visitor(first step, inner axis, its steps) for each row of some axes along one of them; nowhere: there are no axes.
    template <class Visitor>
    static void for_each_row(const frame& f, axis_set axes, int inner, const Visitor& visitor) {
        const std::ptrdiff_t count = inner == nowhere ? 1 : f.extent[inner];
        if (count == 0) return;
        for_each_step<strides_type>(inner == nowhere ? axes : axes & ~bit(inner), f.extent, [&](const strides_type& at) { visitor(at, inner, count); });
    }
};

}  // namespace tapeless::detail
