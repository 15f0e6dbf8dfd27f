// SPDX-License-Identifier: BSL-1.0
// Reductions and normalisations, over all dimensions and along one.
#include "reference.hpp"

using namespace conformance;

namespace {

template <class T = double>
Variable<T, 2> matrix() {
    return Variable(Variable<T, 2>({{1, 2, 4}, {8, -3, 0.5}}), requires_grad);
}
template <class T, int Rank, class Result>
void show(program& torch, const Variable<T, Rank>& x, const Result& expression, double units = 8) {
    Variable y = expression;
    y.backward(ramp_like(y, 1));
    torch.sums_within(units, y, x.grad());
}
/// function: of a matrix.
template <class Function>
void compare(program& torch, const Function& function, const Variable<double, 2>& elements = matrix(), double units = 8) {
    const Variable x(elements.detach(), requires_grad);
    show(torch, x, function(x), units);
}

}  // namespace

#define OF_X(EXPRESSION) [](const auto& x) { return EXPRESSION; }

PROGRAM(sums_and_means) {
    const auto run = [&]<class T>(T, const auto& function) {
        const auto x = matrix<T>();
        show(torch, x, function(x));
    };
    const auto all = [&](auto zero, const auto&... function) { (run(zero, function), ...); };
    all(0.f, OF_X(sum(x)), OF_X(sum(x, axis<0>)), OF_X(sum(x, axis<1>)), OF_X(sum(x, axis<-1>, keepdims)));
    all(0.0, OF_X(sum(x)), OF_X(sum(x, axis<0>)), OF_X(sum(x, axis<1>)), OF_X(sum(x, axis<-1>, keepdims)));
    all(0.f, OF_X(mean(x)), OF_X(mean(x, axis<0>)), OF_X(mean(x, axis<1>)), OF_X(mean(x, axis<-1>, keepdims)));
    all(0.0, OF_X(mean(x)), OF_X(mean(x, axis<0>)), OF_X(mean(x, axis<1>)), OF_X(mean(x, axis<-1>, keepdims)));
}

PROGRAM(sums_of_four_dimensions) {
    const auto x = ramp(0.5, 0, 2, 3, 2, 2);
    show(torch, x, sum(x, axis<0, 2>));
    show(torch, x, mean(x, axis<1, 3>, keepdims));
    show(torch, x, sum(x * x, axis<1, 2, 3>));
    show(torch, x, mean(x * 2));
}

PROGRAM(sums_of_nothing) {
    const auto e = zeros(0, 2, requires_grad);
    const auto run = [&](const auto& expression) {
        Variable y = expression;
        y.backward(ones_like(y));
        torch.numbers(y, e.grad());
    };
    run(sum(e));
    run(mean(e));
    run(sum(e, axis<0>));
    run(sum(e, axis<1>));
}

PROGRAM(names_of_reductions) {
    const Variable x(Variable({{1.f, 2.f, 4.f}, {8.f, -3.f, 0.5f}}), requires_grad);
    const auto texts = [&](const auto&... expression) { torch.text(Variable(expression)...); };
    texts(sum(x), mean(x), sum(x, axis<0>), mean(x, axis<1>), prod(x), softmax(x, axis<1>), log_softmax(x, axis<1>), cumsum(x, axis<1>), logsumexp(x, axis<1>));
}

PROGRAM(products_of_elements) {
    compare(torch, OF_X(prod(x)));
    compare(torch, OF_X(prod(x, axis<1>)));
    compare(torch, OF_X(prod(x)), {{2, 0, 3}, {1, 4, 5}});
    compare(torch, OF_X(prod(x, axis<1>)), {{2, 0, 3}, {0, 0, 5}});
}

PROGRAM(greatest_and_least_elements) {
    compare(torch, OF_X(max(x)));
    compare(torch, OF_X(max(x, axis<1>)));
    compare(torch, OF_X(min(x)));
    compare(torch, OF_X(min(x, axis<0>)));
    compare(torch, OF_X(max(x)), {{5, 2, 5}, {5, 1, 0}});
    compare(torch, OF_X(max(x, axis<1>)), {{5, 2, 5}, {1, 1, 1}});
}

PROGRAM(variances) {
    compare(torch, OF_X(var(x)));
    compare(torch, OF_X(var(x, axis<1>)));
}

PROGRAM(norms) {
    compare(torch, OF_X(norm(x)));
    compare(torch, OF_X(norm(x, axis<1>)));
    compare(torch, OF_X(norm(x, axis<1>)), {{0, 0}, {3, 4}});
}

PROGRAM(logarithms_of_sums_of_exponentials) {
    compare(torch, OF_X(logsumexp(x)));
    compare(torch, OF_X(logsumexp(x, axis<1>)));
    // PyTorch takes the exponential of x - logsumexp(x), which carries the rounding of 1000.
    compare(torch, OF_X(logsumexp(x, axis<1>)), {{1000, 1001}, {-1000, -1000}}, 512);
}

PROGRAM(normalised_rows_and_columns) {
    // The gradient of softmax is a small difference.
    compare(torch, OF_X(softmax(x, axis<0>)), matrix(), 64);
    compare(torch, OF_X(softmax(x, axis<1>)), matrix(), 64);
    compare(torch, OF_X(log_softmax(x, axis<0>)));
    compare(torch, OF_X(log_softmax(x, axis<1>)));
    compare(torch, OF_X(cumsum(x, axis<0>)));
    compare(torch, OF_X(cumsum(x, axis<1>)));
    const auto x = matrix<float>();
    show(torch, x, softmax(x, axis<1>), 64);
    compare(torch, OF_X(log_softmax(x, axis<1>)), {{1000, 0, -1000}, {3, 3, 3}});
}

