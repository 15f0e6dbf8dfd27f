// SPDX-License-Identifier: BSL-1.0
// exp(-x^2), erf and erfc of a register of doubles, for lanes.hpp: SLEEF's erf and erfc take 3 to 4 times as long. The same operations in the same order for every
// lane, whatever the others hold. Right to 1 ulp (exp(-x^2)) and 2 ulp (erf, erfc), with and without fused multiply-add.
#pragma once

#include <tapeless/evaluate/lane_exp_and_log.hpp>

#include <bit>
#include <cstdint>

namespace tapeless::detail {

class lane_error_functions : lane_exp_and_log<double> {
public:
    static batch exp_minus_square(const batch& x) {
        const batch a = magnitude_to(28, x), square = a * a;
        const reduced power = reduce(-square);
        const batch rest = power.rest + multiply_add(power.n, batch(-log_of_2_low), minus_product(square, a, a));
        return scale(batch(1.0) + exp_curve(rest, rest), power);
    }

    static batch erf(const batch& x) {
        const batch small = multiply_add(polynomial(erf_of_small, x * x), x, x);
        const batch a = magnitude_to(6, x), large = batch(1.0) - exp_between_ends(polynomial(log_erfc, a));
        return xsimd::select(a < batch(1.0), small, xsimd::copysign(large, x));
    }

    static batch erfc(const batch& x) {
        const batch of_magnitude = erfc_of_positive(magnitude_to(28, x));
        return xsimd::select(x < batch(0.0), batch(2.0) - of_magnitude, of_magnitude);
    }

private:
    // Coefficients as those of lane_exp_and_log, in 78 digits.

    // erf(x) / x - 1 in powers of x^2, of an error of 2^-56.0 in erf(x), for |x| <= 1.
    static constexpr double erf_of_small[] = {
        0x1.06eba8214db68p-3, -0x1.812746b0379b1p-2, 0x1.ce2f21a04082ep-4, -0x1.b82ce311eba5fp-6, 0x1.565bccf79918cp-8,
        -0x1.c02db00a4932ep-11, 0x1.f9a2b66c1a28p-14, -0x1.f4ca130bd4b37p-17, 0x1.b97dc7cd14904p-20, -0x1.5bfb9f8386962p-23,
        0x1.d6d1129df1c7dp-27, -0x1.aadfed8c5cab7p-31};
    // log(erfc(x)), of an absolute error of 2^-56.9 in erfc(x), for 1 <= x <= 5.95; from 5.93 on erf(x) rounds to 1.
    static constexpr double log_erfc[] = {
        -0x1.1a78dd2dac2c5p-21, -0x1.20dd1c226c58ep+0, -0x1.45f647bc6e653p-1, -0x1.a4a99f6951db7p-4, 0x1.370e21492cb7ep-6,
        0x1.b590a6ba66e11p-12, -0x1.f81085d88c38ap-10, 0x1.96f261f684ae3p-11, -0x1.2289b6f2ccde6p-13, -0x1.36ff54e42d6dep-16,
        0x1.738f3b3c009cep-16, -0x1.1be1459e484ep-17, 0x1.1811701e2c8bbp-19, -0x1.876336742564p-22, 0x1.84d9e2bc072ap-25,
        -0x1.072dcf4ab11cp-28, 0x1.b4e410aea3df1p-33, -0x1.503eebaa2d054p-38};
    // (x + shift) exp(x^2) erfc(x) = middle + t (slope + t polynomial(t)), of an error of 2^-57.9, for 0 <= x <= 27.3. The variable
    // t = (x - k) / (x + k) is that of M. Shepherd and J. Laframboise (Mathematics of Computation 36, 1981). The factor x + shift flattens
    // the function to 0.58 … 0.77, so that an error of t hardly matters. With this k and shift middle is a double but for 0.02 ulp.
    static constexpr double erfcx_k = 3.859375, erfcx_shift = 0.7421875;
    static constexpr double erfcx_middle = 0x1.4ddbe573b0252p-1, erfcx_slope = -0x1.13d6588ea9dcbp-3;
    static constexpr double erfcx_curve[] = {
        0x1.deffe1b4deeebp-5, -0x1.cdf866e2731ebp-10, -0x1.bd9e35bcb7319p-6, 0x1.09bc9fdf5411cp-5, -0x1.9228e5e5f83f8p-6,
        0x1.c08453e771ff5p-7, -0x1.6e557b1f62c36p-8, 0x1.7c98b0747d9f1p-10, -0x1.fb9a7d5fdcae9p-15, -0x1.1379ff6c8950cp-13,
        0x1.9c4c5d191dd8fp-15, 0x1.f7894f782ece3p-20, -0x1.bb588cba2a81bp-18, 0x1.29cbbd1ffb332p-20, 0x1.802b8077d458cp-21,
        -0x1.13af2c4134ae9p-22, -0x1.548573403627fp-24, 0x1.7026861274b8cp-25, 0x1.7d8b278c283f2p-27, -0x1.50ab6439973fbp-28,
        -0x1.bfc5957dd8314p-30};

    /// |x|, at most `end`; NaN stays.
    static batch magnitude_to(double end, const batch& x) { return xsimd::min(batch(end), xsimd::abs(x)); }

    /// c - a * b with one rounding, where a * b is close to c.
    static batch minus_product(const batch& c, const batch& a, const batch& b) {
#if defined(__AVX512F__)
        return _mm512_fnmadd_pd(a, b, c);
#elif defined(__FMA__)
        return xsimd::fnma(a, b, c);
#else
        // Products of halves of the bits are exact (T. Dekker, Numerische Mathematik 18, 1971).
        const batch upper_half(std::bit_cast<double>(~std::uint64_t{0} << 27));
        const batch a_high = a & upper_half, a_low = a - a_high, b_high = b & upper_half, b_low = b - b_high;
        return c - a_high * b_high - (a_high * b_low + a_low * b_high) - a_low * b_low;
#endif
    }

    /// a * b + c, its product not rounded, at the cost of 14 operations where registers do not fuse.
    static batch exact_multiply_add(const batch& a, const batch& b, const batch& c) {
        if constexpr (registers_fuse) return multiply_add(a, b, c);
        const batch product = a * b;
        return product + (c - minus_product(product, a, b));
    }

    /// For 0 <= x <= 28. What each rounding took is put back where that costs an operation or two: without, 2.6 ulp.
    static batch erfc_of_positive(const batch& x) {
        // exp(x^2) erfc(x) = quotient + remainder / divisor
        const batch t = (x - batch(erfcx_k)) / (x + batch(erfcx_k));
        const batch slope = multiply_add(polynomial(erfcx_curve, t), t, batch(erfcx_slope)), middle(erfcx_middle);
        const batch divisor = x + batch(erfcx_shift), excess = (divisor - batch(erfcx_shift)) - x, reciprocal = batch(1.0) / divisor;
        const batch quotient = multiply_add(slope, t, middle) * reciprocal;
        const batch remainder = multiply_add(quotient, excess, multiply_add(slope, t, minus_product(middle, quotient, divisor)));
        // exp(-x^2) = 2^n (1 + rest + curve)
        const batch square = x * x;
        const reduced power = reduce(-square);
        const batch low = multiply_add(power.n, batch(-log_of_2_low), minus_product(square, x, x)), rest = power.rest + low;
        const batch curve = exp_curve(rest, low - (rest - power.rest));
        return scale(quotient + exact_multiply_add(quotient, rest, multiply_add(quotient, curve, remainder * reciprocal)), power);
    }
};

}  // namespace tapeless::detail
