// SPDX-License-Identifier: BSL-1.0
// What neural networks are made of.
#include "reference.hpp"

using namespace conformance;

namespace {
template <class T>
void compare_cross_entropy(program& torch, const Variable<T, 2>& elements, const Variable<std::int64_t, 1>& classes) {
    const Variable scores(elements, requires_grad);
    Variable loss = cross_entropy(scores, classes);
    loss.backward();
    torch.sums(loss, scores.grad());
}
}  // namespace

PROGRAM(cross_entropies) {
    compare_cross_entropy<float>(torch, {{1, 2, 3}, {3, 1, 0}}, {2, 1});
    compare_cross_entropy<double>(torch, {{1, 2, 3}, {3, 1, 0}}, {2, 1});
    compare_cross_entropy<double>(torch, {{1000, 0}}, {1});
}

PROGRAM(mean_squared_errors) {
    const Variable a({1.f, 2.f}, requires_grad), b({3.f, 1.5f}, requires_grad);
    Variable loss = mse_loss(a, b);
    loss.backward();
    torch.numbers(loss, a.grad(), b.grad());
}

PROGRAM(layers_are_normalised) {
    const Variable x({{1.0, 2.0, 4.0}, {3.0, 1.0, 0.0}}, requires_grad);
    const Variable w({1.0, 2.0, 3.0}, requires_grad), b({0.0, 1.0, -1.0}, requires_grad);
    for (const double epsilon : {1e-5, 0.5}) {
        Variable y = layer_norm(x, w, b, epsilon);
        y.backward(ramp_like(y, 1));
        torch.sums_within(64, y, x.grad(), w.grad(), b.grad());
    }
}

PROGRAM(convolutions) {
    const auto x = ramp(0.25, 0, 2, 2, 4, 4), k = ramp(0.5, -2, 3, 2, 2, 2);
    const Variable b({1.f, -1.f, 0.5f}, requires_grad);
    const auto run = [&](const Variable<float, 4>& y) {
        Variable seed = ramp_like(y) * 0.125;
        y.backward(seed);
        torch.sums(y, x.grad(), k.grad(), b.grad());
    };
    run(conv2d(x, k));
    run(conv2d(x, k, b, 2, 1));
    run(conv2d(x, k, b, 1, 2));
}

PROGRAM(convolutions_that_do_not_fit) {
    const auto x = ones(1, 2, 2, 2);
    torch.error([&] { conv2d(x, ones(1, 1, 2, 2)); });
    torch.error([&] { conv2d(x, ones(1, 2, 3, 3)); });
    torch.error([&] { conv2d(x, ones(1, 2, 2, 2), Variable<float, 1>(nullptr), 0); });
}

PROGRAM(a_network_is_trained) {
    auto w = ramp<double>(0.1, -0.35, 2, 4), v = ramp<double>(0.2, -0.3, 4, 1);
    auto b = zeros<double>(4, requires_grad);
    const Variable x({{0.0, 0.0}, {0.0, 1.0}, {1.0, 0.0}, {1.0, 1.0}}), t({{0.0}, {1.0}, {1.0}, {0.0}});
    const auto descend = [](auto& parameter) {
        const no_grad scope;
        parameter -= parameter.grad() * 0.5;
        parameter.zero_grad();
    };
    Variable<double, 0> loss;
    for (int step = 0; step < 20; ++step) {
        loss = mse_loss(matmul(tanh(matmul(x, w) + b), v), t);
        loss.backward();
        descend(w);
        descend(v);
        descend(b);
    }
    torch.sums_within(1024, loss, w, v, b);
}
