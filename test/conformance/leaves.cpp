// SPDX-License-Identifier: BSL-1.0
// Leaves and results: who requires gradients, where they are accumulated and what sees them on their way.
#include "reference.hpp"

using namespace conformance;

PROGRAM(results_require_what_their_operands_do) {
    Variable x({1.f, 2.f}, requires_grad), c({3.f, 4.f});
    Variable<std::int64_t, 1> i({1, 2});
    const auto show = [&](const auto&... each) { (torch.text(each.requires_grad(), each.is_leaf()), ...); };
    show(x, c, Variable(x * c), Variable(c * c), x.detach(), Variable(x * c).detach(), x.data(), x[0], c[0], Variable(x * i), Variable(x < c), x.clone());
}

PROGRAM(flags_of_leaves_change) {
    Variable x({1.f, 2.f});
    x.requires_grad_();
    Variable(x * x).backward({1, 1});
    torch.text(x);
    x.requires_grad_(false);
    torch.text(x);
    torch.numbers(x.grad());
    torch.text(Variable(x * x).requires_grad());
    x.requires_grad_(true);
    Variable(x * x).backward({1, 1});
    torch.numbers(x.grad());
}

PROGRAM(flags_of_results_do_not_change) {
    Variable x({1.f}, requires_grad);
    Variable y = x * 2;
    torch.text(y.requires_grad_());
    torch.error([&] { y.requires_grad_(false); });
    Variable z = x.detach() * 2;
    torch.text(z.requires_grad_());
}

PROGRAM(integers_have_no_gradient) {
    Variable<std::int64_t, 1> i({1, 2});
    torch.error([&] { i.requires_grad_(); });
    torch.error([] { Variable<bool, 1>({true}).requires_grad_(); });
    torch.text(i.requires_grad_(false));
}

PROGRAM(a_leaf_does_not_change_in_place) {
    Variable x({1.f, 2.f}, requires_grad);
    const auto show_version = [&] { torch.numbers(Variable<std::int64_t, 0>(x.version())); };
    torch.error([&] { x += 1; });
    torch.error([&] { x *= x; });
    torch.error([&] { x -= ones(2); });
    torch.error([] { Variable(1.f, requires_grad) /= 2; });
    torch.numbers(x);
    show_version();
    {
        const no_grad scope;
        x += 1;
        x[0] *= 10;
    }
    torch.text(x);
    show_version();
    Variable c({1.f, 2.f});
    c += 1;
    c += x;
    torch.text(c);
    c.backward({1, 3});
    torch.numbers(x.grad());
}

PROGRAM(a_view_of_a_leaf_does_not_change_in_place) {
    Variable x({{1.f, 2.f}, {3.f, 4.f}}, requires_grad);
    torch.error([&] { x[0] += 1; });
    torch.error([&] { x.t() *= 2; });
    torch.error([&] { x[0][1] -= 1; });
    torch.error([&] { x.reshape(4) += 1; });
    torch.numbers(x);
}

PROGRAM(detach_shares_memory_and_version) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * 2;
    Variable d = y.detach();
    torch.text(d);
    d *= 10;
    torch.text(y);
    Variable z = y * y;
    d += 1;
    torch.error([&] { z.backward({1, 1}); });
    torch.numbers(y, x.grad());
}

PROGRAM(data_shares_memory_but_no_version) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * 2;
    Variable z = y * y;
    Variable data = y.data();
    data *= 10;
    torch.text(data, y);
    z.backward({1, 1});
    torch.numbers(x.grad());
    x.data() += 5;
    torch.text(x);
}

PROGRAM(a_result_has_no_gradient) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * 3;
    Variable(sum(y)).backward();
    torch.numbers(y.grad(), x.grad());
    torch.text(y.retains_grad());
}

