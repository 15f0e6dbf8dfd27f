// SPDX-License-Identifier: BSL-1.0
// exp, exp(-x^2), log, erf and erfc of a register of doubles, for lanes.hpp: SLEEF's erf and erfc take 3 to 4 times as long, its exp 1.1 to 1.8
// times; and its functions are calls, before which a loop puts all of its registers into memory. The same operations in the same order for every lane,
// whatever the others hold. Right to 1 ulp (both exp, log) and 2 ulp (erf, erfc), with and without fused multiply-add.
#pragma once

#include <xsimd/xsimd.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace tapeless::detail {

/// Whether registers multiply and add with one rounding.
#if defined(__AVX512F__) || defined(__FMA__)
inline constexpr bool registers_fuse = true;
#else
inline constexpr bool registers_fuse = false;
#endif

/// a * b + c, with one rounding where registers_fuse.
template <class T>
xsimd::batch<T> multiply_add(const xsimd::batch<T>& a, const xsimd::batch<T>& b, const xsimd::batch<T>& c) {
    // xsimd 8.1 multiplies and adds with AVX-512.
#if defined(__AVX512F__)
    if constexpr (sizeof(T) == sizeof(double)) return _mm512_fmadd_pd(a, b, c);
    else return _mm512_fmadd_ps(a, b, c);
#else
    return xsimd::fma(a, b, c);
#endif
}

class lane_functions {
    using batch = xsimd::batch<double>;

public:
    static batch exp(const batch& x) {
        // Beyond these ends the result is 0 or infinite. xsimd::min and max give the second operand if one is NaN.
        return exp_between_ends(xsimd::max(batch(-750.0), xsimd::min(batch(710.0), x)));
    }

    static batch exp_minus_square(const batch& x) {
        const batch a = magnitude_to(28, x), square = a * a;
        const reduced power = reduce(-square);
        const batch rest = power.rest + multiply_add(power.n, batch(-log_of_2_low), minus_product(square, a, a));
        return scale(batch(1.0) + exp_curve(rest, rest), power);
    }

