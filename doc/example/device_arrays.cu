// SPDX-License-Identifier: BSL-1.0
// Logistic regression on a GPU: the value and the gradient, step by step.
#include <tapeless/device_arrays.hpp>

#include <thrust/device_vector.h>
#include <thrust/host_vector.h>
#include <thrust/transform.h>

#include <cmath>
#include <iostream>

struct step {
    float rate;
    __host__ __device__ float operator()(float weight, float derivative) const { return weight - rate * derivative; }
};

int main() {
    if (tapeless::execution::device_count() == 0) {
        std::cout << "There is no CUDA device.\n";
        return 0;
    }
    const int n = 100'000;
    thrust::host_vector<float> features(n * 256), labels(n);
    for (int k = 0; k < n * 256; ++k) features[k] = std::sin(0.001f * static_cast<float>(k % 65'521));
    for (int k = 0; k < n; ++k) labels[k] = features[k * 256] > 0.1f ? 1.f : -1.f;
    const thrust::device_vector<float> X_elements = features, y = labels;

    thrust::device_vector<float> w(256), dw(256);
    const tapeless::device_view<const float, 2> X(X_elements.data().get(), {n, 256});
    constexpr auto loss = [](auto w, auto X, auto y) { return mean(log1p(exp(-y * dot(X, w)))); };
    const float value = tapeless::value_and_gradient(loss, tapeless::wrt<0>).into(dw)(tapeless::execution::device, w, X, y);
    std::cout << "before: " << value << '\n';

    // The value stays on the device, so that nothing waits for it.
    thrust::device_vector<float> last_value(1);
    for (int k = 0; k < 100; ++k) {
        tapeless::value_and_gradient(loss, tapeless::wrt<0>).into(last_value, dw)(tapeless::execution::device, w, X, y);
        thrust::transform(w.begin(), w.end(), dw.begin(), w.begin(), step{0.1f});
    }
    std::cout << "after 100 steps: " << last_value[0] << '\n';
}
