// SPDX-License-Identifier: BSL-1.0
// How long the axes of one call of an array program are: as the arguments' shapes say, which may stretch as in numpy; and what is wrong with shapes that do not fit.
#pragma once

#include <tapeless/evaluate/registers.hpp>
#include <tapeless/plan/planned.hpp>

#include <algorithm>
#include <cstddef>
#include <string>

namespace tapeless::detail {

/// A dimension's part that a slice stands for.
struct slice_of_extent {
    std::ptrdiff_t start, count, step;
};
template <class Slices>
constexpr slice_of_extent resolve(const Slices& slices, int slice, std::ptrdiff_t extent) {
    if (slice == nowhere) return {0, extent, 1};
    const axis_slice& part = slices[slice];
    const slice_of_extent whole = resolve(slices, part.of, extent);
    const auto place = [&](int bound) { return std::clamp<std::ptrdiff_t>(bound < 0 ? whole.count + bound : bound, 0, whole.count); };
    const std::ptrdiff_t start = place(part.start), stop = part.to_the_end ? whole.count : place(part.stop);
    return {whole.start + start * whole.step, stop > start ? (stop - start + part.step - 1) / part.step : 0, whole.step * part.step};
}
/// The place of a single step; -1 if there is none.
template <class Slices>
constexpr std::ptrdiff_t resolve_step(const Slices& slices, int slice, std::ptrdiff_t extent) {
    const axis_slice& step = slices[slice];
    const slice_of_extent whole = resolve(slices, step.of, extent);
    const std::ptrdiff_t at = step.start < 0 ? whole.count + step.start : step.start;
    return at < 0 || at >= whole.count ? -1 : whole.start + at * whole.step;
}

template <class Planned>
class array_extents {
    static constexpr int axes = Planned::flat.axis_count;
    static constexpr int access_count = Planned::flat.sizes.accesses;

public:
    std::ptrdiff_t extent[axes + 1];
    bool stretches = false;
    axis_set stretched[access_count + 1];  ///< if `stretches`: the axes along which an access has one step, which is all of theirs

    /// An argument that is an array. argument: its position among all of them.
    template <std::size_t Rank>
    void add_array(int array, int argument, const extents<Rank>& shape) {
        ranks_[array] = static_cast<int>(Rank);
        arguments_[array] = argument;
        for (std::size_t d = 0; d < Rank; ++d) shapes_[array][d] = shape[d];
    }

