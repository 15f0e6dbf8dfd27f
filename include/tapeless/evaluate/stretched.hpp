// SPDX-License-Identifier: BSL-1.0
// Derivatives by arguments that stretch: they are made in dense memory of the shape that the argument stretches to, and added up along the axes along
// which it does, by halves, when all passes have run.
#pragma once

#include <tapeless/evaluate/array_frame.hpp>
#include <tapeless/evaluate/steps.hpp>

#include <algorithm>
#include <cstddef>

namespace tapeless::detail {

template <class Planned, class T>
class stretched_outputs {
    using frame = array_frame<Planned, T>;
    using strides_type = typename frame::strides_type;

public:
    /// How many numbers the memory of all of them takes.
    [[gnu::noinline, gnu::cold]] static std::ptrdiff_t size(const frame& f) {
        std::ptrdiff_t all = 0;
        for (int k = 0; k < Planned::output_count; ++k)
            if (is_stretched(f, k)) all += size_of_output(f, k);
        return all;
    }
    /// Has the passes write there.
    [[gnu::noinline, gnu::cold]] void place(frame& f, T* next) {
        for (int k = 0; k < Planned::output_count; ++k) {
            if (!is_stretched(f, k)) continue;
            targets_[k] = f.outputs[k];
            f.outputs[k] = {next, {}};
            const array_access& access = Planned::flat.accesses[Planned::outputs.of[k].which];
            std::ptrdiff_t step = 1;
            for (int d = access.rank - 1; d >= 0; --d) {
                const int axis = access.dimensions[d].axis;
                if (axis == nowhere || f.outputs[k].strides[axis] != 0) continue;
                f.outputs[k].strides[axis] = step;
                step *= f.extent[axis];
            }
            if (Planned::adds(k)) std::fill_n(next, step, static_cast<T>(0));
            next += step;
        }
    }
    [[gnu::noinline, gnu::cold]] void add_up(const frame& f) const {
        for (int k = 0; k < Planned::output_count; ++k)
            if (is_stretched(f, k)) add_up(f, k);
    }

private:
    static bool is_stretched(const frame& f, int k) {
        return Planned::is_by_array(k) && !Planned::is_irregular(k) && !Planned::is_left_out(k) && f.stretched[Planned::outputs.of[k].which] != 0;
    }
    static std::ptrdiff_t size_of_output(const frame& f, int k) {
        std::ptrdiff_t size = 1;
        for (axis_set rest = Planned::space_of_output(k); rest != 0; rest &= rest - 1) size *= f.extent[std::countr_zero(rest)];
        return size;
    }
    void add_up(const frame& f, int k) const {
        const auto& dense = f.outputs[k];
        const axis_set stretched = f.stretched[Planned::outputs.of[k].which], own = Planned::space_of_output(k) & ~stretched;
        const std::ptrdiff_t size = size_of_output(f, k);
        for (axis_set rest = size == 0 ? 0 : stretched; rest != 0; rest &= rest - 1) fold(dense.data, size, dense.strides[std::countr_zero(rest)], f.extent[std::countr_zero(rest)]);
        for_each_step<strides_type>(own, f.extent, [&](const strides_type& at) {
            std::ptrdiff_t from = 0, to = 0;
            for (axis_set rest = own; rest != 0; rest &= rest - 1) {
                const int axis = std::countr_zero(rest);
                from += at[axis] * dense.strides[axis];
                to += at[axis] * targets_[k].strides[axis];
            }
            const T sum = size == 0 ? static_cast<T>(0) : dense.data[from];
            T& element = targets_[k].data[to];
            element = Planned::adds(k) ? element + sum : sum;
        });
    }
    // The sums along one axis, at its first step.
    static void fold(T* data, std::ptrdiff_t size, std::ptrdiff_t stride, std::ptrdiff_t extent) {
        for (std::ptrdiff_t first = 0; first < size; first += stride * extent)
            for (std::ptrdiff_t count = extent; count > 1;) {
                const std::ptrdiff_t half = (count + 1) / 2;
                T* const to = data + first;
                const T* const from = to + half * stride;
                for (std::ptrdiff_t e = 0; e < (count - half) * stride; ++e) to[e] += from[e];
                count = half;
            }
    }

    typename frame::target_type targets_[Planned::output_count + 1];
};

}  // namespace tapeless::detail
