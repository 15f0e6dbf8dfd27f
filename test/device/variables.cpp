// SPDX-License-Identifier: BSL-1.0
// Variables on a device, next to the same statements on the host. Where nvcc compiles this a CUDA device, if there is one; else the host in place of a device, whose
// memory only kernels and copies can touch. The programs of test/conformance run on that, too. TAPELESS_TEST_LESS: where all that is tested is that nvcc takes it.
#include "checks.hpp"

#ifdef __CUDACC__
#include <tapeless/device_variables.hpp>
#else
#include "../variable/guarded_device.hpp"
#endif
#include <tapeless/optimizer.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <source_location>
#include <string>
#include <tuple>
#include <vector>

using namespace tapeless;
using checks::check;

namespace {

template <class T>
Variable<T, 1> drawn(std::ptrdiff_t count, double low, double high, std::uint64_t seed) {
    std::vector<T> x(static_cast<std::size_t>(count));
    for (T& one : x) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        one = static_cast<T>(low + (high - low) * static_cast<double>(seed >> 11) * 0x1p-53);
    }
    return Variable<T, 1>(x);
}
/// Within some units in the last place of the greatest element.
template <class T, int Rank>
void compare(const Variable<T, Rank>& found, const Variable<T, Rank>& expected, double ulps, const char* what) {
    check(found.is_cuda() && !expected.is_cuda(), what);
    const auto elements = found.cpu().contiguous(), right = expected.contiguous();
    check(found.shape() == expected.shape(), what);
    double greatest = 1e-30, worst = 0;
    for (std::ptrdiff_t k = 0; k < right.numel(); ++k) {
        const auto one = static_cast<double>(right.data_pointer()[k]), error = std::abs(static_cast<double>(elements.data_pointer()[k]) - one);
        greatest = std::max(greatest, std::abs(one));
        if (!(error <= worst)) worst = error;
    }
    check(worst <= ulps * static_cast<double>(std::numeric_limits<T>::epsilon()) * greatest, std::string(what) + ": off by " + std::to_string(worst) + " of " + std::to_string(greatest));
}
/// A leaf of the host's, and the same on the device.
template <class T, int Rank>
struct both {
    Variable<T, Rank> host, device;
    explicit both(const Variable<T, Rank>& values) : host(values.copy(), requires_grad), device(values.cuda().detach(), requires_grad) {}
    void compare_gradients(double ulps, const char* what) const { compare(device.grad(), host.grad(), ulps, what); }
};

void values_move_with_their_graph() {
    Variable a({1.f, 2.f, 3.f}, requires_grad);
    const Variable on_device = a.cuda();
    check(on_device.device() == "cuda:0" && on_device.is_cuda() && a.device() == "cpu" && !a.is_cuda());
    check(to_string(on_device) == "tensor([1., 2., 3.], device='cuda:0', grad_fn=<ToCopyBackward0>)");
    check(to_string(Variable({1.0, 2.0}).cuda()) == "tensor([1., 2.], device='cuda:0', dtype=torch.float64)");
    check(to_string(Variable(2.5f).cuda()) == "tensor(2.5000, device='cuda:0')");
    check(on_device.cuda().state().get() == on_device.state().get());
    const Variable back = Variable(on_device * on_device).cpu();
    check(to_string(back) == "tensor([1., 4., 9.], grad_fn=<ToCopyBackward0>)");
    back.backward({1, 10, 100});
    check(to_string(a.grad()) == "tensor([  2.,  40., 600.])");
    check(Variable({5.f}).cuda().item() == 5 && Variable(std::int64_t{1} << 40).to<std::int64_t>().cuda().item() == std::int64_t{1} << 40);
    // Parts that do not lie by rows are copied as they are.
    const Variable m({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}});
    check(to_string(m.t().cuda()) == "tensor([[1., 4.],\n        [2., 5.],\n        [3., 6.]], device='cuda:0')");
    check(to_string(m.cuda().t().cpu()) == to_string(m.t()));
}

