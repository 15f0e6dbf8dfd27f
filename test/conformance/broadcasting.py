# SPDX-License-Identifier: BSL-1.0
# Shapes and number types that differ: values, and gradients that are summed back.
import torch

from recording import *


def show_with_gradients(first, second):
    a, b = ramp(*first, step=0.5, first=1.0), ramp(*second, step=0.25, first=-2.0)
    y = a * b + a
    y.backward(ramp(*y.shape, requires_grad=False))
    numbers(y, a.grad, b.grad)


@program
def gradients_are_summed_over_what_was_stretched():
    for first, second in (((3, 1), (1, 2)), ((2, 3), (1, 3)), ((2, 3), (2, 1)), ((1, 1), (2, 3)), ((2, 3), (2, 3))):
        show_with_gradients(first, second)


@program
def fewer_dimensions_stretch_in_front():
    show_with_gradients((3,), (2, 3))
    show_with_gradients((2, 2, 3), (3,))
    show_with_gradients((2, 2, 3), (2, 1))
    show_with_gradients((2, 1, 2, 3), (2, 1))


@program
def four_dimensions_stretch():
    show_with_gradients((2, 1, 3, 1), (1, 2, 1, 2))
    show_with_gradients((2, 2, 3, 2), (1, 2, 3, 1))


@program
def a_number_stretches():
    for shape in (3,), (2, 2), (2, 1, 2), (1, 2, 1, 2), ():
        show_with_gradients((), shape)
    show_with_gradients((2, 3), ())


@program
def no_elements_stretch():
    a, b = torch.zeros(0, 3, requires_grad=True), ramp(1, 3)
    y = a * b + a
    y.sum().backward()
    numbers(y, a.grad, b.grad)
    c, d = torch.zeros(0, requires_grad=True), leaf(2.0)
    z = c * d
    z.sum().backward()
    numbers(z, c.grad, d.grad)


@program
def sums_of_what_was_stretched():
    a, b = ramp(3, 1, step=0.5), ramp(1, 2, first=1.0)
    y = (a * b).sum(0)
    y.backward(torch.tensor([1.0, 10.0]))
    numbers(y, a.grad, b.grad)
    z = (a - b).mean()
    z.backward()
    numbers(z, a.grad, b.grad)


@program
def float_with_double_is_double():
    a, b = leaf([0.1, 2.0]), leaf([0.3, 0.25], torch.double)
    y = a * b + a
    y.backward(torch.tensor([1.0, 3.0], dtype=torch.double))
    numbers(y, a.grad, b.grad)
    c, d = leaf([[0.1], [0.2]]), leaf([0.3, 0.7, 0.9], torch.double)
    z = c * d
    z.backward(ramp(2, 3, dtype=torch.double, requires_grad=False))
    numbers(z, c.grad, d.grad)


@program
def a_number_of_double_does_not_widen():
    a = leaf([0.1, 2.0])
    y = a * 0.1 + 2.5
    y.backward(torch.ones(2))
    numbers(y, a.grad)
    i = torch.tensor([1, 2])
    numbers(i + 1, i * 3, i - i, i + a)


@program
def shapes_that_do_not_stretch():
    a, b = torch.ones(3), torch.ones(2)
    error(lambda: a + b)
    error(lambda: torch.ones(2, 2) * torch.ones(1, 3))
    error(lambda: torch.ones(2, 2) * torch.ones(3))
    error(lambda: torch.ones(3, 2, 2) - torch.ones(2, 1, 2))
    error(lambda: torch.ones(2, 3, 2, 2) / torch.ones(4, 2, 1))
    error(lambda: a + torch.exp(b) * 2)


@program
def all_pairs_of_few_shapes_stretch():
    for first in (), (1,), (2,), (2, 1), (1, 2), (2, 2):
        for second in (), (1,), (2,), (2, 1), (1, 2), (2, 2):
            a, b = ramp(*first, first=2.0), ramp(*second, first=0.5)
            y = a / b
            y.backward(ramp(*y.shape, first=1.0, requires_grad=False))
            numbers(y, a.grad, b.grad)


@program
def parts_stretch():
    x = ramp(3, 4, step=0.5, first=1.0)
    y = x.t() * x[:, 1] + x[1:2].t() / x[0, 0]
    y.backward(ramp(4, 3, requires_grad=False))
    numbers(y, x.grad)
    z = x[:, ::2] * x[0, 1::2] - x[::2, 3:].t()
    z.backward(ramp(3, 2, requires_grad=False))
    numbers(z, x.grad)


@program
def three_operands_stretch_together():
    a, b, c = ramp(2, 1, 1, first=1.0), ramp(3, 1, step=0.5), ramp(2, first=-1.0)
    y = a * b + c * a
    y.backward(ramp(2, 3, 2, requires_grad=False))
    numbers(y, a.grad, b.grad, c.grad)
    z = (a + b * c).sum(1)
    z.backward(ramp(2, 2, first=1.0, requires_grad=False))
    numbers(z, a.grad, b.grad, c.grad)


@program
def stretched_operands_stretch_again():
    x, w = ramp(2, 1, first=1.0), ramp(3, first=-1.0)
    y = x.expand(2, 3) * w + x
    y.backward(ramp(2, 3, requires_grad=False))
    numbers(y, x.grad, w.grad)
    z = w.expand(2, 3).unsqueeze(1) * x.expand(2, 2, 1)
    z.backward(ramp(2, 2, 3, requires_grad=False))
    numbers(z, x.grad, w.grad)


@program
def conditions_stretch():
    a, b, c = ramp(2, 1, first=1.0), ramp(3, first=0.5), torch.tensor([[True], [False]])
    y = torch.where(c, a, b)
    y.backward(ramp(2, 3, first=1.0, requires_grad=False))
    numbers(y, a.grad, b.grad)
    z = torch.where(b > a, b * 2, torch.tensor(0.0))
    z.backward(ramp(2, 3, first=1.0, requires_grad=False))
    numbers(z, b.grad, a < b, a == b, b >= 1.5, (a < b) & c)


@program
def all_pairs_of_rows_are_compared():
    x = ramp(3, 2, step=0.5, first=-1.0, dtype=torch.double)
    d = ((x.unsqueeze(0) - x.unsqueeze(1)) ** 2).sum(-1)
    d.backward(ramp(3, 3, first=1.0, dtype=torch.double, requires_grad=False))
    numbers(d, x.grad)


@program
def shapes_without_elements_do_not_stretch():
    error(lambda: torch.ones(0) + torch.ones(2))
    error(lambda: torch.ones(2, 0) * torch.ones(3))
    error(lambda: torch.ones(2, 3) + torch.ones(0, 3))
    numbers(torch.ones(0, 1) * torch.ones(1, 3), torch.ones(2, 1) * torch.ones(0), torch.ones(1, 0) + torch.ones(3, 1))
