// SPDX-License-Identifier: BSL-1.0
// Parts and other shapes: values, gradients, names and errors.
#include "reference.hpp"

using namespace conformance;

namespace {

/// Compares the values of parts of x, and the gradients by x of each.
template <class Whole, class... Part>
void compare(program& torch, Whole& x, const Part&... part) {
    const auto one = [&](const auto& y) {
        y.backward(ramp_like(y, 1), retain_graph);
        torch.sums(y, x.grad());
        x.zero_grad();
    };
    (one(part), ...);
}

}  // namespace

PROGRAM(parts_of_an_array) {
    Variable x = ramp(1, 0, 2, 3, 4);
    compare(torch, x, x[1], x[-1][2], x[0][1][3], x.select(1, 2), x.select(-1, -4), x[0].slice(0, 1, 3), x.slice(2, 1, 4, 2), x.slice(1, -2, 3), x.slice(1, 2, 1), x.slice(0, 1, 100), x.slice(1, 0, 3, 2));
}

PROGRAM(other_orders_and_shapes) {
    Variable x = ramp(1, 0, 2, 3, 4);
    compare(torch, x, x.transpose(0, 2), x.transpose(-1, 1), x[0].t(), x.reshape(6, 4), x.reshape(-1), x.reshape(3, -1, 2), x.transpose(0, 1).reshape(6, 4), x.flatten(), x.unsqueeze(0), x.unsqueeze(-1),
            x.unsqueeze(2), x.slice(0, 0, 1).squeeze(0), x.slice(1, 1, 2).squeeze(-2));
}

PROGRAM(stretched_parts) {
    Variable x = ramp(1, 1, 2, 1);
    Variable n(3.f, requires_grad);
    compare(torch, x, x.expand(2, 3), x.expand(2, -1), x.expand(4, 2, 3), x.expand(-1, 2), x.t().expand(3, 2));
    compare(torch, n, n.expand(2), n.expand(2, 2), n.unsqueeze(0), n.reshape(1, 1));
}

PROGRAM(copies_of_parts) {
    Variable x = ramp(1, 0, 2, 3);
    compare(torch, x, x.t().contiguous(), x.slice(1, 1, 3).clone());
    torch.numbers(x.t().contiguous().reshape(6), x.clone());
}

PROGRAM(names_of_parts) {
    Variable x = ramp(1, 0, 2, 1, 3);
    const auto names = [&](const auto&... part) { torch.text(part.grad_fn()...); };
    names(x[0], x.slice(2, 1, 2), x.transpose(0, 1), x.unsqueeze(0), x.squeeze(1), x.expand(2, 2, 3));
    torch.text(x[0], x.transpose(0, 2), x.unsqueeze(1), x[0][0][1], x.detach()[0], x.expand(2, 2, 3));
}

PROGRAM(parts_that_there_are_not) {
    Variable x = ramp(1, 0, 2, 3);
    torch.error([&] { x[2]; });
    torch.error([&] { x[-3]; });
    torch.error([&] { x.select(1, 3); });
    torch.error([&] { x.select(2, 0); });
    torch.error([&] { x.transpose(0, 2); });
    torch.error([&] { x.transpose(-3, 0); });
    torch.error([&] { x.unsqueeze(3); });
    torch.error([&] { x.unsqueeze(-4); });
    torch.error([&] { x.reshape(4, 2); });
    torch.error([&] { x.reshape(4, -1); });
    torch.error([&] { x.reshape(-1, -1); });
    torch.error([&] { x.reshape(-2, -3); });
    torch.error([&] { x.expand(-1, 2, 3); });
    torch.error([&] { x.expand(3, 3); });
}

PROGRAM(many_parts_of_one_array) {
    Variable x = ramp(1, 0, 3, 3);
    Variable y = x[0] * x[1] + x.t()[2] * x[2][0];
    y.backward({1, 10, 100});
    torch.sums(y, x.grad());
    Variable z = x[0] * 2;
    z.backward({1, 1, 1});
    torch.sums(x.grad());
}

