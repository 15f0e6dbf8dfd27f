// SPDX-License-Identifier: BSL-1.0
// Products of matrices and vectors, joins.
#include "reference.hpp"

using namespace conformance;

namespace {

template <class T, int First, int Second>
void compare(program& torch, const Variable<T, First>& a, const Variable<T, Second>& b) {
    const auto y = matmul(a, b);
    y.backward(ramp_like(y, 1));
    torch.sums(y, a.grad(), b.grad());
}
template <class T = float, class... Size>
auto first(Size... sizes) {
    return ramp<T>(1, 1, sizes...);
}
template <class T = float, class... Size>
auto second(Size... sizes) {
    return ramp<T>(0.5, -1, sizes...);
}

}  // namespace

PROGRAM(products_of_vectors_and_matrices) {
    compare(torch, first(3), second(3));
    compare(torch, first(2, 3), second(3));
    compare(torch, first(3), second(3, 2));
    compare(torch, first(2, 3), second(3, 4));
    compare(torch, first(1, 1), second(1, 1));
    compare(torch, first(2, 0), second(0, 3));
    compare(torch, first<double>(2, 3), second<double>(3, 4));
}

PROGRAM(products_of_batches) {
    compare(torch, first(2, 2, 3), second(2, 3, 2));
    compare(torch, first(2, 2, 3), second(3, 2));
    compare(torch, first(2, 3), second(2, 3, 2));
    compare(torch, first(1, 2, 3), second(2, 3, 2));
    compare(torch, first(2, 2, 3), second(3));
    compare(torch, first(3), second(2, 3, 2));
}

PROGRAM(products_of_batches_of_batches) {
    compare(torch, first(2, 2, 2, 3), second(2, 2, 3, 2));
    compare(torch, first(2, 1, 2, 3), second(2, 3, 1));
    compare(torch, first(2, 2, 2, 3), second(3, 2));
    compare(torch, first(2, 2, 2, 3), second(3));
    compare(torch, first(2, 3), second(2, 1, 3, 2));
}

PROGRAM(products_of_parts) {
    const auto x = first(3, 4);
    const auto y = matmul(x.t(), x);
    y.backward(ramp_like(y));
    torch.sums(y, x.grad());
    const auto z = matmul(x.slice(1, 1, 3), x.slice(0, 1, 3).slice(1, 0, 4, 2));
    z.backward(ramp_like(z));
    torch.sums(z, x.grad());
}

PROGRAM(products_that_do_not_fit) {
    const Variable a = ones(2, 3);
    torch.error([&] { matmul(a, a); });
    torch.error([&] { matmul(a.t(), ones(3, 1)); });
}

PROGRAM(a_changed_factor_is_noticed) {
    const auto a = ramp(1, 0, 2, 2), b = ramp(1, 0, 2, 2);
    Variable c = a * 1;
    const auto y = matmul(c, b);
    c += 1;
    torch.error([&] { y.backward(ones(2, 2)); });
    Variable d = b * 1;
    const auto z = matmul(ones(2, 2), d);
    d += 1;
    z.backward(ones(2, 2));
    torch.numbers(a.grad(), b.grad());
    torch.text(y, matmul(ones(2, 2, 2), b.unsqueeze(0).expand(2, 2, 2)));
}

PROGRAM(gradients_of_products_are_differentiated) {
    const auto a = first<double>(2, 2), b = ramp<double>(1, -1, 2, 2);
    const auto product = matmul(a, b), again = matmul(a, b);
    Variable y = sum(product * again);
    const auto g = grad(y, a, create_graph);
    Variable(sum(g * g)).backward();
    torch.sums(g, a.grad(), b.grad());
}

PROGRAM(parts_are_joined) {
    const auto a = ramp(1, 0, 1, 2), b = ramp(1, 10, 2, 2), c = ones(1, 2);
    const auto y = cat({a, b, c, a});
    y.backward(ramp_like(y));
    torch.numbers(y, a.grad(), b.grad());
    const auto d = ramp(1, 0, 2, 1, 2), e = ramp(1, 0, 2, 3, 2);
    const auto run = [&](const auto& z) {
        z.backward(ramp_like(z));
        torch.numbers(z, d.grad(), e.grad());
    };
    run(cat({d, e}, 1));
    run(cat({e, Variable(d * 2)}, -2));
    torch.text(y, cat({c, c}));
}

