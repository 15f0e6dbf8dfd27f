// SPDX-License-Identifier: BSL-1.0
// The functions of plain numbers that rows need and <cmath> lacks, so that one generic
// function runs on numbers as it is recorded. Used by elementwise.hpp.
#pragma once

#include <tapeless/operation/row.hpp>

#include <cmath>
#include <concepts>
#include <limits>
#include <type_traits>

namespace tapeless {

/// A type that is computed with: not one that stands for a node.
template <class T>
concept plain_number = !detail::is_symbolic<T>;

/// `a` where the condition holds, else `b`; on numbers the ternary operator.
TAPELESS_ANY_NUMBER
template <class A, class B>
    requires plain_number<A> && plain_number<B>
TAPELESS_HOST_DEVICE constexpr std::common_type_t<A, B> select(bool condition, const A& a, const B& b) {
    using result = std::common_type_t<A, B>;
    return condition ? static_cast<result>(a) : static_cast<result>(b);
}

/// Whether two numbers are equal; on symbols the node that asks so at run time.
TAPELESS_ANY_NUMBER
template <plain_number A, plain_number B>
TAPELESS_HOST_DEVICE constexpr bool equal_to(const A& a, const B& b) {
    return a == b;
}

/// The smaller number; NaN if either is.
TAPELESS_ANY_NUMBER
template <plain_number A, plain_number B>
TAPELESS_HOST_DEVICE constexpr std::common_type_t<A, B> min(const A& a, const B& b) {
    return select(a < b || a != a, a, b);
}
/// The larger number; NaN if either is.
TAPELESS_ANY_NUMBER
template <plain_number A, plain_number B>
TAPELESS_HOST_DEVICE constexpr std::common_type_t<A, B> max(const A& a, const B& b) {
    return select(a > b || a != a, a, b);
}

/// A number in the type of x, as a row writes its constants.
TAPELESS_ANY_NUMBER
template <plain_number Number>
TAPELESS_HOST_DEVICE constexpr Number number_like(const Number&, double value) {
    return static_cast<Number>(value);
}

/// 1, -1, or x itself where x is a zero or NaN.
TAPELESS_ANY_NUMBER
template <plain_number Number>
TAPELESS_HOST_DEVICE constexpr Number sign(const Number& x) {
    return x > 0 ? Number(1) : x < 0 ? Number(-1) : x;
}

/// exp(-x * x), with the rounding error of the square put back where the type has an fma.
TAPELESS_ANY_NUMBER
template <plain_number Number>
TAPELESS_HOST_DEVICE Number exp_minus_square(const Number& x) {
    using std::exp, std::fma;
    const Number square = x * x;
    if constexpr (std::is_floating_point_v<Number>) {
        if (square > Number(12000)) return Number(0);  // the error of an infinite square is NaN
        const Number exponential = exp(-square);
        return fma(-exponential, fma(x, x, -square), exponential);
    } else {
        return exp(-square);
    }
}

/// 1 - x^2, factored, since the difference loses half its digits next to x = 1.
TAPELESS_ANY_NUMBER
template <plain_number Number>
TAPELESS_HOST_DEVICE constexpr Number one_minus_square(const Number& x) {
    return (1 - x) * (1 + x);
}

/// 1 / cosh(x)^2, by e = exp(-2|x|), which never overflows.
TAPELESS_ANY_NUMBER
template <plain_number Number>
TAPELESS_HOST_DEVICE Number sech_squared(const Number& x) {
    using std::exp;
    const Number e = exp(x < 0 ? Number(2 * x) : Number(-2 * x)), sum = 1 + e;
    return 4 * e / (sum * sum);
}

namespace detail {

// A Bernoulli number: numerator and denominator, exact in double.
struct fraction {
    double numerator;
    double denominator;
};
/// B_2, B_4, …, B_30 for k from 0. A function, since device code sees no array outside of it.
TAPELESS_HOST_DEVICE constexpr fraction bernoulli(int k) {
    constexpr fraction numbers[] = {
        {1, 6},          {-1, 30},     {1, 42},         {-1, 30},          {5, 66},
        {-691, 2730},    {7, 6},       {-3617, 510},    {43867, 798},      {-174611, 330},
        {854513, 138},   {-236364091, 2730}, {8553103, 6}, {-23749461029.0, 870}, {8615841276005.0, 14322}};
    return numbers[k];
}

/// Device code has no call of std::numeric_limits.
TAPELESS_ANY_NUMBER
template <class Number>
TAPELESS_HOST_DEVICE Number not_a_number() {
    if constexpr (std::is_floating_point_v<Number>) return static_cast<Number>(__builtin_nan(""));
    else return std::numeric_limits<Number>::quiet_NaN();
}

/// How many bits a number's significand has; a decimal type counts digits.
template <class Number>
inline constexpr int significand_bits =
    std::numeric_limits<Number>::radix == 10 ? std::numeric_limits<Number>::digits * 10 / 3 + 1 : std::numeric_limits<Number>::digits;

// The least x from which the asymptotic series of 15 terms is right to so many bits: the next term is 2^29 / x^32. For 400 bits it is 11,000.
constexpr int asymptotic_from_for(int bits) {
    double bound = 1;
    for (int k = 0; k < bits + 29; ++k) bound *= 2;
    int from = 16;
    const auto square = [](double x) { return x * x; };
    while (square(square(square(square(square(from))))) < bound) from += 4;
    return from;
}

// Past this argument the first terms of the asymptotic series reach the type's precision.
template <class Number>
inline constexpr int asymptotic_from = significand_bits<Number> <= 53 ? 16 : significand_bits<Number> <= 64 ? 20 : asymptotic_from_for(significand_bits<Number> < 400 ? significand_bits<Number> : 400);
template <class Number>
inline constexpr int asymptotic_terms = significand_bits<Number> <= 53 ? 8 : significand_bits<Number> <= 64 ? 12 : 15;

// digamma(1 + y) for y in [0, 1] is (y - root) * series(2 * y - 1): the coefficients are those of the
// Chebyshev expansion computed in 60 digits, cut where they fall below 1e-18.
TAPELESS_HOST_DEVICE inline double digamma_from_one(double y) {
    constexpr double coefficients[] = {
        0.9510558760318328,     -0.2118137106407303,    0.06013562106019684,    -0.018550615381735008,
        0.005936795278301761,   -0.0019350666648613071, 0.0006368880303865817,  -0.00021074841138175561,
        6.995018825112794e-05,  -2.3258242519113285e-05, 7.741234508636364e-06, -2.578093954045772e-06,
        8.589060721930695e-07,  -2.863161166883193e-07, 9.543298288278275e-08,  -3.162911147408454e-08,
        1.0527692435026686e-08, -3.7083753242807277e-09, 1.2469984616707403e-09, -2.7580994814377e-10,
        8.734528429142953e-11,  -8.50550766013261e-11,  2.918622732168261e-11};
    constexpr double root = 0.46163214496836236;
    constexpr double root_error = -1.5522348162858677e-17;
    const double t = 2 * y - 1;
    double sum = 0;
    for (int k = sizeof(coefficients) / sizeof(double) - 1; k >= 0; --k) sum = sum * t + coefficients[k];
    return ((y - root) - root_error) * sum;
}

TAPELESS_ANY_NUMBER
template <class Number>
TAPELESS_HOST_DEVICE Number digamma_of_large(const Number& x) {
    using std::log;
    const Number reciprocal = 1 / x;
    const Number square = reciprocal * reciprocal;
    Number sum = 0;
    for (int k = asymptotic_terms<Number> - 1; k >= 0; --k)
        sum = square * (sum + Number(bernoulli(k).numerator) / Number(bernoulli(k).denominator * (2 * k + 2)));
    return log(x) - (reciprocal / 2 + sum);
}

// cot(pi * x) with the argument reduced exactly: the period is 1, tan is odd about it.
TAPELESS_ANY_NUMBER
template <class Number>
TAPELESS_HOST_DEVICE Number cotangent_of_pi_times(const Number& x) {
    using std::abs, std::floor, std::tan, std::acos;  // without std::abs, C's abs of an int
    const Number pi = acos(Number(-1));
    const Number rest = x - floor(x + Number(0.5));
    return abs(rest) < Number(0.25) ? 1 / tan(pi * rest) : tan(pi * ((rest > 0 ? Number(0.5) : Number(-0.5)) - rest));
}

// On its own, since a kernel whose functions call themselves does not know how much stack it needs.
TAPELESS_ANY_NUMBER
template <class Number>
TAPELESS_HOST_DEVICE Number digamma_of_positive(const Number& x) {
    if (x >= asymptotic_from<Number>) return digamma_of_large(x);
    if constexpr (significand_bits<Number> <= 53) {
        double y = static_cast<double>(x);
        if (y < 1) return static_cast<Number>(digamma_from_one(y) - 1 / y);
        double sum = 0;
        for (y -= 1; y > 1; y -= 1) sum += 1 / y;
        return static_cast<Number>(sum + digamma_from_one(y));
    } else {
        Number sum = 0, shifted = x;
        for (; shifted < asymptotic_from<Number>; shifted += 1) sum += 1 / shifted;
        return digamma_of_large(shifted) - sum;
    }
}

}  // namespace detail

/// Derivative of the logarithm of the gamma function: NaN at 0, -1, -2, …
/// Right to 120 decimal digits at most, whatever the type has. The cost grows with the precision, 72 divisions at 50 digits and 2,700 at 100.
/// Error: a few units in the last place; with more than 53 bits relative to 1 where the result is smaller, as next to its root 1.46, and up to 40 of
/// them at 50 digits.
/// Source: Abramowitz and Stegun 6.3.5 (recurrence), 6.3.7 (reflection), 6.3.18 (asymptotic series).
TAPELESS_ANY_NUMBER
template <plain_number Number>
    requires(!std::integral<Number>)
TAPELESS_HOST_DEVICE Number digamma(const Number& x) {
    using std::floor;
    if (x <= 0) {
        if (x == floor(x)) return detail::not_a_number<Number>();
        using std::acos;
        return detail::digamma_of_positive(Number(1 - x)) - acos(Number(-1)) * detail::cotangent_of_pi_times(x);
    }
    return detail::digamma_of_positive(x);
}

/// The `order`-th derivative of digamma, for a whole order from 1 to 1000; NaN for any other and at x = 0, -1, -2, …
/// Cost for negative x: as many steps as x is large. Source: Abramowitz and Stegun 6.4.6, 6.4.11.
TAPELESS_ANY_NUMBER
template <plain_number Order, plain_number Number>
    requires(!std::integral<Number>)
TAPELESS_HOST_DEVICE Number polygamma(const Order& order, const Number& x) {
    using std::floor, std::pow;
    if (!(order >= 1 && order <= 1000)) return detail::not_a_number<Number>();
    const int n = static_cast<int>(order);
    if (Order(n) != order || (x <= 0 && x == floor(x)) || x < -10'000'000 || x != x)
        return detail::not_a_number<Number>();
    // Divided by n! (-1)^(n+1): the sum of 1 / (x + k)^(n+1) to where the asymptotic series takes over.
    // The first term left out grows as binomial(n + 31, 32), where that counts by less than (1 + n / 8)^32.
    const int from = detail::asymptotic_from<Number> + n * (detail::significand_bits<Number> <= 64 ? 1 : detail::asymptotic_from<Number> / 8);
    const int count = x < from ? static_cast<int>(from - floor(x)) : 0;
    // A product of more than three factors rounds more often than pow does.
    const auto power = [](const Number& base, int exponent) -> Number {
        if (exponent > 3) return static_cast<Number>(pow(base, exponent));
        return exponent == 1 ? base : exponent == 2 ? Number(base * base) : Number(base * base * base);
    };
    const Number shifted = x + count, reciprocal = 1 / shifted;
    Number factorial = 1;
    for (int k = 2; k <= n; ++k) factorial *= k;
    // Term k: B_2k (2k+n-1)! / ((2k)! n!) / x^(2k).
    Number terms[detail::asymptotic_terms<Number>];
    Number ratio = Number(n + 1) / 2, inverse_square = reciprocal * reciprocal, scale = inverse_square;
    for (int k = 1; k <= detail::asymptotic_terms<Number>; ++k) {
        terms[k - 1] = Number(detail::bernoulli(k - 1).numerator) / Number(detail::bernoulli(k - 1).denominator) * ratio * scale;
        ratio = ratio * Number(2 * k + n) * Number(2 * k + n + 1) / (Number(2 * k + 1) * Number(2 * k + 2));
        scale *= inverse_square;
    }
    // The smallest terms first: the other way around each addition rounds in the sum's last place.
    Number tail = 0;
    for (int k = detail::asymptotic_terms<Number> - 1; k >= 0; --k) tail += terms[k];
    tail = Number(1) / n + (reciprocal / 2 + tail);
    Number sum = tail / power(shifted, n);
    for (int k = count - 1; k >= 0; --k) sum += 1 / power(x + k, n + 1);
    const Number result = factorial * sum;
    return n % 2 ? result : -result;
}

namespace row_functions {

// The using-declarations make `sin(x)` in a row mean std::sin for a built-in number; for every other type
// argument-dependent lookup finds the type's own.
using std::abs, std::ceil, std::fabs, std::fma, std::isnan, std::sqrt, std::trunc;
using std::acos, std::acosh, std::asin, std::asinh, std::atan, std::atan2, std::atanh, std::cbrt, std::copysign, std::cos,
    std::cosh, std::erf, std::erfc, std::exp, std::exp2, std::expm1, std::floor, std::hypot, std::lgamma, std::log,
    std::log10, std::log1p, std::log2, std::pow, std::sin, std::sinh, std::tan, std::tanh;
using tapeless::digamma, tapeless::equal_to, tapeless::exp_minus_square, tapeless::kind, tapeless::max, tapeless::min, tapeless::number_like, tapeless::one_minus_square, tapeless::polygamma, tapeless::sech_squared,
    tapeless::select, tapeless::sign;

// The calls of std::sin and the like may set errno, so that clang keeps sine and cosine of one angle apart and both compilers
// branch around a square root; these cannot, and become one call of sincos and one instruction.
template <class Number>
inline constexpr bool in_register = std::is_same_v<Number, float> || std::is_same_v<Number, double>;

TAPELESS_ANY_NUMBER
template <class Number>
TAPELESS_HOST_DEVICE constexpr Number square_root(const Number& x) {
    using std::sqrt;
#if !defined(__CUDACC__) && !defined(__NO_MATH_ERRNO__)
#if defined(__clang__) && __has_builtin(__builtin_elementwise_sqrt)
    if constexpr (in_register<Number>)
        if (!std::is_constant_evaluated()) return __builtin_elementwise_sqrt(x);
#elif defined(__GNUC__) && defined(__SSE2__)
    // The root of a constant is folded only as std::sqrt.
    if constexpr (std::is_same_v<Number, double>)
        if (!std::is_constant_evaluated() && !__builtin_constant_p(x)) {
            typedef double lanes __attribute__((vector_size(16)));
            return __builtin_ia32_sqrtsd(lanes{x, 0})[0];
        }
#endif
#endif
    return sqrt(x);
}

// nvcc does not know the arc cosine of a constant; that of -1 is how pi is written.
TAPELESS_ANY_NUMBER
template <class Number>
TAPELESS_HOST_DEVICE constexpr Number arc_cosine(const Number& x) {
    using std::acos;
#if defined(__CUDA_ARCH__)
    if constexpr (in_register<Number>)
        if (x == Number(-1)) return Number(3.14159265358979323846);
#endif
    return acos(x);
}

TAPELESS_ANY_NUMBER
template <class Number>
TAPELESS_HOST_DEVICE constexpr Number sine(const Number& x) {
    using std::sin;
#if !defined(__CUDACC__) && defined(__clang__) && __has_builtin(__builtin_elementwise_sin)
    if constexpr (in_register<Number>) return __builtin_elementwise_sin(x);
    else
#endif
        return sin(x);
}

TAPELESS_ANY_NUMBER
template <class Number>
TAPELESS_HOST_DEVICE constexpr Number cosine(const Number& x) {
    using std::cos;
#if !defined(__CUDACC__) && defined(__clang__) && __has_builtin(__builtin_elementwise_cos)
    if constexpr (in_register<Number>) return __builtin_elementwise_cos(x);
    else
#endif
        return cos(x);
}

TAPELESS_ANY_NUMBER
template <class Number>
TAPELESS_HOST_DEVICE constexpr Number fused_multiply_add(const Number& a, const Number& b, const Number& c) {
    if constexpr (std::is_floating_point_v<Number>) return std::fma(a, b, c);
    else return a * b + c;
}

// std::abs and std::fabs are not constexpr in C++20.
TAPELESS_ANY_NUMBER
template <class Number>
TAPELESS_HOST_DEVICE constexpr Number absolute(const Number& x) {
    if constexpr (std::is_same_v<Number, float>) return __builtin_fabsf(x);
    else if constexpr (std::is_same_v<Number, double>) return __builtin_fabs(x);
    else if constexpr (std::is_floating_point_v<Number>) return __builtin_fabsl(x);  // nvcc warns where device code names long double
    else return abs(x);
}

}  // namespace row_functions
}  // namespace tapeless
