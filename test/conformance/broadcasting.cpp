// SPDX-License-Identifier: BSL-1.0
// Shapes and number types that differ: values, and gradients that are summed back.
#include "reference.hpp"

#include <tuple>

using namespace conformance;

namespace {

template <class First, class Second>
void compare(program& torch, const First& a, const Second& b) {
    Variable y = a * b + a;
    y.backward(ramp_like(y));
    torch.sums(y, a.grad(), b.grad());
}
/// Leaves of all shapes that broadcast to [2, 2].
auto few_shapes(float first) {
    return std::tuple(Variable(first, requires_grad), ramp(1, first, 1), ramp(1, first, 2), ramp(1, first, 2, 1), ramp(1, first, 1, 2), ramp(1, first, 2, 2));
}

}  // namespace

PROGRAM(gradients_are_summed_over_what_was_stretched) {
    const auto run = [&](auto a, auto b) { compare(torch, ramp(0.5, 1, a[0], a[1]), ramp(0.25, -2, b[0], b[1])); };
    const int shapes[][2][2] = {{{3, 1}, {1, 2}}, {{2, 3}, {1, 3}}, {{2, 3}, {2, 1}}, {{1, 1}, {2, 3}}, {{2, 3}, {2, 3}}};
    for (const auto& [a, b] : shapes) run(a, b);
}

PROGRAM(fewer_dimensions_stretch_in_front) {
    compare(torch, ramp(0.5, 1, 3), ramp(0.25, -2, 2, 3));
    compare(torch, ramp(0.5, 1, 2, 2, 3), ramp(0.25, -2, 3));
    compare(torch, ramp(0.5, 1, 2, 2, 3), ramp(0.25, -2, 2, 1));
    compare(torch, ramp(0.5, 1, 2, 1, 2, 3), ramp(0.25, -2, 2, 1));
}

PROGRAM(four_dimensions_stretch) {
    compare(torch, ramp(0.5, 1, 2, 1, 3, 1), ramp(0.25, -2, 1, 2, 1, 2));
    compare(torch, ramp(0.5, 1, 2, 2, 3, 2), ramp(0.25, -2, 1, 2, 3, 1));
}

PROGRAM(a_number_stretches) {
    const auto run = [&](const auto& array) { compare(torch, Variable(1.f, requires_grad), array); };
    run(ramp(0.25, -2, 3));
    run(ramp(0.25, -2, 2, 2));
    run(ramp(0.25, -2, 2, 1, 2));
    run(ramp(0.25, -2, 1, 2, 1, 2));
    run(Variable(-2.f, requires_grad));
    compare(torch, ramp(0.5, 1, 2, 3), Variable(-2.f, requires_grad));
}

PROGRAM(no_elements_stretch) {
    const auto run = [&](const auto& a, const auto& b, const auto& y) {
        Variable(sum(y)).backward();
        torch.numbers(y, a.grad(), b.grad());
    };
    const Variable a = zeros(0, 3, requires_grad), b = ramp(1, 0, 1, 3);
    run(a, b, Variable(a * b + a));
    const Variable c = zeros(0, requires_grad);
    const Variable d(2.f, requires_grad);
    run(c, d, Variable(c * d));
}

PROGRAM(sums_of_what_was_stretched) {
    const Variable a = ramp(0.5, 0, 3, 1), b = ramp(1, 1, 1, 2);
    Variable y = sum(a * b, axis<0>);
    y.backward({1, 10});
    torch.sums(y, a.grad(), b.grad());
    Variable z = mean(a - b);
    z.backward();
    torch.sums(z, a.grad(), b.grad());
}

PROGRAM(float_with_double_is_double) {
    Variable a({0.1f, 2.f}, requires_grad);
    Variable b({0.3, 0.25}, requires_grad);
    Variable y = a * b + a;
    y.backward({1, 3});
    torch.numbers(y, a.grad(), b.grad());
    Variable c({{0.1f}, {0.2f}}, requires_grad);
    Variable d({0.3, 0.7, 0.9}, requires_grad);
    Variable z = c * d;
    z.backward(ramp_like(z));
    torch.sums(z, c.grad(), d.grad());
}

PROGRAM(a_number_of_double_does_not_widen) {
    Variable a({0.1f, 2.f}, requires_grad);
    Variable y = a * 0.1 + 2.5;
    y.backward({1, 1});
    torch.numbers(y, a.grad());
    const Variable<std::int64_t, 1> i({1, 2});
    torch.numbers(Variable(i + 1), Variable(i * 3), Variable(i - i), Variable(i + a));
}

