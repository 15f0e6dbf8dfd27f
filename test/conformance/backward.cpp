// SPDX-License-Identifier: BSL-1.0
// Runs of backward: seeds, what is saved and freed, and changes of what was saved.
#include "reference.hpp"

using namespace conformance;

namespace {
/// A graph of products, whose Variables are gone when it returns.
Variable<float, 1> chain(const Variable<float, 1>& x) {
    Variable a = x * x;
    Variable b = a * a;
    return b * a;
}
template <class T>
void change_a_saved_operand(program& torch) {
    Variable<T, 1> x({1, 2}, requires_grad);
    Variable q = x + 1;
    Variable r = q * q;
    q += 1;
    torch.error([&] { r.backward({1, 1}); });
    torch.numbers(x.grad());
}
}  // namespace

PROGRAM(one_element_of_any_rank_needs_no_seed) {
    const auto run = [&](auto x) {
        Variable(x * x).backward();
        torch.numbers(x.grad());
    };
    run(Variable(3.f, requires_grad));
    run(Variable({3.f}, requires_grad));
    run(Variable({{3.f}}, requires_grad));
}

PROGRAM(several_elements_need_a_seed) {
    torch.error([] { Variable(Variable({1.f, 2.f}, requires_grad) * 2).backward(); });
    torch.error([] { Variable(Variable({{1.f}, {2.f}}, requires_grad) * 2).backward(); });
    torch.error([] { Variable(zeros(0, requires_grad) * 2).backward(); });
}

PROGRAM(a_seed_has_the_shape_of_the_output) {
    Variable x({1.f, 2.f, 3.f}, requires_grad);
    Variable y = x * x;
    torch.error([&] { y.backward({1, 2}); });
    torch.error([&] { y.backward(Variable({{1.f, 2.f, 3.f}})); });
    torch.error([&] { y.backward(Variable(1.f)); });
    torch.error([] { Variable(Variable({1.f}, requires_grad) * 2).backward(Variable(1.f)); });
    torch.error([] { Variable(Variable(1.f, requires_grad) * 2).backward(Variable({1.f})); });
    torch.error([] { Variable(Variable({{1.f, 2.f}, {3.f, 4.f}}, requires_grad) * 2).backward(ones(2, 1)); });
    torch.numbers(x.grad());
    y.backward({1, 10, 100});
    torch.numbers(x.grad());
}

PROGRAM(a_seed_may_be_of_another_real_type) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable d({1.0, 2.0}, requires_grad);
    Variable(x * x).backward(Variable({0.5, 0.1}));
    Variable(d * d).backward(Variable({0.5f, 0.1f}));
    torch.numbers(x.grad(), d.grad());
}

PROGRAM(a_seed_is_not_changed) {
    Variable x({1.f, 2.f}, requires_grad), seed({3.f, 4.f});
    x.clone().backward(seed);
    Variable(x * 2).backward(seed);
    Variable(x + x).backward(seed);
    torch.numbers(x.grad(), seed);
    seed *= 10;
    torch.numbers(x.grad());
}

PROGRAM(an_output_that_is_a_leaf_gets_the_seed) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y(5.f, requires_grad);
    x.backward({3, 4});
    y.backward();
    y.backward();
    torch.numbers(x.grad(), y.grad());
}

PROGRAM(nothing_to_differentiate) {
    torch.error([] { Variable({1.f}).backward(); });
    torch.error([] { Variable(Variable({1.f}) * 2).backward(); });
    Variable x({1.f}, requires_grad);
    const auto y = [&] {
        const no_grad scope;
        return Variable(x * 2);
    }();
    torch.error([&] { y.backward(); });
    torch.error([&] { Variable(x * 2).detach().backward(); });
}

