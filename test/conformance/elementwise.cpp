// SPDX-License-Identifier: BSL-1.0
// Every elementwise operation that PyTorch has, and the activations: values and gradients, of float and of double.
#include "reference.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>

using namespace conformance;

namespace {

using operand = std::array<double, 8>;
constexpr operand anywhere = {-2.5, -1, -0.3, 0, 0.2, 0.75, 1, 3.5}, other = {0.5, -1, 2, -3, 0.2, 4, -0.25, 1.5}, positive = {0.01, 0.3, 0.5, 1, 1.7, 2, 10, 100},
                  unit = {-0.9, -0.5, -0.1, 0, 0.05, 0.3, 0.6, 0.99}, above_one = {1.01, 1.5, 2, 3, 5, 10, 50, 1000}, exponents = {2, 0.5, -1, 3, 0, 1, -0.5, 1.5},
                  seed = {1, -2, 0.5, 3, 1, 0.25, -1, 2};

template <class T>
Variable<T, 1> variable_of(const operand& elements) {
    return Variable<T, 1>(std::vector<T>(elements.begin(), elements.end()));
}
/// In the last place, that values and derivatives may differ by. PyTorch's own derivative of digamma is good to 1e-9 in double, tapeless's is to a few units.
struct bounds {
    double of_float, of_double;
    bounds(double of_both) : bounds(of_both, of_both) {}
    bounds(double of_float, double of_double) : of_float(of_float), of_double(of_double) {}
};

template <class T, class Function, class... Operand>
void compare_as(program& torch, double units, const Function& function, const Operand&... operands) {
    const auto leaves = std::tuple(Variable(variable_of<T>(operands), requires_grad)...);
    Variable y = std::apply(function, leaves);
    y.backward(variable_of<T>(seed));
    std::apply([&](const auto&... leaf) { torch.numbers_within(units, y, leaf.grad()...); }, leaves);
}
template <class Function, class... Operand>
void compare(program& torch, bounds units, const Function& function, const Operand&... operands) {
    compare_as<float>(torch, units.of_float, function, operands...);
    compare_as<double>(torch, units.of_double, function, operands...);
}

}  // namespace

