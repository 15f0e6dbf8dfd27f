# SPDX-License-Identifier: BSL-1.0
# Gradients of gradients through what is not elementwise; test/variable/higher_order.cpp has reductions and more orders.
import torch
import torch.nn.functional as F

from recording import *


def orders(f, *inputs):
    """The gradients of sum(f(…) (1, 2, …)), and the gradients of the sum of their squares."""
    y = f(*inputs)
    weights = torch.arange(1, y.numel() + 1, dtype=torch.double).reshape(y.shape)
    first = torch.autograd.grad((y * weights).sum(), inputs, create_graph=True)
    second = torch.autograd.grad(sum((g * g).sum() for g in first), inputs, allow_unused=True)
    numbers(*first, *second)


def square(*sizes):
    """Elements in no order, none equal to another."""
    count = torch.tensor(sizes).prod().item()
    return ((torch.arange(count, dtype=torch.double) * 7 % count) * 0.25 - 1).reshape(sizes).requires_grad_()


@program
def of_chosen_elements():
    x = square(3, 4)
    orders(lambda x: (x * x).index_select(1, torch.tensor([3, 0, 3])), x)
    orders(lambda x: (x * x).gather(0, torch.tensor([[2, 0, 0, 1], [2, 1, 0, 0]])), x)
    orders(lambda x: F.embedding(torch.tensor([[2, 0], [2, 1]]), x * x), x)


@program
def of_elements_in_order():
    x = square(3, 4)
    orders(lambda x: (x * x * x).sort(1).values, x)
    orders(lambda x: (x * x * x).topk(2, 0).values, x)
    orders(lambda x: (x * x * x).max(1).values, x)


@program
def of_images():
    x, k, b = square(2, 2, 5, 4), square(3, 2, 2, 2), square(3)
    orders(lambda x, k, b: F.conv2d(x, k, b, 2, 1), x, k, b)
    orders(lambda x: F.max_pool2d(x * x, 2), square(1, 2, 4, 4))


@program
def of_a_norm():
    x = square(3, 4)
    orders(lambda x: (x * x + x).norm(), x)


@program
def of_networks():
    x, w, b = square(3, 4), square(4), square(4)
    orders(lambda x: x.log_softmax(0), x)
    orders(lambda x: F.cross_entropy(x, torch.tensor([3, 0, 1])), x)
    orders(lambda x, w, b: F.layer_norm(x, (4,), w, b), x, w, b)


@program
def of_products():
    a, b = square(2, 3), square(3, 2)
    orders(lambda a, b: torch.matmul(a, b).exp(), a, b)
    orders(lambda a, b: torch.matmul(torch.cat([a, b.t()]), b).tanh(), a, b)


@program
def of_several_number_types():
    x, d = square(2, 3).detach().float().requires_grad_(), square(3)
    orders(lambda x, d: (x * x).double() * d * d, x, d)
    orders(lambda x, d: (x * d * x).exp(), x, d)
    orders(lambda x, d: (x * d).logsumexp(1), x, d)
    text(x.double().grad_fn.name(), d.float().grad_fn is not None)
