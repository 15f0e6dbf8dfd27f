// SPDX-License-Identifier: BSL-1.0
// What contenders of tapeless share: arguments and results as arrays.
#pragma once

#include "problem.hpp"

#include <tapeless/arrays.hpp>

template <class T>
tapeless::array_view<T, 2> matrix(T* numbers, std::ptrdiff_t rows, std::ptrdiff_t columns) {
    return {numbers, {rows, columns}};
}

/// value: a function of alphas, means, icf, x, gamma and m, and of what else is passed, without the constant terms.
template <class Value, class... Argument>
CONTEST_INLINE void write_gradient(const Value& value, const problem::data& data, problem::result& result, const Argument&... argument) {
    constexpr std::ptrdiff_t K = problem::components, d = problem::dimensions, icf = problem::icf_columns;
    const auto gradient = tapeless::value_and_gradient(value, tapeless::wrt<0, 1, 2>)
                              .into(result.by_alphas, matrix(result.by_means.data(), K, d), matrix(result.by_icf.data(), K, icf));
    result.value = data.constant() + gradient(data.alphas, matrix(data.means.data(), K, d), matrix(data.icf.data(), K, icf),
                                              matrix(data.x.data(), d, data.points), data.gamma, data.m, argument...);
}
