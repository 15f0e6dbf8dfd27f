// SPDX-License-Identifier: BSL-1.0
// How long the axes of one call of an array program are: as the arguments' shapes say, which may stretch as in numpy; and what is wrong with shapes that do not fit.
#pragma once

#include <tapeless/evaluate/registers.hpp>
#include <tapeless/evaluate/slices.hpp>
#include <tapeless/plan/planned.hpp>

#include <algorithm>
#include <cstddef>
#include <string>

namespace tapeless::detail {

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
        arguments_[array] = argument;
        for (std::size_t d = 0; d < Rank; ++d) shapes_[array][d] = shape[d];
    }

    /// Finds out how long the axes are. Throws a shape_error if arrays along one axis do not fit each other.
    void measure(const char* call) {
        [[maybe_unused]] bool fits = true;
        for_each<access_count>([&](auto k) {
            if constexpr (begins_reshaping(k)) find_new_shape(k);
            for_each<Planned::flat.accesses[k].rank>([&](auto d) {
                constexpr array_access access = Planned::flat.accesses[k];
                constexpr dimension_access dimension = access.dimensions[d];
                const std::ptrdiff_t whole = shape_of(access)[d];
                if constexpr (dimension.is_irregular()) {
                } else if constexpr (dimension.axis == nowhere) {
                    if (dimension.slice != nowhere && resolve_step(Planned::flat.slices, dimension.slice, whole) < 0) throw_no_step(call, access, d, Planned::flat.slices[dimension.slice].start);
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
            for (int part = 0; part < whole.count; ++part) count += extent_of(whole.parts[part]);
            constexpr int known_by = first_along(whole.axis);
            if constexpr (known_by == nowhere) extent[whole.axis] = count;
            else fits = fits && extent[whole.axis] == count;
        });
        if constexpr (has_shared_axis())
            if (!fits) stretch(call);
        for_each<axes>([&](auto axis) {
            constexpr int known_by = first_along(axis);
            if constexpr (known_by == nowhere && !is_concatenation(axis)) extent[axis] = extent_of(axis);
            if constexpr ((Planned::flat.filled >> axis & 1) != 0)
                if (extent[axis] == 0)
                    throw shape_error(std::string(call) + ": a maximum or minimum is over no elements" +
                                      (known_by == nowhere ? "" : ", of " + describe(Planned::flat.accesses[known_by])) + ".");
        });
        for_each<Planned::flat.sizes.reshapings>([&](auto k) { check_new_shape(call, k); });
        for_each<Planned::flat.sizes.lengths>([&](auto k) {
            constexpr axis_length length = Planned::flat.lengths[k];
            const std::ptrdiff_t count = length.of == nowhere ? 1 : resolve(Planned::flat.slices, length.slice, extent[length.of]).count;
            if (extent[length.axis] != count) throw_length(call, extent[length.axis], count);
        });
        for_each<Planned::flat.sizes.steps>([&](auto k) {
            constexpr axis_step step = Planned::flat.steps[k];
            if (step.place < 0 ? extent[step.axis] < -step.place : extent[step.axis] <= step.place) throw_no_step_of_axis(call, step);
        });
        for_each<Planned::flat.sizes.single_steps>([&](auto k) {
            constexpr single_step single = Planned::flat.single_steps[k];
            if (count_along(single.access, single.dimension) != 1) throw_several_steps(call, single);
        });
    }

    /// The shape of what an access reads.
    const std::ptrdiff_t* shape_of(const array_access& access) const { return access.is_of_places() ? new_shapes_[access.reshaping] : shapes_[access.array]; }
    /// How many steps an array that is reshaped had in a dimension.
    std::ptrdiff_t old_extent(int reshaping, int d) const {
        const int axis = Planned::flat.reshapings[reshaping].old_axes[d];
        return axis == nowhere ? 1 : extent[axis];
    }

private:
    /// How long an axis is, whether or not it is a concatenation or a part of others.
    std::ptrdiff_t extent_of(int axis) const { return extent_before(access_count, axis); }
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
        return resolve(Planned::flat.slices, Planned::flat.accesses[access].dimensions[d].slice, shape_of(Planned::flat.accesses[access])[d]).count;
    }

    /// Whether an access is the first by places of a reshaped array: those before it say how long that array's axes are.
    static constexpr bool begins_reshaping(int access) {
        const int reshaping = Planned::flat.accesses[access].reshaping;
        for (int k = 0; k < access; ++k)
            if (Planned::flat.accesses[k].reshaping == reshaping) return false;
        return reshaping != nowhere;
    }
    /// How long an axis is, as accesses before this one say.
    std::ptrdiff_t extent_before(int access, int axis) const {
        if (axis == nowhere) return 1;
        const int known_by = first_along(axis);
        if (known_by != nowhere && known_by < access) return extent[axis];
        for (int k = 0; k < Planned::flat.sizes.concatenations; ++k) {
            const axis_concatenation& whole = Planned::flat.concatenations[k];
            if (whole.axis != axis) continue;
            std::ptrdiff_t count = 0;
            for (int part = 0; part < whole.count; ++part) count += extent_before(access, whole.parts[part]);
            return count;
        }
        const axis_origin& origin = Planned::flat.origins[axis];
        return origin.axis == nowhere ? origin.steps : resolve(Planned::flat.slices, origin.slice, extent_before(access, origin.axis)).count;
    }
    [[gnu::noinline]] void find_new_shape(int access) {
        const int which = Planned::flat.accesses[access].reshaping;
        const axis_reshaping& reshaping = Planned::flat.reshapings[which];
        std::ptrdiff_t count = 1;
        for (int d = 0; d < reshaping.old_rank; ++d) count *= extent_before(access, reshaping.old_axes[d]);
        for (int d = 0; d < reshaping.rank; ++d) new_shapes_[which][d] = reshaping.as_long_as[d] == nowhere ? reshaping.sizes[d] : extent_before(access, reshaping.as_long_as[d]);
        const std::ptrdiff_t known = known_count(which);
        for (int d = 0; d < reshaping.rank; ++d)
            if (reshaping.is_worked_out(d)) new_shapes_[which][d] = known == 0 ? 0 : count / known;
    }
    /// The product of the sizes that are not worked out.
    std::ptrdiff_t known_count(int which) const {
        std::ptrdiff_t count = 1;
        for (int d = 0; d < Planned::flat.reshapings[which].rank; ++d)
            if (!Planned::flat.reshapings[which].is_worked_out(d)) count *= new_shapes_[which][d];
        return count;
    }
    [[gnu::noinline]] void check_new_shape(const char* call, int which) const {
        const axis_reshaping& reshaping = Planned::flat.reshapings[which];
        const std::ptrdiff_t known = known_count(which);
        std::ptrdiff_t count = 1;
        for (int d = 0; d < reshaping.old_rank; ++d) count *= old_extent(which, d);
        bool fits = known == count;
        for (int d = 0; d < reshaping.rank; ++d)
            if (reshaping.is_worked_out(d)) fits = known != 0 && known * new_shapes_[which][d] == count;
        if (!fits) throw_new_shape(call, which, count);
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
        const auto for_each_count = [&](int k, const auto& visitor) {
            for (int d = 0; d < Planned::flat.accesses[k].rank; ++d)
                if (measures(k, d)) visitor(d, Planned::flat.accesses[k].dimensions[d].axis, count_along(k, d));
        };
        for (int k = 0; k < access_count; ++k) {
            if (begins_reshaping(k)) find_new_shape(k);
            for_each_count(k, [&](int d, int axis, std::ptrdiff_t count) {
                if (count == 0 && shape_of(Planned::flat.accesses[k])[d] == 1) emptied |= axis_set(1) << axis;
                if (known_by[axis] == nowhere || extent[axis] == 1) {
                    if (known_by[axis] == nowhere || count != 1) known_by[axis] = k;
                    extent[axis] = count;
                } else if (count != extent[axis] && count != 1) {
                    throw_mismatch(call, known_by[axis], k, d, count);
                }
            });
        }
        for (int k = 0; k < Planned::flat.sizes.concatenations; ++k) {
            const axis_concatenation& whole = Planned::flat.concatenations[k];
            std::ptrdiff_t count = 0;
            for (int part = 0; part < whole.count; ++part) count += extent_of(whole.parts[part]);
            if (known_by[whole.axis] != nowhere && extent[whole.axis] != 1 && extent[whole.axis] != count) throw_concatenation(call, Planned::flat.accesses[known_by[whole.axis]], count);
            extent[whole.axis] = count;
        }
        for (int k = 0; k < access_count; ++k)
            for_each_count(k, [&](int d, int axis, std::ptrdiff_t count) {
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
    static std::string shape_text(const std::ptrdiff_t* shape, int rank) {
        std::string text = "(";
        for (int d = 0; d < rank; ++d) text += (d ? ", " : "") + std::to_string(shape[d]);
        return text + (rank == 1 ? ",)" : ")");
    }
    std::string describe(const array_access& access) const {
        const std::string shape = shape_text(shape_of(access), access.rank);
        return access.is_of_places() ? "an array that is reshaped to " + shape : "argument " + std::to_string(arguments_[access.array]) + " of the shape " + shape;
    }
    std::string describe_access(int access) const { return describe(Planned::flat.accesses[access]); }
    [[noreturn]] void throw_mismatch(const char* call, int first, int second, int dimension, std::ptrdiff_t found) const {
        throw shape_error(std::string(call) + ": dimension " + std::to_string(dimension) + " of " + describe_access(second) + " runs over " + std::to_string(found) +
                          " elements, but " + std::to_string(extent[Planned::flat.accesses[second].dimensions[dimension].axis]) + " are needed to go with " +
                          (first == nowhere ? "a concatenation" : describe_access(first)) + ".");
    }
    [[noreturn]] void throw_stretched(const char* call, int access, int longest, int axis) const {
        const array_access& one = Planned::flat.accesses[access];
        int dimension = 0;
        while (one.dimensions[dimension].axis != axis) ++dimension;
        throw shape_error(std::string(call) + ": dimension " + std::to_string(dimension) + " of " + describe(one) + " has one step, which stretches to the " +
                          std::to_string(extent[axis]) + " of " + (longest == nowhere || longest == access ? "a concatenation" : describe_access(longest)) +
                          "; but the function also reduces over it, or takes its length or its positions, where only dimensions of one step meet. Pass " +
                          std::to_string(extent[axis]) + " steps, or drop the dimension in the function, with squeeze.");
    }
    [[noreturn]] void throw_length(const char* call, std::ptrdiff_t found, std::ptrdiff_t wanted) const {
        throw shape_error(std::string(call) + ": positions along a dimension (iota), or steps of a recurrence (scan, cumsum), are " + std::to_string(wanted) +
                          ", and do not go with arrays of " + std::to_string(found) + ".");
    }
    [[noreturn]] void throw_no_step_of_axis(const char* call, const axis_step& step) const {
        throw shape_error(std::string(call) + ": the axis of a recurrence (scan, cumsum) or of positions (iota) has " + std::to_string(extent[step.axis]) + (extent[step.axis] == 1 ? " step" : " steps") +
                          "; the function names step " + std::to_string(step.place) + ".");
    }
    [[noreturn]] void throw_several_steps(const char* call, const single_step& single) const {
        throw shape_error(std::string(call) + ": dimension " + std::to_string(single.dimension) + " of " + describe_access(single.access) + " has " +
                          std::to_string(count_along(single.access, single.dimension)) + " steps; squeeze drops a dimension of one.");
    }
    [[noreturn]] void throw_concatenation(const char* call, const array_access& first, std::ptrdiff_t found) const {
        throw shape_error(std::string(call) + ": a concatenation has " + std::to_string(found) + " elements, which does not go with " + describe(first) + ".");
    }
    [[noreturn]] void throw_no_step(const char* call, const array_access& access, int dimension, int index) const {
        throw shape_error(std::string(call) + ": dimension " + std::to_string(dimension) + " of " + describe(access) + " has no element at " + std::to_string(index) + ", which the function names.");
    }

    [[noreturn]] void throw_new_shape(const char* call, int which, std::ptrdiff_t count) const {
        const axis_reshaping& reshaping = Planned::flat.reshapings[which];
        std::ptrdiff_t old_shape[most_dimensions + 1] = {}, wanted[most_dimensions + 1] = {};
        for (int d = 0; d < reshaping.old_rank; ++d) old_shape[d] = old_extent(which, d);
        for (int d = 0; d < reshaping.rank; ++d) wanted[d] = reshaping.is_worked_out(d) ? axis_reshaping::unknown_size : new_shapes_[which][d];
        throw shape_error(std::string(call) + ": an array of the shape " + shape_text(old_shape, reshaping.old_rank) + ", of " + std::to_string(count) +
                          (count == 1 ? " element" : " elements") + ", cannot be reshaped to " + shape_text(wanted, reshaping.rank) + ".");
    }

    std::string index_text(const array_access& indices, std::ptrdiff_t index) const {
        return describe(indices) + (index == no_index ? " has an index that is no whole number" : " has the index " + std::to_string(index));
    }

    int arguments_[Planned::array_count + 1];

protected:
    [[noreturn]] void throw_index(const char* call, const array_access& access, const array_access& indices, int dimension, std::ptrdiff_t index, std::ptrdiff_t count) const {
        throw shape_error(std::string(call) + ": " + index_text(indices, index) + "; dimension " + std::to_string(dimension) + " of " + describe(access) + " has " + std::to_string(count) +
                          " elements to choose from.");
    }
    [[noreturn]] void throw_index_of_axis(const char* call, const axis_indices& indices, std::ptrdiff_t index) const {
        throw shape_error(std::string(call) + ": " + index_text(Planned::flat.accesses[indices.access], index) + "; the axis of a recurrence (scan, cumsum) or of positions (iota) has " +
                          std::to_string(extent[indices.axis]) + " steps to choose from.");
    }

private:
    std::ptrdiff_t shapes_[Planned::array_count + 1][most_dimensions];
    std::ptrdiff_t new_shapes_[Planned::flat.sizes.reshapings + 1][most_dimensions];  ///< of what is reshaped
};

}  // namespace tapeless::detail
