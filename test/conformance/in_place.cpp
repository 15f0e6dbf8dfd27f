// SPDX-License-Identifier: BSL-1.0
// Changes in place, of results and through views of them.
#include "reference.hpp"

using namespace conformance;

PROGRAM(results_change_in_place) {
    Variable x({1.f, 2.f}, requires_grad), w({3.f, 4.f}, requires_grad);
    Variable y = x * 2;
    torch.text(y);
    torch.text(y += w);
    torch.text(y *= w);
    torch.text(y -= 1);
    torch.text(y /= x);
    y.backward({1, 10});
    torch.numbers(x.grad(), w.grad());
}

PROGRAM(a_result_changes_by_itself) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = x + 1;
    y += y;
    y *= 3;
    y -= y * 0.5;
    y.backward({1, 10});
    torch.numbers(y, x.grad());
}

PROGRAM(what_changes_stretches_the_other) {
    Variable w({1.f, 2.f, 3.f}, requires_grad);
    Variable x = ramp(1, 0, 2, 3), b({{0.5f}, {2.f}}, requires_grad);
    Variable y = x * 1;
    y += w;
    y *= b;
    y -= Variable(1.f, requires_grad);
    y.backward(ramp_like(y));
    torch.numbers(y, x.grad(), w.grad(), b.grad());
}

PROGRAM(what_changes_is_not_stretched) {
    Variable a = ones(3);
    torch.error([&] { ones(1) *= a; });
    torch.error([&] { a -= ones(2); });
    torch.error([] { ones(2, 1) /= ones(2, 2); });
    torch.numbers(a);
}

PROGRAM(a_constant_becomes_a_result) {
    Variable w({3.f, 4.f}, requires_grad), c({1.f, 1.f});
    torch.text(c.requires_grad(), c.is_leaf());
    c *= w;
    torch.text(c.requires_grad(), c.is_leaf(), c);
    c += 1;
    c.backward({1, 10});
    torch.numbers(w.grad());
}

PROGRAM(a_number_changes_in_place) {
    Variable x(2.f, requires_grad);
    Variable y = x * 3;
    y += x;
    y *= x;
    y.backward();
    torch.numbers(y, x.grad());
}

PROGRAM(other_number_types_change_in_place) {
    Variable<double, 1> d({1, 1});
    Variable f({0.1f, 0.2f}, requires_grad);
    d += f;
    d.backward({1, 2});
    torch.numbers(d, f.grad());
    Variable g({0.1, 0.2}, requires_grad);
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * 1;
    y *= g;
    y.backward({1, 2});
    torch.numbers(y, x.grad(), g.grad());
    Variable<std::int64_t, 1> i({1, 2, 3});
    i += 2;
    i *= i;
    i -= Variable<std::int64_t, 1>({1, 1, 1});
    torch.numbers(i);
}

PROGRAM(a_change_of_a_row_changes_the_whole) {
    Variable x = ramp(1, 0, 2, 3);
    Variable w({1.f, 2.f, 3.f}, requires_grad);
    Variable y = x * 2;
    y[0] *= w;
    y[1] += 1;
    torch.text(y, y[0]);
    Variable(sum(y * y)).backward();
    torch.numbers(x.grad(), w.grad());
}

PROGRAM(all_views_of_a_whole_see_a_change) {
    Variable x = ramp(1, 1, 3, 3);
    Variable y = x * 1;
    Variable row = y[0], column = y.t()[1];
    Variable turned = y.t();
    Variable corner = y[0][1];
    row *= 10;
    column += 100;
    torch.numbers(y, row, column, turned, corner);
    torch.text(static_cast<bool>(row.grad_fn()), y.requires_grad());
    Variable(sum(turned * y)).backward();
    torch.numbers(x.grad());
}

PROGRAM(a_view_is_changed_and_then_its_whole) {
    Variable x = ramp(1, 1, 4);
    Variable y = x * 1;
    Variable part = y.slice(0, 1, 3);
    part *= 2;
    y += 1;
    part *= 3;
    torch.text(part, y);
    Variable of_part = sum(part), of_whole = sum(y * y);
    Variable z = of_part + of_whole;
    z.backward();
    torch.numbers(z, x.grad());
}

