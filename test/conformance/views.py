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
