// SPDX-License-Identifier: BSL-1.0
// Where the blocks of a call on arrays run: a policy has `is_parallel` and `run(count, body)`, which calls body(0) … body(count - 1), and returns when all
// have. How a call is cut into blocks depends on its shapes alone, so that its result is the same, bit for bit, wherever they run.
// A policy may have `multiply(product)` too, for some number types: then products of matrices are its own.
#pragma once

#include <cstddef>

namespace tapeless {
namespace execution {

/// One after the other, on the thread of the call: what is done without a policy.
struct sequential_policy {
    static constexpr bool is_parallel = false;
    template <class Body>
    static void run(int count, const Body& body) {
        for (int k = 0; k < count; ++k) body(k);
    }
};
inline constexpr sequential_policy seq{};

/// A factor of a product in memory: element (i, k) is data[i * stride + k]; of one that lies transposed, data[k * stride + i].
template <class T>
struct matrix_factor {
    const T* data;
    std::ptrdiff_t stride;
    bool is_transposed;
};
/// What the static member `multiply` of a policy is called with, on the thread of the call: writes a b to c, or adds it to what is there. c has `rows` rows of
/// `columns` numbers and shares no memory with a and b; element (i, j) is c[i * c_stride + j]. All extents are 1 or more, a stride is at least as long
/// as the rows (or columns) that lie in it, and all of these fit an int.
template <class T>
struct matrix_product {
    std::ptrdiff_t rows, columns, inner;
    matrix_factor<T> a, b;
    T* c;
    std::ptrdiff_t c_stride;
    bool adds;
};

}  // namespace execution

namespace detail {

template <class T>
concept execution_policy = requires { T::is_parallel; };

/// Whether calls are the policy's own: `Policy::call<Function object, Argument…>::get(policy, argument…)`.
template <class Policy>
concept makes_calls = requires { typename Policy::template call<void>; };

/// Whether products of matrices of T are the policy's own.
template <class Policy, class T>
concept multiplies = requires(const execution::matrix_product<T>& product) { Policy::multiply(product); };

}  // namespace detail
}  // namespace tapeless
