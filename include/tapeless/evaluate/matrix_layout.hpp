// SPDX-License-Identifier: BSL-1.0
// How a matrix lies in memory, and how a library of products is given it: where it is, by rows or by columns, or else as a copy.
#pragma once

#include <tapeless/evaluate/execution.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>

namespace tapeless::detail {

/// What a library can count.
inline constexpr std::ptrdiff_t longest_of_library = std::numeric_limits<int>::max();

/// Lines are rows, or columns of a matrix that is transposed.
struct matrix_layout {
    std::ptrdiff_t rows, columns;
    bool is_copied, is_transposed;
    std::ptrdiff_t lines, count;     ///< so many lines of so many elements
    std::ptrdiff_t line_step, step;  ///< from line to line and from element to element, where the matrix is
    std::ptrdiff_t stride;           ///< from line to line, where the library reads or writes it

    /// is_direct: whether the library can use the memory at all.
    matrix_layout(std::ptrdiff_t rows, std::ptrdiff_t columns, std::ptrdiff_t row_step, std::ptrdiff_t column_step, bool is_direct) : rows(rows), columns(columns) {
        const bool by_rows = are_lines(rows, columns, row_step, column_step), by_columns = are_lines(columns, rows, column_step, row_step);
        is_copied = !is_direct || (!by_rows && !by_columns);
        is_transposed = is_copied ? row_step < column_step : !by_rows;
        lines = is_transposed ? columns : rows;
        count = is_transposed ? rows : columns;
        line_step = is_transposed ? column_step : row_step;
        step = is_transposed ? row_step : column_step;
        stride = is_copied || lines <= 1 ? std::max<std::ptrdiff_t>(count, 1) : line_step;
    }

    /// How many numbers a copy has.
    std::ptrdiff_t room() const { return is_copied ? rows * columns : 0; }

    /// The elements of a source from an offset on, to where the library reads them.
    template <class T, class Source>
    void copy(const Source& source, std::ptrdiff_t offset, T* to) const {
        for (std::ptrdiff_t line = 0; line < lines; ++line) source.copy(source.data, offset + line * line_step, step, count, to + line * stride);
    }
    template <class T>
    void copy_back(const T* copy, T* to) const {
        for (std::ptrdiff_t line = 0; line < lines; ++line)
            for (std::ptrdiff_t k = 0; k < count; ++k) to[line * line_step + k * step] = copy[line * stride + k];
    }
    /// Where the library would write.
    template <class T>
    void fill_zeros(T* data) const {
        for (std::ptrdiff_t line = 0; line < lines; ++line) std::fill_n(data + line * stride, count, static_cast<T>(0));
    }

private:
    static bool are_lines(std::ptrdiff_t lines, std::ptrdiff_t count, std::ptrdiff_t line_step, std::ptrdiff_t step) {
        return (step == 1 || count <= 1) && (lines <= 1 || (line_step >= std::max<std::ptrdiff_t>(count, 1) && line_step <= longest_of_library));
    }
};

}  // namespace tapeless::detail
