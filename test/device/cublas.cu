// SPDX-License-Identifier: BSL-1.0
// Products of matrices of Variables by cuBLAS, next to the host's.
#include <tapeless/device_variables.hpp>
#include <tapeless/interop/cublas.hpp>

#include "checks.hpp"

#include <cmath>

namespace {

using tapeless::Variable;

template <class T>
void products_are_the_hosts() {
    const auto compare = [](const auto& a, const auto& b) {
        const auto found = matmul(a.cuda(), b.cuda()).cpu(), expected = matmul(a, b);
        for (std::ptrdiff_t k = 0; k < expected.numel(); ++k) checks::check(checks::is_near(found.data_pointer()[k], expected.data_pointer()[k], 200));
    };
    const auto a = tapeless::rand<T>(70, 50), b = tapeless::rand<T>(50, 90);
    compare(a, b);
    compare(b.t(), a.t());
    compare(a, b.select(1, 3));
    compare(tapeless::rand<T>(4, 30, 70), a);
}

}  // namespace

int main() {
    std::printf("CUDA devices: %d\n", tapeless::cuda::device_count());
    if (tapeless::cuda::is_available()) {
        checks::run("products_are_the_hosts, float", products_are_the_hosts<float>);
        checks::run("products_are_the_hosts, double", products_are_the_hosts<double>);
    }
    std::printf("%d failures\n", checks::failures);
    return checks::failures;
}
