// SPDX-License-Identifier: BSL-1.0
// Where the accesses of an array program that backward records read and write.
#pragma once

#include <tapeless/evaluate/slices.hpp>
#include <tapeless/variable/recorded.hpp>

#include <array>
#include <cstddef>
#include <limits>
#include <vector>

namespace tapeless::detail {

using strides_of_axes = std::array<std::ptrdiff_t, most_axes>;

/// Where the accesses of an array program read and write. shape_of: of the array of an access, its extents along four dimensions, the last ones its own.
template <class T, class ShapeOf>
class interpreted_places {
public:
    static constexpr std::ptrdiff_t absent = std::numeric_limits<std::ptrdiff_t>::min();

    interpreted_places(const interpreted_arrays& program, const std::vector<recorded_input<T>>& inputs, const ShapeOf& shape_of) : program_(program), inputs_(inputs), shape_of_(shape_of) {}

    std::ptrdiff_t extent(const array_access& access, int d) const {
        if (access.is_of_places()) return new_extent(access, d);
        return shape_of_(access)[static_cast<std::size_t>(most_dimensions - access.rank + d)];
    }
    /// Of an access that is not irregular: where it begins, and its steps along axes.
    std::ptrdiff_t begin(const array_access& access, const extents<4>& strides, strides_of_axes& steps) const {
        std::ptrdiff_t offset = 0;
        for (int d = 0; d < access.rank; ++d) {
            const dimension_access& dimension = access.dimensions[d];
            const std::ptrdiff_t stride = strides[static_cast<std::size_t>(most_dimensions - access.rank + d)];
            if (dimension.axis != nowhere) {
                const slice_of_extent part = resolve(program_.slices, dimension.slice, extent(access, d));
                offset += part.start * stride;
                if (part.count != 1) steps[static_cast<std::size_t>(dimension.axis)] += part.step * stride;
            } else if (dimension.slice != nowhere) {
                offset += resolve_step(program_.slices, dimension.slice, extent(access, d)) * stride;
            }
        }
        return offset;
    }
    /// Where an access is at a step of the axes; absent where it has no element.
    std::ptrdiff_t at(const array_access& access, const extents<4>& strides, const strides_of_axes& step) const {
        std::ptrdiff_t offset = 0;
        for (int d = 0; d < access.rank; ++d) {
            const std::ptrdiff_t place = along(access, d, step);
            if (place == absent) return absent;
            offset += place * strides[static_cast<std::size_t>(most_dimensions - access.rank + d)];
        }
        return offset;
    }
    /// Where an element of a reshaped array was along one of its axes.
    std::ptrdiff_t in_old_shape(const array_access& access, const strides_of_axes& step) const {
        std::ptrdiff_t place = 0;
        for (int d = 0; d < access.rank; ++d) {
            const std::ptrdiff_t next = along(access, d, step);
            if (next == absent) return absent;
            place = place * extent(access, d) + next;
        }
        const axis_reshaping& reshaping = reshaping_of(access);
        for (int later = reshaping.old_rank - 1; later > access.reshaped_axis; --later) place /= extent_of_axis(reshaping.old_axes[later]);
        return place % extent_of_axis(reshaping.old_axes[access.reshaped_axis]);
    }

private:
    const axis_reshaping& reshaping_of(const array_access& access) const { return program_.reshapings[static_cast<std::size_t>(access.reshaping)]; }
    std::ptrdiff_t extent_of_axis(int axis) const { return axis == nowhere ? 1 : program_.extent[static_cast<std::size_t>(axis)]; }
    std::ptrdiff_t new_extent(const array_access& access, int d) const {
        const axis_reshaping& reshaping = reshaping_of(access);
        if (reshaping.as_long_as[d] != nowhere) return extent_of_axis(reshaping.as_long_as[d]);
        if (!reshaping.is_worked_out(d)) return reshaping.sizes[d];
        std::ptrdiff_t count = 1, known = 1;
        for (int k = 0; k < reshaping.old_rank; ++k) count *= extent_of_axis(reshaping.old_axes[k]);
        for (int k = 0; k < reshaping.rank; ++k)
            if (k != d) known *= new_extent(access, k);
        return known == 0 ? 0 : count / known;
    }
    std::ptrdiff_t along(const array_access& access, int d, const strides_of_axes& step) const {
        const dimension_access& dimension = access.dimensions[d];
        const std::ptrdiff_t whole = extent(access, d);
        if (dimension.axis == nowhere && dimension.indices == nowhere) return dimension.slice == nowhere ? 0 : resolve_step(program_.slices, dimension.slice, whole);
        const slice_of_extent part = resolve(program_.slices, dimension.slice, whole);
        std::ptrdiff_t steps = part.count, place = 0, choices = part.count;
        if (dimension.part != nowhere) {
            const axis_concatenation& all = program_.concatenations[static_cast<std::size_t>(dimension.part / axis_concatenation::most_parts)];
            const int which = dimension.part % axis_concatenation::most_parts;
            steps = extent_of_axis(all.parts[which]);
            choices = extent_of_axis(all.axis);
            for (int k = 0; k < which; ++k) place -= extent_of_axis(all.parts[k]);
        } else if (dimension.indices == nowhere) {
            steps = extent_of_axis(dimension.axis);
        }
        if (dimension.indices == nowhere) {
            place += step[static_cast<std::size_t>(dimension.axis)];
        } else {
            const array_access& indices = program_.accesses[static_cast<std::size_t>(dimension.indices)];
            if (indices.is_of_places()) steps = dimension.part != nowhere ? steps : extent_of_axis(reshaping_of(indices).old_axes[indices.reshaped_axis]);
            const std::ptrdiff_t chosen = indices.is_of_places() ? in_old_shape(indices, step) : index_at(indices, choices, step);
            if (chosen == absent) return absent;
            place += chosen;
        }
        if (place < 0 || place >= steps) return absent;
        return part.start + (part.count == 1 ? 0 : place) * part.step;
    }
    std::ptrdiff_t index_at(const array_access& indices, std::ptrdiff_t choices, const strides_of_axes& step) const {
        const recorded_input<T>& input = inputs_[static_cast<std::size_t>(program_.input_of_array[static_cast<std::size_t>(indices.array)])];
        const std::ptrdiff_t place = at(indices, input.strides, step);
        if (place == absent) return absent;
        const auto index = static_cast<std::ptrdiff_t>(input.data[place]);
        return index < 0 ? index + choices : index;
    }

    const interpreted_arrays& program_;
    const std::vector<recorded_input<T>>& inputs_;
    const ShapeOf& shape_of_;
};

}  // namespace tapeless::detail