PROGRAM(shapes_that_do_not_stretch) {
    const Variable a = ones(3), b = ones(2);
    torch.error([&] { Variable(a + b); });
    torch.error([] { Variable(ones(2, 2) * ones(1, 3)); });
    torch.error([] { Variable(ones(2, 2) * ones(3)); });
    torch.error([] { Variable(ones(3, 2, 2) - ones(2, 1, 2)); });
    torch.error([] { Variable(ones(2, 3, 2, 2) / ones(4, 2, 1)); });
    torch.error([&] { Variable(a + exp(b) * 2); });
}

PROGRAM(all_pairs_of_few_shapes_stretch) {
    const auto run = [&](const auto& first, const auto& second) {
        const auto a = first.detach().requires_grad_();
        const auto b = second.detach().requires_grad_();
        Variable y = a / b;
        y.backward(ramp_like(y, 1));
        torch.sums(y, a.grad(), b.grad());
    };
    const auto for_each = [](const auto& all, const auto& visitor) { std::apply([&](const auto&... each) { (visitor(each), ...); }, all); };
    for_each(few_shapes(2), [&](const auto& first) { for_each(few_shapes(0.5f), [&](const auto& second) { run(first, second); }); });
}

PROGRAM(parts_stretch) {
    const Variable x = ramp(0.5, 1, 3, 4);
    const Variable y = x.t() * x.select(1, 1) + x.slice(0, 1, 2).t() / x[0][0];
    y.backward(ramp_like(y));
    torch.sums(y, x.grad());
    const Variable z = x.slice(1, 0, 4, 2) * x[0].slice(0, 1, 4, 2) - x.slice(0, 0, 3, 2).slice(1, 3, 4).t();
    z.backward(ramp_like(z));
    torch.sums(z, x.grad());
}

PROGRAM(three_operands_stretch_together) {
    const Variable a = ramp(1, 1, 2, 1, 1);
    const Variable b = ramp(0.5, 0, 3, 1);
    const Variable c = ramp(1, -1, 2);
    const Variable y = a * b + c * a;
    y.backward(ramp_like(y));
    torch.sums(y, a.grad(), b.grad(), c.grad());
    const Variable z = sum(a + b * c, axis<1>);
    z.backward(ramp_like(z, 1));
    torch.sums(z, a.grad(), b.grad(), c.grad());
}

PROGRAM(stretched_operands_stretch_again) {
    const Variable x = ramp(1, 1, 2, 1);
    const Variable w = ramp(1, -1, 3);
    const Variable y = x.expand(2, 3) * w + x;
    y.backward(ramp_like(y));
    torch.sums(y, x.grad(), w.grad());
    const Variable z = w.expand(2, 3).unsqueeze(1) * x.expand(2, 2, 1);
    z.backward(ramp_like(z));
    torch.sums(z, x.grad(), w.grad());
}

PROGRAM(conditions_stretch) {
    const Variable a = ramp(1, 1, 2, 1);
    const Variable b = ramp(1, 0.5, 3);
    const Variable<bool, 2> c({{true}, {false}});
    const Variable y = where(c, a, b);
    y.backward(ramp_like(y, 1));
    torch.numbers(y, a.grad(), b.grad());
    const Variable z = where(b > a, b * 2, 0);
    z.backward(ramp_like(z, 1));
    torch.numbers(z, b.grad(), Variable(a < b), Variable(a == b), Variable(b >= 1.5), Variable(a < b && c));
}

PROGRAM(all_pairs_of_rows_are_compared) {
    const Variable x = ramp<double>(0.5, -1, 3, 2);
    const Variable d = sum(pow(x.unsqueeze(0) - x.unsqueeze(1), 2), axis<-1>);
    d.backward(ramp_like(d, 1));
    torch.sums(d, x.grad());
}

PROGRAM(shapes_without_elements_do_not_stretch) {
    torch.error([] { Variable(ones(0) + ones(2)); });
    torch.error([] { Variable(ones(2, 0) * ones(3)); });
    torch.error([] { Variable(ones(2, 3) + ones(0, 3)); });
    torch.numbers(Variable(ones(0, 1) * ones(1, 3)), Variable(ones(2, 1) * ones(0)), Variable(ones(1, 0) + ones(3, 1)));
}
