// SPDX-License-Identifier: BSL-1.0
// A product of matrices on a device: each thread has one element of the result.
#pragma once

#include <tapeless/device/block.hpp>
#include <tapeless/evaluate/execution.hpp>

#include <cstdint>

namespace tapeless::detail {

template <class T>
struct device_matrix_product {
    static constexpr int block_size = threads_in_block, tile_columns = 32, tile_rows = threads_in_block / tile_columns;
    using number = T;
    struct arguments {
        const T *a, *b;
        T* c;
        std::int64_t rows, columns, inner, a_row, a_inner, b_inner, b_column, c_row;
        bool adds;
    };
    static arguments of(const execution::matrix_product<T>& p) {
        const bool a_turned = p.a.is_transposed, b_turned = p.b.is_transposed;
        return {p.a.data, p.b.data, p.c, p.rows, p.columns, p.inner, a_turned ? 1 : p.a.stride, a_turned ? p.a.stride : 1, b_turned ? 1 : p.b.stride, b_turned ? p.b.stride : 1, p.c_stride, p.adds};
    }
    static std::int64_t block_count(const arguments& of) { return ((of.rows + tile_rows - 1) / tile_rows) * tiles_in_row(of); }

    template <class Block>
    TAPELESS_HOST_DEVICE static void run(const Block& block, const arguments& of) {
        const std::int64_t first_row = block.index / tiles_in_row(of) * tile_rows, first_column = block.index % tiles_in_row(of) * tile_columns;
        block.threads([&](int thread) {
            const std::int64_t row = first_row + thread / tile_columns, column = first_column + thread % tile_columns;
            if (row >= of.rows || column >= of.columns) return;
            T sum = T(0);
            for (std::int64_t k = 0; k < of.inner; ++k) sum += of.a[row * of.a_row + k * of.a_inner] * of.b[k * of.b_inner + column * of.b_column];
            T& element = of.c[row * of.c_row + column];
            element = of.adds ? element + sum : sum;
        });
    }

private:
    TAPELESS_HOST_DEVICE static std::int64_t tiles_in_row(const arguments& of) { return (of.columns + tile_columns - 1) / tile_columns; }
};

}  // namespace tapeless::detail
