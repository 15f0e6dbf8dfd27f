// SPDX-License-Identifier: BSL-1.0
// What is differentiated, and by hand what an expert would write for a GPU: loads and stores of float4, one kernel, each array once.
#pragma once

#include "../black_scholes/call_price.hpp"

#include <cuda_runtime.h>

/// w x + b x with a tensor of seeds s.
inline constexpr auto seeded = [](auto s, auto w, auto x, auto b) { return s * (w * x + b * x); };

namespace hand_written {

inline constexpr int block_size = 256;

// count is a multiple of 4 here and below; the benchmark has no other.
__global__ void __launch_bounds__(block_size) seeded_gradient(const float4* __restrict__ s, const float4* __restrict__ w, const float4* __restrict__ x, const float4* __restrict__ b,
                                                              float4* __restrict__ dw, float4* __restrict__ dx, float4* __restrict__ db, long long groups) {
    const long long k = static_cast<long long>(blockIdx.x) * block_size + threadIdx.x;
    if (k >= groups) return;
    const float4 S = s[k], W = w[k], X = x[k], B = b[k];
    const float4 of_w{S.x * X.x, S.y * X.y, S.z * X.z, S.w * X.w};
    dw[k] = of_w;
    dx[k] = {S.x * (W.x + B.x), S.y * (W.y + B.y), S.z * (W.z + B.z), S.w * (W.w + B.w)};
    db[k] = of_w;
}

struct price_and_sensitivities {
    float price, S, K, r, sigma, T;
};
/// By the model's identity S phi(d1) = K exp(-r T) phi(d2), which spares one exponential and most of the chain rule.
__device__ inline price_and_sensitivities black_scholes(float S, float K, float r, float sigma, float T) {
    const float root = sqrtf(T), deviation = sigma * root;
    const float d1 = (logf(S / K) + (r + 0.5f * sigma * sigma) * T) / deviation, d2 = d1 - deviation;
    const float normal1 = 0.5f * erfcf(-d1 * 0.70710678f), strike = K * expf(-r * T) * (0.5f * erfcf(-d2 * 0.70710678f));
    const float density = S * (0.39894228f * expf(-0.5f * d1 * d1));
    return {S * normal1 - strike, normal1, -strike / K, T * strike, density * root, density * sigma * 0.5f / root + r * strike};
}
__global__ void __launch_bounds__(block_size) black_scholes_gradient(const float4* __restrict__ S, const float4* __restrict__ K, const float4* __restrict__ r,
                                                                     const float4* __restrict__ sigma, const float4* __restrict__ T, float4* __restrict__ price,
                                                                     float4* __restrict__ by_S, float4* __restrict__ by_K, float4* __restrict__ by_r,
                                                                     float4* __restrict__ by_sigma, float4* __restrict__ by_T, long long groups) {
    const long long k = static_cast<long long>(blockIdx.x) * block_size + threadIdx.x;
    if (k >= groups) return;
    const float4 s = S[k], strike = K[k], rate = r[k], volatility = sigma[k], time = T[k];
    const auto a = black_scholes(s.x, strike.x, rate.x, volatility.x, time.x), b = black_scholes(s.y, strike.y, rate.y, volatility.y, time.y),
               c = black_scholes(s.z, strike.z, rate.z, volatility.z, time.z), d = black_scholes(s.w, strike.w, rate.w, volatility.w, time.w);
    price[k] = {a.price, b.price, c.price, d.price};
    by_S[k] = {a.S, b.S, c.S, d.S};
    by_K[k] = {a.K, b.K, c.K, d.K};
    by_r[k] = {a.r, b.r, c.r, d.r};
    by_sigma[k] = {a.sigma, b.sigma, c.sigma, d.sigma};
    by_T[k] = {a.T, b.T, c.T, d.T};
}

/// The card's own speed: a float4 of each thread.
__global__ void __launch_bounds__(block_size) copy(const float4* __restrict__ from, float4* __restrict__ to, long long groups) {
    const long long k = static_cast<long long>(blockIdx.x) * block_size + threadIdx.x;
    if (k < groups) to[k] = from[k];
}

inline unsigned blocks(long long groups) { return static_cast<unsigned>((groups + block_size - 1) / block_size); }

}  // namespace hand_written