    static batch log(const batch& x) {
        const auto [n, m] = exponent_and_mantissa(x);
        const batch f = m - batch(1.0), rest = f * f * multiply_add(f, polynomial(log_beyond_square, f), batch(-0.5));
        // What the rounding of this sum takes is put back; of an infinite n it is none.
        const batch whole = multiply_add(n, batch(log_of_2_high), f), lost = multiply_add(n, batch(log_of_2_high), -whole) + f;
        const batch sum = whole + (lost + multiply_add(n, batch(log_of_2_low), rest));
        return xsimd::select(xsimd::abs(whole) == batch(std::numeric_limits<double>::infinity()), whole, sum);
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
    // All coefficients: least squares of the relative error at three Chebyshev nodes for each coefficient, in 78 digits; rounded to double
    // one after another from the lowest power on, the higher ones fitted again each time. With the largest relative error after rounding.

    // (exp(r) - 1 - r) / r^2, of an error of 2^-57.6 in exp(r), for log(3/4) <= r <= log(3/2).
    static constexpr double exp_beyond_r[] = {
        0x1.ffffffffffffcp-2, 0x1.55555555556e4p-3, 0x1.555555555650cp-5, 0x1.111111108de58p-7, 0x1.6c16c16955304p-10,
        0x1.a01a0551553f8p-13, 0x1.a019f8eec7aaep-16, 0x1.71d30a10d9d5p-19, 0x1.283bbd4c1217p-22, 0x1.c71682722a326p-26};
    // (log(1 + f) - f + f^2 / 2) / f^3, of an error of 2^-58.8 in log(1 + f), for -1/4 <= f <= 1/2.
    static constexpr double log_beyond_square[] = {
        0x1.5555555555548p-2, -0x1.000000000017ap-2, 0x1.999999999c902p-3, -0x1.5555555528095p-3, 0x1.249249229da2fp-3,
        -0x1.0000000e9f259p-3, 0x1.c71c730dd50bep-4, -0x1.999995ebbbcecp-4, 0x1.745cdd919e5b5p-4, -0x1.555559ea23f01p-4,
        0x1.3b193d13f4edep-4, -0x1.249cc1bcf2ff4p-4, 0x1.10cf284b276d3p-4, -0x1.fdf2dd9e4f791p-5, 0x1.e2ecef477c81bp-5,
        -0x1.d9af766c6ea18p-5, 0x1.cee441cc90c2fp-5, -0x1.8043c25bd88e0p-5, 0x1.ae4125588f1adp-6, -0x1.c7eaad87de54cp-8};
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
    // log(2) to 33 bits, so that its product with an exponent is exact, and the rest.
    static constexpr double log_of_2_high = 0x1.62e42feep-1, log_of_2_low = 0x1.a39ef35793c76p-33;

    struct exponent_with_mantissa {
        batch n, m;
    };
    /// x = m 2^n, 3/4 <= m < 3/2. n is infinite for 0 and infinity; m is NaN for NaN and below 0.
    static exponent_with_mantissa exponent_and_mantissa(const batch& x) {
#if defined(__AVX512F__)
        const batch m = _mm512_getmant_pd(x, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_nan);
        return {batch(_mm512_getexp_pd(x)) - batch(_mm512_getexp_pd(m)), m};
#else
        using integers = xsimd::batch<std::uint64_t>;
        constexpr double infinity = std::numeric_limits<double>::infinity(), least_normal = std::numeric_limits<double>::min();
        const auto bits_of = [](double number) { return integers(std::bit_cast<std::uint64_t>(number)); };
        const auto is_small = x < batch(least_normal);
        const integers bits = xsimd::bitwise_cast<integers>(xsimd::select(is_small, x * batch(0x1p54), x));
        // The bits of an exponent under those of 2^52 are 2^52 plus the exponent.
        const batch biased = xsimd::bitwise_cast<batch>((bits >> 52) | bits_of(0x1p52)) - batch(0x1p52);
        const batch m = xsimd::bitwise_cast<batch>((bits & integers((std::uint64_t(1) << 52) - 1)) | bits_of(1.0));
        const auto is_large = m >= batch(1.5);
        const batch n = biased - xsimd::select(is_small, batch(1023.0 + 54.0), batch(1023.0)) + xsimd::select(is_large, batch(1.0), batch(0.0));
        const auto is_usual = (x > batch(0.0)) & (x < batch(infinity));
        const batch unusual_n = xsimd::select(x == batch(0.0), batch(-infinity), batch(infinity));
        const batch unusual_m = xsimd::select(x >= batch(0.0), batch(1.0), batch(std::numeric_limits<double>::quiet_NaN()));
        return {xsimd::select(is_usual, n, unusual_n), xsimd::select(is_usual, m * xsimd::select(is_large, batch(0.5), batch(1.0)), unusual_m)};
#endif
    }

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

    /// The sum of coefficients[k] x^k in blocks of 4: with G. Horner's scheme, where each operation waits for the last, erfc takes up to 1.5
    /// times as long.
    template <std::size_t Count>
    static batch polynomial(const double (&coefficients)[Count], const batch& x) {
        const batch square = x * x, powers[] = {x, square, square * square};
        return part_of_polynomial<Count>(coefficients, powers);
    }
    template <std::size_t Count>
    static batch part_of_polynomial(const double* coefficients, const batch* powers) {
        if constexpr (Count == 1) {
            return batch(*coefficients);
        } else {
            constexpr std::size_t low = std::min<std::size_t>(std::bit_floor(Count - 1), 4);
            return multiply_add(part_of_polynomial<Count - low>(coefficients + low, powers), powers[std::countr_zero(low)],
                                part_of_polynomial<low>(coefficients, powers));
        }
    }

    /// x = n log(2) + rest - n log_of_2_low. The rest is exact; `scaling` is what scale takes of n.
    struct reduced {
        batch n, scaling, rest;
    };
    static reduced reduce(const batch& x) {
        // n is rounded so that exp(rest) is between 3/4 and 3/2, not between sqrt(1/2) and sqrt(2): below 1 a unit in the last place is half
        // as large, and there rest and exp(rest) - 1 are then below 0.29, with smaller errors: 0.96 ulp in exp rather than 1.01.
        const batch quotient = multiply_add(x, batch(1.4426950408889634), batch(-0.0849625007211562));
#if defined(__AVX512F__)
        const batch n = xsimd::nearbyint(quotient), scaling = n;
#else
        // Where 1 is the unit in the last place; the low bits of the sum are n.
        const batch ones(0x1.8p52), scaling = quotient + ones, n = scaling - ones;
#endif
        return {n, scaling, multiply_add(n, batch(-log_of_2_high), x)};
    }

    /// exp(r) - 1 - r, plus a number.
    static batch exp_curve(const batch& r, const batch& plus) { return multiply_add(polynomial(exp_beyond_r, r), r * r, plus); }

    /// x * 2^n, rounded once where that is subnormal.
    static batch scale(const batch& x, const reduced& by) {
#if defined(__AVX512F__)
        return _mm512_scalef_pd(x, by.scaling);
#else
        // Two factors, since 2^n may be out of range. Shifts of 32 bits, which processors before AVX-512 have with a sign.
        using integers = xsimd::batch<std::int32_t>;
        using long_integers = xsimd::batch<std::int64_t>;
        const auto power_of_2 = [](const integers& n) {
            return xsimd::bitwise_cast<batch>((xsimd::bitwise_cast<long_integers>(n) << 52) + long_integers(std::bit_cast<std::int64_t>(1.0)));
        };
        const integers n = xsimd::bitwise_cast<integers>(by.scaling), half = n >> 1;
        return x * power_of_2(half) * power_of_2(n - half);
#endif
    }

    /// exp(x) for |x| < 1400.
    static batch exp_between_ends(const batch& x) {
        const reduced power = reduce(x);
        const batch rest = multiply_add(power.n, batch(-log_of_2_low), power.rest);
        return scale(batch(1.0) + exp_curve(rest, rest), power);
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
