// SPDX-License-Identifier: BSL-1.0
// Elementwise operations, broadcasting, operations in place, and parts.
#include "reference.hpp"

using namespace conformance;

PROGRAM(elementwise_functions_and_their_derivatives) {
    const auto show = [&](const std::string& name, const auto& function) {
        Variable x({0.25, 0.75}, requires_grad);
        Variable y = function(x);
        y.backward({1, 1});
        torch.text(name, y.detach(), x.grad());
    };
#define SHOW(NAME) show(#NAME, [](const Variable<double>& x) { return NAME(x); });
    SHOW(sqrt) SHOW(exp) SHOW(exp2) SHOW(expm1) SHOW(log) SHOW(log2) SHOW(log10) SHOW(log1p) SHOW(sin) SHOW(cos) SHOW(tan) SHOW(asin) SHOW(acos) SHOW(atan)
    SHOW(sinh) SHOW(cosh) SHOW(tanh) SHOW(asinh) SHOW(atanh) SHOW(erf) SHOW(erfc) SHOW(lgamma) SHOW(digamma) SHOW(abs) SHOW(sign) SHOW(floor)
#undef SHOW
}

PROGRAM(functions_of_two_operands_and_their_derivatives) {
    const auto show = [&](const std::string& name, const auto& function) {
        Variable a({0.5, 3.0}, requires_grad), b({2.0, 1.5}, requires_grad);
        Variable y = function(a, b);
        y.backward({1, 1});
        torch.text(name, y.detach(), a.grad(), b.grad());
    };
    using array = Variable<double>;
    show("add", [](const array& a, const array& b) { return a + b; });
    show("sub", [](const array& a, const array& b) { return a - b; });
    show("mul", [](const array& a, const array& b) { return a * b; });
    show("div", [](const array& a, const array& b) { return a / b; });
    show("pow", [](const array& a, const array& b) { return pow(a, b); });
    show("atan2", [](const array& a, const array& b) { return atan2(a, b); });
    show("hypot", [](const array& a, const array& b) { return hypot(a, b); });
    show("minimum", [](const array& a, const array& b) { return min(a, b); });
    show("maximum", [](const array& a, const array& b) { return max(a, b); });
}

PROGRAM(activations_and_their_derivatives) {
    const auto show = [&](const auto& function) {
        Variable x({-3.f, -0.5f, 0.f, 0.5f, 3.f}, requires_grad);
        Variable y = function(x);
        y.backward({1, 1, 1, 1, 1});
        torch.text(y, x.grad());
    };
    show([](const Variable<float>& x) { return relu(x); });
    show([](const Variable<float>& x) { return sigmoid(x); });
    show([](const Variable<float>& x) { return softplus(x); });
    show([](const Variable<float>& x) { return silu(x); });
    show([](const Variable<float>& x) { return gelu(x); });
}

PROGRAM(comparisons_and_where) {
    Variable a({1.f, 2.f, 3.f}, requires_grad), b({2.f, 2.f, 2.f}, requires_grad);
    torch.text(Variable(a < b), Variable(a <= b), Variable(a == b), Variable(a != b), Variable(a > 1 && a < 3), Variable(!(a > 2)));
    Variable y = where(a > b, a * a, b);
    y.backward({1, 1, 1});
    torch.text(y, a.grad(), b.grad());
}

PROGRAM(float_with_double_promotes) {
    Variable a({1.f, 2.f}, requires_grad);
    Variable b({0.5, 0.25}, requires_grad);
    Variable y = a * b;
    y.backward({1, 1});
    torch.text(y, a.grad(), b.grad());
    torch.text(Variable(a * 2.5), Variable(1 / a).detach());
}

PROGRAM(four_dimensions_broadcast) {
    Variable a = arange(6.f).reshape(1, 3, 1, 2).copy(), b = arange(8.f).reshape(2, 1, 4, 1).copy();
    a.requires_grad_();
    b.requires_grad_();
    Variable y = (a + 1) * b;
    y.backward(arange(48.f).reshape(2, 3, 4, 2));
    torch.text(y, a.grad(), b.grad());
}

PROGRAM(a_part_that_changes_changes_the_whole) {
    Variable x({{1.f, 2.f}, {3.f, 4.f}}, requires_grad);
    Variable y = x * 2;
    Variable row = y[0], column = y.t()[1];
    row *= 10;
    column += 1;
    torch.text(y, row, column);
    Variable(sum(y * y)).backward();
    torch.text(x.grad());
}

PROGRAM(a_whole_without_gradient_gets_one_by_its_part) {
    Variable x = zeros(4);
    Variable w(2.f, requires_grad);
    Variable part = x.slice(0, 1, 3);
    Variable other = x[2];
    part += w;
    torch.text(x, part, other);
    Variable(sum(x * x)).backward();
    torch.text(w.grad());
}

PROGRAM(parts_share_memory_and_give_gradients) {
    Variable x = arange(24.f).reshape(2, 3, 4).copy();
    x.requires_grad_();
    Variable y = x[1][2] * x[0].slice(1, 1, 3)[2][0] + x.transpose(0, 2)[3][1][0];
    Variable(sum(y * 1)).backward();
    torch.text(y, x.grad());
    torch.text(x.slice(1, 0, 3, 2), x.reshape(6, 4)[5], x.unsqueeze(1)[0][0][0], x.slice(0, 0, 1).squeeze(0)[1]);
    torch.error([&] { x[2]; });
    torch.error([&] { x.reshape(5, 5); });
}

PROGRAM(expanded_elements_collect_gradients) {
    Variable x({{1.f}, {2.f}}, requires_grad);
    Variable y = x.expand(3, 2, 2) * 2;
    y.backward(ones_like(y));
    torch.text(y, x.grad());
}
