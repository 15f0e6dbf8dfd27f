// SPDX-License-Identifier: BSL-1.0
// A SIMD register as a number type: what the straight-line code of a program computes with when it runs over arrays.
// Vector mathematics comes from xsimd where it is right to 2 ulp up to the ends of the range and each lane's result is its own, whatever
// the others hold; from SLEEF's deterministic functions elsewhere (xsimd 8.1: pow 15 ulp, lgamma 35,000, asin of floats 2.4, sin by the largest of the
// lanes); exp and log, and erf and erfc of doubles, from code of our own (xsimd 8.1: erf 68 ulp, exp infinite from 709.4 on, log wrong for subnormal numbers).
#pragma once

#include <tapeless/evaluate/lane_error_functions.hpp>
#include <tapeless/operation/number_functions.hpp>

#include <sleef.h>
#include <xsimd/xsimd.hpp>

#include <cmath>
#include <limits>
#include <type_traits>

// SLEEF's names for a register: its type, and the instructions. Without fused multiply-add they are called cinz.
#if defined(__AVX512F__)
#define TAPELESS_SLEEF(NAME, ULP) TAPELESS_SLEEF_(finz, NAME, 8, 16, ULP, avx512f)
#elif defined(__AVX2__) && defined(__FMA__)
#define TAPELESS_SLEEF(NAME, ULP) TAPELESS_SLEEF_(finz, NAME, 4, 8, ULP, avx2)
#elif defined(__AVX__)
#define TAPELESS_SLEEF(NAME, ULP) TAPELESS_SLEEF_(cinz, NAME, 4, 8, ULP, avx)
#elif defined(__SSE2__)
#define TAPELESS_SLEEF(NAME, ULP) TAPELESS_SLEEF_(cinz, NAME, 2, 4, ULP, sse2)
#endif

namespace tapeless::detail {

template <class T>
struct lanes_mask {
    xsimd::batch_bool<T> bits;

    friend lanes_mask operator&&(const lanes_mask& a, const lanes_mask& b) { return {a.bits & b.bits}; }
    friend lanes_mask operator||(const lanes_mask& a, const lanes_mask& b) { return {a.bits | b.bits}; }
    friend lanes_mask operator!(const lanes_mask& a) { return {~a.bits}; }
};

/// As many numbers as a register holds. T: float or double.
template <class T>
struct lanes {
    using batch = xsimd::batch<T>;
    static constexpr int count = static_cast<int>(batch::size);
    batch values;

    lanes() = default;
    lanes(T everywhere) : values(everywhere) {}
    lanes(const batch& values) : values(values) {}
    static lanes load(const T* from) { return batch::load_unaligned(from); }
    void store(T* to) const { values.store_unaligned(to); }
    /// The first `rest` lanes; the others are 0.
    static lanes load_first(const T* from, int rest) {
#if defined(__AVX512F__)
        if constexpr (std::is_same_v<T, double>) return batch(_mm512_maskz_loadu_pd(first_bits(rest), from));
        else return batch(_mm512_maskz_loadu_ps(first_bits(rest), from));
#elif defined(__AVX2__)
        if constexpr (std::is_same_v<T, double>) return batch(_mm256_maskload_pd(from, first_ones(rest)));
        else return batch(_mm256_maskload_ps(from, first_ones(rest)));
#else
        if (rest >= count) return load(from);
        T padded[count] = {};
        for (int k = 0; k < rest; ++k) padded[k] = from[k];
        return load(padded);
#endif
    }
    void store_first(T* to, int rest) const {
#if defined(__AVX512F__)
        if constexpr (std::is_same_v<T, double>) _mm512_mask_storeu_pd(to, first_bits(rest), values);
        else _mm512_mask_storeu_ps(to, first_bits(rest), values);
#elif defined(__AVX2__)
        if constexpr (std::is_same_v<T, double>) _mm256_maskstore_pd(to, first_ones(rest), values);
        else _mm256_maskstore_ps(to, first_ones(rest), values);
#else
        if (rest >= count) return store(to);
        const stored all(*this);
        for (int k = 0; k < rest; ++k) to[k] = all.of[k];
#endif
    }
    /// The first `rest` lanes of a, the others of b.
    static lanes first_of(const lanes& a, const lanes& b, int rest) {
#if defined(__AVX512F__)
        if constexpr (std::is_same_v<T, double>) return batch(_mm512_mask_blend_pd(first_bits(rest), b.values, a.values));
        else return batch(_mm512_mask_blend_ps(first_bits(rest), b.values, a.values));
#else
        alignas(64) static constexpr auto numbered = [] {
            struct {
                T of[count];
            } all{};
            for (int k = 0; k < count; ++k) all.of[k] = T(k);
            return all;
        }();
        return select(load(numbered.of) < lanes(T(rest)), a, b);
#endif
    }