PROGRAM(what_saved_nothing_runs_again) {
    Variable x({1.f, 2.f}, requires_grad), b({3.f, 4.f}, requires_grad);
    const auto run_twice = [&](const Variable<float, 1>& y) {
        y.backward({1, 1});
        y.backward({1, 10});
        torch.numbers(x.grad(), b.grad());
    };
    run_twice(x + b);
    run_twice(x - b);
    run_twice(-x);
    run_twice(x + 1);
    Variable s = sum(x + b);
    s.backward();
    s.backward();
    torch.numbers(x.grad(), b.grad());
    Variable t = x[0];
    t.backward();
    t.backward();
    torch.numbers(x.grad());
}

PROGRAM(what_saved_something_does_not_run_again) {
    Variable x({1.f, 2.f}, requires_grad), b({3.f, 4.f}, requires_grad);
    const auto run_twice = [&](const Variable<float, 1>& y) {
        y.backward({1, 1});
        torch.error([&] { y.backward({1, 1}); });
    };
    run_twice(x * b);
    run_twice(x / b);
    run_twice(exp(x));
    run_twice(sin(x));
    Variable s = sum(x * x);
    s.backward();
    torch.error([&] { s.backward(); });
    Variable m({{1.f, 2.f}, {3.f, 4.f}}, requires_grad);
    const auto p = matmul(m, m);
    p.backward(ones(2, 2));
    torch.error([&] { p.backward(ones(2, 2)); });
    torch.numbers(x.grad(), b.grad(), m.grad());
}

PROGRAM(a_graph_that_was_retained_runs_again) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * x;
    for (int k = 0; k < 3; ++k) {
        y.backward({1, 1}, retain_graph);
        torch.numbers(x.grad());
    }
    y.backward({1, 1});
    torch.numbers(x.grad());
    torch.error([&] { y.backward({1, 1}); });
}

PROGRAM(a_part_of_the_graph_that_is_shared_is_freed_once) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * x;
    Variable a = sum(y), b = mean(y);
    a.backward();
    torch.error([&] { b.backward(); });
    torch.numbers(x.grad());
    Variable z = x * x;
    Variable c = sum(z), d = mean(z);
    c.backward(retain_graph);
    d.backward();
    torch.numbers(x.grad());
}

PROGRAM(gradients_meet_where_paths_do) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable a = x * x;
    Variable b = a * x;
    Variable c = a + b;
    Variable d = c * a;
    Variable(sum(d)).backward();
    torch.numbers(x.grad());
    Variable y(1.5f, requires_grad);
    Variable z = y;
    for (int k = 0; k < 6; ++k) z = z * y + z;
    z.backward();
    torch.numbers(z, y.grad());
}

PROGRAM(the_graph_lives_without_its_variables) {
    Variable x({1.f, 2.f}, requires_grad);
    const auto y = chain(x);
    y.backward({1, 1});
    torch.numbers(y, x.grad());
}

PROGRAM(a_saved_operand_must_not_have_changed) {
    change_a_saved_operand<float>(torch);
    change_a_saved_operand<double>(torch);
    Variable w({{1.f, 2.f}}, requires_grad);
    Variable s = sin(w);
    {
        const no_grad scope;
        w *= 2;
        w += 1;
    }
    torch.error([&] { s.backward(ones(1, 2)); });
    Variable c({1.f, 2.f});
    Variable t = Variable({3.f, 4.f}, requires_grad) * c;
    c += 1;
    torch.error([&] { t.backward({1, 1}); });
    Variable u = Variable(2.f, requires_grad) * 3;
    Variable v = u * u;
    u *= 2;
    torch.error([&] { v.backward(); });
}

PROGRAM(an_operand_that_is_not_read_may_change) {
    Variable x({1.f, 2.f}, requires_grad), b({3.f, 4.f}, requires_grad);
    Variable q = x * 2;
    Variable r = q + 1;
    q += 1;
    r.backward({1, 1});
    torch.numbers(x.grad(), q, r);
    Variable p = x * 3;
    Variable s = sum(p);
    p *= 0;
    s.backward();
    torch.numbers(x.grad(), s);
    Variable c({5.f, 6.f});
    Variable d = b - c;
    c *= 2;
    d.backward({1, 1});
    torch.numbers(b.grad(), d);
}

