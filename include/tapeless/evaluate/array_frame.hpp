// SPDX-License-Identifier: BSL-1.0
// What the passes of one call of an array program share: how long the axes are, where arguments and results are, and memory between passes.
#pragma once

#include <tapeless/evaluate/array_extents.hpp>

#include <cstddef>
#include <limits>

namespace tapeless::detail {

template <class Planned, class T>
class array_frame : public array_extents<Planned> {
    using lengths = array_extents<Planned>;
    using lengths::shapes_;

public:
    using lengths::extent, lengths::stretches, lengths::stretched;
    static constexpr int axes = Planned::flat.axis_count;
    static constexpr int access_count = Planned::flat.sizes.accesses;
    static constexpr int array_count = Planned::array_count;
    static constexpr int output_count = Planned::output_count;
    static constexpr int buffer_count = Planned::sizes.buffers;
    using source_type = element_source<T, axes + 1>;
    using target_type = element_target<T, axes + 1>;
    using strides_type = extents<axes + 1>;

    T numbers[Planned::number_count + 1];
    T extent_numbers[axes + 1];
    source_type accesses[access_count + 1];
    target_type outputs[output_count + 1];
    T results[output_count + 1];  ///< of outputs that are numbers
    element_target<T, most_dimensions> irregular_outputs[output_count + 1];  ///< what is added to after the passes
    T* buffers[buffer_count + 1];
    strides_type buffer_strides[buffer_count + 1];
    T* compensation;  ///< what rounding has lost of sums of all elements
    std::ptrdiff_t lost[buffer_count + 1];  ///< where in `compensation` that of each buffer is

    /// An argument that is an array. argument: its position among all of them.
    template <int Array, class View>
    void bind(int argument, const View& view) {
        lengths::add_array(Array, argument, view.shape());
        if constexpr (is_read_irregularly(Array)) {
            extents<most_dimensions> strides{};
            for (int d = 0; d < View::rank; ++d) strides[d] = view.strides()[d];
            arguments_as_they_are_[Array] = element_source<T, most_dimensions>::of(view.data(), strides);
        }
        for_each<access_count>([&](auto k) {
            if constexpr (Planned::flat.accesses[k].array == Array && !Planned::flat.accesses[k].is_irregular()) {
                strides_type strides{};
                const std::ptrdiff_t offset = place<k>(view, strides);
                accesses[k] = source_type::of(view.data() + offset, strides);
            }
        });
    }
    /// Memory for an output that is an array, of the shape of that argument.
    template <int Output, class View>
    void bind_output(const View& view) {
        if constexpr (Planned::is_irregular(Output)) {
            irregular_outputs[Output].data = view.data();
            for (int d = 0; d < View::rank; ++d) irregular_outputs[Output].strides[d] = view.strides()[d];
            return;
        }
        strides_type strides{};
        const std::ptrdiff_t offset = place<Planned::outputs.of[Output].which>(view, strides);
        outputs[Output] = {view.data() + offset, strides};
    }

    /// Memory for an output along these axes, dimension by dimension; nowhere: of one step.
    template <class View>
    void bind_output_along(int output, const int* along, const View& view) {
        strides_type strides{};
        for (int d = 0; d < View::rank; ++d)
            if (along[d] != nowhere) strides[along[d]] = view.strides()[d];
        outputs[output] = {view.data(), strides};
    }

    /// Finds out how long the axes are. Throws a shape_error if arrays do not fit each other.
    void measure(const char* call) {
        lengths::measure(call);
        if (stretches) stretch_accesses();
        for (int axis = 0; axis < axes; ++axis) extent_numbers[axis] = static_cast<T>(extent[axis]);
        for_each<access_count>([&](auto k) {
            for_each<Planned::flat.accesses[k].rank>([&](auto d) {
                if constexpr (Planned::flat.accesses[k].dimensions[d].indices != nowhere) check_indices<k, d>(call);
            });
        });
    }

    /// Where there is no element.
    static constexpr std::ptrdiff_t absent = std::numeric_limits<std::ptrdiff_t>::min();
    /// Where in its array an access is at a step of the axes.
    template <int Access>
    std::ptrdiff_t offset(const strides_type& at, const extents<most_dimensions>& strides) const {
        std::ptrdiff_t sum = 0;
        // g++ 12 finds what a base has in a lambda through this only.
        for_each<Planned::flat.accesses[Access].rank>([&](auto d) {
            constexpr array_access access = Planned::flat.accesses[Access];
            constexpr dimension_access dimension = access.dimensions[d];
            const std::ptrdiff_t whole = this->shapes_[access.array][d];
            std::ptrdiff_t step = 0;
            if constexpr (dimension.axis == nowhere && dimension.indices == nowhere) {
                if (dimension.slice != nowhere) sum += resolve_step(Planned::flat.slices, dimension.slice, whole) * strides[d];
                return;
            } else {
                const slice_of_extent part = resolve(Planned::flat.slices, dimension.slice, whole);
                std::ptrdiff_t steps = part.count;
                if constexpr (dimension.indices != nowhere) {
                    step = index_at<dimension.indices>(at, part.count);
                } else if constexpr (dimension.part != nowhere) {
                    constexpr axis_concatenation all = Planned::flat.concatenations[dimension.part / axis_concatenation::most_parts];
                    step = at[dimension.axis];
                    steps = this->extent[all.parts[dimension.part % axis_concatenation::most_parts]];
                    for (int k = 0; k < dimension.part % axis_concatenation::most_parts; ++k) step -= this->extent[all.parts[k]];
                } else {
                    step = at[dimension.axis];
                    steps = this->extent[dimension.axis];
                }
                const bool is_absent = step < 0 || step >= steps;
                if (this->stretches && part.count == 1) step = 0;
                if (sum != absent) sum = is_absent ? absent : sum + (part.start + step * part.step) * strides[d];
            }
        });
        return sum;
    }
    const element_source<T, most_dimensions>& argument(int array) const { return arguments_as_they_are_[array]; }

