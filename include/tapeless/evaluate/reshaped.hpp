// SPDX-License-Identifier: BSL-1.0
// Arrays that are read in another shape. Strides lead to all elements where they are, if those follow each other in memory at one distance, in the order of the old
// shape; else rows of that may be copied.
#pragma once

#include <tapeless/evaluate/array_frame.hpp>

#include <algorithm>
#include <cstddef>

namespace tapeless::detail {

/// Where an access begins, and its strides; or that no strides lead to its elements.
template <class Strides>
struct regular_place {
    bool exists = false;
    std::ptrdiff_t offset = 0;
    Strides strides{};
};

template <class Planned, class T, int Access>
class reshaped_access {
    using frame = array_frame<Planned, T>;
    using place_type = regular_place<typename frame::strides_type>;
    static constexpr array_access access = Planned::flat.accesses[Access];

    static constexpr bool is_regular(const array_access& all) {
        for (int d = 0; d < all.rank; ++d)
            if (all.dimensions[d].is_irregular()) return false;
        return true;
    }
    // The places along axes of one reshaped array, each once, if they are all that makes the access irregular: one of them.
    static constexpr int places = [] {
        int one = nowhere, known = 0;
        for (int d = 0; d < access.rank; ++d) {
            const dimension_access& dimension = access.dimensions[d];
            if (dimension.part != nowhere) return nowhere;
            if (dimension.indices == nowhere) continue;
            array_access all = Planned::flat.accesses[dimension.indices];
            if (!all.is_of_places() || !is_regular(all) || (known >> all.reshaped_axis & 1)) return nowhere;
            known |= 1 << all.reshaped_axis;
            if (one == nowhere) one = dimension.indices;
            all.reshaped_axis = Planned::flat.accesses[one].reshaped_axis;
            if (!(all == Planned::flat.accesses[one])) return nowhere;
        }
        return one;
    }();
    static constexpr int reshaping = places == nowhere ? nowhere : Planned::flat.accesses[places].reshaping;
    static constexpr int old_rank = places == nowhere ? 0 : Planned::flat.reshapings[reshaping].old_rank;
    static constexpr int dimension_of_old_axis(int axis) {
        for (int d = 0; d < access.rank; ++d)
            if (const int indices = access.dimensions[d].indices; indices != nowhere && Planned::flat.accesses[indices].reshaped_axis == axis) return d;
        return nowhere;
    }

    static constexpr bool reads_all_old_axes = [] {
        if constexpr (places != nowhere)
            for (int axis = 0; axis < old_rank; ++axis)
                if (Planned::flat.reshapings[reshaping].old_axes[axis] != nowhere && dimension_of_old_axis(axis) == nowhere) return false;
        return places != nowhere;
    }();
    // Whether the steps of the access's axes, one after the other, are those of the old shape.
    static constexpr bool runs_through_old_shape = [] {
        if constexpr (places != nowhere) {
            for (int d = 0; d < access.rank; ++d)
                if (access.dimensions[d].indices == nowhere && access.dimensions[d].axis != nowhere) return false;
            const array_access& all = Planned::flat.accesses[places];
            axis_set axes = 0;
            for (int d = 0; d < all.rank; ++d) {
                const axis_set axis = array_builder::bit(all.dimensions[d].axis);
                if (all.dimensions[d].slice != nowhere || (axes & axis) != 0) return false;
                axes |= axis;
            }
        }
        return places != nowhere;
    }();

    // Steps in memory along the axes of the old shape; 0 along those that the access lacks, or along which it stretches.
    struct old_steps {
        extents<old_rank> shape{}, strides{};
        std::ptrdiff_t size = 1;
        typename frame::strides_type own{};  ///< along the axes of dimensions that are not reshaped
        std::ptrdiff_t offset = 0;
    };
    static old_steps steps_of(const frame& f, const extents<most_dimensions>& array_strides) {
        old_steps all;
        extents<access.rank> shape{}, strides{};
        std::copy_n(f.shape_of(access), access.rank, shape.data());
        std::copy_n(array_strides.data(), access.rank, strides.data());
        all.offset = place_of_own<Access>(f, array_view<const T, access.rank>(nullptr, shape, strides), all.own);
        for (int axis = 0; axis < old_rank; ++axis) {
            all.shape[axis] = f.old_extent(reshaping, axis);
            all.size *= all.shape[axis];
            const int d = dimension_of_old_axis(axis);
            if (d == nowhere) continue;
            const slice_of_extent part = resolve(Planned::flat.slices, access.dimensions[d].slice, shape[d]);
            all.offset += part.start * strides[d];
            if (part.count > 1) all.strides[axis] = part.step * strides[d];
        }
        return all;
    }
    // Where the dimensions lead to that no array of indices goes with.
    template <int Which>
    static std::ptrdiff_t place_of_own(const frame& f, const auto& view, typename frame::strides_type& strides) {
        const std::ptrdiff_t offset = frame::template place<Which>(view, strides);
        for (int axis = 0; axis < frame::axes; ++axis)
            if (f.stretches && (f.stretched[Which] >> axis & 1)) strides[axis] = 0;
        return offset;
    }

public:
    /// Whether no two steps are at one place, as far as nothing stretches.
    static constexpr bool is_one_to_one = reads_all_old_axes;
    /// array_strides: those of the argument, or of the derivative by it.
    static place_type place([[maybe_unused]] const frame& f, [[maybe_unused]] const extents<most_dimensions>& array_strides) {
        place_type result;
        if constexpr (reads_all_old_axes) {
            const old_steps steps = steps_of(f, array_strides);
            if (steps.size == 0) return result;
            std::ptrdiff_t distance = 0, count = 1;
            for (int axis = old_rank - 1; axis >= 0; --axis) {
                if (steps.shape[axis] == 1) continue;
                if (count == 1) distance = steps.strides[axis];
                if (steps.strides[axis] != distance * count) return result;
                count *= steps.shape[axis];
            }
            result.exists = true;
            result.offset = steps.offset + distance * place_of_own<places>(f, f.template elements_in_order<places>(), result.strides);
            for (int axis = 0; axis < frame::axes; ++axis) result.strides[axis] = result.strides[axis] * distance + steps.own[axis];
        }
        return result;
    }
    /// In the argument.
    static place_type place([[maybe_unused]] const frame& f) {
        if constexpr (reads_all_old_axes) return place(f, f.argument(access.array).strides);
        else return {};
    }

    /// Calls visitor(offset, stride, count) for the rows of the old shape, if they have the elements in the order in which they are read. Returns whether they do.
    template <class Visitor>
    static bool visit_rows([[maybe_unused]] const frame& f, [[maybe_unused]] const extents<most_dimensions>& array_strides, [[maybe_unused]] const Visitor& visitor) {
        if constexpr (runs_through_old_shape) {
            if (f.stretches && f.stretched[places] != 0) return false;
            const old_steps steps = steps_of(f, array_strides);
            constexpr int last = old_rank - 1;
            extents<old_rank> at{};
            for (std::ptrdiff_t done = 0; done < steps.size; done += steps.shape[last]) {
                std::ptrdiff_t offset = steps.offset;
                for (int axis = 0; axis < last; ++axis) offset += at[axis] * steps.strides[axis];
                visitor(offset, steps.strides[last], steps.shape[last]);
                for (int axis = last - 1; axis >= 0 && ++at[axis] == steps.shape[axis]; --axis) at[axis] = 0;
            }
        }
        return runs_through_old_shape;
    }
};

}  // namespace tapeless::detail
