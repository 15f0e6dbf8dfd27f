// SPDX-License-Identifier: BSL-1.0
// Elements in up to four dimensions, wherever they lie, that are copied, added or summed up: what is to be done, for whoever does it.
#pragma once

#include <tapeless/record/array_view.hpp>

#include <cstddef>

namespace tapeless::detail {

/// Each element of `to` becomes the sum of elements of `from`, or is increased by it: of those that lie along the dimensions of `terms` from its own place on.
/// One term is a copy, no term 0.
struct element_sums {
    extents<4> shape{1, 1, 1, 1}, to_strides{}, from_strides{};
    extents<4> terms{1, 1, 1, 1}, term_strides{};
    bool adds = false;

    std::ptrdiff_t count() const { return size_of(shape); }
    std::ptrdiff_t term_count() const { return size_of(terms); }
    /// A dimension more of elements, or of terms, before the others that have been named so.
    void put_before(std::ptrdiff_t extent, std::ptrdiff_t to_stride, std::ptrdiff_t from_stride) {
        const int d = --first_;
        shape[d] = extent;
        to_strides[d] = to_stride;
        from_strides[d] = from_stride;
    }
    void put_term_before(std::ptrdiff_t extent, std::ptrdiff_t stride) {
        const int d = --first_term_;
        terms[d] = extent;
        term_strides[d] = stride;
    }
    /// The same with neighbouring dimensions as one where elements lie so: a copy of memory in order has one.
    element_sums merged() const {
        element_sums all;
        all.adds = adds;
        for (int d = 3; d >= 0; --d) {
            if (shape[d] != 1) {
                const int inner = all.first_;
                if (inner < 4 && to_strides[d] == all.to_strides[inner] * all.shape[inner] && from_strides[d] == all.from_strides[inner] * all.shape[inner]) all.shape[inner] *= shape[d];
                else all.put_before(shape[d], to_strides[d], from_strides[d]);
            }
            if (terms[d] != 1) {
                const int inner = all.first_term_;
                if (inner < 4 && term_strides[d] == all.term_strides[inner] * all.terms[inner]) all.terms[inner] *= terms[d];
                else all.put_term_before(terms[d], term_strides[d]);
            }
        }
        return all;
    }

private:
    int first_ = 4, first_term_ = 4;
};

}  // namespace tapeless::detail