PROGRAM(parts_without_elements) {
    Variable x = ramp(1, 0, 0, 3);
    torch.numbers(x.t(), x.reshape(3, 0), x.unsqueeze(1), x.slice(1, 1, 3));
    torch.text(x.t(), x.reshape(0), x.select(1, 1));
    Variable y = ramp(1, 0, 2, 3).slice(0, 1, 1);
    torch.text(y);
    Variable(sum(y)).backward();
}

PROGRAM(stretched_memory_is_not_written) {
    Variable x = ones(2, 1);
    torch.error([&] { x.expand(2, 3) += 1; });
    torch.numbers(x);
}

PROGRAM(parts_of_four_dimensions) {
    Variable x = ramp(1, 0, 2, 2, 3, 2);
    compare(torch, x, x[1], x[0][1][2], x.select(2, -1), x.transpose(1, 3), x.slice(2, 1, 3).slice(3, 0, 2, 2), x.reshape(4, 6), x.transpose(0, 2).reshape(6, 4), x.select(1, 1).flatten(),
            x.slice(1, 0, 1).squeeze(1), x.slice(0, 1, 2).expand(2, 2, 3, 2));
}

PROGRAM(dimensions_count_from_the_end) {
    Variable x = ramp(1, 0, 2, 1, 3);
    compare(torch, x, x.select(-3, 1), x.select(-1, -1), x.transpose(-1, -3), x.unsqueeze(-4), x.unsqueeze(-2), x.squeeze(-2), x.slice(-1, 1, 3), x.slice(-3, 1, 2));
    torch.error([&] { x.select(-4, 0); });
    torch.error([&] { x.transpose(-1, -4); });
    torch.error([&] { x.unsqueeze(-5); });
    torch.error([&] { x.squeeze(3); });
}

PROGRAM(steps_and_ends_beyond_the_array) {
    Variable x = ramp(1, 0, 5);
    compare(torch, x, x.slice(0, 0, 5, 3), x.slice(0, 1, 5, 10), x.slice(0, -100, 2), x.slice(0, 4, 100, 2), x.slice(0, 3, 1), x.slice(0, -2, -1), x.slice(0, 5, 5), x.slice(0, -3, 5, 2));
}

PROGRAM(dimensions_of_one_step) {
    Variable x = ramp(1, 0, 1, 3, 1);
    compare(torch, x, x.squeeze(0), x.squeeze(2), x.squeeze(-1).squeeze(0), x.expand(2, 3, 4), x.transpose(0, 2), x.transpose(0, 1), x.reshape(3), x.slice(1, 0, 1).expand(1, 3, 1), x[0],
            x.select(1, 1).select(1, 0), x.flatten());
}

PROGRAM(what_is_not_by_rows_is_copied_into_another_shape) {
    Variable m = ramp(1, 0, 2, 3).detach();
    Variable copy = m.t().reshape(6), shared = m.reshape(6);
    copy += 1;
    shared *= 2;
    Variable part = m.slice(1, 0, 2).flatten();
    part -= 100;
    torch.numbers(m, copy, shared, part);
    const Variable x = ramp(1, 0, 2, 3);
    torch.text(x.t().reshape(6), x.reshape(6), x[0].reshape(3, 1));
}

PROGRAM(parts_of_stretched_parts) {
    Variable x = ramp(1, 1, 2, 1);
    const Variable y = x.expand(3, 2, 2);
    compare(torch, x, y[1], y.select(1, 0), y.transpose(0, 1), y.slice(0, 0, 3, 2).slice(2, 1, 2), y[2][1].expand(2, 2), y.reshape(12));
}

PROGRAM(parts_of_integers_and_truths) {
    Variable<std::int64_t, 2> i({{1, 2, 3}, {4, 5, 6}});
    const Variable<bool, 2> c({{true, false}, {false, false}});
    torch.text(i.slice(0, 1, 2), i.t(), i.reshape(3, 2), i[0].expand(2, 3), i.slice(1, 0, 3, 2), i[1][2], c[0], c.t(), c.reshape(4));
    auto part = i[1];
    part *= 10;
    torch.numbers(i, i.t().contiguous(), i.clone());
}
