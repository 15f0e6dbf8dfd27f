// SPDX-License-Identifier: BSL-1.0
// Arrays that are read at places which no stride leads to, those that an array of indices names, those of a concatenation or of another shape: their elements
// are copied to dense memory before the passes run, and derivatives by them are added from dense memory afterwards, one by one, so that equal indices add up.
#pragma once

#include <tapeless/evaluate/reshaped.hpp>

#include <cstddef>
#include <type_traits>

namespace tapeless::detail {

template <class Planned, class T, int Access>
class irregular_access {
    using frame = array_frame<Planned, T>;
    using strides_type = typename frame::strides_type;
    static constexpr array_access access = Planned::flat.accesses[Access];

    // Its axes in the order of its dimensions.
    struct axis_list {
        int of[most_axes] = {};
        int count = 0;
    };
    static constexpr void append(axis_list& list, const array_access& each) {
        for (int d = 0; d < each.rank; ++d) {
            const dimension_access& dimension = each.dimensions[d];
            if (dimension.indices != nowhere) append(list, Planned::flat.accesses[dimension.indices]);
            else if (dimension.axis != nowhere) {
                bool known = false;
                for (int k = 0; k < list.count; ++k) known = known || list.of[k] == dimension.axis;
                if (!known) list.of[list.count++] = dimension.axis;
            }
        }
    }

public:
    static constexpr axis_list loops = [] {
        axis_list list;
        append(list, access);
        return list;
    }();
    static std::ptrdiff_t size(const frame& f) {
        std::ptrdiff_t size = 1;
        for (int k = 0; k < loops.count; ++k) size *= f.extent[loops.of[k]];
        return size;
    }
    /// Of dense memory, the last axis the fastest.
    static strides_type strides(const frame& f) {
        strides_type result{};
        std::ptrdiff_t step = 1;
        for (int k = loops.count - 1; k >= 0; --k) {
            result[loops.of[k]] = step;
            step *= f.extent[loops.of[k]];
        }
        return result;
    }
    static void copy_in(const frame& f, T* dense) {
        if constexpr (access.is_of_places()) {
            visit(f, [&](const strides_type& at) {
                const std::ptrdiff_t place = f.template place_in_old_shape<Access>(at);
                *dense++ = place == frame::absent ? 0 : static_cast<T>(place);
            });
        } else {
            const auto& source = f.argument(access.array);
            const auto copy_row = [&](std::ptrdiff_t offset, std::ptrdiff_t stride, std::ptrdiff_t count) {
                source.copy(source.data, offset, stride, count, dense);
                dense += count;
            };
            if (reshaped_access<Planned, T, Access>::visit_rows(f, source.strides, copy_row)) return;
            visit(f, [&](const strides_type& at) {
                const std::ptrdiff_t offset = f.template offset<Access>(at, source.strides);
                if (offset == frame::absent) *dense = 0;
                else source.copy(source.data, offset, 0, 1, dense);
                ++dense;
            });
        }
    }
    static void add_out(const frame& f, const T* dense, T* to, const extents<most_dimensions>& strides) {
        const auto add_row = [&](std::ptrdiff_t offset, std::ptrdiff_t stride, std::ptrdiff_t count) {
            for (std::ptrdiff_t k = 0; k < count; ++k) to[offset + k * stride] += *dense++;
        };
        if (reshaped_access<Planned, T, Access>::visit_rows(f, strides, add_row)) return;
        visit(f, [&](const strides_type& at) {
            if (const std::ptrdiff_t offset = f.template offset<Access>(at, strides); offset != frame::absent) to[offset] += *dense;
            ++dense;
        });
    }

private:
    /// Calls visitor for each step of the axes.
    template <class Visitor>
    static void visit(const frame& f, const Visitor& visitor) {
        if (size(f) == 0) return;
        strides_type at{};
        for (;;) {
            visitor(at);
            int k = loops.count - 1;
            for (; k >= 0 && ++at[loops.of[k]] == f.extent[loops.of[k]]; --k) at[loops.of[k]] = 0;
            if (k < 0) return;
        }
    }
};

/// All of a call.
template <class Planned, class T>
class irregular_arrays {
    using frame = array_frame<Planned, T>;

public:
    /// How many numbers the memory of the copies takes.
    static std::ptrdiff_t size([[maybe_unused]] const frame& f) {
        std::ptrdiff_t all = 0;
        for_each_access([&](auto access, auto output) {
            if (!where_it_is<access, output>(f).exists) all += irregular_access<Planned, T, access>::size(f);
        });
        return all;
    }
    /// Has the passes read and write there.
    static void place([[maybe_unused]] frame& f, [[maybe_unused]] T* next) {
        for_each_access([&](auto access, auto output) {
            using irregular = irregular_access<Planned, T, access>;
            if (const auto there = where_it_is<access, output>(f); there.exists) {
                if constexpr (output == nowhere) f.accesses[access] = f.argument(Planned::flat.accesses[access].array).from(there.offset, there.strides);
                else f.outputs[output] = {f.irregular_outputs[output].data + there.offset, there.strides};
                return;
            }
            if constexpr (output == nowhere) {
                irregular::copy_in(f, next);
                f.accesses[access] = frame::source_type::of(next, irregular::strides(f));
            } else {
                f.outputs[output] = {next, irregular::strides(f)};
            }
            next += irregular::size(f);
        });
    }
    static void add_out([[maybe_unused]] const frame& f) {
        for_each_access([&](auto access, auto output) {
            if constexpr (output != nowhere) {
                const auto& to = f.irregular_outputs[output];
                if (!where_it_is<access, output>(f).exists) irregular_access<Planned, T, access>::add_out(f, f.outputs[output].data, to.data, to.strides);
            }
        });
    }

private:
    // visitor(access, output): each access that is read, output nowhere, and each derivative by one.
    template <class Visitor>
    static void for_each_access(const Visitor& visitor) {
        for_each<frame::access_count>([&](auto k) {
            if constexpr (Planned::flat.accesses[k].is_irregular() && Planned::is_read(k)) visitor(k, std::integral_constant<int, nowhere>{});
        });
        for_each<frame::output_count>([&](auto k) {
            if constexpr (Planned::is_irregular(k) && !Planned::is_left_out(k)) visitor(std::integral_constant<int, Planned::outputs.of[k].which>{}, k);
        });
    }
    // A derivative is written where it is, without a copy, if there is no other one by its array, and each of its elements is written once.
    template <int Access, int Output>
    static auto where_it_is(const frame& f) {
        using reshaped = reshaped_access<Planned, T, Access>;
        if constexpr (Output == nowhere) return reshaped::place(f);
        else return Planned::is_all_by_array(Output) && !f.stretches ? reshaped::place(f, f.irregular_outputs[Output].strides) : decltype(reshaped::place(f)){};
    }
};

}  // namespace tapeless::detail