    friend lanes operator-(const lanes& a) { return -a.values; }
    friend lanes operator+(const lanes& a, const lanes& b) { return a.values + b.values; }
    friend lanes operator-(const lanes& a, const lanes& b) { return a.values - b.values; }
    friend lanes operator*(const lanes& a, const lanes& b) { return a.values * b.values; }
    friend lanes operator/(const lanes& a, const lanes& b) { return a.values / b.values; }
    friend lanes_mask<T> operator<(const lanes& a, const lanes& b) { return {a.values < b.values}; }
    friend lanes_mask<T> operator<=(const lanes& a, const lanes& b) { return {a.values <= b.values}; }
    friend lanes_mask<T> operator>(const lanes& a, const lanes& b) { return {a.values > b.values}; }
    friend lanes_mask<T> operator>=(const lanes& a, const lanes& b) { return {a.values >= b.values}; }
    friend lanes_mask<T> operator==(const lanes& a, const lanes& b) { return {a.values == b.values}; }
    // xsimd 8.1 finds NaN not unequal to itself on AVX and AVX-512.
    friend lanes_mask<T> operator!=(const lanes& a, const lanes& b) { return !(a == b); }

    friend lanes select(const lanes_mask<T>& c, const lanes& a, const lanes& b) { return xsimd::select(c.bits, a.values, b.values); }
    friend lanes fused_multiply_add(const lanes& a, const lanes& b, const lanes& c) {
        if constexpr (registers_fuse) return multiply_add(a.values, b.values, c.values);
        else return each([](T x, T y, T z) { return std::fma(x, y, z); }, a, b, c);
    }
    friend lanes square_root(const lanes& x) { return xsimd::sqrt(x.values); }
    friend lanes absolute(const lanes& x) { return xsimd::abs(x.values); }
    friend lanes floor(const lanes& x) { return xsimd::floor(x.values); }
    friend lanes copysign(const lanes& a, const lanes& b) { return xsimd::copysign(a.values, b.values); }
    // The names by which values of operations from outside call these.
    friend lanes sqrt(const lanes& x) { return square_root(x); }
    friend lanes abs(const lanes& x) { return absolute(x); }
    friend lanes fabs(const lanes& x) { return absolute(x); }
    friend lanes ceil(const lanes& x) { return -floor(-x); }
    friend lanes trunc(const lanes& x) { return copysign(floor(absolute(x)), x); }
    friend lanes_mask<T> isnan(const lanes& x) { return x != x; }
    friend lanes fma(const lanes& a, const lanes& b, const lanes& c) { return fused_multiply_add(a, b, c); }
    template <class B>
    friend lanes_mask<T> equal_to(const lanes& a, const B& b) {
        return a == lanes(b);
    }
    friend lanes sign(const lanes& x) { return select(x > T(0), lanes(T(1)), select(x < T(0), lanes(T(-1)), x)); }

#define TAPELESS_BY_XSIMD(NAME) \
    friend lanes NAME(const lanes& x) { return xsimd::NAME(x.values); }
    TAPELESS_BY_XSIMD(log1p)
    TAPELESS_BY_XSIMD(acos)
    TAPELESS_BY_XSIMD(tanh)
    TAPELESS_BY_XSIMD(asinh)
    TAPELESS_BY_XSIMD(atanh)
#undef TAPELESS_BY_XSIMD
    // xsimd 8.1 gives infinity for a large negative number.
    friend lanes acosh(const lanes& x) { return select(x < T(1), lanes(std::numeric_limits<T>::quiet_NaN()), lanes(xsimd::acosh(x.values))); }

#ifdef TAPELESS_SLEEF
#define TAPELESS_SLEEF_(KIND, NAME, OF_DOUBLE, OF_FLOAT, ULP, ISA)                                                   \
    (const auto&... x) -> lanes {                                                                                    \
        if constexpr (std::is_same_v<T, double>) return batch(Sleef_##KIND##_##NAME##d##OF_DOUBLE##_##ULP##ISA(x.values...)); \
        else return batch(Sleef_##KIND##_##NAME##f##OF_FLOAT##_##ULP##ISA(x.values...));                             \
    }
#define TAPELESS_BY_SLEEF(FUNCTION, NAME, ULP) \
    friend lanes FUNCTION(const lanes& x) { return [] TAPELESS_SLEEF(NAME, ULP)(x); }
#define TAPELESS_BY_SLEEF_2(FUNCTION, NAME, ULP) \
    friend lanes FUNCTION(const lanes& a, const lanes& b) { return [] TAPELESS_SLEEF(NAME, ULP)(a, b); }
#else
#define TAPELESS_BY_SLEEF(FUNCTION, NAME, ULP) \
    friend lanes FUNCTION(const lanes& x) { return each([](T of) { return std::NAME(of); }, x); }
#define TAPELESS_BY_SLEEF_2(FUNCTION, NAME, ULP) \
    friend lanes FUNCTION(const lanes& a, const lanes& b) { return each([](T of, T and_of) { return std::NAME(of, and_of); }, a, b); }
#endif
    TAPELESS_BY_SLEEF(exp2, exp2, u10)
    TAPELESS_BY_SLEEF(expm1, expm1, u10)
    TAPELESS_BY_SLEEF(log2, log2, u10)
    TAPELESS_BY_SLEEF(log10, log10, u10)
    TAPELESS_BY_SLEEF(sine, sin, u10)
    TAPELESS_BY_SLEEF(cosine, cos, u10)
    TAPELESS_BY_SLEEF(tan, tan, u10)
    TAPELESS_BY_SLEEF(asin, asin, u10)
    TAPELESS_BY_SLEEF(atan, atan, u10)
    TAPELESS_BY_SLEEF(cbrt, cbrt, u10)
    TAPELESS_BY_SLEEF(erf_by_sleef, erf, u10)
    TAPELESS_BY_SLEEF(erfc_by_sleef, erfc, u15)
    TAPELESS_BY_SLEEF(lgamma, lgamma, u10)
    TAPELESS_BY_SLEEF_2(pow, pow, u10)
    TAPELESS_BY_SLEEF_2(atan2, atan2, u10)
    TAPELESS_BY_SLEEF_2(hypot, hypot, u05)
    TAPELESS_BY_SLEEF(moderate_sinh, sinh, u10)
    TAPELESS_BY_SLEEF(moderate_cosh, cosh, u10)
    friend lanes sin(const lanes& x) { return sine(x); }
    friend lanes cos(const lanes& x) { return cosine(x); }
#undef TAPELESS_BY_SLEEF
#undef TAPELESS_BY_SLEEF_2
#undef TAPELESS_SLEEF_

    friend lanes exp(const lanes& x) { return lane_exp_and_log<T>::exp(x.values); }
    friend lanes log(const lanes& x) { return lane_exp_and_log<T>::log(x.values); }
    // SLEEF's erf and erfc of double take 3 to 4 times as long.
#define TAPELESS_BY_LANE_ERROR_FUNCTIONS(NAME)                                                \
    friend lanes NAME(const lanes& x) {                                                 \
        if constexpr (std::is_same_v<T, double>) return lane_error_functions::NAME(x.values); \
        else return NAME##_by_sleef(x);                                                 \
    }
    TAPELESS_BY_LANE_ERROR_FUNCTIONS(erf)
    TAPELESS_BY_LANE_ERROR_FUNCTIONS(erfc)
#undef TAPELESS_BY_LANE_ERROR_FUNCTIONS
    friend lanes exp_minus_square(const lanes& x) {
        if constexpr (std::is_same_v<T, double>) return lane_error_functions::exp_minus_square(x.values);
        const lanes square = x * x, exponential = exp(-square);
        // The error of an infinite square is NaN.
        return select(square > T(12000), lanes(T(0)), fused_multiply_add(-exponential, fused_multiply_add(x, x, -square), exponential));
    }

    // xsimd's are wrong by 2.4 ulp for floats, SLEEF's infinite where exp(x) is.
    friend lanes sinh(const lanes& x) {
        if constexpr (std::is_same_v<T, double>) return xsimd::sinh(x.values);
        else return select(absolute(x) < T(88), moderate_sinh(x), copysign(half_exp_of_large(absolute(x)), x));
    }
    friend lanes cosh(const lanes& x) {
        if constexpr (std::is_same_v<T, double>) return xsimd::cosh(x.values);
        else return select(absolute(x) < T(88), moderate_cosh(x), half_exp_of_large(absolute(x)));
    }

    friend lanes sech_squared(const lanes& x) {
        const lanes e = exp(absolute(x) * T(-2)), sum = e + T(1);
        return e * T(4) / (sum * sum);
    }
    // No library has these for registers.
    friend lanes digamma(const lanes& x) {
        return each([](T of) { return tapeless::digamma(of); }, x);
    }
    friend lanes polygamma(const lanes& order, const lanes& x) {
        return each([](T n, T of) { return tapeless::polygamma(n, of); }, order, x);
    }
    template <class Order>
        requires std::is_arithmetic_v<Order>
    friend lanes polygamma(const Order& order, const lanes& x) {
        return polygamma(lanes(static_cast<T>(order)), x);
    }

private:
#if defined(__AVX512F__)
    static auto first_bits(int rest) { return static_cast<std::conditional_t<count == 8, __mmask8, __mmask16>>((1u << rest) - 1); }
#elif defined(__AVX2__)
    static __m256i first_ones(int rest) {
        using integer = std::conditional_t<count == 4, std::int64_t, std::int32_t>;
        alignas(64) static constexpr auto ones_and_zeros = [] {
            struct {
                integer of[2 * count];
            } all{};
            for (int k = 0; k < count; ++k) all.of[k] = -1;
            return all;
        }();
        return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(ones_and_zeros.of + count - rest));
    }
#endif

    // exp(x) / 2 where exp(x) overflows; exp(3) / 2 is a float but for 0.02 ulp.
    static lanes half_exp_of_large(const lanes& x) { return exp(x - T(3)) * T(10.042768478393555); }

    template <class Function, class... Lanes>
    static lanes each(const Function& function, const Lanes&... x) {
        T results[count];
        const auto fill = [&](const auto&... row) {
            for (int k = 0; k < count; ++k) results[k] = function(row.of[k]...);
        };
        fill(stored(x)...);
        return load(results);
    }
    struct stored {
        T of[count];
        explicit stored(const lanes& x) { x.store(of); }
    };
};

}  // namespace tapeless::detail

#undef TAPELESS_SLEEF
