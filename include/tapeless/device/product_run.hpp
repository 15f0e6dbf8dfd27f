// SPDX-License-Identifier: BSL-1.0
// Queues a product of matrices of an array program on a device by the library of a system that has one.
#pragma once

#include <tapeless/device/irregular.hpp>
#include <tapeless/device/memory.hpp>
#include <tapeless/device/pass_group.hpp>
#include <tapeless/device/places.hpp>
#include <tapeless/evaluate/product.hpp>

#include <cstddef>

namespace tapeless::detail {

/// Whether products of matrices of T are made by a library of the system's.
template <class System, class T>
concept multiplies_on_device = requires(const execution::matrix_product<T>& product, stream_handle stream, const statement& who) { System::multiply(product, stream, who); };

/// What a call on such a system is planned by: nobody calls its products.
template <class System>
struct planned_on_device : execution::sequential_policy {
    template <class T>
        requires multiplies_on_device<System, T>
    static void multiply(const execution::matrix_product<T>&);
};

/// What product_library is on the host.
template <class T, class System>
class device_product_library {
public:
    device_product_library(stream_handle stream, const statement& who) : stream_(stream), who_(who) {}

    /// Given back when this is destroyed.
    T* memory(std::ptrdiff_t count) {
        memory_ = device_array<T, 1, System>({count}, stream_, who_);
        return memory_.data();
    }
    void multiply(const execution::matrix_product<T>& product) const { System::multiply(product, stream_, who_); }
    template <class Source>
    void copy(const matrix_layout& layout, const Source& source, std::ptrdiff_t offset, T* to) const {
        copy_lines(layout, numbers_of(source), offset, layout.line_step, layout.step, to, layout.stride, 1);
    }
    void copy_back(const matrix_layout& layout, const T* copy, T* to) const { copy_lines(layout, device_numbers::of(copy), 0, layout.stride, 1, to, layout.line_step, layout.step); }
    void fill_zeros(const matrix_layout& layout, T* to) const { copy_lines(layout, {device_numbers::uniform}, 0, 0, 0, to, layout.stride, 1); }

protected:
    const stream_handle stream_;
    const statement& who_;

private:
    void copy_lines(const matrix_layout& layout, const device_numbers& from, std::ptrdiff_t offset, std::ptrdiff_t from_line, std::ptrdiff_t from_step, T* to, std::ptrdiff_t to_line, std::ptrdiff_t to_step) const {
        device_places places;
        places.loops = {2, {layout.lines, layout.count}};
        places.offset = offset;
        places.strides[0] = from_line;
        places.strides[1] = from_step;
        const typename places_copied<T>::arguments of{places, from, to, {to_line, to_step}, 0};
        queue_copy<System, T>(of, stream_, who_);
    }

    device_array<T, 1, System> memory_;
};

}  // namespace tapeless::detail