PROGRAM(parts_are_stacked) {
    const Variable a({1.f, 2.f}, requires_grad), b({3.f, 4.f}, requires_grad);
    for (const int dimension : {0, 1, -1, -2}) {
        const auto y = stack({a, b, a}, dimension);
        y.backward(ramp_like(y));
        torch.numbers(y, a.grad(), b.grad());
    }
    const Variable n(1.f, requires_grad), m(2.f, requires_grad);
    const auto z = stack({n, m});
    z.backward({3, 4});
    torch.numbers(z, n.grad(), m.grad());
    torch.numbers(stack({ramp(1, 0, 2, 2), ramp(1, 0, 2, 2)}, 1));
}

PROGRAM(parts_of_other_shapes_do_not_join) {
    torch.error([] { cat({ones(2, 2), ones(2, 3)}); });
    torch.error([] { cat({ones(2, 2), ones(3, 2)}, 1); });
    torch.error([] { cat({ones(2, 2)}, 2); });
    torch.error([] { stack({ones(2), ones(3)}); });
}

PROGRAM(a_join_needs_no_values) {
    const Variable a({1.f, 2.f}, requires_grad);
    Variable b = a + 0;
    const auto y = cat({b, b});
    b += 1;
    y.backward({1, 1, 1, 1});
    y.backward({1, 1, 1, 1});
    torch.numbers(y, a.grad());
}

PROGRAM(products_with_dimensions_of_one_step) {
    compare(torch, first(1, 3), second(3, 1));
    compare(torch, first(3, 1), second(1, 3));
    compare(torch, first(1, 2, 1), second(1, 1, 2));
    compare(torch, first(2, 1, 3), second(1, 3, 1));
    compare(torch, first(1), second(1));
    compare(torch, first(1), second(1, 2));
    compare(torch, first(2, 1), second(1));
}

PROGRAM(products_without_elements) {
    compare(torch, first(0, 3), second(3, 2));
    compare(torch, first(2, 3), second(3, 0));
    compare(torch, first(2, 2, 0), second(2, 0, 2));
    compare(torch, first(0), second(0));
    compare(torch, first(2, 0), second(0));
    compare(torch, first(0), second(0, 2));
}

PROGRAM(products_of_parts_of_batches) {
    const auto x = ramp(0.25, -1, 2, 3, 4);
    const auto run = [&](const auto& y) {
        y.backward(ramp_like(y, 1));
        torch.sums(y, x.grad());
    };
    run(matmul(x.transpose(1, 2), x));
    run(matmul(x.slice(2, 0, 4, 2), x[1].slice(0, 0, 2).slice(1, 1, 4)));
    run(matmul(x.slice(0, 0, 1).expand(2, 3, 4), x[0].t()));
    run(matmul(x.transpose(0, 1), x[0][1]));
    run(matmul(x[0][2], x.transpose(-1, -2)));
}

PROGRAM(products_of_no_batches) {
    const auto a = ramp(1, 0, 0, 2, 3);
    const auto b = ramp(1, 0, 3, 2);
    const auto y = matmul(a, b);
    y.backward(zeros(0, 2, 2));
    torch.numbers(y, a.grad(), b.grad());
}

PROGRAM(vectors_and_batches_that_do_not_fit) {
    torch.error([] { matmul(ones(2), ones(3, 2)); });
    torch.error([] { matmul(ones(2, 2, 3), ones(3, 3, 2)); });
}

PROGRAM(parts_of_other_layouts_are_joined) {
    const auto x = ramp(1, 0, 2, 3);
    const auto run = [&](const auto& y) {
        y.backward(ramp_like(y, 1));
        torch.numbers(y, x.grad());
    };
    run(cat({x.t(), x.t().slice(0, 0, 1), x.t().slice(0, 0, 3, 2)}));
    run(cat({x.slice(1, 0, 0), x.slice(1, 0, 3, 2), x}, -1));
    run(stack({x.t(), Variable(x.t() * 2)}, 1));
    run(cat({x[0].expand(2, 3), x}, 0));
    run(stack({x[0], x[1]}, -1));
}

PROGRAM(joins_of_three_and_four_dimensions) {
    const auto a = ramp(1, 0, 2, 1, 2), b = ramp(1, 10, 2, 1, 2);
    const auto run = [&](const auto& y) {
        y.backward(ramp_like(y));
        torch.numbers(y, a.grad(), b.grad());
    };
    run(cat({a, b, a}, 1));
    run(cat({a, b}, -1));
    run(stack({a, b}, 0));
    run(stack({a, b}, -1));
    run(stack({a, b}, 2));
    torch.error([&] { stack({a, b}, 4); });
    torch.error([&] { cat({a, b}, -4); });
}
