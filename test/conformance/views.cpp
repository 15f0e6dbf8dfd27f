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
