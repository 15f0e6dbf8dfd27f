// SPDX-License-Identifier: BSL-1.0
// Where the passes of a call leave derivatives by arrays. Those by one array may come in parts, since it is read in several ways, and more elements may come than
// it has, where it stretches: such parts have memory of their own, which is added up when all passes have been queued.
#pragma once

#include <tapeless/derive/array_derived.hpp>
#include <tapeless/device/element_sums.hpp>
#include <tapeless/device/memory.hpp>
#include <tapeless/device/pass_group.hpp>
#include <tapeless/evaluate/array_frame.hpp>

#include <bit>
#include <utility>
#include <vector>

namespace tapeless::detail {

template <class Program, class Planned, class T, class System>
class device_array_outputs {
    using frame = array_frame<Planned, T>;

public:
    device_array_outputs(frame& f, stream_handle stream, const statement& who) : f_(f), stream_(stream), who_(who) {}

    /// The output that is the derivative by an array, if it comes in one part, to which strides lead; else nowhere.
    template <int Array>
    static constexpr int only_output() {
        int found = nowhere, count = 0;
        for (int k = 0; k < Program::output_count; ++k)
            if (is_by_array(k, Array)) {
                found = k;
                count += Program::is_irregular(k) ? 2 : 1;
            }
        return count == 1 ? found : nowhere;
    }
    /// Memory for the derivative by an array, of its shape and by rows. Fills it where parts are added to it.
    template <int Array, int Rank>
    void bind(T* memory, const extents<static_cast<std::size_t>(Rank)>& shape) {
        const std::ptrdiff_t size = size_of(shape);
        bool is_first = true, is_filled = false;
        for_each<Program::output_count>([&](auto k) {
            if constexpr (is_by_array(k, Array)) {
                constexpr bool adds = Program::adds_to_array(k);
                if (adds && !std::exchange(is_filled, true)) fill(memory, size);
                // What is read irregularly is added to it when all passes have run.
                if constexpr (Program::is_irregular(k)) return f_.template bind_output<k>(array_view<T, Rank>(memory, shape));
                const bool is_apart = adds && !std::exchange(is_first, false);
                if (stretches(k)) return bind_stretched<k>(array_view<T, Rank>(memory, shape), adds);
                T* data = memory;
                // Parts of one array may overlap, and blocks would meet in them.
                if (is_apart) fill(data = own(size), size);
                f_.template bind_output<k>(array_view<T, Rank>(data, shape));
                if (!is_apart) return;
                element_sums addition;
                addition.put_before(size, 1, 1);
                addition.adds = true;
                sums_.push_back({addition, memory, data});
            }
        });
    }
    /// No memory for the derivative by an array of this shape, which nobody wants.
    template <int Array, int Rank>
    void leave_out(const extents<static_cast<std::size_t>(Rank)>& shape) {
        for_each<Program::output_count>([&](auto k) {
            if constexpr (!is_by_array(k, Array)) return;
            else if constexpr (Program::is_irregular(k)) f_.template bind_output<k>(array_view<T, Rank>(own(size_of(shape)), shape));
            else leave_out_output<k>();
        });
    }
    /// When all passes have been queued.
    void add_up() const {
        for (const auto& [how, to, from] : sums_) queue_element_sums<System>(how, to, from, stream_, who_);
    }

private:
    struct sum {
        element_sums how;
        T* to;
        const T* from;
    };

    static constexpr bool is_by_array(int output, int array) {
        return Program::outputs.of[output].to == array_output::array && Program::source.accesses[Program::outputs.of[output].which].array == array;
    }
    bool stretches(int output) const { return f_.stretches && f_.stretched[Program::outputs.of[output].which] != 0; }
    T* own(std::ptrdiff_t count) {
        memory_.emplace_back(extents<1>{count}, stream_, who_);
        return memory_.back().data();
    }
    void fill(T* to, std::ptrdiff_t count) const {
        using filling = device_elements<T>;
        System::template launch_blocks<filling>({to, T(0), count}, filling::block_count(count), stream_, who_);
    }
    // Where passes read again what they have left there, it has a place; else it is not written.
    template <int Output>
    void leave_out_output() {
        f_.outputs[Output] = {};
        constexpr bool is_buffer = [] {
            for (int k = 0; k < Planned::sizes.buffers; ++k)
                if (Planned::plan.buffers[k].output == Output) return true;
            return false;
        }();
        if constexpr (is_buffer) f_.outputs[Output].data = own(make_dense<Output>());
    }
    // All steps of the axes of an output by rows; how many elements there are.
    template <int Output>
    std::ptrdiff_t make_dense() {
        std::ptrdiff_t size = 1;
        for (axis_set rest = Planned::space_of_output(Output); rest != 0; rest &= rest - 1) {
            const int axis = std::countr_zero(rest);
            f_.outputs[Output].strides[axis] = std::exchange(size, size * f_.extent[axis]);
        }
        return size;
    }
    // Passes write all steps of the axes; those along which the array stretches are terms of its elements.
    template <int Output, class View>
    void bind_stretched(const View& memory, bool adds) {
        f_.template bind_output<Output>(memory);
        const auto target = f_.outputs[Output];
        const axis_set stretched = f_.stretched[Program::outputs.of[Output].which];
        const std::ptrdiff_t size = make_dense<Output>();
        element_sums all;
        for (axis_set rest = Planned::space_of_output(Output); rest != 0; rest &= rest - 1) {
            const int axis = std::countr_zero(rest);
            const std::ptrdiff_t extent = f_.extent[axis], stride = f_.outputs[Output].strides[axis];
            if (stretched >> axis & 1) all.put_term_before(extent, stride);
            else all.put_before(extent, target.strides[axis], stride);
        }
        all.adds = adds;
        f_.outputs[Output].data = own(size);
        if (adds) fill(f_.outputs[Output].data, size);
        sums_.push_back({all, target.data, f_.outputs[Output].data});
    }

    frame& f_;
    const stream_handle stream_;
    const statement who_;
    std::vector<device_array<T, 1, System>> memory_;
    std::vector<sum> sums_;
};

}  // namespace tapeless::detail
