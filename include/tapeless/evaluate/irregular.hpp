// SPDX-License-Identifier: BSL-1.0
// Arrays that are read at places which no stride leads to, those that an array of indices names or those of a concatenation: their elements are copied to
// dense memory before the passes run, and derivatives by them are added from dense memory afterwards, one by one, so that equal indices add up.
#pragma once

#include <tapeless/evaluate/array_frame.hpp>

#include <cstddef>

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
    static constexpr axis_list loops = [] {
        axis_list list;
        append(list, access);
        return list;
    }();

public:
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
        const auto& source = f.argument(access.array);
        visit(f, source.strides, [&](std::ptrdiff_t offset) {
            if (offset == frame::absent) *dense = 0;
            else source.copy(source.data, offset, 0, 1, dense);
            ++dense;
        });
    }
    static void add_out(const frame& f, const T* dense, T* to, const extents<most_dimensions>& strides) {
        visit(f, strides, [&](std::ptrdiff_t offset) {
            if (offset != frame::absent) to[offset] += *dense;
            ++dense;
        });
    }

private:
    /// Calls visitor(offset of the element in the array) for each step of the axes.
    template <class Visitor>
    static void visit(const frame& f, const extents<most_dimensions>& array_strides, const Visitor& visitor) {
        if (size(f) == 0) return;
        strides_type at{};
        for (;;) {
            visitor(f.template offset<Access>(at, array_strides));
            int k = loops.count - 1;
            for (; k >= 0 && ++at[loops.of[k]] == f.extent[loops.of[k]]; --k) at[loops.of[k]] = 0;
            if (k < 0) return;
        }
    }
};

}  // namespace tapeless::detail