/// The statement of the tutorial, large enough for many blocks.
template <class T>
void statements_are_one_kernel() {
    const std::ptrdiff_t n = 100'003;
    const both<T, 1> w(drawn<T>(n, -1, 1, 1)), x(drawn<T>(n, -1, 1, 2)), b(drawn<T>(n, -1, 1, 3));
    const auto seed = drawn<T>(n, -1, 1, 4);
    const Variable expected = w.host * x.host + b.host * exp(x.host), found = w.device * x.device + b.device * exp(x.device);
    compare(found, expected, 8, "value");
    check(found.grad_fn().name() == "AddBackward0");
    expected.backward(seed);
    found.backward(seed.cuda());
    w.compare_gradients(8, "by w");
    x.compare_gradients(8, "by x");
    b.compare_gradients(8, "by b");
    // Gradients accumulate.
    Variable(w.host * b.host).backward(seed);
    Variable(w.device * b.device).backward(seed.cuda());
    w.compare_gradients(8, "twice by w");
}
/// As in PyTorch: its gradient goes to the host.
void numbers_of_the_host_go_along() {
    Variable w(2.0, requires_grad);
    const both<double, 1> x(drawn<double>(1000, -1, 1, 1));
    const Variable y = sum(w * x.device * x.device + 0.5);
    y.backward();
    double squares = 0;
    for (std::ptrdiff_t k = 0; k < 1000; ++k) squares += x.host.data_pointer()[k] * x.host.data_pointer()[k];
    check(!w.grad().is_cuda() && std::abs(w.grad().item() - squares) < 1e-10);
    check(std::abs(y.item() - (2 * squares + 500)) < 1e-9);
}
void misuse_is_named() {
    const Variable here({1.f, 2.f}, requires_grad), there = Variable({1.f, 2.f}).cuda();
    const Variable leaf(there.clone(), requires_grad);
    const std::string several = "Expected all tensors to be on the same device, but found at least two devices, ";
    check(checks::throws_with<variable_error>(several + "cuda:0 and cpu!", [&] { Variable(here + there); }));
    check(checks::throws_with<variable_error>(several, [&] { matmul(here.unsqueeze(0), there); }));
    check(checks::throws_with<variable_error>(several, [&] { cat({here, there}); }));
    check(checks::throws_with<variable_error>(several, [&] { Variable(leaf * 2).backward({1, 1}); }));
    check(checks::throws_with<variable_error>(several, [&] { Variable(leaf).set_grad(here.detach()); }));
    check(checks::throws_with<variable_error>(several, [&] { here.data() += there; }));
    check(checks::throws_with<variable_error>("The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0", [&] { Variable(there + Variable({1.f, 2.f, 3.f}).cuda()); }));
    check(checks::throws_with<variable_error>("can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory first.", [&] { there.numpy(); }));
    check(checks::throws_with<variable_error>("invalid device ordinal 99", [&] { here.cuda(99); }));
    Variable hooked = leaf * 2;
    hooked.register_hook([](const Variable<float, 1>& gradient) { return gradient.cpu(); });
    check(checks::throws_with<variable_error>(several, [&] { hooked.backward(there); }));
    const Variable<std::uint32_t, 1> natural(std::vector<std::uint32_t>{1, 2, 3});
    check(natural.cuda().cpu().data_pointer()[2] == 3);
    check(checks::throws_with<variable_error>("what is asked of this number type does not run on a device yet", [&] { ones_like(natural.cuda()); }));
    Variable<float, 2> turned(Variable(Variable({{1.f, 2.f}, {3.f, 4.f}}).cuda().t()).detach(), requires_grad);
    Variable(sum(turned * turned)).backward();
    adam optimizer({}, turned);
    check(checks::throws_with<variable_error>("an update of elements that do not lie by rows does not run on a device yet", [&] { optimizer.step(); }));
    check(leaf.grad().is_none() && here.grad().is_none());
    check(Variable<float, 1>(nullptr).cpu().is_none());
}
void what_a_graph_cannot_hold_is_named() {
    const Variable x(Variable({1.f, 2.f}).cuda(), requires_grad);
    const Variable y = x * 2;
    check(checks::throws_with<device_error>("while a graph is captured nothing runs", [&] { tapeless::cuda::graph graph([&] { Variable(sum(x * y)).item(); }); }));
    Variable(sum(x * x)).backward();
    for (const double momentum : {0.0, 0.9}) {
        sgd descent({.learning_rate = 1, .momentum = momentum}, x);
        const auto capture = [&] { tapeless::cuda::graph graph([&] { descent.step(); }); };
        if (momentum == 0) capture();
        else check(checks::throws_with<variable_error>("the first step of an optimizer cannot be captured", capture));
    }
    check(checks::throws_with<variable_error>("a graph is being captured already", [&] { tapeless::cuda::graph outer([&] { tapeless::cuda::graph inner([] {}); }); }));
    {
        tapeless::cuda::graph inner([&] { Variable(x.detach() * 2); });
        check(checks::throws_with<variable_error>("cannot be replayed by statements that are being captured", [&] { tapeless::cuda::graph outer([&] { inner.replay(); }); }));
    }
#ifndef __CUDACC__
    check(checks::throws_with<variable_error>("statements on cuda:1 cannot be captured in it", [&] { tapeless::cuda::graph graph([] { Variable<float, 1>(zeros(3).cuda(1) + 1); }); }));
#endif
    // Nothing has run, and everything runs on.
    check(to_string(x) == "tensor([1., 2.], device='cuda:0', requires_grad=True)" && to_string(x.grad()) == "tensor([2., 4.], device='cuda:0')");
    Variable z = x.detach() * 3;
    tapeless::cuda::graph product([&] { z *= 2; });
    check(to_string(z) == "tensor([3., 6.], device='cuda:0')");
    for (int k = 0; k < 3; ++k) product.replay();
    check(to_string(z) == "tensor([24., 48.], device='cuda:0')");
    // What the statements drop was there when they were captured, and is there at each run; what they make lasts as long as somebody has it.
    Variable h = Variable({1.f, 2.f}).cuda();
    {
        tapeless::cuda::graph rebinding([&] { h = h * 3; });
        rebinding.replay();
        rebinding.replay();
        check(to_string(h) == "tensor([3., 6.], device='cuda:0')");
    }
    check(to_string(h) == "tensor([3., 6.], device='cuda:0')");
    // Of statements that fail nothing is left that looks like a number.
    Variable unknown = h;
    check(checks::throws_with<device_error>("while a graph is captured", [&] { tapeless::cuda::graph graph([&] {
        unknown = h * 2;
        Variable(sum(unknown)).item();
    }); }));
    check(to_string(unknown) == "tensor([nan, nan], device='cuda:0')");
    // Copies from the host are part of it.
    Variable constant({5.f, 7.f});
    tapeless::cuda::graph copying([&] { h.copy_(constant); });
    constant.copy_(Variable({0.f, 0.f}));
    copying.replay();
    check(to_string(h) == "tensor([5., 7.], device='cuda:0')");
    // A function of arrays is captured, too.
    Variable<float, 1> sums;
    tapeless::cuda::graph of_arrays([&] { sums = apply([](auto a, auto b) { return cumsum(a * b, axis<0>); }, z, z); });
    of_arrays.replay();
    check(to_string(sums) == "tensor([ 576., 2880.], device='cuda:0')");
}
#ifndef TAPELESS_TEST_LESS
void operands_stretch() {
    const both<double, 2> m(drawn<double>(300 * 70, -1, 1, 1).reshape(300, 70));
    const both<double, 1> row(drawn<double>(70, -1, 1, 2));
    const both<double, 2> column(drawn<double>(300, -1, 1, 3).reshape(300, 1));
    const both<double, 0> s(Variable(0.3));
    const auto run = [](const auto& m, const auto& row, const auto& column, const auto& s) {
        const Variable y = tanh(m * row + column) * s;
        const Variable loss = sum(y * y, axis<0>);
        const Variable total = mean(sqrt(loss));
        total.backward();
        return total;
    };
    const auto expected = run(m.host, row.host, column.host, s.host), found = run(m.device, row.device, column.device, s.device);
    compare(found, expected, 100, "value");
    m.compare_gradients(100, "by the matrix");
    row.compare_gradients(1000, "by the row");
    column.compare_gradients(1000, "by the column");
    s.compare_gradients(1000, "by the number");
}
/// No gradient is written that nobody wants, and what is not read is not kept.
void what_needs_no_gradient_gets_none() {
    const both<float, 1> w(drawn<float>(5000, -1, 1, 1));
    const Variable x = drawn<float>(5000, -1, 1, 2), on_device = x.cuda();
    Variable shift = drawn<float>(5000, -1, 1, 3).cuda();
    const Variable found = w.device * on_device + shift, expected = w.host * x;
    shift += 1;  // not read by any gradient
    found.backward(on_device);
    expected.backward(x);
    w.compare_gradients(4, "by w");
    check(on_device.grad().is_none());
    // A number there whose value no gradient reads.
    const both<float, 0> s(Variable(0.5f));
    Variable(s.host * x + x).backward(x);
    Variable(s.device * on_device + on_device).backward(on_device);
    s.compare_gradients(100, "by a number");
    const both<double, 1> v(drawn<double>(5000, -1, 1, 4));
    Variable(v.device + s.device).backward(on_device);
    Variable(v.host + s.host).backward(x);
    v.compare_gradients(4, "beside a number of another type");
    // Integers that only a gradient reads that nobody wants, and a seed that begins anywhere.
    const Variable<std::int64_t, 1> whole(std::vector<std::int64_t>(4999, 3));
    const both<float, 1> part(drawn<float>(4999, -1, 1, 5));
    const Variable factors = drawn<float>(4999, -1, 1, 6);
    Variable(part.device + factors.cuda() * whole.cuda()).backward(on_device.slice(0, 1, 5000));
    Variable(part.host + factors * whole).backward(x.slice(0, 1, 5000));
    part.compare_gradients(4, "beside integers");
    Variable y = w.device * w.device;
    const Variable z = sum(y * y);
    y += 1;
    check(checks::throws_with<variable_error>("modified by an inplace operation", [&] { z.backward(); }));
}
void parts_and_joins() {
    const both<double, 2> m(drawn<double>(40 * 30, -1, 1, 1).reshape(40, 30));
    const auto run = [](const auto& m) {
        const Variable part = m.slice(0, 3, 40, 2), turned = m.t();
        Variable joined = cat({Variable(part * part), Variable(exp(turned[4])).reshape(4, 10).expand(3, 4, 10).reshape(4, 30)});
        joined[2] *= 3;
        const Variable all = stack({joined, joined.clone()});
        const Variable loss = sum(all * all) + m.select(1, 7)[5];
        loss.backward();
        return loss;
    };
    compare(run(m.device), run(m.host), 100, "value");
    m.compare_gradients(100, "by what parts are of");
}
void products_of_matrices() {
    const both<float, 2> a(drawn<float>(70 * 50, -1, 1, 1).reshape(70, 50)), b(drawn<float>(50 * 90, -1, 1, 2).reshape(50, 90));
    const both<float, 3> batch(drawn<float>(4 * 30 * 70, -1, 1, 3).reshape(4, 30, 70));
    const auto run = [](const auto& a, const auto& b, const auto& batch) {
        const Variable c = matmul(batch, matmul(a, b));
        const Variable v = matmul(c, b[3]);
        const Variable loss = mean(tanh(v) * v);
        loss.backward();
        return loss;
    };
    compare(run(a.device, b.device, batch.device), run(a.host, b.host, batch.host), 100, "value");
    a.compare_gradients(200, "by the left factor");
    b.compare_gradients(200, "by the right factor");
    batch.compare_gradients(200, "by the batch");
}
void functions_of_arrays_apply() {
    const both<double, 1> w(drawn<double>(20, -1, 1, 1));
    const auto features = drawn<double>(500 * 20, -1, 1, 2).reshape(500, 20);
    const auto labels = drawn<double>(500, 0, 2, 3);
    constexpr auto loss = [](auto w, auto X, auto y) { return mean(log1p(exp(-y * dot(X, w)))); };
    const Variable expected = apply(loss, w.host, features, labels), found = apply(loss, w.device, features.cuda(), labels.cuda());
    expected.backward();
    found.backward();
    compare(found, expected, 100, "value");
    w.compare_gradients(100, "by the weights");
}
void truths_and_integers() {
    const Variable x = Variable({-1.f, 0.f, 2.f}).cuda();
    const Variable<std::int64_t, 1> i({3, 1, 2});
    check(to_string(Variable(x > 0)) == "tensor([False, False,  True], device='cuda:0')");
    check(to_string(Variable(i.cuda() * 2 + 1)) == "tensor([7, 3, 5], device='cuda:0')");
    check(to_string(Variable(where(x > 0, x, i.cuda()))) == "tensor([3., 1., 2.], device='cuda:0')");
    check(to_string(i.cuda().to<double>()) == "tensor([3., 1., 2.], device='cuda:0', dtype=torch.float64)");
    check(to_string(Variable({1.5f, -2.5f}).cuda().to<std::int64_t>()) == "tensor([ 1, -2], device='cuda:0')");
}
void gradients_are_kept_and_told() {
    const Variable x = Variable(Variable({1.0, 2.0}).cuda(), requires_grad);
    Variable y = x * x;
    y.retain_grad();
    std::string told;
    y.register_hook([&](const Variable<double, 1>& gradient) {
        told = to_string(gradient);
        return Variable<double, 1>(gradient * 2);
    });
    Variable(sum(y * 3)).backward(retain_graph);
    check(told == "tensor([3., 3.], device='cuda:0', dtype=torch.float64)" && to_string(y.grad()) == "tensor([6., 6.], device='cuda:0', dtype=torch.float64)");
    check(to_string(x.grad()) == "tensor([12., 24.], device='cuda:0', dtype=torch.float64)");
    const auto by_x = grad(Variable(sum(x * x * x)), x);
    check(to_string(by_x) == "tensor([ 3., 12.], device='cuda:0', dtype=torch.float64)");
    const no_grad scope;
    Variable moved = x.data();
    moved -= 0.5 * x.grad();
    check(to_string(x) == "tensor([ -5., -10.], device='cuda:0', dtype=torch.float64, requires_grad=True)");
}
/// Also where nobody wants the gradient by what is chosen from.
void elements_are_chosen() {
    const both<double, 2> table(drawn<double>(50 * 4, -1, 1, 1).reshape(50, 4));
    const both<double, 2> w(drawn<double>(6 * 4, -1, 1, 2).reshape(6, 4));
    const Variable<std::int64_t, 1> rows({3, 49, 3, 0, 3, 7});
    constexpr auto chosen = [](auto table, auto rows, auto w) { return sum(gather(table, rows) * w); };
    const Variable expected = apply(chosen, table.host, rows, w.host), found = apply(chosen, table.device, rows.cuda(), w.device);
    expected.backward(retain_graph);
    found.backward(retain_graph);
    compare(found, expected, 100, "value");
    table.compare_gradients(100, "by the table");
    w.compare_gradients(100, "by the factors");
    Variable(apply(chosen, table.host.detach(), rows, w.host)).backward();
    Variable(apply(chosen, table.device.detach(), rows.cuda(), w.device)).backward();
    w.compare_gradients(100, "by the factors alone");
    const Variable of_rows = embedding(rows, table.host), of_rows_there = embedding(rows.cuda(), table.device);
    of_rows.backward(drawn<double>(24, -1, 1, 3).reshape(6, 4));
    of_rows_there.backward(drawn<double>(24, -1, 1, 3).reshape(6, 4).cuda());
    compare(of_rows_there, of_rows, 1, "rows");
    table.compare_gradients(100, "by the table of rows");
    const both<float, 4> images(drawn<float>(2 * 3 * 9 * 9, -1, 1, 4).reshape(2, 3, 9, 9)), kernels(drawn<float>(5 * 3 * 3 * 3, -1, 1, 5).reshape(5, 3, 3, 3));
    const auto run = [](const auto& images, const auto& kernels) {
        const Variable y = max_pool2d(conv2d(images, kernels, Variable<float, 1>(nullptr), 1, 1), 2);
        const Variable loss = sum(y * y);
        loss.backward();
        return loss;
    };
    compare(run(images.device, kernels.device), run(images.host, kernels.host), 100, "a convolution");
    images.compare_gradients(200, "by images");
    kernels.compare_gradients(200, "by kernels");
}
/// Some steps of training, the same as on the host.
template <class MakeOptimizer>
void train(const char* what, const MakeOptimizer& make_optimizer) {
    const both<double, 2> w(drawn<double>(30 * 8, -1, 1, 1).reshape(30, 8));
    const both<double, 1> b(drawn<double>(8, -1, 1, 2));
    const auto x = drawn<double>(200 * 30, -1, 1, 3).reshape(200, 30), y = drawn<double>(200 * 8, -1, 1, 4).reshape(200, 8);
    const auto run = [&](const Variable<double, 2>& weights, const Variable<double, 1>& shifts, const auto& x, const auto& y) {
        auto optimizer = make_optimizer(weights, shifts);
        for (int step = 0; step < 5; ++step) {
            optimizer.zero_grad();
            Variable(mse_loss(tanh(matmul(x, weights) + shifts), y)).backward();
            clip_grad_value_({weights, shifts}, 0.01);
            optimizer.step();
        }
    };
    run(w.host, b.host, x, y);
    run(w.device, b.device, x.cuda(), y.cuda());
    compare(w.device, w.host, 1000, what);
    compare(b.device, b.host, 1000, what);
}
void optimizers_step() {
    train("gradient descent", [](const auto&... each) { return sgd({.learning_rate = 0.1, .weight_decay = 0.1}, each...); });
    train("momentum", [](const auto&... each) { return sgd({.learning_rate = 0.1, .momentum = 0.9, .nesterov = true}, each...); });
    train("Adam", [](const auto&... each) { return adam({.learning_rate = 0.1}, each...); });
    train("AdamW", [](const auto&... each) { return adamw({.learning_rate = 0.1, .amsgrad = true}, each...); });
    const Variable<double, 1> x(Variable({1.0, 2.0}).cuda(), requires_grad);
    Variable(sum(x * x)).backward();
    check(checks::throws_with<variable_error>("the largest absolute gradient does not run on a device yet", [&] { clip_grad_norm_({x}, 1, {.norm_type = std::numeric_limits<double>::infinity()}); }));
    for (const double order : {2.0, 3.0}) {
        const both<float, 2> w(drawn<float>(100 * 90, -1, 1, 1).reshape(100, 90));
        const both<float, 0> b(Variable(0.5f));
        double norms[2] = {};
        const auto run = [&](const auto& w, const auto& b, double& norm) {
            Variable(sum(w * w * b)).backward();
            norm = clip_grad_norm_({w, b}, 1, {.norm_type = order});
        };
        run(w.host, b.host, norms[0]);
        run(w.device, b.device, norms[1]);
        check(std::abs(norms[1] / norms[0] - 1) < 1e-6);
        w.compare_gradients(100, "clipped");
        b.compare_gradients(100, "clipped");
    }
}
void a_variable_named_twice_has_one_gradient() {
    const auto check_both = [](const char* what, const auto& statement, const auto&... values) {
        const std::tuple operands{both{values}...};
        std::apply([&](const auto&... each) {
            for (int k = 0; k < 2; ++k) {
                Variable(statement(each.host...)).backward();
                Variable(statement(each.device...)).backward();
            }
            (each.compare_gradients(100, what), ...);
        }, operands);
    };
    const auto w = drawn<float>(600, -1, 1, 1), x = drawn<float>(600, -1, 1, 2), b = drawn<float>(600, -1, 1, 3), one = drawn<float>(1, -1, 1, 4);
    check_both("w x + b x", [](const auto& w, const auto& x, const auto& b) { return sum(w * x + b * x); }, w, x, b);
    check_both("x x x", [](const auto& x) { return sum(x * x * x); }, x);
    check_both("what stretches", [](const auto& x, const auto& s) { return mean(s * x + sin(s) * x * s); }, x, one);
    check_both("rows and columns", [](const auto& m, const auto& v) { return sum(exp(m * v) * v + m * m); }, x.reshape(20, 30), drawn<float>(30, -1, 1, 5));
    check_both("a number", [](const auto& x, const auto& s) { return sum(s * x * s + x * s); }, x, Variable(0.3f));
    check_both("along an axis", [](const auto& m) { return sum(exp(sum(m * m, axis<0>)) * sum(sin(m), axis<0>)); }, x.reshape(60, 10));
    // An intermediate value, whose gradient goes on.
    check_both("on its way", [](const auto& w, const auto& x) {
        const Variable y = w * x;
        return sum(y * y + y);
    }, w, x);
}
/// A step of training that is captured is the same as one that runs, and the steps that follow too.
template <class MakeOptimizer>
void replay(const char* what, const MakeOptimizer& make_optimizer) {
    const Variable w_first = drawn<float>(30 * 8, -1, 1, 1).reshape(30, 8).cuda();
    const Variable b_first = drawn<float>(8, -1, 1, 2).cuda();
    const Variable<std::int64_t, 1> rows({3, 0, 3, 25});
    const auto batch = [](int k) { return drawn<float>(26 * 30, -1, 1, 3 + static_cast<std::uint64_t>(k)).reshape(26, 30); };
    constexpr int steps = 6, eager = 2;
    const auto train = [&](bool captures) {
        const Variable w(w_first.copy(), requires_grad);
        const Variable b(b_first.copy(), requires_grad);
        Variable x = batch(0).cuda();
        auto optimizer = make_optimizer(w, b);
        Variable<float, 0> loss;
        const auto step = [&] {
            optimizer.zero_grad();
            loss = mean(tanh(index_select(matmul(x, w), 0, rows) + b) * 2);
            loss.backward();
            clip_grad_value_({w, b}, 0.01);
            optimizer.step();
        };
        std::vector<float> losses;
        for (int k = 0; k < eager; ++k) step();
        const Variable before = w.copy();
        if (captures) {
            tapeless::cuda::graph graph(step);
            check(to_string(w.detach().cpu()) == to_string(before.cpu()), "nothing runs while it is captured");
            for (int k = eager; k < steps; ++k) {
                x.copy_(batch(k));
                graph.replay();
                losses.push_back(loss.item());
            }
        } else {
            for (int k = eager; k < steps; ++k) {
                x.copy_(batch(k));
                step();
                losses.push_back(loss.item());
            }
        }
        // The graph is gone, and its memory stays as long as somebody has it.
        losses.push_back(loss.item());
        step();
        for (const auto& all : {w.detach().cpu().flatten(), b.detach().cpu(), w.grad().cpu().flatten()}) losses.insert(losses.end(), all.data_pointer(), all.data_pointer() + all.numel());
        return losses;
    };
    const auto expected = train(false), found = train(true);
    check(found.size() == expected.size());
    for (std::size_t k = 0; k < expected.size(); ++k) check(checks::is_near(found[k], expected[k], 20), std::string(what) + ": " + std::to_string(k));
}
void steps_of_training_are_captured() {
    replay("gradient descent", [](const auto&... each) { return sgd({.learning_rate = 0.1}, each...); });
    replay("momentum", [](const auto&... each) { return sgd({.learning_rate = 0.1, .momentum = 0.9}, each...); });
    replay("Adam", [](const auto&... each) { return adam({.learning_rate = 0.1}, each...); });
    replay("AdamW", [](const auto&... each) { return adamw({.learning_rate = 0.1, .amsgrad = true}, each...); });
}
void values_are_copied_in_place() {
    Variable x = drawn<float>(6, -1, 1, 1).reshape(2, 3).cuda();
    const float* const memory = x.data_pointer();
    x.copy_(Variable({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}}));
    check(x.data_pointer() == memory && to_string(x) == "tensor([[1., 2., 3.],\n        [4., 5., 6.]], device='cuda:0')");
    x.t().copy_(Variable({{1.f, 2.f}, {3.f, 4.f}, {5.f, 6.f}}));
    check(to_string(x) == "tensor([[1., 3., 5.],\n        [2., 4., 6.]], device='cuda:0')");
    const Variable w({{1.f, 1.f, 1.f}, {2.f, 2.f, 2.f}}, requires_grad);
    Variable y = x * 2;
    y.copy_(w);
    Variable(sum(y * y)).backward();
    check(to_string(w.grad()) == "tensor([[2., 2., 2.],\n        [4., 4., 4.]])");
    check(checks::throws_with<variable_error>("The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0", [&] { y.copy_(w.t()); }));
    y.copy_(Variable({{1.f, 2.f, 3.f}}).cuda());
    check(to_string(y.detach()) == "tensor([[1., 2., 3.],\n        [1., 2., 3.]], device='cuda:0')");
    Variable on_host({1.f, 2.f});
    on_host.copy_(Variable({3.f, 4.f}).cuda());
    check(to_string(on_host) == "tensor([3., 4.])");
}
void new_variables_are_made_where_asked() {
    const tapeless::cuda::new_variables scope;
    check(Variable({1.f}).is_cuda() && zeros(2, 3).is_cuda() && Variable(2.f, requires_grad).requires_grad() && randn(3, requires_grad).is_cuda());
    check(to_string(eye(2)) == "tensor([[1., 0.],\n        [0., 1.]], device='cuda:0')");
    check(ones_like(Variable({1.f})).is_cuda());
}
#endif
#ifndef __CUDACC__
void devices_are_told_apart() {
    const Variable x({1.f, 2.f}, requires_grad);
    const Variable first = x.cuda(0), second = x.cuda(1);
    check(second.device() == "cuda:1");
    check(checks::throws_with<variable_error>("found at least two devices, cuda:0 and cuda:1!", [&] { Variable(first * second); }));
    Variable(first * second.cuda(0)).backward(Variable({1.f, 1.f}).cuda());
    check(to_string(x.grad()) == "tensor([2., 4.])");
    check(!tapeless::cuda::is_available());
}
/// Whichever it is; what has been accumulated before stays, and the next run is as if nothing had been.
void a_kernel_that_fails_is_an_exception() {
    const both<double, 1> w(drawn<double>(1000, -1, 1, 1));
    const Variable seed = drawn<double>(1000, -1, 1, 2), seed_there = seed.cuda();
    Variable(w.device * w.device).backward(seed_there);
    guarded_device::system::kernels_until_failure = 1;
    const unsigned line = std::source_location::current().line() + 1;
    check(checks::throws_with<device_error>("MulBackward0 (" + std::string(__FILE__) + ":" + std::to_string(line) + "): a kernel that fails", [&] { const Variable y = w.device * w.device; }));
    int failures = 0;
    for (int which = 1; which < 10; ++which) {
        guarded_device::system::kernels_until_failure = which;
        try {
            Variable(w.device * w.device).backward(seed_there);
            break;
        } catch (const device_error&) {
            ++failures;
        }
    }
    guarded_device::system::kernels_until_failure = 0;
    check(failures >= 3, std::to_string(failures));
    for (int k = 0; k < 2; ++k) Variable(w.host * w.host).backward(seed);
    w.compare_gradients(4, "after failures");
}
#endif

}  // namespace

