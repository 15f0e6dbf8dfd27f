// SPDX-License-Identifier: BSL-1.0
// Prices and sensitivities of many options on a GPU.
#include "../../benchmark/black_scholes/call_price.hpp"

#include <tapeless/device.hpp>

#include <thrust/device_vector.h>

#include <iostream>

int main() {
    if (tapeless::execution::device_count() == 0) {
        std::cout << "There is no CUDA device.\n";
        return 0;
    }
    const int n = 1'000'000;
    const thrust::device_vector<float> S(n, 100), K(n, 110), r(n, 0.03f), sigma(n, 0.2f), T(n, 0.5f);
    // One kernel; nothing is allocated and nothing waited for.
    thrust::device_vector<float> price(n), dS(n), dK(n), dr(n), dsigma(n), dT(n);
    constexpr auto price_and_sensitivities = tapeless::value_and_gradient(call_price);
    price_and_sensitivities.into(price, dS, dK, dr, dsigma, dT)(tapeless::execution::device, S, K, r, sigma, T);

    // On a stream, with numbers for all elements, into an array that the call allocates.
    cudaStream_t stream;
    cudaStreamCreate(&stream);
    {
        const auto delta = tapeless::derivative(call_price, tapeless::wrt<0>)(tapeless::execution::device.on(stream), S, 110.f, 0.03f, 0.2f, T);
        std::cout << "price " << price[0] << ", delta " << dS[0] << " and " << delta.to_host()[n - 1] << '\n';
    }
    cudaStreamDestroy(stream);
}