PROGRAM(a_number_is_saved_by_value) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * 2;
    Variable z = y * 3;
    y += 1;
    z.backward({1, 1});
    torch.numbers(x.grad(), z);
}

PROGRAM(versions_count_changes) {
    Variable x({{1.f, 2.f}, {3.f, 4.f}});
    const auto version = [&](const auto&... each) { torch.numbers(Variable<std::int64_t, 0>(each.version())...); };
    version(x);
    x += 1;
    x[0] *= 2;
    auto view = x.t(), detached = x.detach(), data = x.data(), clone = x.clone();
    version(x, view, detached, data, clone);
    view -= 1;
    detached /= 2;
    data *= 3;
    version(x, view, detached, data, clone);
    torch.numbers(x);
}

PROGRAM(gradients_are_recorded_with_create_graph) {
    Variable x(2.0, requires_grad);
    Variable y = x * x * x;
    const auto g = grad(y, x, create_graph);
    const auto h = grad(g, x, create_graph);
    const auto i = grad(h, x);
    torch.numbers(g, h, i, x.grad());
    y.backward(create_graph);
    Variable z = x.grad() * x.grad();
    const auto first = x.grad();
    x.zero_grad();
    z.backward();
    torch.numbers(first, x.grad());
}

PROGRAM(grad_returns_gradients) {
    Variable x({1.f, 2.f}, requires_grad), w({3.f, 4.f}, requires_grad), u({5.f, 6.f}, requires_grad), seed({1.f, 10.f}), none({1.f, 2.f});
    Variable y = x * w;
    Variable z = y * y;
    const auto show = [&](const auto& gradients) { std::apply([&](const auto&... each) { torch.numbers(each...); }, gradients); };
    show(grad(z, std::tie(x, w, y), seed, retain_graph));
    torch.numbers(grad(z, y, seed, retain_graph), grad(z, z, seed, retain_graph), x.grad(), w.grad());
    show(grad(z, std::tie(x, u), {1, 1}, retain_graph, true));
    torch.error([&] { grad(z, std::tie(x, u), {1, 1}, retain_graph); });
    torch.error([&] { grad(z, x); });
    torch.error([&] { grad(z, none, ones(2)); });
    torch.numbers(grad(z, x, ones(2)));
    torch.error([&] { grad(z, x, ones(2)); });
}

PROGRAM(seeds_that_are_parts) {
    const Variable x = ramp(1, 0, 2, 3), s = ramp(1, 1, 3, 2).detach();
    Variable(x * x).backward(s.t());
    torch.numbers(x.grad());
    Variable(x * 2).backward(Variable({{1.f}, {10.f}}).expand(2, 3));
    torch.numbers(x.grad());
    Variable(x.select(1, 1) * 3).backward(s.select(1, 1).slice(0, 0, 2));
    torch.numbers(x.grad(), s);
}

PROGRAM(grad_by_inputs_of_several_shapes_and_types) {
    const Variable n(2.f, requires_grad);
    const Variable x = ramp(1, 1, 2, 3);
    const Variable d({1.0, 2.0, 3.0}, requires_grad);
    const Variable y = sum(n * x * x * d);
    const auto [of_d, of_n, of_x] = grad(y, std::tie(d, n, x));
    torch.numbers(of_d, of_n, of_x, n.grad(), x.grad(), d.grad());
}

PROGRAM(grad_by_a_part) {
    const Variable x = ramp(1, 1, 2, 3);
    const Variable y = x * 2;
    const Variable part = y[1];
    const Variable of_part = sum(part * part), of_whole = sum(y);
    const Variable z = of_part + of_whole;
    const auto show = [&](const auto& gradients) { std::apply([&](const auto&... each) { torch.numbers(each...); }, gradients); };
    show(grad(z, std::tie(part, y), nullptr, retain_graph));
    show(grad(z, std::tie(y, x)));
}

PROGRAM(grad_calls_hooks_of_results_on_the_way) {
    const Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * 3;
    y.register_hook([](const auto& g) { return Variable(g * 10); });
    torch.numbers(grad(Variable(sum(y * y)), x), x.grad());
}

