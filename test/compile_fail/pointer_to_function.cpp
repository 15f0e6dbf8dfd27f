// SPDX-License-Identifier: BSL-1.0
// A pointer to a function, whose body cannot be recorded.
#include <tapeless/tapeless.hpp>

template <class T>
constexpr T square(T x) {
    return x * x;
}

double slope(double x) {
#ifdef MISTAKE
    // expected: std::function a lambda, [](auto x) { return f(x); }.
    return tapeless::gradient(&square<double>)(x);
#else
    return tapeless::gradient([](auto t) { return square(t); })(x);
#endif
}