PROGRAM(retain_grad_keeps_the_gradient_of_a_result) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * 3;
    y.retain_grad();
    x.retain_grad();
    torch.text(y.retains_grad(), x.retains_grad());
    Variable z = y * y;
    z.backward({1, 1}, retain_graph);
    torch.numbers(y.grad(), x.grad());
    z.backward({1, 1});
    torch.numbers(y.grad(), x.grad());
    torch.error([] { Variable({1.f}).retain_grad(); });
}

PROGRAM(a_hook_sees_the_whole_gradient) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * 3;
    x.register_hook([&](const auto& g) { torch.numbers(g); });
    y.register_hook([&](const auto& g) { torch.numbers(g); });
    Variable(y * y + y * x).backward({1, 1});
    torch.numbers(x.grad());
}

PROGRAM(a_hook_replaces_the_gradient) {
    Variable x({1.f, 2.f}, requires_grad), w({3.f, 4.f}, requires_grad);
    Variable y = x * w;
    y.register_hook([](const auto& g) { return Variable(g * 10); });
    y.register_hook([](const auto& g) { return Variable(g + 1); });
    x.register_hook([](const auto& g) { return Variable(g * 2); });
    y.backward({1, 1}, retain_graph);
    torch.numbers(x.grad(), w.grad());
    y.backward({1, 1});
    torch.numbers(x.grad(), w.grad());
}

PROGRAM(a_hook_may_be_removed) {
    Variable x({1.f, 2.f}, requires_grad);
    const int first = x.register_hook([](const auto& g) { return Variable(g * 2); });
    x.register_hook([](const auto& g) { return Variable(g + 1); });
    Variable(x * 1).backward({1, 1});
    x.remove_hook(first);
    Variable(x * 1).backward({1, 1});
    torch.numbers(x.grad());
}

PROGRAM(a_hook_needs_a_gradient_of_its_shape) {
    torch.error([] { Variable({1.f}).register_hook([](const auto& g) { return g; }); });
    Variable x({1.f, 2.f}, requires_grad);
    x.register_hook([](const auto& g) { return g.slice(0, 0, 1); });
    torch.error([&] { Variable(x * 2).backward({1, 1}); });
    torch.numbers(x.grad());
}

PROGRAM(a_retained_gradient_is_what_the_hooks_before_made_of_it) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * 3;
    y.register_hook([](const auto& g) { return Variable(g * 10); });
    y.retain_grad();
    Variable(y * y).backward({1, 1});
    torch.numbers(y.grad(), x.grad());
}

PROGRAM(a_hook_after_accumulation_sees_the_sum) {
    Variable x({1.f, 2.f}, requires_grad);
    x.register_post_accumulate_grad_hook([&](const auto& leaf) { torch.numbers(leaf.grad()); });
    Variable(x * x).backward({1, 1});
    Variable(x * 3).backward({1, 1});
}

PROGRAM(gradients_add_up_until_they_are_cleared) {
    Variable x({1.f, 2.f}, requires_grad);
    torch.numbers(x.grad());
    for (int k = 0; k < 2; ++k) {
        Variable(sum(x * x)).backward();
        torch.numbers(x.grad());
    }
    x.zero_grad();
    torch.numbers(x.grad());
    Variable(sum(x * 3)).backward();
    torch.numbers(x.grad());
}

PROGRAM(a_handle_on_the_gradient_sees_later_ones) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable n(3.f, requires_grad);
    Variable(sum(x * n)).backward();
    const auto g = x.grad();
    const auto h = n.grad();
    Variable(sum(x * n * 2)).backward();
    torch.numbers(g, h);
    Variable(sum(x * n)).backward(create_graph);
    torch.numbers(g, h, x.grad(), n.grad());
    x.zero_grad();
    n.zero_grad();
    Variable(sum(x * n)).backward();
    torch.numbers(g, h, x.grad(), n.grad());
}

PROGRAM(leaves_do_not_share_a_gradient) {
    Variable a({1.f, 2.f}, requires_grad), b({3.f, 4.f}, requires_grad), c({1.f, 2.f}, requires_grad);
    Variable(a + b).backward({5, 6});
    a.grad() *= 10;
    torch.numbers(a.grad(), b.grad());
    Variable y = c + a;
    y.retain_grad();
    y.backward({1, 1});
    c.grad() *= 10;
    torch.numbers(c.grad(), a.grad(), y.grad());
}

