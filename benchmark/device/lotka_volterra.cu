// SPDX-License-Identifier: BSL-1.0
// A million Lotka-Volterra paths of 100 Runge-Kutta steps each, x + y at the end by 2 initial values and 4 coefficients. A function of numbers with 100 steps
// in it would be one program of some 20,000 operations; here the library derives one step, and the kernel, which is the user's, goes through the
// steps and back. Needs nvcc's --expt-relaxed-constexpr, by which device code calls what is constexpr. Argument: the file of the JSON.
#include "timing.hpp"

#include <tapeless/tapeless.hpp>

#include <array>
#include <cmath>
#include <tuple>

namespace {

constexpr int steps = 100, block_size = 128, segment = 10;

constexpr auto runge_kutta_step = []<class T>(T x, T y, T a, T b, T c, T d) {
    const T h = T(0.05), half = T(0.025), sixth = T(0.05 / 6);
    const T p1 = x * (a - b * y), q1 = y * (d * x - c);
    const T x2 = x + half * p1, y2 = y + half * q1, p2 = x2 * (a - b * y2), q2 = y2 * (d * x2 - c);
    const T x3 = x + half * p2, y3 = y + half * q2, p3 = x3 * (a - b * y3), q3 = y3 * (d * x3 - c);
    const T x4 = x + h * p3, y4 = y + h * q3, p4 = x4 * (a - b * y4), q4 = y4 * (d * x4 - c);
    return std::array<T, 2>{x + sixth * (p1 + T(2) * (p2 + p3) + p4), y + sixth * (q1 + T(2) * (q2 + q3) + q4)};
};
// The cotangents of a step's arguments, by those of its results u and v.
constexpr auto pulled_back = []<class T>(T x, T y, T a, T b, T c, T d, T u, T v) {
    const auto next = runge_kutta_step(x, y, a, b, c, d);
    return u * next[0] + v * next[1];
};
using pullback = decltype(tapeless::gradient(pulled_back, tapeless::wrt<0, 1, 2, 3, 4, 5>));
using step = decltype(runge_kutta_step);

/// x, y, a, b, c, d of each path, and where results go.
struct paths {
    const float* of[6];
    float* value;
    float* by[6];
    int count;
};

template <class T>
__host__ __device__ void advance(T& x, T& y, const T* p) {
    const auto next = step{}(x, y, p[0], p[1], p[2], p[3]);
    x = next[0];
    y = next[1];
}
template <class T>
__host__ __device__ void go_back(T x, T y, const T* p, T& u, T& v, T* by) {
    const auto all = pullback{}(x, y, p[0], p[1], p[2], p[3], u, v);
    u = std::get<0>(all);
    v = std::get<1>(all);
    by[0] += std::get<2>(all);
    by[1] += std::get<3>(all);
    by[2] += std::get<4>(all);
    by[3] += std::get<5>(all);
}

__global__ void __launch_bounds__(block_size) primal(paths all) {
    const int k = blockIdx.x * block_size + threadIdx.x;
    if (k >= all.count) return;
    float x = all.of[0][k], y = all.of[1][k];
    const float p[] = {all.of[2][k], all.of[3][k], all.of[4][k], all.of[5][k]};
    for (int n = 0; n < steps; ++n) advance(x, y, p);
    all.value[k] = x + y;
}
__device__ void write(const paths& all, int k, float value, float u, float v, const float* by) {
    all.value[k] = value;
    all.by[0][k] = u;
    all.by[1][k] = v;
    for (int i = 0; i < 4; ++i) all.by[2 + i][k] = by[i];
}
/// All states are kept in the thread's own memory, which the device lays out side by side.
__global__ void __launch_bounds__(block_size) all_states(paths all) {
    const int k = blockIdx.x * block_size + threadIdx.x;
    if (k >= all.count) return;
    float x = all.of[0][k], y = all.of[1][k], kept[steps][2], by[4] = {}, u = 1, v = 1;
    const float p[] = {all.of[2][k], all.of[3][k], all.of[4][k], all.of[5][k]};
    for (int n = 0; n < steps; ++n) {
        kept[n][0] = x;
        kept[n][1] = y;
        advance(x, y, p);
    }
    for (int n = steps - 1; n >= 0; --n) go_back(kept[n][0], kept[n][1], p, u, v, by);
    write(all, k, x + y, u, v, by);
}
/// One state in ten is kept in shared memory, the others are computed again, ten at a time: nothing but arguments and results goes through memory.
__global__ void __launch_bounds__(block_size) one_state_in_ten(paths all) {
    __shared__ float kept[steps / segment][2][block_size], inner[segment][2][block_size];
    const int k = blockIdx.x * block_size + threadIdx.x, t = threadIdx.x;
    if (k >= all.count) return;
    float x = all.of[0][k], y = all.of[1][k], by[4] = {}, u = 1, v = 1;
    const float p[] = {all.of[2][k], all.of[3][k], all.of[4][k], all.of[5][k]};
    for (int s = 0; s < steps / segment; ++s) {
        kept[s][0][t] = x;
        kept[s][1][t] = y;
        for (int n = 0; n < segment; ++n) advance(x, y, p);
    }
    const float value = x + y;
    for (int s = steps / segment - 1; s >= 0; --s) {
        x = kept[s][0][t];
        y = kept[s][1][t];
        for (int n = 0; n < segment; ++n) {
            inner[n][0][t] = x;
            inner[n][1][t] = y;
            if (n + 1 < segment) advance(x, y, p);
        }
        for (int n = segment - 1; n >= 0; --n) go_back(inner[n][0][t], inner[n][1][t], p, u, v, by);
    }
    write(all, k, value, u, v, by);
}

/// x + y at the end, in double on the host.
double end_of(std::array<double, 6> at) {
    for (int n = 0; n < steps; ++n) advance(at[0], at[1], at.data() + 2);
    return at[0] + at[1];
}

}  // namespace