PROGRAM(steps_of_a_slice_change) {
    Variable x = ramp(1, 1, 2, 5);
    Variable y = x * 1;
    y.slice(1, 0, 5, 2) *= 2;
    y.slice(1, 1, 4) += Variable({{1.f}, {2.f}}, requires_grad);
    y.backward(ramp_like(y));
    torch.numbers(y, x.grad());
}

PROGRAM(views_of_views_change) {
    Variable x = ramp(1, 0, 2, 3, 2);
    Variable y = x * 1;
    y[1].t()[0] *= 5;
    y.transpose(0, 2)[1][2] += 7;
    y.reshape(12).slice(0, 3, 5) *= -1;
    y.unsqueeze(0)[0][0] += 0.5;
    y.slice(0, 0, 1).squeeze(0)[1] *= 2;
    y.backward(ramp_like(y, 1));
    torch.numbers(y, x.grad());
}

PROGRAM(a_constant_gets_a_history_through_a_view) {
    Variable c = zeros(2, 2);
    Variable row = c[0], other = c[1];
    Variable w({3.f, 4.f}, requires_grad);
    row += w;
    torch.text(c.requires_grad(), row.requires_grad(), other.requires_grad());
    torch.text(c, row, other);
    Variable(sum(c * c)).backward();
    torch.numbers(w.grad());
}

PROGRAM(a_saved_whole_must_not_change_through_a_view) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * 2;
    Variable z = y * y;
    y[0] *= 3;
    torch.error([&] { z.backward({1, 1}); });
    Variable u = x * 2;
    Variable part = u.slice(0, 0, 1);
    Variable v = part * part;
    u += 1;
    torch.error([&] { v.backward(); });
    torch.numbers(x.grad());
}

PROGRAM(overlapping_memory_is_read_before_it_is_written) {
    Variable x = arange(6.f);
    x.slice(0, 1, 4) += x.slice(0, 0, 3);
    torch.numbers(x);
    Variable m({{1.f, 2.f}, {3.f, 4.f}});
    m += m.t();
    torch.numbers(m);
}

PROGRAM(the_memory_of_what_was_detached_changes) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * 1;
    y.detach().slice(0, 0, 1) += 10;
    torch.numbers(y, Variable<std::int64_t, 0>(y.version()));
    y.backward({1, 1});
    torch.numbers(x.grad());
}

PROGRAM(gradients_change_in_place) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable(sum(x * x)).backward();
    x.grad() *= 0.5;
    x.grad()[0] += 1;
    torch.numbers(x.grad());
    {
        const no_grad scope;
        x -= x.grad() * 0.5;
    }
    torch.numbers(x);
    Variable(sum(x * x)).backward();
    torch.numbers(x.grad());
}

PROGRAM(a_loop_that_changes_in_place) {
    Variable x({0.5f, -0.25f}, requires_grad), s = zeros(2);
    for (int k = 0; k < 5; ++k) {
        s *= x;
        s += k + 1;
    }
    s.backward({1, 2});
    torch.numbers(s, x.grad());
}

PROGRAM(a_row_stretches_over_a_slice) {
    const Variable x = ramp(1, 1, 3, 4);
    const Variable w({2.f, -1.f}, requires_grad);
    Variable y = x * 1;
    y.slice(1, 1, 3) *= w;
    y.slice(0, 1, 3) -= Variable(0.5f, requires_grad);
    y.backward(ramp_like(y));
    torch.numbers(y, x.grad(), w.grad());
}

PROGRAM(a_row_changes_by_another_row) {
    const Variable x = ramp(1, 1, 3, 2);
    Variable y = x * 1;
    y[0] += y[1];
    y[2] -= y[0] * 2;
    y.slice(0, 0, 2) += y.slice(0, 1, 3);
    y.t()[0] -= y.t()[1];
    y.backward(ramp_like(y, 1));
    torch.numbers(y, x.grad());
}

