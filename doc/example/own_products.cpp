// SPDX-License-Identifier: BSL-1.0
// Products of matrices by a library: a policy of one's own, and which sums it gets.
#include <tapeless/arrays.hpp>

#include <cmath>
#include <cstddef>
#include <cstdio>
#include <iostream>
#include <vector>

using tapeless::wrt;

/// Products by three loops, as a library would make them.
struct loops_for_products : tapeless::execution::sequential_policy {
    static void multiply(const tapeless::execution::matrix_product<double>& p) {
        for (std::ptrdiff_t i = 0; i < p.rows; ++i)
            for (std::ptrdiff_t j = 0; j < p.columns; ++j) {
                double sum = p.adds ? p.c[i * p.c_stride + j] : 0;
                for (std::ptrdiff_t k = 0; k < p.inner; ++k) sum += element(p.a, i, k) * element(p.b, k, j);
                p.c[i * p.c_stride + j] = sum;
            }
    }
    static double element(const tapeless::execution::matrix_factor<double>& m, std::ptrdiff_t i, std::ptrdiff_t k) {
        return m.is_transposed ? m.data[k * m.stride + i] : m.data[i * m.stride + k];
    }
};

constexpr auto loss = [](auto W, auto X, auto Y) {
    const auto rest = tanh(matmul(X, W)) - Y;
    return mean(rest * rest);
};

int main() {
    constexpr std::ptrdiff_t samples = 6, features = 4, outputs = 3;
    std::vector<double> numbers(samples * features);
    for (std::size_t k = 0; k < numbers.size(); ++k) numbers[k] = std::sin(1.0 + 1.7 * static_cast<double>(k));
    const tapeless::array_view<const double, 2> W(numbers.data(), {features, outputs}), X(numbers.data(), {samples, features}), Y(numbers.data(), {samples, outputs});

    constexpr auto derive = tapeless::value_and_gradient(loss, wrt<0>);
    std::cout << explain(derive, loops_for_products{}, W, X, Y);
    const auto by_loops = derive(W, X, Y), by_products = derive(loops_for_products{}, W, X, Y);
    std::printf("loss %.6f and %.6f\n", by_loops.value, by_products.value);
    std::printf("derivative by W[0, 0] %.6f and %.6f\n", by_loops.gradient(0, 0), by_products.gradient(0, 0));
}
