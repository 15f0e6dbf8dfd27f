# SPDX-License-Identifier: BSL-1.0
# Parts and other shapes: values, gradients, names and errors.
import torch

from recording import *


def show_with_gradient(x, y):
    y.backward(ramp(*y.shape, first=1.0, requires_grad=False), retain_graph=True)
    numbers(y, x.grad)
    x.grad = None


@program
def parts_of_an_array():
    x = ramp(2, 3, 4)
    for y in x[1], x[-1][2], x[0][1][3], x.select(1, 2), x.select(-1, -4), x[0, 1:3], x[:, :, 1:4:2], x[:, -2:], x[:, 2:1], x[1:100], x[:, ::2]:
        show_with_gradient(x, y)


@program
def other_orders_and_shapes():
    x = ramp(2, 3, 4)
    for y in x.transpose(0, 2), x.transpose(-1, 1), x[0].t(), x.reshape(6, 4), x.reshape(-1), x.reshape(3, -1, 2), x.transpose(0, 1).reshape(6, 4), x.flatten(), x.unsqueeze(0), x.unsqueeze(-1), x.unsqueeze(2), x[:1].squeeze(0), x[:, 1:2].squeeze(-2):
        show_with_gradient(x, y)


@program
def stretched_parts():
    x, n = ramp(2, 1, first=1.0), leaf(3.0)
    for y in x.expand(2, 3), x.expand(2, -1), x.expand(4, 2, 3), x.expand(-1, 2), x.t().expand(3, 2):
        show_with_gradient(x, y)
    for y in n.expand(2), n.expand(2, 2), n.unsqueeze(0), n.reshape(1, 1):
        show_with_gradient(n, y)


@program
def copies_of_parts():
    x = ramp(2, 3)
    show_with_gradient(x, x.t().contiguous())
    show_with_gradient(x, x[:, 1:].clone())
    numbers(x.t().contiguous().reshape(6), x.clone())


@program
def names_of_parts():
    x = ramp(2, 1, 3)
    text(*(y.grad_fn.name() for y in (x[0], x[:, :, 1:2], x.transpose(0, 1), x.unsqueeze(0), x.squeeze(1), x.expand(2, 2, 3))))
    text(x[0], x.transpose(0, 2), x.unsqueeze(1), x[0][0][1], x.detach()[0], x.expand(2, 2, 3))


@program
def parts_that_there_are_not():
    x = ramp(2, 3)
    error(lambda: x[2])
    error(lambda: x[-3])
    error(lambda: x.select(1, 3))
    error(lambda: x.select(2, 0))
    error(lambda: x.transpose(0, 2))
    error(lambda: x.transpose(-3, 0))
    error(lambda: x.unsqueeze(3))
    error(lambda: x.unsqueeze(-4))
    error(lambda: x.reshape(4, 2))
    error(lambda: x.reshape(4, -1))
    error(lambda: x.reshape(-1, -1))
    error(lambda: x.reshape(-2, -3))
    error(lambda: x.expand(-1, 2, 3))
    error(lambda: x.expand(3, 3))


@program
def many_parts_of_one_array():
    x = ramp(3, 3)
    y = x[0] * x[1] + x.t()[2] * x[2][0]
    y.backward(torch.tensor([1.0, 10.0, 100.0]))
    numbers(y, x.grad)
    z = x[0] * 2
    z.backward(torch.ones(3))
    numbers(x.grad)


@program
def parts_without_elements():
    x = ramp(0, 3)
    numbers(x.t(), x.reshape(3, 0), x.unsqueeze(1), x[:, 1:])
    text(x.t(), x.reshape(0), x[:, 1])
    y = ramp(2, 3)[1:1]
    text(y)
    y.sum().backward()


@program
def stretched_memory_is_not_written():
    x = torch.ones(2, 1)
    error(lambda: x.expand(2, 3).__iadd__(1))
    numbers(x)


@program
def parts_of_four_dimensions():
    x = ramp(2, 2, 3, 2)
    for y in x[1], x[0][1][2], x.select(2, -1), x.transpose(1, 3), x[:, :, 1:, ::2], x.reshape(4, 6), x.transpose(0, 2).reshape(6, 4), x[:, 1].flatten(), x[:, :1].squeeze(1), x[1:].expand(2, 2, 3, 2):
        show_with_gradient(x, y)


@program
def dimensions_count_from_the_end():
    x = ramp(2, 1, 3)
    for y in x.select(-3, 1), x.select(-1, -1), x.transpose(-1, -3), x.unsqueeze(-4), x.unsqueeze(-2), x.squeeze(-2), x.narrow(-1, 1, 2), x.narrow(-3, 1, 1):
        show_with_gradient(x, y)
    error(lambda: x.select(-4, 0))
    error(lambda: x.transpose(-1, -4))
    error(lambda: x.unsqueeze(-5))
    error(lambda: x.squeeze(3))


@program
def steps_and_ends_beyond_the_array():
    x = ramp(5)
    for y in x[::3], x[1::10], x[-100:2], x[4:100:2], x[3:1], x[-2:-1], x[5:], x[-3::2]:
        show_with_gradient(x, y)


@program
def dimensions_of_one_step():
    x = ramp(1, 3, 1)
    for y in x.squeeze(0), x.squeeze(2), x.squeeze(-1).squeeze(0), x.expand(2, 3, 4), x.transpose(0, 2), x.transpose(0, 1), x.reshape(3), x[:, :1].expand(1, 3, 1), x[0], x[:, 1, 0], x.flatten():
        show_with_gradient(x, y)


@program
def what_is_not_by_rows_is_copied_into_another_shape():
    m = ramp(2, 3, requires_grad=False)
    copy, shared = m.t().reshape(6), m.reshape(6)
    copy += 1
    shared *= 2
    part = m[:, :2].flatten()
    part -= 100
    numbers(m, copy, shared, part)
    x = ramp(2, 3)
    text(x.t().reshape(6), x.reshape(6), x[0].reshape(3, 1))


@program
def parts_of_stretched_parts():
    x = ramp(2, 1, first=1.0)
    y = x.expand(3, 2, 2)
    for part in y[1], y[:, 0], y.transpose(0, 1), y[::2, :, 1:], y[2][1].expand(2, 2), y.reshape(12):
        show_with_gradient(x, part)


@program
def parts_of_integers_and_truths():
    i, c = torch.tensor([[1, 2, 3], [4, 5, 6]]), torch.tensor([[True, False], [False, False]])
    text(i[1:], i.t(), i.reshape(3, 2), i[0].expand(2, 3), i[:, ::2], i[1][2], c[0], c.t(), c.reshape(4))
    part = i[1]
    part *= 10
    numbers(i, i.t().contiguous(), i.clone())