PROGRAM(what_multiplied_or_divided_must_not_change) {
    const Variable x({1.f, 2.f}, requires_grad), v({3.f, 4.f}, requires_grad);
    Variable w = v * 1, y = x * 1;
    y /= w;
    w += 1;
    torch.error([&] { y.backward({1, 1}); });
    Variable u = v * 1, z = x * 1;
    z *= u[0];
    u *= 2;
    torch.error([&] { z.backward({1, 1}); });
    torch.numbers(x.grad(), v.grad());
}

PROGRAM(parts_have_the_version_of_their_whole) {
    Variable x = zeros(2, 3);
    Variable column = x.select(1, 1), row = x[0], copy = x.t().reshape(6), rows = x.reshape(6);
    const auto versions = [&](const auto&... each) { torch.numbers(Variable<std::int64_t, 0>(each.version())...); };
    column += 1;
    versions(x, column, row, copy, rows, x.slice(0, 1, 2));
    row *= 2;
    copy -= 1;
    rows += 3;
    versions(x, column, row, copy, rows, x[0].detach(), x[0].clone());
    torch.numbers(x, copy);
}

PROGRAM(a_part_without_elements_changes_nothing) {
    const Variable x = ramp(1, 0, 2, 3);
    const Variable w = zeros(0, requires_grad);
    Variable y = x * 1;
    y.slice(0, 1, 1) += 5;
    y.slice(1, 2, 2) *= w;
    y.backward(ramp_like(y));
    torch.numbers(y, x.grad(), w.grad());
}

PROGRAM(dimensions_of_one_step_change) {
    const Variable x = ramp(1, 0, 1, 3), w({{2.f}, {3.f}, {4.f}}, requires_grad);
    Variable y = x * 1;
    y.squeeze(0) *= 2;
    y.unsqueeze(0)[0] += 1;
    y.t() *= w;
    y.unsqueeze(-1) -= w;
    y.backward(ramp_like(y, 1));
    torch.numbers(y, x.grad(), w.grad());
}

PROGRAM(a_part_of_double_changes_by_a_part_of_float) {
    const Variable d = ramp<double>(1, 0, 4);
    const Variable f({0.1f, 0.2f, 0.3f}, requires_grad);
    Variable y = d * 1;
    y.slice(0, 0, 4, 2) += f.slice(0, 1, 3);
    y.slice(0, 1, 3) *= f.slice(0, 0, 2);
    y.backward(ramp_like(y, 1));
    torch.numbers(y, d.grad(), f.grad());
}

PROGRAM(uses_before_and_after_a_change) {
    const Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * 1;
    const Variable before = y + x;
    y *= 3;
    const Variable after = y * y;
    Variable(sum(before * after)).backward();
    torch.numbers(before, after, x.grad());
}

PROGRAM(gradients_of_a_change_in_place_have_a_graph) {
    const Variable x({1.0, 2.0}, requires_grad);
    const Variable w(3.0, requires_grad);
    Variable y = x * x;
    y.slice(0, 1, 2) *= w * w;
    y += w * x;
    const auto [a, b] = grad(Variable(sum(y * y)), std::tie(x, w), create_graph);
    const Variable of_a = sum(a);
    Variable(of_a * b).backward();
    torch.numbers(a, b, x.grad(), w.grad());
}

PROGRAM(values_of_another_are_copied) {
    const Variable w({{1.f, 2.f}, {3.f, 4.f}}, requires_grad);
    Variable x({{5.f, 6.f}, {7.f, 8.f}}, requires_grad);
    Variable y = x * 3;
    y.copy_(w);
    Variable(sum(y * y)).backward();
    torch.numbers(y, w.grad(), x.grad());
    torch.text(y);
    const Variable v = x * 2;
    v[1].copy_(w[0]);
    Variable(sum(v * v)).backward();
    torch.numbers(v, w.grad(), x.grad());
    {
        const no_grad scope;
        x.copy_(w.t());
    }
    torch.numbers(x);
    torch.error([&] { x.copy_(w); });
    const Variable<float, 2> data = zeros(2, 3);
    data.slice(1, 1, 3).copy_(w.detach());
    torch.numbers(data);
    const Variable kept = x * x;
    {
        const no_grad scope;
        x.copy_(w);
    }
    torch.error([&] { Variable(sum(kept)).backward(); });
    data[0].copy_(data[1]);
    torch.numbers(data);
}
