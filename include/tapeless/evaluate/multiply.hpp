// SPDX-License-Identifier: BSL-1.0
// What products of matrices are made by where that is decided while the program runs: loops, unless a library has taken their place.
#pragma once

#include <tapeless/evaluate/execution.hpp>

#include <algorithm>
#include <utility>

namespace tapeless::detail {

template <class T>
void multiply_by_loops(const execution::matrix_product<T>& p) {
    const auto step = [](const execution::matrix_factor<T>& factor) { return factor.is_transposed ? std::pair(std::ptrdiff_t(1), factor.stride) : std::pair(factor.stride, std::ptrdiff_t(1)); };
    const auto [a_row, a_inner] = step(p.a);
    const auto [b_inner, b_column] = step(p.b);
    for (std::ptrdiff_t i = 0; i < p.rows; ++i) {
        T* const row = p.c + i * p.c_stride;
        if (!p.adds) std::fill_n(row, p.columns, T{});
        for (std::ptrdiff_t k = 0; k < p.inner; ++k) {
            const T factor = p.a.data[i * a_row + k * a_inner];
            const T* const from = p.b.data + k * b_inner;
            for (std::ptrdiff_t j = 0; j < p.columns; ++j) row[j] += factor * from[j * b_column];
        }
    }
}

/// What the products of Variables are made by.
template <class T>
inline void (*multiply_matrices)(const execution::matrix_product<T>&) = multiply_by_loops<T>;

}  // namespace tapeless::detail
