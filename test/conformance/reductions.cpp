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
