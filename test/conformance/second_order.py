# SPDX-License-Identifier: BSL-1.0
# Gradients of gradients; test/variable/higher_order.cpp has more orders.
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


@program
def of_activations():
    x = square(2, 4)
    for f in torch.tanh, F.gelu, F.softplus, torch.sigmoid, F.silu, lambda x: 1 / (1 + (-x).exp()):
        orders(f, x)


@program
def of_activations_at_zero():
    x = torch.tensor([[0.0, -1.0], [0.5, 0.0]], dtype=torch.double, requires_grad=True)
    for f in torch.tanh, F.softplus, torch.sigmoid, F.silu:
        orders(f, x)


@program
def of_functions_of_one_number():
    x = square(2, 4)
    for f in torch.atan, torch.asinh, torch.expm1, torch.erf, torch.cosh, lambda x: x.abs() * x * x:
        orders(f, x)
    for f in torch.sqrt, torch.log, torch.log1p, torch.reciprocal:
        orders(lambda x: f(x * x + 0.5), x)


@program
def of_functions_of_two_numbers():
    a, b = square(2, 3), square(3)
    orders(lambda a, b: torch.atan2(a, b + 3), a, b)
    orders(lambda a, b: torch.hypot(a, b + 3), a, b)
    orders(lambda a, b: (a * a + 1) ** b, a, b)
    orders(lambda a, b: a / (b * b + 1), a, b)


@program
def of_what_depends_on_a_condition():
    x, w = square(3, 4), square(4)
    orders(lambda x, w: torch.where(x > w, x * x * w, (x * w).exp()), x, w)
    orders(lambda x: (x * x).clamp(0.3, 2.1) * x, x)
    orders(lambda x, w: torch.maximum(x * x, w * w * 3), x, w)


@program
def of_joined_elements():
    a, b = square(2, 3), square(2, 2)
    orders(lambda a, b: torch.cat([a * a, b.exp()], 1), a, b)
    orders(lambda a: torch.stack([a * a, a.sin()], -1), a)


@program
def of_parts_and_other_shapes():
    x = square(3, 4)
    orders(lambda x: (x * x * x)[1:, ::2], x)
    orders(lambda x: x.t() * x.t() * x[0, 1], x)
    orders(lambda x: (x * x).reshape(2, 6).exp(), x)
    orders(lambda x: (x * x)[1].expand(2, 4) * x[:2], x)
    orders(lambda x: x.unsqueeze(1) * x.unsqueeze(0), x)


@program
def of_changes_in_place():
    x, w = square(3, 4), square(4)

    def changed(x, w):
        y = x * x
        y *= w
        y[1] += w * w * w
        y[:, 1:3] -= x[:, 2:] * y.detach().clone()[:, :2]
        return y

    orders(changed, x, w)


@program
def of_reductions_along_dimensions():
    x = square(3, 4)
    for f in (lambda x: x.var(1, unbiased=False)), (lambda x: x.prod(0)), (lambda x: x.logsumexp(1)), (lambda x: (x * x + x).norm(dim=0)), (lambda x: (x * x).mean(1, True) * x), (lambda x: (x * x).cumsum(0)), (lambda x: x.softmax(1)):
        orders(f, x)


@program
def of_batches_of_products():
    a, b, w = square(2, 2, 3), square(3, 2), square(2)
    orders(lambda a, b: (a @ b).tanh(), a, b)
    orders(lambda a, b, w: (a @ (b @ w)).exp(), a, b, w)