PROGRAM(a_gradient_can_be_assigned) {
    Variable x({1.f, 2.f}, requires_grad);
    x.set_grad({10, 20});
    const auto given = x.grad();
    Variable(x * 3).backward({1, 1});
    torch.numbers(x.grad(), given);
    torch.error([&] { x.set_grad({1}); });
    torch.error([&] { x.set_grad({1, 2, 3}); });
    torch.numbers(x.grad());
}

PROGRAM(nothing_is_recorded_without_gradients) {
    Variable x({1.f, 2.f}, requires_grad), y, z;
    {
        const no_grad scope;
        y = x * x;
        const grad_mode records(true);
        z = x * x;
    }
    torch.text(y, z, Variable(x * x));
    y += 1;
    torch.text(y);
    z.backward({1, 1});
    torch.numbers(x.grad());
}

PROGRAM(a_clone_is_part_of_the_graph) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable c = x.clone();
    c += 1;
    Variable(c * c).backward({1, 1});
    torch.text(x);
    torch.numbers(c, x.grad());
}

PROGRAM(an_error_leaves_gradients_as_they_were) {
    Variable x({1.f, 2.f}, requires_grad), w({3.f, 4.f}, requires_grad);
    Variable y = x * 2;
    Variable z = y * w;
    y *= 2;
    Variable u = z * z;
    torch.error([&] { u.backward({1, 1}); });
    torch.numbers(x.grad(), w.grad());
}

PROGRAM(one_number_is_an_item) {
    torch.numbers(Variable<double, 0>(Variable({{2.5f}}).item()), Variable<double, 0>(Variable(3.f, requires_grad).item()), Variable<std::int64_t, 0>(Variable<std::int64_t, 1>({7}).item()));
    torch.error([] { Variable({1.f, 2.f}).item(); });
}

PROGRAM(hooks_live_without_their_variable) {
    Variable x({1.f, 2.f}, requires_grad);
    const auto z = [&] {
        Variable y = x * 3;
        y.register_hook([](const auto& g) { return Variable(g * 10); });
        return Variable(y * y);
    }();
    z.backward({1, 1});
    torch.numbers(x.grad());
}

PROGRAM(hooks_are_of_the_value_that_there_was) {
    const auto show = [&](const auto& gradient) { torch.numbers(gradient); };
    Variable x({1.f, 2.f}, requires_grad);
    Variable before = x * 2;
    before.register_hook(show);
    before *= 3;
    Variable(before * 5).backward({1, 1});
    Variable y = x * 2;
    y *= 3;
    y.register_hook(show);
    const int removed = y.register_hook([](const auto& g) { return Variable(g * 100); });
    y.retain_grad();
    y.remove_hook(removed);
    Variable(y * 5).backward({1, 1});
    torch.numbers(y.grad(), x.grad());
    Variable w = zeros(2, 2);
    Variable part = w[0];
    part += x;
    w.register_hook(show);
    part.register_hook([](const auto& g) { return Variable(g * 10); });
    part.retain_grad();
    Variable(w * 2 + part).backward(ones(2, 2));
    torch.numbers(part.grad(), x.grad());
}

PROGRAM(a_hook_on_a_part_sees_the_gradient_of_that_part) {
    Variable x = ramp(1, 0, 2, 3);
    Variable y = x * 2;
    Variable row = y[0];
    row.register_hook([&](const auto& g) { torch.numbers(g); });
    row.retain_grad();
    Variable(sum(row * row)).backward();
    torch.numbers(row.grad(), x.grad());
}

PROGRAM(a_hook_replaces_the_gradient_of_a_number) {
    Variable n(3.0, requires_grad);
    Variable x({1.0, 2.0}, requires_grad);
    n.register_hook([](const auto& g) { return Variable(g * 10); });
    Variable y = n * n;
    y.register_hook([](const auto& g) { return Variable(g - 1); });
    Variable(sum(y * x)).backward();
    torch.numbers(n.grad(), x.grad());
}

