// SPDX-License-Identifier: BSL-1.0
// The rules by which gradients are computed, kept and refused.
#include "reference.hpp"

using namespace conformance;

PROGRAM(more_than_one_element_needs_a_seed) {
    Variable x({1.f, 2.f}, requires_grad);
    torch.error([&] { Variable(x * 2).backward(); });
    Variable y = Variable({{3.f}}, requires_grad) * 2;
    y.backward();
    torch.text(y);
}

PROGRAM(what_was_freed_does_not_run_again) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * x;
    y.backward({1, 1});
    torch.error([&] { y.backward({1, 1}); });
    Variable z = x * x;
    z.backward({1, 1}, retain_graph);
    z.backward({1, 1});
    torch.text(x.grad());
}

PROGRAM(a_sum_saves_nothing_and_runs_again) {
    Variable x({1.f, 2.f}, requires_grad), b({3.f, 4.f}, requires_grad);
    Variable y = x + b;
    y.backward({1, 1});
    y.backward({1, 10});
    torch.text(x.grad(), b.grad());
}

PROGRAM(a_saved_operand_must_not_change) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * 2;
    Variable z = y * y;
    y += 1;
    torch.error([&] { z.backward({1, 1}); });
}

PROGRAM(what_backward_does_not_read_may_change) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable q = x * 2;
    Variable r = q + 1;
    q += 1;
    r.backward({1, 1});
    torch.text(x.grad(), q, r);
}

PROGRAM(a_leaf_is_not_changed_in_place) {
    Variable x({1.f, 2.f}, requires_grad);
    torch.error([&] { x += 1; });
    {
        const no_grad scope;
        x += 1;
    }
    torch.text(x);
    torch.error([&] { x[0] += 1; });
}

PROGRAM(without_a_graph_there_is_nothing_to_differentiate) {
    torch.error([&] { Variable({1.f}).backward(); });
    Variable x({1.f}, requires_grad);
    const no_grad scope;
    Variable y = x * 2;
    torch.text(y);
    torch.error([&] { y.backward(); });
}

PROGRAM(flags_of_results_cannot_be_changed) {
    Variable x({1.f}, requires_grad);
    Variable y = x * 2;
    torch.error([&] { y.requires_grad_(false); });
    torch.text(x.requires_grad_(false));
    torch.error([&] { Variable<std::int64_t>({1, 2}).requires_grad_(); });
}

PROGRAM(hooks_see_and_replace_gradients) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * 3;
    y.register_hook([](const Variable<float>& g) { return Variable<float>(g * 10); });
    x.register_hook([&](const Variable<float>& g) { torch.text(g); });
    y.backward({1, 1});
    torch.text(x.grad());
}

PROGRAM(shapes_that_do_not_broadcast) {
    Variable a({1.f, 2.f, 3.f}), b({1.f, 2.f}), c({1.f});
    torch.error([&] { Variable(a + b); });
    torch.error([&] { Variable(Variable({{1.f, 2.f}, {3.f, 4.f}}) * Variable({{1.f, 2.f, 3.f}})); });
    torch.error([&] { c += a; });
}

PROGRAM(grad_returns_instead_of_accumulating) {
    Variable x({1.f, 2.f}, requires_grad), w({3.f, 4.f}, requires_grad);
    Variable y = x * w;
    const auto [gx, gw] = grad(Variable(sum(y * 1)), std::tie(x, w), nullptr, retain_graph);
    torch.text(gx, gw, x.grad());
    Variable z = y * y;
    torch.text(grad(z, y, Variable({1.f, 1.f})));
    torch.error([&] { grad(Variable(sum(x * x)), w); });
}

PROGRAM(gradients_of_gradients) {
    Variable x(0.5, requires_grad);
    Variable y = sin(x * x) * exp(x);
    for (int order = 0; order < 4; ++order) {
        y = grad(y, x, create_graph);
        torch.numbers_within(64, y);
    }
}

PROGRAM(a_penalty_on_gradients) {
    Variable a({{1.f, 2.f}, {3.f, 4.f}}, requires_grad);
    Variable b({0.5f, -1.f}, requires_grad);
    Variable l = sum(exp(a * b * 0.1) * a);
    const auto [ga, gb] = grad(l, std::tie(a, b), create_graph);
    Variable first = sum(ga * ga), second = sum(gb * gb);
    Variable(first + second).backward();
    torch.text(a.grad(), b.grad());
}
