// SPDX-License-Identifier: BSL-1.0
// A policy whose products of matrices are three loops. It holds what a library is promised, and counts its calls.
#pragma once

#include <tapeless/evaluate/execution.hpp>

#include <boost/test/unit_test.hpp>

#include <climits>
#include <cstddef>

struct plain_products : tapeless::execution::sequential_policy {
    static inline int calls = 0;
    template <class T>
    static void multiply(const tapeless::execution::matrix_product<T>& p) {
        ++calls;
        BOOST_REQUIRE(p.rows > 0 && p.columns > 0 && p.inner > 0 && p.c_stride >= p.columns && p.c_stride <= INT_MAX);
        BOOST_REQUIRE(is_proper(p.a, p.rows, p.inner) && is_proper(p.b, p.inner, p.columns));
        for (std::ptrdiff_t i = 0; i < p.rows; ++i)
            for (std::ptrdiff_t j = 0; j < p.columns; ++j) {
                T sum = 0;
                for (std::ptrdiff_t k = 0; k < p.inner; ++k) sum += element(p.a, i, k) * element(p.b, k, j);
                T& c = p.c[i * p.c_stride + j];
                c = p.adds ? c + sum : sum;
            }
    }

private:
    template <class T>
    static bool is_proper(const tapeless::execution::matrix_factor<T>& m, std::ptrdiff_t rows, std::ptrdiff_t columns) {
        return m.stride >= (m.is_transposed ? rows : columns) && m.stride <= INT_MAX;
    }
    template <class T>
    static T element(const tapeless::execution::matrix_factor<T>& m, std::ptrdiff_t i, std::ptrdiff_t k) {
        return m.is_transposed ? m.data[k * m.stride + i] : m.data[i * m.stride + k];
    }
};
