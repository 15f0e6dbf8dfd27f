// SPDX-License-Identifier: BSL-1.0
// Reductions, products, joins, selections, and what networks are made of.
#include "reference.hpp"

using namespace conformance;

PROGRAM(other_reductions) {
    const auto show = [&](const auto& function) {
        Variable x({{1.0, 2.0, 4.0}, {8.0, -3.0, 0.5}}, requires_grad);
        Variable y = function(x);
        y.backward(ones_like(y));
        torch.text(y.detach(), x.grad());
    };
    using matrix = Variable<double, 2>;
    show([](const matrix& x) { return prod(x); });
    show([](const matrix& x) { return max(x, axis<1>); });
    show([](const matrix& x) { return min(x, axis<0>); });
    show([](const matrix& x) { return var(x); });
    show([](const matrix& x) { return norm(x); });
    show([](const matrix& x) { return logsumexp(x, axis<1>); });
}

PROGRAM(normalised_rows) {
    const auto show = [&](const auto& function) {
        Variable x({{1.0, 2.0, 4.0}, {8.0, -3.0, 0.5}}, requires_grad);
        Variable y = function(x);
        y.backward({{1, 2, 3}, {4, 5, 6}});
        torch.text(y.detach(), x.grad());
    };
    using matrix = Variable<double, 2>;
    show([](const matrix& x) { return softmax(x, axis<1>); });
    show([](const matrix& x) { return log_softmax(x, axis<1>); });
    show([](const matrix& x) { return cumsum(x, axis<1>); });
}

PROGRAM(products_of_matrices) {
    Variable a({{1.f, 2.f}, {3.f, 4.f}, {5.f, 6.f}}, requires_grad), b({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}}, requires_grad);
    Variable v({1.f, -1.f}, requires_grad);
    Variable y = matmul(a, b);
    y.backward(arange(9.f).reshape(3, 3));
    torch.text(y, a.grad(), b.grad());
    matmul(a, v).backward({1, 1, 1});
    matmul(v, b).backward({1, 1, 1});
    matmul(v, v).backward();
    torch.text(a.grad(), b.grad(), v.grad());
    torch.error([&] { matmul(a, a); });
}

PROGRAM(batches_of_products) {
    Variable a = arange(12.f).reshape(2, 3, 2).copy(), b = arange(8.f).reshape(2, 2, 2).copy();
    Variable w({{1.f, 2.f}, {3.f, 4.f}}, requires_grad);
    a.requires_grad_();
    b.requires_grad_();
    Variable y = matmul(a, b) + matmul(a, w);
    y.backward(arange(12.f).reshape(2, 3, 2));
    torch.text(y, a.grad(), b.grad(), w.grad());
}

PROGRAM(elements_are_selected) {
    Variable x({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}}, requires_grad);
    Variable y = index_select(x, 1, Variable<std::int64_t>({2, 0, 2}));
    y.backward(ones_like(y));
    torch.text(y, x.grad());
    Variable z = gather(x, 1, Variable<std::int64_t, 2>({{0, 0}, {2, 1}}));
    z.backward(ones_like(z));
    torch.text(z, x.grad());
    Variable e = embedding(Variable<std::int64_t>({1, 0, 1}), x);
    e.backward(ones_like(e));
    torch.text(e, x.grad());
    torch.error([&] { index_select(x, 0, Variable<std::int64_t>({2})); });
}

PROGRAM(sorted_elements_know_their_places) {
    Variable x({{3.f, 1.f, 2.f}, {5.f, 6.f, 4.f}}, requires_grad);
    const auto sorted = sort(x, 1);
    sorted.values.backward({{1, 2, 3}, {4, 5, 6}});
    torch.text(sorted.values.detach(), sorted.indices, x.grad());
    const auto top = topk(x, 2, 1);
    torch.text(top.values, top.indices);
}

PROGRAM(losses) {
    Variable scores({{1.f, 2.f, 3.f}, {3.f, 1.f, 0.f}}, requires_grad);
    Variable l = cross_entropy(scores, Variable<std::int64_t>({2, 1}));
    l.backward();
    torch.text(l, scores.grad());
    Variable a({1.f, 2.f}, requires_grad), b({3.f, 1.f}, requires_grad);
    Variable m = mse_loss(a, b);
    m.backward();
    torch.numbers(m);
    torch.text(a.grad(), b.grad());
}

PROGRAM(convolutions_and_pools) {
    Variable x = arange(32.f).reshape(1, 2, 4, 4).copy();
    x.requires_grad_();
    Variable k = Variable(arange(16.f) * 0.5f).reshape(2, 2, 2, 2).copy();
    k.requires_grad_();
    Variable b({1.f, -1.f}, requires_grad);
    Variable y = conv2d(x, k, b, 2, 1);
    Variable p = max_pool2d(y, 2, 1);
    p.backward(ones_like(p));
    torch.text(y.detach(), p, x.grad(), k.grad(), b.grad());
}
