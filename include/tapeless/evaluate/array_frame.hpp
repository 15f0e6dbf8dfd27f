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
    using source_as_it_is = element_source<T, most_dimensions>;

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
            arguments_as_they_are_[Array] = source_as_it_is::of(view.data(), strides);
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
    }
    /// Throws a shape_error if an index is wrong. Reads the indices, which are in the host's memory.
    void check_indices(const char* call) const {
        for_each<access_count>([&](auto k) {
            for_each<Planned::flat.accesses[k].rank>([&](auto d) {
                constexpr int indices = Planned::flat.accesses[k].dimensions[d].indices;
                if constexpr (indices != nowhere)
                    if constexpr (!Planned::flat.accesses[indices].is_of_places()) check_indices_of<k, d>(call);
            });
        });
        for_each<Planned::flat.sizes.indices>([&](auto k) {
            constexpr axis_indices indices = Planned::flat.indices[k];
            if (const std::ptrdiff_t wrong = wrong_index<indices.access>(extent[indices.axis]); wrong != absent)
                this->throw_index_of_axis(call, indices, wrong);
        });
    }

    /// Where there is no element.
    static constexpr std::ptrdiff_t absent = std::numeric_limits<std::ptrdiff_t>::min();
    /// Where in its array an access is at a step of the axes.
    template <int Access>
    std::ptrdiff_t offset(const strides_type& at, const auto& strides) const {
        std::ptrdiff_t sum = 0;
        bool exists = true;
        for_each<Planned::flat.accesses[Access].rank>([&](auto d) {
            const std::ptrdiff_t place = this->template place_along<Access, d>(at);
            exists = exists && place != absent;
            if (exists) sum += place * strides[d];
        });
        return exists ? sum : absent;
    }
    /// Of the shape of what an access reads: a view of elements in order, which are not there.
    template <int Access>
    auto elements_in_order() const {
        constexpr int rank = Planned::flat.accesses[Access].rank;
        extents<rank> shape{};
        std::copy_n(this->shape_of(Planned::flat.accesses[Access]), rank, shape.data());
        return array_view<const T, rank>(nullptr, shape);
    }
    /// Where an access is among the places of a reshaped array.
    template <int Access>
    std::ptrdiff_t place_in_old_shape(const strides_type& at) const {
        constexpr array_access access = Planned::flat.accesses[Access];
        const std::ptrdiff_t place = offset<Access>(at, elements_in_order<Access>().strides());
        return place == absent ? absent : place / steps_of_old_axis(access, access.reshaped_axis) % this->old_extent(access.reshaping, access.reshaped_axis);
    }
    /// Where an access begins in a view of its array; sets the strides along its axes.
    template <int Access, class View>
    static std::ptrdiff_t place(const View& view, strides_type& strides) {
        std::ptrdiff_t offset = 0;
        for_each<View::rank>([&](auto d) {
            constexpr dimension_access dimension = Planned::flat.accesses[Access].dimensions[d];
            if constexpr (dimension.axis != nowhere) {
                const slice_of_extent part = resolve(Planned::flat.slices, dimension.slice, view.shape()[d]);
                offset += part.start * view.strides()[d];
                strides[dimension.axis] += part.step * view.strides()[d];
            } else if constexpr (dimension.slice != nowhere && dimension.indices == nowhere) {
                offset += resolve_step(Planned::flat.slices, dimension.slice, view.shape()[d]) * view.strides()[d];
            }
        });
        return offset;
    }
    /// How many steps a dimension has where it is read, which may be those that it stretches to. count: its own.
    template <dimension_access Dimension>
    std::ptrdiff_t steps_along(std::ptrdiff_t count) const {
        if constexpr (Dimension.part != nowhere) {
            return extent[Planned::flat.concatenations[Dimension.part / axis_concatenation::most_parts].parts[Dimension.part % axis_concatenation::most_parts]];
        } else if constexpr (Dimension.indices != nowhere) {
            constexpr array_access places = Planned::flat.accesses[Dimension.indices];
            if constexpr (places.is_of_places()) return this->old_extent(places.reshaping, places.reshaped_axis);
            else return count;
        } else {
            return extent[Dimension.axis];
        }
    }
    /// How many steps there are for an index to choose from.
    template <dimension_access Dimension>
    std::ptrdiff_t count_of_indexed(std::ptrdiff_t count) const {
        if constexpr (Dimension.part == nowhere) return count;
        else return extent[Planned::flat.concatenations[Dimension.part / axis_concatenation::most_parts].axis];
    }
    /// How many steps of a concatenation are before the part that a dimension is.
    template <dimension_access Dimension>
    std::ptrdiff_t steps_before() const {
        constexpr axis_concatenation all = Planned::flat.concatenations[Dimension.part / axis_concatenation::most_parts];
        std::ptrdiff_t steps = 0;
        for (int k = 0; k < Dimension.part % axis_concatenation::most_parts; ++k) steps += extent[all.parts[k]];
        return steps;
    }
    /// How many steps of memory in order one step along an old axis is.
    std::ptrdiff_t steps_of_old_axis(const array_access& places, int axis) const {
        std::ptrdiff_t steps = 1;
        for (int later = axis + 1; later < Planned::flat.reshapings[places.reshaping].old_rank; ++later) steps *= this->old_extent(places.reshaping, later);
        return steps;
    }
    const source_as_it_is& argument(int array) const { return arguments_as_they_are_[array]; }

    /// Where a pass reads a node.
    template <index Node>
    source_type source() const {
        constexpr graph_node n = Planned::graph.nodes[Node];
        if constexpr (is_a<op::element>(n)) {
            return accesses[n.bits];
        } else if constexpr (n.is_input()) {
            return source_type::of(numbers + n.bits, {});
        } else if constexpr (is_a<op::extent>(n)) {
            return source_type::of(extent_numbers + n.bits, {});
        } else if constexpr (is_a<op::position>(n)) {
            strides_type strides{};
            strides[n.bits] = 1;
            return source_type::positions(strides);
        } else {
            constexpr int buffer = Planned::buffer_of(Node);
            return source_type::of(buffers[buffer], buffer_strides[buffer]);
        }
    }
    /// Where a pass leaves what a sink is for.
    template <pass_sink::kind_of_sink Kind, int Target>
    target_type target() const {
        if constexpr (Kind == pass_sink::output) return outputs[Target];
        else return {buffers[Target], buffer_strides[Target]};
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
    /// Where along a dimension of its array an access is at a step of the axes.
    template <int Access, int Dimension>
    std::ptrdiff_t place_along(const strides_type& at) const {
        constexpr dimension_access dimension = Planned::flat.accesses[Access].dimensions[Dimension];
        const std::ptrdiff_t whole = this->shape_of(Planned::flat.accesses[Access])[Dimension];
        if constexpr (dimension.axis == nowhere && dimension.indices == nowhere) {
            return dimension.slice == nowhere ? 0 : resolve_step(Planned::flat.slices, dimension.slice, whole);
        } else {
            const slice_of_extent part = resolve(Planned::flat.slices, dimension.slice, whole);
            const std::ptrdiff_t steps = steps_along<dimension>(part.count);
            std::ptrdiff_t step = 0;
            if constexpr (dimension.indices == nowhere) step = at[dimension.axis];
            else step = index_at<dimension.indices>(at, count_of_indexed<dimension>(part.count));
            if constexpr (dimension.part != nowhere) step -= steps_before<dimension>();
            if (step < 0 || step >= steps) return absent;
            return part.start + (stretches && part.count == 1 ? 0 : step) * part.step;
        }
    }
    /// An index, from the end if it is negative; absent where the array of indices has no element.
    template <int Indices>
    std::ptrdiff_t index_at(const strides_type& at, std::ptrdiff_t count) const {
        constexpr array_access indices = Planned::flat.accesses[Indices];
        if constexpr (indices.is_of_places()) {
            return place_in_old_shape<Indices>(at);
        } else {
            std::ptrdiff_t place = 0, index = 0;
            if constexpr (indices.is_irregular()) {
                const source_as_it_is& source = arguments_as_they_are_[indices.array];
                place = offset<Indices>(at, source.strides);
                if (place == absent) return absent;
                index = source.index(source.data, place);
            } else {
                for (int axis = 0; axis < axes; ++axis) place += accesses[Indices].strides[axis] * at[axis];
                index = accesses[Indices].index(accesses[Indices].data, place);
            }
            return index < 0 && index != no_index ? index + count : index;
        }
    }
    template <int Access, int Dimension>
    void check_indices_of(const char* call) const {
        constexpr array_access access = Planned::flat.accesses[Access];
        constexpr dimension_access dimension = access.dimensions[Dimension];
        const std::ptrdiff_t count = count_of_indexed<dimension>(resolve(Planned::flat.slices, dimension.slice, this->shape_of(access)[Dimension]).count);
        if (const std::ptrdiff_t wrong = wrong_index<dimension.indices>(count); wrong != absent) this->throw_index(call, access, Planned::flat.accesses[dimension.indices], Dimension, wrong, count);
    }
    /// The first index of an access that is none of so many steps, as the array has it; absent: there is none.
    template <int Indices>
    std::ptrdiff_t wrong_index(std::ptrdiff_t count) const {
        constexpr axis_set along = axes_of(Planned::flat.accesses[Indices], Planned::flat.accesses);
        for (int axis = 0; axis < axes; ++axis)
            if ((along >> axis & 1) && extent[axis] == 0) return absent;
        strides_type at{};
        for (;;) {
            const std::ptrdiff_t index = index_at<Indices>(at, count);
            if (index != absent && (index < 0 || index >= count)) return index < 0 && index != no_index ? index - count : index;
            int axis = axes - 1;
            for (; axis >= 0; --axis) {
                if (!(along >> axis & 1)) continue;
                if (++at[axis] < extent[axis]) break;
                at[axis] = 0;
            }
            if (axis < 0) return absent;
        }
    }
    source_as_it_is arguments_as_they_are_[array_count + 1];
};

}  // namespace tapeless::detail
