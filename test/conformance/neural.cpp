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

PROGRAM(classes_that_there_are_not) {
    needs_the_host();
    const auto scores = ones(2, 3);
    for (const auto& classes : {Variable<std::int64_t>({1}), Variable<std::int64_t>({0, 1, 2}), Variable<std::int64_t>({1, -1}), Variable<std::int64_t>({1, 3})}) {
        torch.error([&] { cross_entropy(scores, classes); });
        torch.error([&] { cross_entropy(scores * 2 + 1, classes); });
    }
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

PROGRAM(dropout_that_does_not_depend_on_chance) {
    const Variable x({{1.f, -2.f}, {3.f, 0.f}}, requires_grad);
    const auto run = [&](const auto& y) {
        y.backward(ramp_like(y, 1));
        torch.numbers(y, x.grad());
    };
    run(dropout(x, 0.0));
    run(dropout(x, 0.5, false));
    run(dropout(x, 1.0));
    run(dropout(x.t(), 0.0));
}

PROGRAM(activations_far_from_zero) {
    const auto compare = [&](const auto& f) {
        const Variable x({-200.f, -30.f, -9.f, 9.f, 30.f, 200.f}, requires_grad);
        const Variable y = f(x);
        y.backward(ones_like(y));
        torch.numbers_within(32, y, x.grad());
    };
    compare([](const auto& x) { return softplus(x); });
    compare([](const auto& x) { return silu(x); });
    compare([](const auto& x) { return relu(x); });
}

PROGRAM(convolutions_of_parts_and_of_one_pixel) {
    const auto x = ramp(0.25, 0, 2, 2, 3, 4), k = ramp(0.5, -2, 2, 2, 2, 1);
    const Variable<float, 1> none(nullptr);
    const auto run = [&](const Variable<float, 4>& y) {
        y.backward(Variable(ramp_like(y) * 0.125));
        torch.sums(y, x.grad(), k.grad());
    };
    run(conv2d(x.transpose(2, 3), k.transpose(2, 3)));
    run(conv2d(x.slice(2, 0, 3, 2).slice(3, 1, 4), k));
    run(conv2d(x, k.slice(2, 0, 1)));
    run(conv2d(x, k, none, 3));
    run(conv2d(x.slice(0, 0, 1), k.slice(0, 1, 2), none, 1, 1));
    run(conv2d(x.transpose(0, 1), k.slice(1, 1, 2).expand(2, 2, 2, 1)));
}

PROGRAM(windows_of_parts) {
    const auto x = ramp(-0.5, 0, 1, 2, 4, 3);
    const auto run = [&](const Variable<float, 4>& y) {
        y.backward(ramp_like(y, 1));
        torch.numbers(y, x.grad());
    };
    run(max_pool2d(x.transpose(2, 3), 2));
    run(max_pool2d(x.slice(1, 1, 2).slice(2, 0, 4, 2), 2, 1));
    run(max_pool2d(x, 1, 2));
    run(max_pool2d(x.slice(3, 1, 3).transpose(0, 1), 2, 1, 1));
    run(max_pool2d(Variable(x * -1), 3));
}

PROGRAM(losses_of_parts) {
    const auto x = ramp<double>(0.5, 0, 2, 3), t = ramp<double>(-0.25, 0, 3, 2);
    const auto run = [&](const Variable<double, 0>& y) {
        y.backward();
        torch.sums(y, x.grad(), t.grad());
    };
    run(mse_loss(x.t(), t));
    run(mse_loss(x.select(1, 1), t[1]));
    run(mse_loss(x, ones<double>(3)));
    run(cross_entropy(x.t(), Variable<std::int64_t>({0, 1, 1})));
    run(cross_entropy(x.slice(0, 0, 1).slice(1, 0, 3, 2), Variable<std::int64_t>({1})));
}

PROGRAM(layers_of_images_are_normalised) {
    const auto x = ramp<double>(0.3, -1, 2, 2, 3);
    const Variable w({1.0, 2.0, 3.0}, requires_grad), b({0.0, 1.0, -1.0}, requires_grad);
    const Variable y = layer_norm(x * x, w, b);
    y.backward(ramp_like(y, 1));
    torch.sums_within(64, y, x.grad(), w.grad(), b.grad());
    const Variable z = layer_norm(x.transpose(0, 2), w.slice(0, 0, 2), b.slice(0, 0, 3, 2));
    z.backward(ramp_like(z));
    torch.sums_within(64, z, x.grad(), w.grad(), b.grad());
}

PROGRAM(an_attention_to_words) {
    const auto words = ramp<double>(0.05, -0.5, 5, 4), q = ramp<double>(0.1, -0.6, 4, 3), k = ramp<double>(-0.07, 0.4, 4, 3), v = ramp<double>(0.2, -0.9, 4, 2);
    const auto x = embedding(Variable<std::int64_t, 2>({{0, 3, 1}, {4, 4, 2}}), words);
    const Variable weights = softmax(matmul(matmul(x, q), matmul(x, k).transpose(1, 2)) / std::sqrt(3.0), axis<2>);
    const auto y = matmul(weights, matmul(x, v));
    y.backward(ramp_like(y));
    torch.sums_within(64, weights, y, words.grad(), q.grad(), k.grad(), v.grad());
}

PROGRAM(a_state_is_carried_along_a_sequence) {
    const auto x = ramp<double>(0.2, -0.5, 4, 2), w = ramp<double>(0.1, -0.2, 2, 3), u = ramp<double>(-0.05, 0.3, 3, 3);
    auto h = zeros<double>(3);
    std::vector<Variable<double, 1>> all;
    for (int t = 0; t < 4; ++t) {
        h = tanh(matmul(x[t], w) + matmul(h, u));
        all.push_back(h);
    }
    const auto y = stack(all);
    Variable(sum(y * y)).backward();
    torch.sums_within(64, y, x.grad(), w.grad(), u.grad());
}

PROGRAM(a_network_of_convolutions) {
    const auto x = ramp<double>(0.1, -1, 2, 1, 4, 4), k = ramp<double>(0.25, -0.8, 2, 1, 2, 2);
    const auto w = ramp<double>(0.05, -0.6, 8, 3);
    const Variable b({0.5, -0.25}, requires_grad);
    const Variable images = x * x;
    const Variable features = relu(conv2d(images, k, b, 1, 1));
    const auto scores = matmul(max_pool2d(features, 2).reshape(2, -1), w);
    const Variable loss = cross_entropy(scores, Variable<std::int64_t>({2, 0}));
    loss.backward();
    torch.sums_within(64, scores, loss, x.grad(), k.grad(), b.grad(), w.grad());
}