    source_type source(index node) const {
        const graph_node& n = Planned::graph.nodes[node];
        if (is_a<op::element>(n)) return accesses[n.bits];
        if (n.is_input()) return source_type::of(numbers + n.bits, {});
        if (is_a<op::extent>(n)) return source_type::of(extent_numbers + n.bits, {});
        if (is_a<op::position>(n)) {
            strides_type strides{};
            strides[n.bits] = 1;
            return source_type::positions(strides);
        }
        const int buffer = Planned::buffer_of(node);
        return source_type::of(buffers[buffer], buffer_strides[buffer]);
    }
    target_type target(const pass_sink& sink) const {
        if (sink.kind == pass_sink::output) return outputs[sink.target];
        return {buffers[sink.target], buffer_strides[sink.target]};
    }
    static constexpr bool starts_at_tile(index node) {
        const graph_node& n = Planned::graph.nodes[node];
        return (n.operation->arity > 0 || is_a<op::carried>(n)) && Planned::plan.buffers[Planned::buffer_of(node)].is_local;
    }

private:
    [[gnu::noinline, gnu::cold]] void stretch_accesses() {
        for (int k = 0; k < access_count; ++k)
            for (axis_set rest = Planned::flat.accesses[k].is_irregular() ? 0 : stretched[k]; rest != 0; rest &= rest - 1) accesses[k].strides[std::countr_zero(rest)] = 0;
    }
    static constexpr bool is_read_irregularly(int array) {
        for (int k = 0; k < access_count; ++k)
            if (Planned::flat.accesses[k].array == array && Planned::flat.accesses[k].is_irregular()) return true;
        return false;
    }
    /// An index, from the end if it is negative.
    template <int Indices>
    std::ptrdiff_t index_at(const strides_type& at, std::ptrdiff_t count) const {
        std::ptrdiff_t offset = 0;
        for (int axis = 0; axis < axes; ++axis) offset += accesses[Indices].strides[axis] * at[axis];
        const std::ptrdiff_t index = accesses[Indices].index(accesses[Indices].data, offset);
        return index < 0 ? index + count : index;
    }
    template <int Access, int Dimension>
    void check_indices(const char* call) const {
        constexpr array_access access = Planned::flat.accesses[Access];
        constexpr dimension_access dimension = access.dimensions[Dimension];
        constexpr axis_set along = axes_of(Planned::flat.accesses[dimension.indices], Planned::flat.accesses);
        const std::ptrdiff_t count = resolve(Planned::flat.slices, dimension.slice, shapes_[access.array][Dimension]).count;
        for (int axis = 0; axis < axes; ++axis)
            if ((along >> axis & 1) && extent[axis] == 0) return;
        strides_type at{};
        for (;;) {
            const std::ptrdiff_t index = index_at<dimension.indices>(at, count);
            if (index < 0 || index >= count) this->throw_index(call, access, Planned::flat.accesses[dimension.indices], Dimension, index < 0 ? index - count : index, count);
            int axis = axes - 1;
            for (; axis >= 0; --axis) {
                if (!(along >> axis & 1)) continue;
                if (++at[axis] < extent[axis]) break;
                at[axis] = 0;
            }
            if (axis < 0) return;
        }
    }
    template <int Access, class View>
    static std::ptrdiff_t place(const View& view, strides_type& strides) {
        std::ptrdiff_t offset = 0;
        for_each<View::rank>([&](auto d) {
            constexpr dimension_access dimension = Planned::flat.accesses[Access].dimensions[d];
            if constexpr (dimension.axis != nowhere) {
                const slice_of_extent part = resolve(Planned::flat.slices, dimension.slice, view.shape()[d]);
                offset += part.start * view.strides()[d];
                strides[dimension.axis] += part.step * view.strides()[d];
            } else if constexpr (dimension.slice != nowhere) {
                offset += resolve_step(Planned::flat.slices, dimension.slice, view.shape()[d]) * view.strides()[d];
            }
        });
        return offset;
    }

    element_source<T, most_dimensions> arguments_as_they_are_[array_count + 1];
};

}  // namespace tapeless::detail
