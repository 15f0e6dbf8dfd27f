// SPDX-License-Identifier: BSL-1.0
// Arrays of a call on a device that are read at places which no stride leads to, those that an array of indices names, those of a concatenation or of another
// shape, and arrays of another number type: as on the host, their elements are copied to dense memory before the passes run, and derivatives by them are added
// from dense memory afterwards.
#pragma once

#include <tapeless/device/scattered_sums.hpp>
#include <tapeless/evaluate/irregular.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace tapeless::detail {

/// The numbers that a source of the host's names, which are in a device's memory.
template <class T, int Rank>
device_numbers numbers_of(const element_source<T, Rank>& source) {
    if (source.holds_t) return device_numbers::of(static_cast<const T*>(source.data));
    if (source.element_size == sizeof(std::int32_t)) return device_numbers::of(static_cast<const std::int32_t*>(source.data));
    return device_numbers::of(static_cast<const std::int64_t*>(source.data));
}

template <class Planned, class T, class System>
class device_irregular_arrays {
    using frame = array_frame<Planned, T>;
    using source_type = typename frame::source_type;
    static constexpr auto& accesses = Planned::flat.accesses;
    static constexpr int access_count = frame::access_count;
    using array_strides = extents<most_dimensions>;

public:
    /// The frame's arguments are bound, and its axes are measured.
    device_irregular_arrays(frame& f, stream_handle stream, const statement& who) : f_(f), stream_(stream), who_(who) { std::copy_n(f.accesses, access_count, regular_); }

    /// Queues the copies, and has the passes read and write there.
    void place() {
        for_each<access_count>([&](auto k) {
            if constexpr (accesses[k].is_irregular() && Planned::is_read(k)) place_source<k>();
        });
        for (int k = 0; k < access_count; ++k)
            if (!accesses[k].is_irregular() && Planned::is_read(k) && (!regular_[k].holds_t || choices_of(k) >= 0)) convert(k);
        for_each<frame::output_count>([&](auto k) {
            if constexpr (Planned::is_irregular(k) && !Planned::is_left_out(k)) place_output<k>();
        });
    }
    /// Queues the sums of what the passes have written.
    void add_out() const {
        // What sorts is not compiled where nothing is to be sorted.
        constexpr bool adds = [] {
            bool some = false;
            for (int k = 0; k < frame::output_count; ++k) some = some || (Planned::is_irregular(k) && !Planned::is_left_out(k));
            return some;
        }();
        if constexpr (adds)
            for (const scattered_numbers<T>& each : sums_) scattered_sums<System, T>::queue(each, stream_, who_);
    }

private:
    template <class Number>
    Number* own(std::vector<device_array<Number, 1, System>>& memory, std::int64_t count) const {
        memory.emplace_back(extents<1>{count}, stream_, who_);
        return memory.back().data();
    }
    T* dense(std::int64_t count) { return own(copies_, count); }

    // Loops, and the strides along them.
    struct loop_list {
        int axes[most_axes] = {};
        device_loops loops;
    };
    loop_list loops_along(const int* axes, int count, axis_set chosen) const {
        loop_list list;
        for (int k = 0; k < count; ++k) {
            if (!(chosen >> axes[k] & 1)) continue;
            list.axes[list.loops.count] = axes[k];
            list.loops.extents[list.loops.count++] = f_.extent[axes[k]];
        }
        return list;
    }
    /// Along the axes of an access, in the order of its dimensions.
    template <int Access>
    loop_list loops_of(axis_set chosen = ~axis_set(0)) const {
        constexpr auto& along = irregular_access<Planned, T, Access>::loops;
        static_assert(along.count <= most_loops, "tapeless: an array program needs more than 8 loops in each other.");
        return loops_along(along.of, along.count, chosen);
    }
    static void put(std::int64_t* to, const loop_list& along, const auto& strides) {
        for (int k = 0; k < along.loops.count; ++k) to[k] = strides[along.axes[k]];
    }
    static void add(std::int64_t* to, const loop_list& along, int axis, std::int64_t stride) {
        for (int k = 0; k < along.loops.count; ++k)
            if (along.axes[k] == axis) to[k] += stride;
    }
    device_places places_along(const loop_list& along) const {
        device_places all;
        all.loops = along.loops;
        return all;
    }