int main() {
#ifdef __CUDACC__
    std::printf("CUDA devices: %d\n", tapeless::cuda::device_count());
    if (!tapeless::cuda::is_available()) {
        check(checks::throws_with<variable_error>("tapeless was used without a CUDA device: there is no cuda().", [] { Variable({1.f}).cuda(); }));
        return checks::failures;
    }
#else
    checks::run("devices_are_told_apart", devices_are_told_apart);
    checks::run("a_kernel_that_fails_is_an_exception", a_kernel_that_fails_is_an_exception);
#endif
    checks::run("values_move_with_their_graph", values_move_with_their_graph);
    checks::run("statements_are_one_kernel, float", statements_are_one_kernel<float>);
    checks::run("numbers_of_the_host_go_along", numbers_of_the_host_go_along);
    checks::run("misuse_is_named", misuse_is_named);
    checks::run("what_a_graph_cannot_hold_is_named", what_a_graph_cannot_hold_is_named);
#ifndef TAPELESS_TEST_LESS
    checks::run("statements_are_one_kernel, double", statements_are_one_kernel<double>);
    checks::run("operands_stretch", operands_stretch);
    checks::run("a_variable_named_twice_has_one_gradient", a_variable_named_twice_has_one_gradient);
    checks::run("what_needs_no_gradient_gets_none", what_needs_no_gradient_gets_none);
    checks::run("parts_and_joins", parts_and_joins);
    checks::run("products_of_matrices", products_of_matrices);
    checks::run("functions_of_arrays_apply", functions_of_arrays_apply);
    checks::run("truths_and_integers", truths_and_integers);
    checks::run("gradients_are_kept_and_told", gradients_are_kept_and_told);
    checks::run("elements_are_chosen", elements_are_chosen);
    checks::run("optimizers_step", optimizers_step);
    checks::run("values_are_copied_in_place", values_are_copied_in_place);
    checks::run("steps_of_training_are_captured", steps_of_training_are_captured);
    checks::run("new_variables_are_made_where_asked", new_variables_are_made_where_asked);
#endif
    std::printf("%d failures\n", checks::failures);
    return checks::failures == 0 ? 0 : 1;
}
