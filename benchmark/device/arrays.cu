// SPDX-License-Identifier: BSL-1.0
// Functions of arrays on a device: value and gradient, next to the bytes that have to be moved at least and the card's own copy. Argument: the file of the JSON.
#include "buffers.hpp"
#include "timing.hpp"

#include "../../test/device/array_functions.hpp"

#include <cmath>
#include <initializer_list>
#include <memory>

namespace {

using tapeless::device_view, tapeless::value_and_gradient, tapeless::wrt;
using tapeless::execution::device;
using device_memory::buffers, device_memory::fill;

/// Labels.
__global__ void make_whole(float* x, long long count) {
    for (long long k = blockIdx.x * 256LL + threadIdx.x; k < count; k += 256LL * gridDim.x) x[k] = floorf(x[k]);
}
/// Arrays of so many numbers between low and high.
class arrays {
public:
    explicit arrays(std::initializer_list<long long> sizes, float low = -1, float high = 1) {
        for (const long long size : sizes) {
            all_.emplace_back(std::make_unique<buffers>(1, size));
            fill<<<1024, 256>>>(all_.back()->all[0], size, low, high, static_cast<unsigned>(all_.size()));
        }
    }
    device_view<float> vector(std::size_t k, std::ptrdiff_t n) const { return {all_[k]->all[0], n}; }
    device_view<float, 2> matrix(std::size_t k, std::ptrdiff_t n, std::ptrdiff_t m) const { return {all_[k]->all[0], {n, m}}; }

private:
    std::vector<std::unique_ptr<buffers>> all_;
};

/// Times a call that waits for nothing; the value is finite.
template <class Call>
void measure(timing::report& report, const char* problem, double bytes, device_view<float> value, const Call& call) {
    call();
    float on_host = NAN;
    timing::check(cudaMemcpy(&on_host, value.data(), sizeof(float), cudaMemcpyDeviceToHost), problem);
    std::printf("%s: the value is %g\n", problem, on_host);
    if (!std::isfinite(on_host)) std::exit(1);
    report.add(problem, "tapeless", timing::median_ms(call), bytes);
}

void copies(timing::report& report, long long count) {
    const buffers x(2, count);
    fill<<<1024, 256>>>(x.all[0], count, -1, 1, 1);
    const double bytes = 8.0 * static_cast<double>(count);
    const double ms = timing::median_ms([&] { timing::check(cudaMemcpyAsync(x.all[1], x.all[0], sizeof(float) * static_cast<std::size_t>(count), cudaMemcpyDeviceToDevice), "copy"); });
    report.copy_rate = bytes / ms * 1e-9;
    report.add("copy, 2^26 floats", "cudaMemcpyAsync", ms, bytes);
}
void normal_log_likelihood(timing::report& report, std::ptrdiff_t n) {
    const arrays x({n, 1});
    // Both sums on the way; their gradients are numbers of the host's, so the value is what is queued alone.
    const auto value = tapeless::value(array_functions::normal_log_likelihood).into(x.vector(1, 1));
    measure(report, "normal log-likelihood, value, 2^26", 4.0 * static_cast<double>(n), x.vector(1, 1), [&] { value(device, x.vector(0, n), 0.1f, 1.2f); });
    float by_mu = 0, by_sigma = 0;
    const auto gradient = value_and_gradient(array_functions::normal_log_likelihood, wrt<1, 2>).into(by_mu, by_sigma);
    report.add("normal log-likelihood, value and two derivatives read, 2^26", "tapeless", timing::step_ms([&] { gradient(device, x.vector(0, n), 0.1f, 1.2f); }), 4.0 * static_cast<double>(n));
}
void logistic_regression(timing::report& report, std::ptrdiff_t n, std::ptrdiff_t m) {
    const arrays x({m, n * m, n, m, 1}, -0.1f, 0.1f);
    const auto into = value_and_gradient(array_functions::logistic_regression, wrt<0>).into(x.vector(4, 1), x.vector(3, m));
    measure(report, "logistic regression, 2^20 by 256", 4.0 * static_cast<double>(n * m), x.vector(4, 1), [&] { into(device, x.vector(0, m), x.matrix(1, n, m), x.vector(2, n)); });
}
void rms_norm(timing::report& report, std::ptrdiff_t n, std::ptrdiff_t m) {
    const arrays x({n * m, m, n * m, n * m, m, 1});
    const auto into = value_and_gradient(array_functions::rms_norm, wrt<0, 1>).into(x.vector(5, 1), x.matrix(3, n, m), x.vector(4, m));
    measure(report, "RMSNorm backward, 32768 by 4096", 12.0 * static_cast<double>(n * m), x.vector(5, 1), [&] { into(device, x.matrix(0, n, m), x.vector(1, m), x.matrix(2, n, m)); });
}
void cross_entropy(timing::report& report, std::ptrdiff_t n, std::ptrdiff_t m) {
    const arrays x({n * m, n, n * m, 1}, 0, 8);
    const auto labels = x.vector(1, n);
    make_whole<<<1024, 256>>>(labels.data(), n);
    const auto into = value_and_gradient(array_functions::cross_entropy, wrt<0>).into(x.vector(3, 1), x.matrix(2, n, m));
    measure(report, "softmax cross-entropy, 8192 by 32768", 8.0 * static_cast<double>(n * m), x.vector(3, 1), [&] { into(device, x.matrix(0, n, m), labels); });
}
void pairwise_kernel(timing::report& report, std::ptrdiff_t n) {
    const arrays x({3 * n, 3 * n, 1});
    const auto into = value_and_gradient(array_functions::pairwise_kernel, wrt<0>).into(x.vector(2, 1), x.matrix(1, n, 3));
    measure(report, "pairwise Gaussian kernel, 65,536 points in 3 dimensions", 24.0 * static_cast<double>(n), x.vector(2, 1), [&] { into(device, x.matrix(0, n, 3), 0.5f); });
}
void table(timing::report& report, std::ptrdiff_t n) {
    const arrays x({n, n, n * n, n, n, n * n, 1});
    const auto into = value_and_gradient(array_functions::table).into(x.vector(6, 1), x.vector(3, n), x.vector(4, n), x.matrix(5, n, n));
    measure(report, "tanh(a b + c)^2, 8192 squared", 8.0 * static_cast<double>(n * n), x.vector(6, 1), [&] { into(device, x.vector(0, n), x.vector(1, n), x.matrix(2, n, n)); });
}

}  // namespace

int main(int count, char** arguments) {
    const std::string name = timing::device_name();
    if (name.empty()) return 0;
    timing::report report;
    copies(report, 1LL << 26);
    normal_log_likelihood(report, std::ptrdiff_t{1} << 26);
    logistic_regression(report, std::ptrdiff_t{1} << 20, 256);
    rms_norm(report, 32768, 4096);
    cross_entropy(report, 8192, 32768);
    pairwise_kernel(report, 65536);
    table(report, 8192);
    if (count > 1) report.write(arguments[1], name);
}
