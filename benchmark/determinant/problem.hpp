// SPDX-License-Identifier: BSL-1.0
// The determinant of a 6 by 6 matrix by expansion in minors, as a plain recursive function.
#pragma once

#include "../contest.hpp"

template <class Number, std::size_t Size>
constexpr Number determinant(const std::array<std::array<Number, Size>, Size>& matrix) {
    if constexpr (Size == 1) {
        return matrix[0][0];
    } else {
        Number sum(0.0);
        for (std::size_t column = 0; column < Size; ++column) {
            std::array<std::array<Number, Size - 1>, Size - 1> minor{};
            for (std::size_t i = 1; i < Size; ++i)
                for (std::size_t j = 0; j < Size; ++j)
                    if (j != column) minor[i - 1][j - (j > column)] = matrix[i][j];
            const Number term = matrix[0][column] * determinant(minor);
            if (column % 2 == 0) sum = sum + term;
            else sum = sum - term;
        }
        return sum;
    }
}

inline constexpr auto determinant_of_6 = []<class Number>(const std::array<std::array<Number, 6>, 6>& matrix) { return determinant(matrix); };

struct problem {
    static constexpr const char* title = "determinant of a 6 by 6 matrix by expansion in minors: value and gradient";
    static constexpr int inputs = 36, variables = 36, outputs = 1, points = 64;
    static constexpr contest::interval range(std::size_t) { return {-1, 1}; }
    /// The numbers of a point as the matrix's rows.
    template <class Number>
    static std::array<std::array<Number, 6>, 6> matrix(const std::array<Number, inputs>& at) {
        std::array<std::array<Number, 6>, 6> rows;
        for (int i = 0; i < 6; ++i) std::copy_n(at.begin() + 6 * i, 6, rows[i].begin());
        return rows;
    }
    template <class Number>
    static std::array<Number, outputs> value(const std::array<Number, inputs>& at) {
        return {determinant_of_6(matrix(at))};
    }
};