    /// Finds out how long the axes are. Throws a shape_error if arrays along one axis do not fit each other.
    void measure(const char* call) {
        [[maybe_unused]] bool fits = true;
        for_each<access_count>([&](auto k) {
            for_each<Planned::flat.accesses[k].rank>([&](auto d) {
                constexpr array_access access = Planned::flat.accesses[k];
                constexpr dimension_access dimension = access.dimensions[d];
                const std::ptrdiff_t whole = shapes_[access.array][d];
                if constexpr (dimension.is_irregular()) {
                } else if constexpr (dimension.axis == nowhere) {
                    if (dimension.slice != nowhere && resolve_step(Planned::flat.slices, dimension.slice, whole) < 0) throw_no_step(call, access, d);
                } else {
                    const std::ptrdiff_t count = resolve(Planned::flat.slices, dimension.slice, whole).count;
                    constexpr int known_by = first_along(dimension.axis);
                    if constexpr (known_by == k && first_dimension(access, dimension.axis) == d) extent[dimension.axis] = count;
                    else fits = fits && extent[dimension.axis] == count;
                }
            });
        });
        for_each<Planned::flat.sizes.concatenations>([&](auto k) {
            constexpr axis_concatenation whole = Planned::flat.concatenations[k];
            std::ptrdiff_t count = 0;
            for (int part = 0; part < whole.count; ++part) count += extent[whole.parts[part]];
            constexpr int known_by = first_along(whole.axis);
            if constexpr (known_by == nowhere) extent[whole.axis] = count;
            else fits = fits && extent[whole.axis] == count;
        });
        if constexpr (has_shared_axis())
            if (!fits) stretch(call);
        for_each<axes>([&](auto axis) {
            constexpr int known_by = first_along(axis);
            if constexpr (known_by == nowhere && !is_concatenation(axis)) extent[axis] = extent_of_origin(Planned::flat.origins[axis]);
            if constexpr ((Planned::flat.filled >> axis & 1) != 0)
                if (extent[axis] == 0)
                    throw shape_error(std::string(call) + ": a maximum or minimum is over no elements" +
                                      (known_by == nowhere ? "" : ", of " + describe(Planned::flat.accesses[known_by].array)) + ".");
        });
        for_each<Planned::flat.sizes.lengths>([&](auto k) {
            constexpr axis_length length = Planned::flat.lengths[k];
            const std::ptrdiff_t count = length.of == nowhere ? 1 : resolve(Planned::flat.slices, length.slice, extent[length.of]).count;
            if (extent[length.axis] != count) throw_length(call, extent[length.axis], count);
        });
        for_each<Planned::flat.sizes.single_steps>([&](auto k) {
            constexpr single_step single = Planned::flat.single_steps[k];
            if (count_along(single.access, single.dimension) != 1) throw_several_steps(call, single);
        });
    }

private:
    std::ptrdiff_t extent_of_origin(const axis_origin& origin) const {
        if (origin.axis == nowhere) return 0;
        const std::ptrdiff_t whole = first_along(origin.axis) == nowhere && !is_concatenation(origin.axis) ? extent_of_origin(Planned::flat.origins[origin.axis]) : extent[origin.axis];
        return resolve(Planned::flat.slices, origin.slice, whole).count;
    }
    /// Whether arrays of different lengths may meet along an axis.
    static constexpr bool has_shared_axis() {
        int along[most_axes] = {};
        for (int k = 0; k < access_count; ++k)
            for (int d = 0; d < Planned::flat.accesses[k].rank; ++d)
                if (measures(k, d) && ++along[Planned::flat.accesses[k].dimensions[d].axis] > 1) return true;
        for (int k = 0; k < Planned::flat.sizes.concatenations; ++k)
            if (along[Planned::flat.concatenations[k].axis] > 0) return true;
        return false;
    }
    // Whether a dimension says how long its axis is.
    static constexpr bool measures(int access, int d) {
        const dimension_access& dimension = Planned::flat.accesses[access].dimensions[d];
        return dimension.axis != nowhere && !dimension.is_irregular();
    }
    std::ptrdiff_t count_along(int access, int d) const {
        return resolve(Planned::flat.slices, Planned::flat.accesses[access].dimensions[d].slice, shapes_[Planned::flat.accesses[access].array][d]).count;
    }
    /// Stretches the dimensions of one step by numpy's rules: each axis is as long as its longest array. A value that has one step for numpy, but all of its
    /// axis here, is an error, and so are arrays that do not fit.
    [[gnu::noinline, gnu::cold]] void stretch(const char* call) {
        int known_by[axes + 1];
        std::fill_n(known_by, axes + 1, nowhere);
        std::fill_n(stretched, access_count + 1, axis_set(0));
        stretches = true;
        // Axes along which a slice leaves nothing of a single step: had that stretched before, something could be left.
        axis_set emptied = 0;
        const auto for_each_count = [&](const auto& visitor) {
            for (int k = 0; k < access_count; ++k)
                for (int d = 0; d < Planned::flat.accesses[k].rank; ++d)
                    if (measures(k, d)) visitor(k, d, Planned::flat.accesses[k].dimensions[d].axis, count_along(k, d));
        };
        for_each_count([&](int k, int d, int axis, std::ptrdiff_t count) {
            const array_access& access = Planned::flat.accesses[k];
            if (count == 0 && shapes_[access.array][d] == 1) emptied |= axis_set(1) << axis;
            if (known_by[axis] == nowhere || extent[axis] == 1) {
                if (known_by[axis] == nowhere || count != 1) known_by[axis] = k;
                extent[axis] = count;
            } else if (count != extent[axis] && count != 1) {
                throw_mismatch(call, known_by[axis], k, d, count);
            }
        });
        for (int k = 0; k < Planned::flat.sizes.concatenations; ++k) {
            const axis_concatenation& whole = Planned::flat.concatenations[k];
            std::ptrdiff_t count = 0;
            for (int part = 0; part < whole.count; ++part) count += extent[whole.parts[part]];
            if (known_by[whole.axis] != nowhere && extent[whole.axis] != 1 && extent[whole.axis] != count) throw_concatenation(call, Planned::flat.accesses[known_by[whole.axis]], count);
            extent[whole.axis] = count;
        }
        for_each_count([&](int k, int d, int axis, std::ptrdiff_t count) {
            const array_access& access = Planned::flat.accesses[k];
            if (count == extent[axis]) return;
            bool is_alone = (emptied >> axis & 1) == 0;
            for (int other = 0; other < access.rank; ++other) is_alone = is_alone && (other == d || access.dimensions[other].axis != axis);
            if (!is_alone) throw_mismatch(call, known_by[axis], k, d, count);
            stretched[k] |= axis_set(1) << axis;
        });
        for (int n = 0; n < Planned::flat.sizes.needs; ++n) {
            const axis_need& need = Planned::flat.needs[n];
            bool has_all = false;
            int one = nowhere;
            for (int k = 0; k < access_count; ++k) {
                const bool is_short = stretched[k] >> need.axis & 1, is_meant = k < most_known_accesses && (need.accesses >> k & 1);
                has_all = has_all || (is_meant && !is_short);
                if (is_short && (one == nowhere || (is_meant && !(need.accesses >> one & 1)))) one = k;
            }
            if (!has_all && one != nowhere) throw_stretched(call, one, known_by[need.axis], need.axis);
        }
    }