// The bounds are last.
#define OF_ONE(NAME, VALUE, OPERAND, ...) \
    PROGRAM(NAME##_and_its_derivative) { compare(torch, {__VA_ARGS__}, [](const auto& x) { return VALUE; }, OPERAND); }
#define OF_TWO(NAME, VALUE, FIRST, SECOND, ...) \
    PROGRAM(NAME##_and_its_derivatives) { compare(torch, {__VA_ARGS__}, [](const auto& a, const auto& b) { return VALUE; }, FIRST, SECOND); }

OF_ONE(negative, -x, anywhere, 0)
OF_ONE(sin, sin(x), anywhere, 4)
OF_ONE(cos, cos(x), anywhere, 4)
OF_ONE(atan, atan(x), anywhere, 4)
OF_ONE(sinh, sinh(x), anywhere, 4)
OF_ONE(cosh, cosh(x), anywhere, 4)
OF_ONE(tanh, tanh(x), anywhere, 256)
OF_ONE(asinh, asinh(x), anywhere, 4)
OF_ONE(erf, erf(x), anywhere, 4)
OF_ONE(erfc, erfc(x), anywhere, 4)
OF_ONE(exp, exp(x), anywhere, 4)
OF_ONE(exp2, exp2(x), anywhere, 4)
OF_ONE(expm1, expm1(x), anywhere, 4)
OF_ONE(abs, abs(x), anywhere, 0)
OF_ONE(sign, sign(x), anywhere, 0)
OF_ONE(floor, floor(x), anywhere, 0)
OF_ONE(ceil, ceil(x), anywhere, 0)
OF_ONE(trunc, trunc(x), anywhere, 0)
OF_ONE(sqrt, sqrt(x), positive, 4)
OF_ONE(log, log(x), positive, 4)
OF_ONE(log2, log2(x), positive, 4)
OF_ONE(log10, log10(x), positive, 4)
OF_ONE(lgamma, lgamma(x), positive, 16)
OF_ONE(digamma, digamma(x), positive, 16, 4e6)
OF_ONE(log1p, log1p(x), unit, 4)
OF_ONE(tan, tan(x), unit, 4)
OF_ONE(asin, asin(x), unit, 4)
OF_ONE(acos, acos(x), unit, 4)
OF_ONE(atanh, atanh(x), unit, 16)
OF_ONE(acosh, acosh(x), above_one, 4)
OF_ONE(polygamma, polygamma(1, x), positive, 16, 4e6)
OF_ONE(clamp, clamp(x, -0.9, 0.8), anywhere, 0)
OF_ONE(relu, relu(x), anywhere, 0)
OF_ONE(sigmoid, sigmoid(x), anywhere, 16)
OF_ONE(softplus, softplus(x), anywhere, 4)
OF_ONE(silu, silu(x), anywhere, 4)
OF_ONE(gelu, gelu(x), anywhere, 32)

OF_TWO(add, a + b, anywhere, other, 0)
OF_TWO(subtract, a - b, anywhere, other, 0)
OF_TWO(multiply, a * b, anywhere, other, 0)
OF_TWO(divide, a / b, anywhere, other, 4)
OF_TWO(atan2, atan2(a, b), anywhere, other, 4)
OF_TWO(hypot, hypot(a, b), anywhere, other, 4)
OF_TWO(copysign, copysign(a, b), other, anywhere, 0)
OF_TWO(minimum, min(a, b), anywhere, other, 0)
OF_TWO(maximum, max(a, b), anywhere, other, 0)
OF_TWO(pow, pow(a, b), positive, exponents, 4)

namespace {
constexpr float infinity = std::numeric_limits<float>::infinity(), nan_number = std::numeric_limits<float>::quiet_NaN();

template <class Function>
void compare_specials(program& torch, const Variable<float, 1>& elements, const Function& function) {
    Variable x(elements.copy(), requires_grad);
    Variable y = function(x);
    y.backward(ones_like(x));
    torch.numbers(y, x.grad());
}
template <class Exponent>
void compare_power(program& torch, Exponent exponent) {
    Variable x({0.5f, 1.f, 2.f}, requires_grad);
    Variable y = pow(x, exponent);
    y.backward({1, 2, 3});
    torch.numbers(y, x.grad());
}
template <class T>
void compare_many_operations(program& torch) {
    Variable<T, 1> x({0.5, -1, 2}, requires_grad), w({1.5, 0.25, -0.75}, requires_grad), b({T(0.1), T(0.2), T(0.3)}, requires_grad);
    Variable y = tanh(x * w + b) / (1 + exp(-x)) - sin(w) * w;
    y.backward({1, 2, 3});
    torch.numbers_within(16, y, x.grad(), w.grad(), b.grad());
}
}  // namespace

PROGRAM(special_values_and_their_derivatives) {
    const Variable wide({infinity, -infinity, nan_number, -0.f, 1000.f, -1000.f}), narrow({infinity, 0.f, nan_number, -1.f});
    compare_specials(torch, wide, [](const auto& x) { return exp(x); });
    compare_specials(torch, wide, [](const auto& x) { return tanh(x); });
    compare_specials(torch, wide, [](const auto& x) { return sigmoid(x); });
    compare_specials(torch, wide, [](const auto& x) { return sin(x); });
    compare_specials(torch, wide, [](const auto& x) { return relu(x); });
    compare_specials(torch, narrow, [](const auto& x) { return sqrt(x); });
    compare_specials(torch, narrow, [](const auto& x) { return log(x); });
    Variable a({1.f, 0.f, -1.f, infinity}, requires_grad), b({0.f, 0.f, infinity, infinity}, requires_grad);
    Variable y = a / b;
    y.backward({1, 1, 1, 1});
    torch.numbers(y, a.grad(), b.grad());
}

PROGRAM(powers_with_a_number) {
    compare_power(torch, 2);
    compare_power(torch, 3);
    compare_power(torch, 0.5);
    compare_power(torch, -1);
    compare_power(torch, 0);
    compare_power(torch, 1);
    Variable x({-2.f, 0.f, 3.f}, requires_grad);
    Variable y = pow(x, 2);
    y.backward({1, 1, 1});
    torch.numbers(y, x.grad());
}

PROGRAM(a_statement_of_many_operations) {
    compare_many_operations<float>(torch);
    compare_many_operations<double>(torch);
}

PROGRAM(numbers_on_either_side) {
    Variable x({0.5f, 2.f, -4.f}, requires_grad);
    Variable y = 3 - x * 2 + 1 / x;
    y.backward({1, 1, 1});
    torch.numbers(y, x.grad());
    Variable z = x / 2 + (-1.5) * x - 0.5;
    z.backward({1, 1, 1});
    torch.numbers(z, x.grad());
}

PROGRAM(comparisons_give_truths) {
    const Variable a({1.f, 2.f, 3.f, nan_number}, requires_grad), b({2.f, 2.f, 2.f, 2.f}, requires_grad);
    torch.numbers(Variable(a < b), Variable(a <= b), Variable(a > b), Variable(a >= b), Variable(a == b), Variable(a != b), Variable(a < 2), Variable(2 < a));
    torch.numbers(Variable(a < b && a == 1), Variable(a < b || a == b), Variable(!(a < b)));
    const Variable<std::int64_t, 1> i({1, 2, 3}), j({3, 2, 1});
    torch.numbers(Variable(i < j), Variable(i == j), Variable(i != 2));
}

PROGRAM(where_sends_gradients_to_what_was_chosen) {
    Variable a({1.f, -2.f, 3.f}, requires_grad), b({2.f, 0.5f, 4.f}, requires_grad);
    Variable y = where(a > 0, a * a, b);
    y.backward({1, 10, 100});
    torch.numbers(y, a.grad(), b.grad());
    Variable x({1.f, 0.f, -1.f}, requires_grad);
    Variable z = where(x > 0, log(x), 0);
    torch.numbers(z);
    const Variable<bool, 1> c({true, false, true}), d({true, true, false});
    Variable w = where(c, a, 0);
    w.backward({1, 1, 1});
    torch.numbers(w, a.grad());
    torch.numbers(Variable(c && d), Variable(c || d), Variable(!c), Variable(where(c && a > 2, a, b)));
}

PROGRAM(functions_of_parts) {
    const auto x = ramp<double>(0.25, 0.5, 3, 4);
    const auto run = [&](const auto& expression) {
        const Variable y = expression;
        y.backward(ramp_like(y, 1));
        torch.numbers_within(16, y, x.grad());
    };
    run(exp(x.t()));
    run(sin(x.slice(1, 0, 4, 2)) * x.slice(1, 1, 4, 2));
    run(sqrt(x[1].expand(2, 4)));
    run(log(x.slice(0, 0, 3, 2).slice(1, 1, 3)) + x.slice(0, 0, 2).slice(1, 2, 4));
    run(atan2(x.t().slice(0, 1, 4), x[0].slice(0, 0, 3)));
    run(clamp(x.select(1, 2), 0.9, 2.6) / x.select(1, 1));
    run(tanh(x.transpose(0, 1)[2]));
}

PROGRAM(functions_of_no_elements) {
    const Variable e = zeros(0, requires_grad);
    const auto run = [&](const auto& expression) {
        const Variable y = expression;
        y.backward(zeros(0));
        torch.numbers(y, e.grad());
    };
    run(exp(e));
    run(e * e);
    run(where(e > 0, e, e * 2));
    run(clamp(e, -1, 1));
    run(gelu(e));
    run(pow(e, 2));
    run(e / 3);
    torch.numbers(Variable(e < 1), Variable(e == e));
}

PROGRAM(functions_of_single_numbers) {
    const auto run = [&](const auto& x, const auto& w) {
        const auto all = [&](const auto&... expression) {
            const auto one = [&](const auto& y) {
                y.backward();
                torch.numbers_within(16, y, x.grad(), w.grad());
            };
            (one(Variable(expression)), ...);
        };
        all(exp(x) * w, hypot(x, w), where(x > w, x * w, w), pow(x, 3), softplus(w), max(x, w), clamp(w, -1, 1) + log(x));
    };
    run(Variable(0.75f, requires_grad), Variable(-1.5f, requires_grad));
    run(Variable(0.75, requires_grad), Variable(-1.5, requires_grad));
}

PROGRAM(a_number_is_the_base_or_a_bound) {
    const Variable x({0.5f, 1.5f, -2.f}, requires_grad);
    const auto run = [&](const auto& expression) {
        const Variable y = expression;
        y.backward({1, 10, 100});
        torch.numbers(y, x.grad());
    };
    run(pow(2, x));
    run(pow(0.5, x * 2));
    run(max(x, -1));
    run(min(x, 1));
    run(copysign(x, -1));
    run(atan2(1, x));
    run(hypot(x, 2));
}