PROGRAM(a_hook_of_a_leaf_runs_once_in_each_backward) {
    Variable x({1.f, 2.f}, requires_grad);
    x.register_hook([&](const auto& g) { torch.numbers(g); });
    Variable(sum(x * x + x)).backward();
    Variable(x[0] * x[1]).backward();
    torch.numbers(x.grad());
}

PROGRAM(what_a_hook_computes_may_be_part_of_the_graph) {
    Variable x({1.0, 2.0}, requires_grad);
    Variable y = x * x;
    y.register_hook([&](const auto& g) { return Variable(g * x); });
    const auto g = grad(Variable(sum(y * 1)), x, create_graph);
    Variable(sum(g * g)).backward();
    torch.numbers(g, x.grad());
}

PROGRAM(a_leaf_is_made_of_a_result) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = Variable(x * 3).detach().requires_grad_();
    torch.text(y, y.is_leaf());
    Variable(sum(y * y)).backward();
    torch.numbers(y.grad(), x.grad());
}

PROGRAM(gradients_have_the_number_type_of_their_operand) {
    Variable x({1.5f, 2.5f}, requires_grad);
    Variable d({0.5, 0.1}, requires_grad);
    const Variable<std::int64_t, 1> i({2, 3});
    Variable(sum(x * i + d)).backward();
    torch.numbers(x.grad(), d.grad());
    Variable(sum(d * i)).backward();
    torch.numbers(d.grad());
}

PROGRAM(parts_of_what_was_detached_have_no_history) {
    Variable x = ramp(1, 0, 2, 3);
    Variable y = x * 2;
    Variable d = y.detach()[1], e = y[1].detach();
    torch.text(d, d.requires_grad());
    e += 1;
    torch.text(y);
    torch.numbers(d);
}

PROGRAM(switches_of_recording_nest) {
    Variable x({1.f}, requires_grad);
    const auto show = [&] { torch.text(Variable(x * 2).requires_grad()); };
    {
        const no_grad scope;
        {
            const no_grad inner;
            show();
        }
        show();
        {
            const grad_mode records(true);
            show();
            const no_grad inner;
            torch.text(x.clone().requires_grad());
        }
        torch.text(x.requires_grad());
    }
    show();
}

PROGRAM(a_gradient_is_cleared_while_a_handle_stays) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable(sum(x * x)).backward();
    const Variable g = x.grad();
    x.zero_grad();
    torch.numbers(g, x.grad());
    Variable(sum(x * 5)).backward();
    torch.numbers(g, x.grad());
    x.set_grad(g);
    Variable(sum(x * 1)).backward();
    torch.numbers(g, x.grad());
}

PROGRAM(a_part_of_no_graph_becomes_a_leaf) {
    const Variable base({0.f, 1.f, 2.f, 3.f, 4.f, 5.f});
    auto x = base.reshape(2, 3);
    x.requires_grad_();
    torch.text(x.is_leaf(), x.requires_grad(), base.requires_grad(), x);
    Variable(sum(x * x)).backward();
    torch.numbers(x.grad());
    auto row = base.slice(0, 2, 5);
    row.requires_grad_();
    const Variable gradient = grad(Variable(sum(pow(row, 3))), row, create_graph);
    Variable(sum(gradient)).backward();
    torch.numbers(gradient, row.grad());
    torch.error([&] { x += 1; });
    const Variable y({1.f, 2.f, 3.f, 4.f}, requires_grad);
    auto z = [&] {
        const no_grad scope;
        return y.reshape(2, 2);
    }();
    z.requires_grad_();
    Variable(sum(z * z)).backward();
    torch.numbers(z.grad(), y.grad());
    auto values = base.detach().reshape(3, 2).t();
    values.requires_grad_();
    Variable(sum(values * 2)).backward();
    torch.numbers(values.grad());
}
