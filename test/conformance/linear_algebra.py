# SPDX-License-Identifier: BSL-1.0
# Linear algebra: values, gradients, gradients of gradients, errors.
import torch

from recording import *


def orders(f, *inputs):
    """The value, the gradients of sum(f(…) (1, 2, …)), and the gradients of the sum of their squares."""
    y = f(*inputs)
    weights = torch.arange(1, y.numel() + 1, dtype=torch.double).reshape(y.shape)
    first = torch.autograd.grad((y * weights).sum(), inputs, create_graph=True)
    second = torch.autograd.grad(sum((g * g).sum() for g in first), inputs, allow_unused=True)
    numbers(y, *first, *second)


def double(values):
    return leaf(values, torch.double)


a = double([[4.0, 1.0, 0.5], [1.0, 3.0, -0.5], [0.5, -0.5, 2.0]])
b = double([[1.0, -2.0], [0.5, 3.0], [2.0, 0.25]])
v = double([1.0, -2.0, 0.5])
batch = double([[[4.0, 1.0], [1.0, 3.0]], [[2.0, -0.5], [-0.5, 1.0]]])
columns = double([[[1.0], [2.0]], [[3.0], [-1.0]]])
singular = double([[1.0, 2.0], [2.0, 4.0]])
indefinite = double([[1.0, 2.0], [2.0, 1.0]])
wide = torch.ones(2, 3, dtype=torch.double)


@program
def cholesky_factors():
    orders(torch.linalg.cholesky, a)
    orders(torch.linalg.cholesky, batch)
    text(torch.linalg.cholesky(a).grad_fn.name())


@program
def only_the_lower_triangle_is_factorised():
    x = torch.tensor([[4.0, 100.0], [1.0, 3.0]], dtype=torch.double)
    numbers(torch.linalg.cholesky(x))


@program
def inverses():
    orders(torch.linalg.inv, a)
    orders(torch.linalg.inv, batch)
    text(torch.linalg.inv(a).grad_fn.name())


@program
def solutions():
    orders(torch.linalg.solve, a, b)
    orders(torch.linalg.solve, a, v)
    orders(torch.linalg.solve, batch, columns)
    text(torch.linalg.solve(a, b).grad_fn.name())


@program
def solve_by_one_that_needs_gradients():
    numbers(*torch.autograd.grad(torch.linalg.solve(a.detach(), b).sum(), b))
    orders(lambda a: torch.linalg.solve(a, b.detach()), a)


@program
def triangular_solutions():
    for upper in False, True:
        orders(lambda a, b: torch.linalg.solve_triangular(a, b, upper=upper), a, b)
        orders(lambda a, b: torch.linalg.solve_triangular(a, b.t(), upper=upper, left=False), a, b)
    text(torch.linalg.solve_triangular(a, b, upper=True).grad_fn.name())


@program
def determinants():
    orders(torch.linalg.det, a)
    orders(torch.linalg.det, batch)
    orders(torch.linalg.det, double([[0.0, 2.0], [-3.0, 1.0]]))
    text(torch.linalg.det(a).grad_fn.name())


@program
def the_determinant_of_a_singular_matrix_has_a_gradient():
    numbers(*torch.autograd.grad(torch.linalg.det(indefinite - indefinite + 1), indefinite))


@program
def logarithms_of_determinants():
    orders(torch.logdet, a)
    orders(torch.logdet, batch)
    orders(lambda a: torch.linalg.slogdet(a)[1], -a)
    numbers(torch.linalg.slogdet(-a)[0], torch.linalg.slogdet(batch)[0])
    numbers(torch.logdet(indefinite.detach()), torch.logdet(singular.detach()), torch.linalg.slogdet(singular.detach())[1])
    text(torch.linalg.slogdet(a)[1].grad_fn.name())


@program
def matrices_without_elements():
    none = torch.zeros(0, 0, dtype=torch.double)
    numbers(torch.linalg.det(none), torch.logdet(none), torch.linalg.inv(none), torch.linalg.cholesky(none), torch.linalg.solve(none, torch.zeros(0, 2, dtype=torch.double)))
    numbers(torch.linalg.solve(a, torch.zeros(3, 0, dtype=torch.double)))


@program
def matrices_that_have_none():
    error(lambda: torch.linalg.inv(singular))
    error(lambda: torch.linalg.solve(singular, b[:2]))
    error(lambda: torch.linalg.cholesky(indefinite))
    error(lambda: torch.linalg.inv(torch.stack([indefinite, singular])))
    error(lambda: torch.linalg.solve(torch.stack([indefinite, singular]), columns))
    error(lambda: torch.linalg.cholesky(torch.stack([a.detach()[:2, :2], indefinite])))


@program
def matrices_of_other_shapes():
    for f in torch.linalg.inv, torch.linalg.det, torch.logdet, torch.linalg.slogdet, torch.linalg.cholesky:
        error(lambda: f(wide))
    error(lambda: torch.linalg.solve(wide, b))
    error(lambda: torch.linalg.solve(singular, b))
    error(lambda: torch.linalg.solve(singular, v))
    error(lambda: torch.linalg.solve_triangular(wide, b, upper=True))
    error(lambda: torch.linalg.solve_triangular(singular, b, upper=True))
    error(lambda: torch.linalg.solve_triangular(singular, b.t(), upper=True, left=False))


@program
def a_matrix_that_was_changed_since():
    x = a.detach().clone().requires_grad_() * 1
    y = torch.linalg.inv(x) * 1
    z = torch.linalg.slogdet(x)[1]
    x *= 2
    error(lambda: z.backward())


@program
def the_likelihood_of_a_gaussian_process():
    scale = leaf(0.7, torch.double)
    noise = leaf(0.1, torch.double)
    t = torch.arange(5, dtype=torch.double)
    k = torch.exp(-((t[:, None] - t[None, :]) ** 2) / (2 * scale * scale)) + torch.eye(5, dtype=torch.double) * noise
    y = torch.sin(t)
    l = torch.linalg.cholesky(k)
    w = torch.linalg.solve_triangular(l, y[:, None], upper=False)
    loss = 0.5 * (w * w).sum() + l.diagonal().log().sum()
    numbers(loss, *torch.autograd.grad(loss, (scale, noise)))
    other = 0.5 * torch.dot(y, torch.linalg.solve(k, y)) + 0.5 * torch.logdet(k)
    numbers(other.detach())
