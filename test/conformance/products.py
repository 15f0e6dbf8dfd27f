# SPDX-License-Identifier: BSL-1.0
# Products of matrices and vectors, joins.
import torch

from recording import *


def show_product(first, second, dtype=torch.float):
    a, b = ramp(*first, first=1.0, dtype=dtype), ramp(*second, step=0.5, first=-1.0, dtype=dtype)
    y = a @ b
    y.backward(ramp(*y.shape, first=1.0, dtype=dtype, requires_grad=False))
    numbers(y, a.grad, b.grad)


@program
def products_of_vectors_and_matrices():
    for first, second in (((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((1, 1), (1, 1)), ((2, 0), (0, 3))):
        show_product(first, second)
    show_product((2, 3), (3, 4), torch.double)


@program
def products_of_batches():
    for first, second in (((2, 2, 3), (2, 3, 2)), ((2, 2, 3), (3, 2)), ((2, 3), (2, 3, 2)), ((1, 2, 3), (2, 3, 2)), ((2, 2, 3), (3,)), ((3,), (2, 3, 2))):
        show_product(first, second)


@program
def products_of_batches_of_batches():
    for first, second in (((2, 2, 2, 3), (2, 2, 3, 2)), ((2, 1, 2, 3), (2, 3, 1)), ((2, 2, 2, 3), (3, 2)), ((2, 2, 2, 3), (3,)), ((2, 3), (2, 1, 3, 2))):
        show_product(first, second)


@program
def products_of_parts():
    x = ramp(3, 4, first=1.0)
    y = x.t() @ x
    y.backward(ramp(4, 4, requires_grad=False))
    numbers(y, x.grad)
    z = x[:, 1:3] @ x[1:3, ::2]
    z.backward(ramp(3, 2, requires_grad=False))
    numbers(z, x.grad)


@program
def products_that_do_not_fit():
    a = torch.ones(2, 3)
    error(lambda: a @ a)
    error(lambda: a.t() @ torch.ones(3, 1))


@program
def a_changed_factor_is_noticed():
    a, b = ramp(2, 2), ramp(2, 2)
    c = a * 1
    y = c @ b
    c += 1
    error(lambda: y.backward(torch.ones(2, 2)))
    d = b * 1
    z = torch.ones(2, 2) @ d
    d += 1
    z.backward(torch.ones(2, 2))
    numbers(a.grad, b.grad)
    text(y, torch.ones(2, 2, 2) @ b.unsqueeze(0).expand(2, 2, 2))


@program
def gradients_of_products_are_differentiated():
    a, b = ramp(2, 2, first=1.0, dtype=torch.double), ramp(2, 2, first=-1.0, dtype=torch.double)
    y = ((a @ b) * (a @ b)).sum()
    (g,) = torch.autograd.grad(y, a, create_graph=True)
    (g * g).sum().backward()
    numbers(g, a.grad, b.grad)


@program
def parts_are_joined():
    a, b, c = ramp(1, 2), ramp(2, 2, first=10.0), torch.ones(1, 2)
    y = torch.cat([a, b, c, a])
    y.backward(ramp(5, 2, requires_grad=False))
    numbers(y, a.grad, b.grad)
    d, e = ramp(2, 1, 2), ramp(2, 3, 2)
    for z in torch.cat([d, e], 1), torch.cat([e, d * 2], -2):
        z.backward(ramp(2, 4, 2, requires_grad=False))
        numbers(z, d.grad, e.grad)
    text(y, torch.cat([c, c]))


@program
def parts_are_stacked():
    a, b = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    for dimension in 0, 1, -1, -2:
        y = torch.stack([a, b, a], dimension)
        y.backward(ramp(*y.shape, requires_grad=False))
        numbers(y, a.grad, b.grad)
    n, m = leaf(1.0), leaf(2.0)
    z = torch.stack([n, m])
    z.backward(torch.tensor([3.0, 4.0]))
    numbers(z, n.grad, m.grad)
    numbers(torch.stack([ramp(2, 2), ramp(2, 2)], 1))


@program
def parts_of_other_shapes_do_not_join():
    error(lambda: torch.cat([torch.ones(2, 2), torch.ones(2, 3)]))
    error(lambda: torch.cat([torch.ones(2, 2), torch.ones(3, 2)], 1))
    error(lambda: torch.cat([torch.ones(2, 2)], 2))
    error(lambda: torch.stack([torch.ones(2), torch.ones(3)]))


@program
def a_join_needs_no_values():
    a = leaf([1.0, 2.0])
    b = a + 0
    y = torch.cat([b, b])
    b += 1
    y.backward(torch.ones(4))
    y.backward(torch.ones(4))
    numbers(y, a.grad)


@program
def products_with_dimensions_of_one_step():
    for first, second in (((1, 3), (3, 1)), ((3, 1), (1, 3)), ((1, 2, 1), (1, 1, 2)), ((2, 1, 3), (1, 3, 1)), ((1,), (1,)), ((1,), (1, 2)), ((2, 1), (1,))):
        show_product(first, second)


@program
def products_without_elements():
    for first, second in (((0, 3), (3, 2)), ((2, 3), (3, 0)), ((2, 2, 0), (2, 0, 2)), ((0,), (0,)), ((2, 0), (0,)), ((0,), (0, 2))):
        show_product(first, second)


@program
def products_of_parts_of_batches():
    x = ramp(2, 3, 4, step=0.25, first=-1.0)
    for y in x.transpose(1, 2) @ x, x[:, :, ::2] @ x[1, :2, 1:], x[:1].expand(2, 3, 4) @ x[0].t(), x.transpose(0, 1) @ x[0, 1], x[0, 2] @ x.transpose(-1, -2):
        y.backward(ramp(*y.shape, first=1.0, requires_grad=False))
        numbers(y, x.grad)


@program
def products_of_no_batches():
    a, b = ramp(0, 2, 3), ramp(3, 2)
    y = a @ b
    y.backward(torch.zeros(0, 2, 2))
    numbers(y, a.grad, b.grad)


@program
def vectors_and_batches_that_do_not_fit():
    error(lambda: torch.ones(2) @ torch.ones(3, 2))
    error(lambda: torch.ones(2, 2, 3) @ torch.ones(3, 3, 2))


@program
def parts_of_other_layouts_are_joined():
    x = ramp(2, 3)
    for y in torch.cat([x.t(), x.t()[:1], x.t()[::2]]), torch.cat([x[:, :0], x[:, ::2], x], -1), torch.stack([x.t(), x.t() * 2], 1), torch.cat([x[0].expand(2, 3), x], 0), torch.stack([x[0], x[1]], -1):
        y.backward(ramp(*y.shape, first=1.0, requires_grad=False))
        numbers(y, x.grad)


@program
def joins_of_three_and_four_dimensions():
    a, b = ramp(2, 1, 2), ramp(2, 1, 2, first=10.0)
    for y in torch.cat([a, b, a], 1), torch.cat([a, b], -1), torch.stack([a, b], 0), torch.stack([a, b], -1), torch.stack([a, b], 2):
        y.backward(ramp(*y.shape, requires_grad=False))
        numbers(y, a.grad, b.grad)
    error(lambda: torch.stack([a, b], 4))
    error(lambda: torch.cat([a, b], -4))