int main(int count, char** arguments) {
    int devices = 0;
    if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
        std::printf("There is no CUDA device.\n");
        return 0;
    }
    const int size = 1'000'000;
    const double low[] = {0.5, 0.5, 0.8, 0.8, 0.8, 0.8}, high[] = {2, 2, 1.2, 1.2, 1.2, 1.2};
    std::vector<std::vector<float>> of(6, std::vector<float>(size));
    unsigned long long seed = 1;
    for (std::size_t i = 0; i < 6; ++i)
        for (float& one : of[i]) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            one = static_cast<float>(low[i] + (high[i] - low[i]) * static_cast<double>(seed >> 11) * 0x1p-53);
        }
    const std::size_t bytes = sizeof(float) * size;
    paths all{};
    all.count = size;
    for (std::size_t i = 0; i < 6; ++i) {
        float* memory;
        timing::check(cudaMalloc(&memory, bytes), "memory");
        timing::check(cudaMemcpy(memory, of[i].data(), bytes, cudaMemcpyHostToDevice), "memory");
        all.of[i] = memory;
        timing::check(cudaMalloc(&all.by[i], bytes), "memory");
    }
    timing::check(cudaMalloc(&all.value, bytes), "memory");

    const unsigned blocks = (size + block_size - 1) / block_size;
    const auto run_primal = [&] { primal<<<blocks, block_size>>>(all); };
    const auto run_all_states = [&] { all_states<<<blocks, block_size>>>(all); };
    const auto run_one_in_ten = [&] { one_state_in_ten<<<blocks, block_size>>>(all); };
    const auto require_right = [&](const auto& run, const char* what) {
        for (float* by : all.by) timing::check(cudaMemset(by, 0xff, bytes), "memory");
        run();
        timing::check(cudaDeviceSynchronize(), what);
        double most = 0;
        for (std::size_t i = 0; i < 6; ++i) {
            std::vector<float> by(size);
            timing::check(cudaMemcpy(by.data(), all.by[i], bytes, cudaMemcpyDeviceToHost), "copy");
            for (std::size_t k = 0; k < size; k += 9973) {
                std::array<double, 6> at{};
                for (std::size_t j = 0; j < 6; ++j) at[j] = of[j][k];
                auto above = at, below = at;
                above[i] += 1e-6;
                below[i] -= 1e-6;
                const double expected = (end_of(above) - end_of(below)) / 2e-6, error = std::abs(by[k] - expected) / (1 + std::abs(expected));
                most = error <= most ? most : std::isnan(error) ? INFINITY : error;
            }
        }
        std::printf("%s: largest difference from differences of doubles %.2g\n", what, most);
        if (!(most < 1e-3)) std::exit(1);
    };
    require_right(run_all_states, "all states");
    require_right(run_one_in_ten, "one state in ten");

    timing::report report;
    const char* const problem = "Lotka-Volterra, 10^6 paths";
    report.add(problem, "primal", timing::median_ms(run_primal));
    report.add(problem, "6 gradients, all states", timing::median_ms(run_all_states));
    report.add(problem, "6 gradients, one in ten", timing::median_ms(run_one_in_ten));
    report.add(problem, "primal again", timing::median_ms(run_primal));
    if (count > 1) {
        cudaDeviceProp properties;
        timing::check(cudaGetDeviceProperties(&properties, 0), "device");
        report.write(arguments[1], properties.name);
    }
}