    static constexpr bool is_concatenation(int axis) {
        for (int k = 0; k < Planned::flat.sizes.concatenations; ++k)
            if (Planned::flat.concatenations[k].axis == axis) return true;
        return false;
    }
    static constexpr bool gives_extent(const array_access& access, int axis) {
        for (int d = 0; d < access.rank; ++d)
            if (access.dimensions[d].axis == axis && !access.dimensions[d].is_irregular()) return true;
        return false;
    }
    // The access that says how long an axis is.
    static constexpr int first_along(int axis) {
        for (int k = 0; k < access_count; ++k)
            if (gives_extent(Planned::flat.accesses[k], axis)) return k;
        return nowhere;
    }
    static constexpr int first_dimension(const array_access& access, int axis) {
        int d = 0;
        while (access.dimensions[d].axis != axis || access.dimensions[d].is_irregular()) ++d;
        return d;
    }
    std::string describe(int array) const {
        std::string text = "argument " + std::to_string(arguments_[array]) + " of the shape (";
        for (int d = 0; d < ranks_[array]; ++d) text += (d ? ", " : "") + std::to_string(shapes_[array][d]);
        return text + (ranks_[array] == 1 ? ",)" : ")");
    }
    std::string describe_access(int access) const { return describe(Planned::flat.accesses[access].array); }
    [[noreturn]] void throw_mismatch(const char* call, int first, int second, int dimension, std::ptrdiff_t found) const {
        throw shape_error(std::string(call) + ": dimension " + std::to_string(dimension) + " of " + describe_access(second) + " runs over " + std::to_string(found) +
                          " elements, but " + std::to_string(extent[Planned::flat.accesses[second].dimensions[dimension].axis]) + " are needed to go with " +
                          (first == nowhere ? "a concatenation" : describe_access(first)) + ".");
    }
    [[noreturn]] void throw_stretched(const char* call, int access, int longest, int axis) const {
        const array_access& one = Planned::flat.accesses[access];
        int dimension = 0;
        while (one.dimensions[dimension].axis != axis) ++dimension;
        throw shape_error(std::string(call) + ": dimension " + std::to_string(dimension) + " of " + describe(one.array) + " has one step, which stretches to the " +
                          std::to_string(extent[axis]) + " of " + (longest == nowhere || longest == access ? "a concatenation" : describe_access(longest)) +
                          "; but the function also reduces over it, or takes its length or its positions, where only dimensions of one step meet. Pass " +
                          std::to_string(extent[axis]) + " steps, or drop the dimension in the function, with squeeze.");
    }
    [[noreturn]] void throw_length(const char* call, std::ptrdiff_t found, std::ptrdiff_t wanted) const {
        throw shape_error(std::string(call) + ": positions along a dimension (iota) are of " + std::to_string(wanted) + (wanted == 1 ? " step" : " steps") +
                          ", and do not go with arrays of " + std::to_string(found) + ".");
    }
    [[noreturn]] void throw_several_steps(const char* call, const single_step& single) const {
        throw shape_error(std::string(call) + ": dimension " + std::to_string(single.dimension) + " of " + describe_access(single.access) + " has " +
                          std::to_string(count_along(single.access, single.dimension)) + " steps; squeeze drops a dimension of one.");
    }
    [[noreturn]] void throw_concatenation(const char* call, const array_access& first, std::ptrdiff_t found) const {
        throw shape_error(std::string(call) + ": a concatenation has " + std::to_string(found) + " elements, which does not go with " + describe(first.array) + ".");
    }
    [[noreturn]] void throw_no_step(const char* call, const array_access& access, int dimension) const {
        throw shape_error(std::string(call) + ": dimension " + std::to_string(dimension) + " of " + describe(access.array) + " has no element at the index that the function names.");
    }

    int ranks_[Planned::array_count + 1];
    int arguments_[Planned::array_count + 1];

protected:
    [[noreturn]] void throw_index(const char* call, const array_access& access, const array_access& indices, int dimension, std::ptrdiff_t index, std::ptrdiff_t count) const {
        throw shape_error(std::string(call) + ": " + describe(indices.array) + " has the index " + std::to_string(index) + "; dimension " + std::to_string(dimension) + " of " +
                          describe(access.array) + " has " + std::to_string(count) + " elements to choose from.");
    }

    std::ptrdiff_t shapes_[Planned::array_count + 1][most_dimensions];
};

}  // namespace tapeless::detail