PROGRAM(grad_keeps_retained_gradients_of_results_on_the_way) {
    const Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * 3;
    y.retain_grad();
    const Variable by_x = grad(Variable(sum(y * y)), x);
    torch.numbers(by_x, y.grad(), x.grad());
}

PROGRAM(grad_of_a_leaf_by_itself) {
    const Variable x({1.f, 2.f}, requires_grad);
    const Variable n(2.f, requires_grad);
    torch.numbers(grad(x, x, Variable({3.f, 4.f})), grad(n, n), x.grad(), n.grad());
    torch.error([&] { grad(x, x); });
    torch.error([&] { grad(n, x); });
    torch.error([&] { grad(n.detach(), n); });
}

PROGRAM(gradients_by_what_is_not_used_or_does_not_count) {
    const Variable x({1.f, 2.f}, requires_grad), w({3.f, 4.f}, requires_grad);
    const auto show = [&](const auto& gradients) { std::apply([&](const auto&... each) { torch.numbers(each...); }, gradients); };
    show(grad(Variable(sum(x * 2)), std::tie(w, x), nullptr, {}, true));
    show(grad(Variable(sum(x + w * 0)), std::tie(w, x)));
    show(grad(Variable(sum(x.detach() * w)), std::tie(x, w), nullptr, {}, true));
    torch.error([&] { grad(Variable(sum(x.detach() * w)), x); });
}

PROGRAM(a_part_and_then_its_whole_run_backward) {
    const Variable x = ramp(1, 1, 2, 2);
    const Variable y = x * x;
    Variable(sum(y[0])).backward(retain_graph);
    torch.numbers(x.grad());
    Variable(sum(y)).backward();
    torch.numbers(x.grad());
    torch.error([&] { Variable(sum(y[1])).backward(); });
}

PROGRAM(create_graph_through_broadcasting) {
    const Variable a = ramp<double>(0.5, 1, 3, 1), b = ramp<double>(1, 1, 1, 2);
    const Variable n(0.5, requires_grad);
    const Variable y = sum(exp(a * b * n) + a / n);
    const auto [x, z, m] = grad(y, std::tie(a, b, n), create_graph);
    const Variable of_a = sum(x * x), of_b = sum(z * z);
    Variable(of_a + of_b + m * m).backward();
    torch.sums(x, z, m, a.grad(), b.grad(), n.grad());
}

PROGRAM(mixed_derivatives_do_not_depend_on_their_order) {
    const Variable x(1.5, requires_grad), y(0.5, requires_grad);
    const Variable z = pow(x, 3) * pow(y, 2) + sin(x * y);
    const auto [of_x, of_y] = grad(z, std::tie(x, y), create_graph);
    const auto [of_xx, of_xy] = grad(of_x, std::tie(x, y), nullptr, retain_graph);
    const auto [of_yx, of_yy] = grad(of_y, std::tie(x, y));
    torch.numbers_within(16, of_x, of_y, of_xx, of_xy, of_yx, of_yy);
}

PROGRAM(a_hessian_row_by_row) {
    const Variable x = ramp<double>(0.5, 1, 3);
    const Variable y = exp(x[0] * x[1]) * x[2] + pow(x[2], 3);
    const auto g = grad(y, x, create_graph);
    torch.sums(g);
    for (int k = 0; k < 3; ++k) torch.sums(grad(g[k], x, nullptr, retain_graph));
}

PROGRAM(a_jacobian_row_by_row) {
    const Variable x({1.f, 2.f, 3.f}, requires_grad);
    const Variable y = x[0] * x * x + sum(x);
    for (int k = 0; k < 3; ++k) torch.sums(grad(y, x, eye(3)[k], retain_graph));
}

PROGRAM(gradients_with_a_graph_add_up_in_a_leaf) {
    Variable x(2.0, requires_grad);
    Variable(x * x * x).backward(create_graph);
    Variable(x * x).backward(create_graph);
    const Variable g = x.grad();
    x.zero_grad();
    Variable(g * g).backward();
    torch.numbers(g, x.grad());
}
