// SPDX-License-Identifier: BSL-1.0
// exp and log of a register of floats or doubles, for lanes.hpp: SLEEF's take 1.1 to 1.8 times as long, and are calls, before which a loop puts all of its
// registers into memory. The same operations in the same order for every lane, whatever the others hold. Right to 1 ulp, with and without fused multiply-add.
#pragma once

#include <xsimd/xsimd.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

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

// All coefficients: least squares of the relative error at three Chebyshev nodes for each coefficient, in 40 digits or more; rounded one after another from
// the lowest power on, the higher ones fitted again each time. With the largest relative error after rounding.
template <class T>
struct exp_and_log_constants;
template <>
struct exp_and_log_constants<double> {
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
    // log(2) to 33 bits, so that its product with an exponent is exact, and the rest.
    static constexpr double log_of_2_high = 0x1.62e42feep-1, log_of_2_low = 0x1.a39ef35793c76p-33;
    // Beyond these ends exp is 0 or infinite.
    static constexpr double least = -750, greatest = 710;
    using signed_integer = std::int64_t;
    using unsigned_integer = std::uint64_t;
};
template <>
struct exp_and_log_constants<float> {
    // As above, of an error of 2^-27.8 and of 2^-29.7.
    static constexpr float exp_beyond_r[] = {0x1.00000ap-1f, 0x1.5554d6p-3f, 0x1.553edp-5f, 0x1.11f63cp-7f, 0x1.8296b4p-10f};
    static constexpr float log_beyond_square[] = {
        0x1.55555ep-2f, -0x1.00007p-2f, 0x1.999528p-3f, -0x1.5516a8p-3f, 0x1.2492d4p-3f, -0x1.051ef4p-3f, 0x1.dd0c76p-4f, -0x1.6cb698p-4f, 0x1.265058p-5f};
    // 15 bits.
    static constexpr float log_of_2_high = 0x1.62e4p-1f, log_of_2_low = 0x1.7f7d1cp-20f;
    static constexpr float least = -110, greatest = 90;
    using signed_integer = std::int32_t;
    using unsigned_integer = std::uint32_t;
};

template <class T>
class lane_exp_and_log {
protected:
    using batch = xsimd::batch<T>;
    using constants = exp_and_log_constants<T>;
    static constexpr T log_of_2_high = constants::log_of_2_high, log_of_2_low = constants::log_of_2_low;
    static constexpr bool is_double = std::is_same_v<T, double>;
    /// The bits of a mantissa, without the first; and the power of 2 where 1 is the unit in the last place.
    static constexpr int mantissa_bits = std::numeric_limits<T>::digits - 1;
    static constexpr T units_are_ones = static_cast<T>(typename constants::unsigned_integer(1) << mantissa_bits);

public:
    static batch exp(const batch& x) {
        // xsimd::min and max give the second operand if one is NaN.
        return exp_between_ends(xsimd::max(batch(constants::least), xsimd::min(batch(constants::greatest), x)));
    }