    /// Where an access is in memory of these strides along the dimensions of its array.
    template <int Access>
    device_places places(const loop_list& along, const array_strides& strides) {
        device_places all = places_along(along);
        const std::ptrdiff_t* const shape = f_.shape_of(accesses[Access]);
        for_each<accesses[Access].rank>([&](auto d) {
            constexpr dimension_access dimension = accesses[Access].dimensions[d];
            if constexpr (dimension.axis == nowhere && dimension.indices == nowhere) {
                if (dimension.slice != nowhere) all.offset += resolve_step(Planned::flat.slices, dimension.slice, shape[d]) * strides[d];
            } else {
                const slice_of_extent part = resolve(Planned::flat.slices, dimension.slice, shape[d]);
                const std::int64_t step = f_.stretches && part.count == 1 ? 0 : part.step * strides[d];
                if constexpr (!dimension.is_irregular()) {
                    all.offset += part.start * strides[d];
                    add(all.strides, along, dimension.axis, step);
                } else {
                    device_places::dimension& one = all.dimensions[all.rank++];
                    if constexpr (dimension.indices != nowhere) one = steps_at<dimension.indices>(along, f_.template count_of_indexed<dimension>(part.count));
                    else add(one.strides, along, dimension.axis, 1);
                    if constexpr (dimension.part != nowhere) one.before = f_.template steps_before<dimension>();
                    one.count = f_.template steps_along<dimension>(part.count);
                    one.start = part.start * strides[d];
                    one.step = step;
                }
            }
        });
        return all;
    }
    /// The steps that an access names, as indices or as places of a reshaped array. choices: how many steps an index chooses from.
    template <int Access>
    device_places::dimension steps_at(const loop_list& along, [[maybe_unused]] std::int64_t choices) {
        constexpr array_access access = accesses[Access];
        device_places::dimension result;
        if constexpr (access.is_of_places()) {
            if constexpr (is_regular(access)) {
                const device_places in_new_shape = places<Access>(along, strides_in_order<Access>());
                result.first = in_new_shape.offset;
                std::copy_n(in_new_shape.strides, most_loops, result.strides);
            } else {
                read_copy<Access>(result, along, strides_in_order<Access>(), device_numbers{});
            }
            result.divisor = f_.steps_of_old_axis(access, access.reshaped_axis);
            result.modulus = std::max<std::int64_t>(1, f_.old_extent(access.reshaping, access.reshaped_axis));
        } else {
            result.choices = choices;
            if constexpr (access.is_irregular()) {
                read_copy<Access>(result, along, f_.argument(access.array).strides, numbers_of(f_.argument(access.array)));
            } else {
                result.indices = numbers_of(regular_[Access]);
                put(result.strides, along, regular_[Access].strides);
            }
        }
        return result;
    }
    /// Has steps be read from a dense copy of the indices.
    template <int Access>
    void read_copy(device_places::dimension& to, const loop_list& along, const array_strides& strides, const device_numbers& numbers) {
        using irregular = irregular_access<Planned, T, Access>;
        std::int64_t* const memory = own(indices_, irregular::size(f_));
        typename places_copied<std::int64_t>::arguments of{places<Access>(loops_of<Access>(), strides), numbers, memory, {}, 0};
        put(of.strides, loops_of<Access>(), irregular::strides(f_));
        queue_copy<System, std::int64_t>(of, stream_, who_);
        to.indices = device_numbers::of(memory);
        to.has_gaps = true;
        put(to.strides, along, irregular::strides(f_));
    }
    static constexpr bool is_regular(const array_access& access) {
        for (int d = 0; d < access.rank; ++d)
            if (access.dimensions[d].is_irregular()) return false;
        return true;
    }
    template <int Access>
    array_strides strides_in_order() const {
        array_strides all{};
        const auto strides = f_.template elements_in_order<Access>().strides();
        std::copy(strides.begin(), strides.end(), all.begin());
        return all;
    }
    /// How many steps those of a recurrence or of positions, which an access names, are among; -1: it names none. Such steps are numbers in the passes.
    std::int64_t choices_of(int access) const {
        std::int64_t choices = -1;
        for (int k = 0; k < Planned::flat.sizes.indices; ++k) {
            const axis_indices& indices = Planned::flat.indices[k];
            if (indices.access == access) choices = choices < 0 ? f_.extent[indices.axis] : std::min<std::int64_t>(choices, f_.extent[indices.axis]);
        }
        return choices;
    }

