// SPDX-License-Identifier: BSL-1.0
// Reductions, products, joins, selections, and what networks are made of.
#include "reference.hpp"

using namespace variable_programs;

BOOST_AUTO_TEST_SUITE(functions)

PROGRAM(sums_and_means) {
    Variable x({{1.f, 2.f, 4.f}, {8.f, 16.f, 32.f}}, requires_grad);
    const auto show = [&](const auto& expression) {
        x.zero_grad();
        Variable y = expression;
        y.backward(y.filled(3));
        print(out, y, x.grad());
    };
    show(sum(x));
    show(sum(x, axis<0>));
    show(sum(x, axis<1>));
    show(sum(x, axis<1>, keepdims));
    show(mean(x));
    show(mean(x, axis<0>));
    show(mean(x, axis<1>));
}

PROGRAM(other_reductions) {
    const auto show = [&](const auto& function) {
        Variable x({{1.0, 2.0, 4.0}, {8.0, -3.0, 0.5}}, requires_grad);
        Variable y = function(x);
        y.backward(ones_like(y));
        print(out, y.detach(), x.grad());
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
        print(out, y.detach(), x.grad());
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
    print(out, y, a.grad(), b.grad());
    matmul(a, v).backward({1, 1, 1});
    matmul(v, b).backward({1, 1, 1});
    matmul(v, v).backward();
    print(out, a.grad(), b.grad(), v.grad());
    print_error(out, [&] { matmul(a, a); });
}

PROGRAM(batches_of_products) {
    Variable a = arange(12.f).reshape(2, 3, 2).copy(), b = arange(8.f).reshape(2, 2, 2).copy();
    Variable w({{1.f, 2.f}, {3.f, 4.f}}, requires_grad);
    a.requires_grad_();
    b.requires_grad_();
    Variable y = matmul(a, b) + matmul(a, w);
    y.backward(arange(12.f).reshape(2, 3, 2));
    print(out, y, a.grad(), b.grad(), w.grad());
}

PROGRAM(parts_are_joined) {
    Variable a({{1.f, 2.f}}, requires_grad), b({{3.f, 4.f}, {5.f, 6.f}}, requires_grad);
    Variable y = cat({a, b, a});
    y.backward(arange(8.f).reshape(4, 2));
    print(out, y, a.grad(), b.grad());
    Variable c({1.f, 2.f}, requires_grad), d({3.f, 4.f}, requires_grad);
    Variable z = stack({c, d}, 1);
    z.backward({{1, 2}, {3, 4}});
    print(out, z.detach(), c.grad(), d.grad());
    print_error(out, [&] { cat({a, Variable({{1.f}}, requires_grad)}); });
}

PROGRAM(elements_are_selected) {
    Variable x({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}}, requires_grad);
    Variable y = index_select(x, 1, Variable<std::int64_t>({2, 0, 2}));
    y.backward(ones_like(y));
    print(out, y, x.grad());
    Variable z = gather(x, 1, Variable<std::int64_t, 2>({{0, 0}, {2, 1}}));
    z.backward(ones_like(z));
    print(out, z, x.grad());
    Variable e = embedding(Variable<std::int64_t>({1, 0, 1}), x);
    e.backward(ones_like(e));
    print(out, e, x.grad());
    print_error(out, [&] { index_select(x, 0, Variable<std::int64_t>({2})); });
}

PROGRAM(elements_are_sorted) {
    Variable x({{3.f, 1.f, 2.f}, {5.f, 6.f, 4.f}}, requires_grad);
    const auto sorted = sort(x, 1);
    sorted.values.backward({{1, 2, 3}, {4, 5, 6}});
    print(out, sorted.values.detach(), sorted.indices, x.grad());
    const auto top = topk(x, 2, 1);
    print(out, top.values, top.indices);
}

PROGRAM(losses) {
    Variable scores({{1.f, 2.f, 3.f}, {3.f, 1.f, 0.f}}, requires_grad);
    Variable l = cross_entropy(scores, Variable<std::int64_t>({2, 1}));
    l.backward();
    print(out, l, scores.grad());
    Variable a({1.f, 2.f}, requires_grad), b({3.f, 1.f}, requires_grad);
    Variable m = mse_loss(a, b);
    m.backward();
    print(out, m.item(), a.grad(), b.grad());
}

PROGRAM(layers_are_normalised) {
    Variable x({{1.0, 2.0, 4.0}, {3.0, 1.0, 0.0}}, requires_grad);
    Variable w({1.0, 2.0, 3.0}, requires_grad), b({0.0, 1.0, 0.0}, requires_grad);
    Variable y = layer_norm(x, w, b);
    y.backward({{1, 2, 3}, {4, 5, 6}});
    print(out, y.detach(), x.grad(), w.grad(), b.grad());
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
    print(out, y.detach(), p, x.grad(), k.grad(), b.grad());
}

// A function that is differentiated while it compiles, as one node.
BOOST_AUTO_TEST_CASE(apply_brings_in_any_function) {
    constexpr auto layer = [](auto x, auto w, auto b) { return tanh(matmul(x, w) + b); };
    Variable x({{1.0, 2.0}, {3.0, 4.0}}), w({{0.1, 0.2}, {0.3, -0.4}}, requires_grad);
    Variable b({0.5, -0.5}, requires_grad);
    Variable one = apply(layer, x, w, b);
    Variable other = tanh(matmul(x, w) + b);
    BOOST_CHECK_EQUAL(to_string(one.detach()), to_string(other.detach()));
    one.backward({{1, 2}, {3, 4}});
    const Variable dw = w.grad();
    const Variable db = b.grad();
    w.zero_grad();
    b.zero_grad();
    other.backward({{1, 2}, {3, 4}});
    BOOST_CHECK_EQUAL(to_string(dw), to_string(w.grad()));
    BOOST_CHECK_EQUAL(to_string(db), to_string(b.grad()));
    BOOST_CHECK_EQUAL(one.grad_fn().name(), "ApplyBackward0");

    constexpr auto price = [](auto s, auto k) { return max(s - k, 0) * exp(-0.1 * k); };
    Variable s(2.0, requires_grad), k(1.5, requires_grad);
    Variable p = apply(price, s, k);
    p.backward();
    BOOST_CHECK_CLOSE(s.grad().item(), std::exp(-0.15), 1e-12);
    BOOST_CHECK_CLOSE(k.grad().item(), -std::exp(-0.15) * 1.05, 1e-12);
}

BOOST_AUTO_TEST_SUITE_END()