    static batch log(const batch& x) {
        const auto [n, m] = exponent_and_mantissa(x);
        const batch f = m - batch(T(1)), rest = f * f * multiply_add(f, polynomial(constants::log_beyond_square, f), batch(T(-0.5)));
        // What the rounding of this sum takes is put back; of an infinite n it is none.
        const batch whole = multiply_add(n, batch(log_of_2_high), f), lost = multiply_add(n, batch(log_of_2_high), -whole) + f;
        const batch sum = whole + (lost + multiply_add(n, batch(log_of_2_low), rest));
        return xsimd::select(xsimd::abs(whole) == batch(std::numeric_limits<T>::infinity()), whole, sum);
    }

protected:
    struct exponent_with_mantissa {
        batch n, m;
    };
    /// x = m 2^n, 3/4 <= m < 3/2. n is infinite for 0 and infinity; m is NaN for NaN and below 0.
    static exponent_with_mantissa exponent_and_mantissa(const batch& x) {
#if defined(__AVX512F__)
        if constexpr (is_double) {
            const batch m = _mm512_getmant_pd(x, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_nan);
            return {batch(_mm512_getexp_pd(x)) - batch(_mm512_getexp_pd(m)), m};
        } else {
            const batch m = _mm512_getmant_ps(x, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_nan);
            return {batch(_mm512_getexp_ps(x)) - batch(_mm512_getexp_ps(m)), m};
        }
#else
        using integer = typename constants::unsigned_integer;
        using integers = xsimd::batch<integer>;
        constexpr T infinity = std::numeric_limits<T>::infinity(), least_normal = std::numeric_limits<T>::min();
        const auto bits_of = [](T number) { return integers(std::bit_cast<integer>(number)); };
        const auto is_small = x < batch(least_normal);
        const integers bits = xsimd::bitwise_cast<integers>(xsimd::select(is_small, x * batch(units_are_ones * 4), x));
        // The bits of an exponent under those of that power of 2 are the power plus the exponent.
        const batch biased = xsimd::bitwise_cast<batch>((bits >> mantissa_bits) | bits_of(units_are_ones)) - batch(units_are_ones);
        const batch m = xsimd::bitwise_cast<batch>((bits & integers((integer(1) << mantissa_bits) - 1)) | bits_of(T(1)));
        const auto is_large = m >= batch(T(1.5));
        constexpr T bias = std::numeric_limits<T>::max_exponent - 1;
        const batch n = biased - xsimd::select(is_small, batch(bias + mantissa_bits + 2), batch(bias)) + xsimd::select(is_large, batch(T(1)), batch(T(0)));
        const auto is_usual = (x > batch(T(0))) & (x < batch(infinity));
        const batch unusual_n = xsimd::select(x == batch(T(0)), batch(-infinity), batch(infinity));
        const batch unusual_m = xsimd::select(x >= batch(T(0)), batch(T(1)), batch(std::numeric_limits<T>::quiet_NaN()));
        return {xsimd::select(is_usual, n, unusual_n), xsimd::select(is_usual, m * xsimd::select(is_large, batch(T(0.5)), batch(T(1))), unusual_m)};
#endif
    }

    /// The sum of coefficients[k] x^k in blocks of 4: with G. Horner's scheme, where each operation waits for the last, erfc takes up to 1.5
    /// times as long.
    template <std::size_t Count>
    static batch polynomial(const T (&coefficients)[Count], const batch& x) {
        const batch square = x * x, powers[] = {x, square, square * square};
        return part_of_polynomial<Count>(coefficients, powers);
    }
    template <std::size_t Count>
    static batch part_of_polynomial(const T* coefficients, const batch* powers) {
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
        const batch quotient = multiply_add(x, batch(T(1.4426950408889634)), batch(T(-0.0849625007211562)));
#if defined(__AVX512F__)
        const batch n = xsimd::nearbyint(quotient), scaling = n;
#else
        // Where 1 is the unit in the last place; the low bits of the sum are n.
        const batch ones(T(1.5) * units_are_ones), scaling = quotient + ones, n = scaling - ones;
#endif
        return {n, scaling, multiply_add(n, batch(-log_of_2_high), x)};
    }

    /// exp(r) - 1 - r, plus a number.
    static batch exp_curve(const batch& r, const batch& plus) { return multiply_add(polynomial(constants::exp_beyond_r, r), r * r, plus); }

    /// x * 2^n, rounded once where that is subnormal.
    static batch scale(const batch& x, const reduced& by) {
#if defined(__AVX512F__)
        if constexpr (is_double) return _mm512_scalef_pd(x, by.scaling);
        else return _mm512_scalef_ps(x, by.scaling);
#else
        // Two factors, since 2^n may be out of range. Shifts of 32 bits, which processors before AVX-512 have with a sign.
        using integers = xsimd::batch<std::int32_t>;
        using integer = typename constants::signed_integer;
        using long_integers = xsimd::batch<integer>;
        const auto power_of_2 = [](const integers& n) {
            return xsimd::bitwise_cast<batch>((xsimd::bitwise_cast<long_integers>(n) << mantissa_bits) + long_integers(std::bit_cast<integer>(T(1))));
        };
        const integers n = xsimd::bitwise_cast<integers>(by.scaling), half = n >> 1;
        return x * power_of_2(half) * power_of_2(n - half);
#endif
    }

    /// exp(x) for x somewhat beyond the ends at most.
    static batch exp_between_ends(const batch& x) {
        const reduced power = reduce(x);
        const batch rest = multiply_add(power.n, batch(-log_of_2_low), power.rest);
        return scale(batch(T(1)) + exp_curve(rest, rest), power);
    }
};

}  // namespace tapeless::detail