    template <int Access>
    void place_source() {
        using irregular = irregular_access<Planned, T, Access>;
        constexpr array_access access = accesses[Access];
        typename places_copied<T>::arguments of{};
        const loop_list along = loops_of<Access>();
        if constexpr (access.is_of_places()) {
            of.from = places_along(along);
            of.from.rank = 1;
            of.from.dimensions[0] = steps_at<Access>(along, -1);
            of.from.dimensions[0].step = 1;
        } else {
            const auto& argument = f_.argument(access.array);
            if (const auto there = reshaped_access<Planned, T, Access>::place(f_); there.exists && argument.holds_t) {
                f_.accesses[Access] = argument.from(there.offset, there.strides);
                return;
            }
            of.from = places<Access>(along, argument.strides);
            of.numbers = numbers_of(argument);
            of.choices = choices_of(Access);
        }
        read_from(Access, of, along, irregular::strides(f_));
    }
    void convert(int access) {
        int axes[most_axes], count = 0;
        for (axis_set rest = axes_of(accesses[access], accesses); rest != 0; rest &= rest - 1) axes[count++] = std::countr_zero(rest);
        const loop_list along = loops_along(axes, count, ~axis_set(0));
        typename frame::strides_type strides{};
        std::ptrdiff_t step = 1;
        for (int k = count - 1; k >= 0; --k) {
            strides[axes[k]] = step;
            step *= f_.extent[axes[k]];
        }
        typename places_copied<T>::arguments of{places_along(along), numbers_of(regular_[access]), nullptr, {}, 0, choices_of(access)};
        put(of.from.strides, along, regular_[access].strides);
        read_from(access, of, along, strides);
    }
    void read_from(int access, typename places_copied<T>::arguments& of, const loop_list& along, const typename frame::strides_type& strides) {
        of.to = dense(along.loops.size());
        put(of.strides, along, strides);
        queue_copy<System, T>(of, stream_, who_);
        f_.accesses[access] = source_type::of(of.to, strides);
    }

    /// A derivative is written where it is, without a copy, if there is no other one by its array, and each of its elements is written once.
    template <int Output>
    void place_output() {
        constexpr int access = Planned::outputs.of[Output].which;
        using irregular = irregular_access<Planned, T, access>;
        const auto& target = f_.irregular_outputs[Output];
        if (Planned::is_all_by_array(Output) && !f_.stretches && target.data != nullptr)
            if (const auto there = reshaped_access<Planned, T, access>::place(f_, target.strides); there.exists) {
                f_.outputs[Output] = {target.data + there.offset, there.strides};
                return;
            }
        // Left out, and no memory of passes.
        if (target.data == nullptr && f_.outputs[Output].data == nullptr) return;
        const auto strides = irregular::strides(f_);
        f_.outputs[Output] = {dense(irregular::size(f_)), strides};
        if (target.data == nullptr) return;
        scattered_numbers<T> all;
        all.may_meet = may_meet<access>();
        const axis_set rows = all.may_meet ? rows_of(accesses[access]) : 0;
        const loop_list along = loops_of<access>(~rows), along_rows = loops_of<access>(rows);
        all.places = places<access>(along, target.strides);
        all.numbers = device_numbers::of(f_.outputs[Output].data);
        put(all.strides, along, strides);
        all.rows = along_rows.loops;
        put(all.row_strides, along_rows, strides);
        all.to = target.data;
        all.place_count = 1;
        for (int d = 0; d < accesses[access].rank; ++d) {
            const dimension_access& dimension = accesses[access].dimensions[d];
            const std::ptrdiff_t shape = f_.shape_of(accesses[access])[d];
            all.place_count *= shape;
            if (!dimension.is_irregular() && dimension.axis != nowhere) add(all.row_places, along_rows, dimension.axis, resolve(Planned::flat.slices, dimension.slice, shape).step * target.strides[d]);
        }
        sums_.push_back(all);
    }
    bool stretches(const array_access& access, int d) const { return f_.stretches && resolve(Planned::flat.slices, access.dimensions[d].slice, f_.shape_of(access)[d]).count == 1; }
    /// Whether steps of an access may be at one place: not if along each of its axes a dimension of its own runs.
    template <int Access>
    bool may_meet() const {
        constexpr array_access access = accesses[Access];
        axis_set rest = axes_of(access, accesses);
        for (int d = 0; d < access.rank; ++d)
            if (const dimension_access& dimension = access.dimensions[d]; dimension.indices == nowhere && dimension.axis != nowhere && !stretches(access, d)) rest &= ~(axis_set(1) << dimension.axis);
        return rest != 0 && (f_.stretches || !reshaped_access<Planned, T, Access>::is_one_to_one);
    }
    /// The axes along which strides lead to places, whatever the indices are.
    axis_set rows_of(const array_access& access) const {
        axis_set rows = 0, others = 0;
        for (int d = 0; d < access.rank; ++d) {
            const dimension_access& dimension = access.dimensions[d];
            if (dimension.indices != nowhere) others |= axes_of(accesses[dimension.indices], accesses);
            else if (dimension.axis != nowhere) (dimension.part != nowhere || stretches(access, d) ? others : rows) |= axis_set(1) << dimension.axis;
        }
        return rows & ~others;
    }

    frame& f_;
    const stream_handle stream_;
    const statement& who_;
    source_type regular_[access_count + 1];  ///< as the call has them
    std::vector<device_array<T, 1, System>> copies_;
    std::vector<device_array<std::int64_t, 1, System>> indices_;
    std::vector<scattered_numbers<T>> sums_;
};

}  // namespace tapeless::detail