PROGRAM(reductions_of_expressions) {
    const auto x = matrix();
    const Variable w({1.0, -1.0, 2.0}, requires_grad);
    Variable y = max(x * w) + sum(exp(x) * w);
    y.backward();
    torch.sums(y, x.grad(), w.grad());
    Variable z = (x - mean(x, axis<1>, keepdims)) * w;
    z.backward(ramp_like(z));
    torch.sums(z, x.grad(), w.grad());
}

PROGRAM(a_reduction_notices_a_changed_operand) {
    const Variable x({1.0, 2.0}, requires_grad);
    Variable y = x * 1;
    Variable p = prod(y);
    y += 1;
    torch.error([&] { p.backward(); });
    Variable z = x * 1;
    Variable q = prod(z);
    q.backward();
    torch.error([&] { q.backward(); });
    torch.numbers(x.grad());
}

PROGRAM(reductions_of_several_dimensions) {
    const auto x = ramp<double>(0.75, -3.5, 2, 3, 2);
    const auto all = [&](const auto&... expression) { (show(torch, x, expression), ...); };
    all(sum(x, axis<0, 2>), mean(x, axis<0, 1>), max(x, axis<0, 1>), min(x, axis<1, 2>), var(x, axis<0, 2>), norm(x, axis<1, 2>), logsumexp(x, axis<0, 2>), max(x, axis<0, 1, 2>));
}

PROGRAM(reductions_that_keep_dimensions) {
    const auto x = matrix();
    const auto all = [&](const auto&... expression) { (show(torch, x, expression), ...); };
    all(sum(x, axis<1>, keepdims), mean(x, axis<0>, keepdims), prod(x, axis<1>, keepdims), max(x, axis<0>, keepdims), min(x, axis<1>, keepdims), var(x, axis<1>, keepdims), norm(x, axis<0>, keepdims),
        logsumexp(x, axis<1>, keepdims), sum(x, axis<0, 1>, keepdims));
}

PROGRAM(reductions_of_parts) {
    const auto x = ramp<double>(0.5, -2.25, 3, 4);
    const auto all = [&](const auto&... expression) { (show(torch, x, expression), ...); };
    all(sum(x.t(), axis<0>), max(x.slice(1, 0, 4, 2), axis<1>), prod(x.t(), axis<1>), var(x.slice(0, 1, 3).slice(1, 1, 3)), norm(x[0].expand(2, 4)), logsumexp(x.t()[1], axis<0>), mean(x.select(1, 3)),
        min(x.unsqueeze(1), axis<-1>));
}

PROGRAM(reductions_of_one_step) {
    const Variable x({{1.5}, {-2.0}, {0.25}}, requires_grad);
    const auto all = [&](const auto&... expression) { (show(torch, x, expression), ...); };
    all(sum(x, axis<1>), mean(x, axis<-1>), prod(x, axis<1>), max(x, axis<1>), var(x, axis<1>), norm(x, axis<1>), logsumexp(x, axis<1>), softmax(x, axis<1>), log_softmax(x, axis<1>),
        cumsum(x, axis<1>));
}

PROGRAM(other_reductions_of_nothing) {
    const Variable e = zeros<double>(0, 3, requires_grad);
    const auto show = [&](const auto&... expression) { torch.numbers(Variable(expression)...); };
    show(prod(e), prod(e, axis<0>), prod(e, axis<1>), norm(e), norm(e, axis<0>), logsumexp(e, axis<0>), logsumexp(e, axis<1>), softmax(e, axis<0>), log_softmax(e, axis<1>),
         cumsum(e, axis<0>), mean(e, axis<0>));
    Variable(prod(e, axis<0>)).backward({1, 1, 1});
    torch.numbers(e.grad());
}

PROGRAM(reductions_of_numbers_that_are_not_finite) {
    constexpr double inf = std::numeric_limits<double>::infinity(), nan_number = std::numeric_limits<double>::quiet_NaN();
    const Variable x({{1.0, nan_number, 2.0}, {inf, 1.0, -2.0}, {inf, -inf, 0.0}, {-inf, -inf, -inf}});
    const auto show = [&](const auto&... expression) { torch.numbers(Variable(expression)...); };
    show(sum(x, axis<1>), mean(x, axis<1>), prod(x, axis<1>), max(x, axis<1>), min(x, axis<1>), max(x), min(x), norm(x, axis<1>), logsumexp(x, axis<1>), cumsum(x, axis<1>));
}

PROGRAM(products_of_two_vectors) {
    const Variable a({1.f, 2.f, 3.f}, requires_grad), b({-1.f, 0.5f, 2.f}, requires_grad);
    const auto m = ramp(1, 0, 3, 3);
    const auto run = [&](const Variable<float, 0>& y) {
        y.backward();
        torch.sums(y, a.grad(), b.grad(), m.grad());
    };
    run(dot(a, b));
    run(dot(a, a));
    run(dot(m[1], m.t()[2]));
    run(dot(m[0].slice(0, 0, 3, 2), a.slice(0, 1, 3)));
}

PROGRAM(normalisations_in_three_dimensions) {
    const auto x = ramp<double>(0.7, -2, 2, 3, 2);
    const auto all = [&](const auto&... expression) { (show(torch, x, expression, 256), ...); };
    all(softmax(x, axis<1>), log_softmax(x, axis<-1>), cumsum(x, axis<0>), cumsum(x, axis<1>));
    Variable y = softmax(x.transpose(0, 1).slice(2, 0, 2, 2), axis<1>);
    y.backward(ramp_like(y));
    torch.sums_within(64, y, x.grad());
}
