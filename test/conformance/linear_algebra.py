# SPDX-License-Identifier: BSL-1.0
# Linear algebra: factorizations, equations, determinants.
import torch
from torch.linalg import cholesky, det, inv, slogdet, solve, solve_triangular

from recording import *

single, double = torch.float, torch.double


def dominant(*shape, dtype=double):
    """Matrices with a great diagonal, not symmetric."""
    return (ramp(*shape, step=0.25, first=-1.0, dtype=dtype, requires_grad=False) + 4 * torch.eye(shape[-1], dtype=dtype)).requires_grad_()


def positive(*shape, dtype=double):
    m = ramp(*shape, step=0.25, first=-1.0, dtype=dtype, requires_grad=False)
    return (m @ m.mT + 2 * torch.eye(shape[-1], dtype=dtype)).requires_grad_()


def right(*shape, dtype=double):
    return ramp(*shape, step=0.5, first=-1.0, dtype=dtype)


def seed(y):
    return ramp(*y.shape, first=1.0, dtype=y.dtype, requires_grad=False)


def show(f, *leaves):
    y = f(*leaves)
    y.backward(seed(y))
    numbers(y, *(x.grad for x in leaves))
    for x in leaves:
        x.grad = None


def show_second(f, *leaves):
    """The gradient of the squares of gradients."""
    y = f(*leaves)
    gradients = torch.autograd.grad(y, leaves, seed(y), create_graph=True)
    sum((g * g).sum() for g in gradients).backward()
    numbers(*gradients, *(x.grad for x in leaves))


def upper(a, b):
    return solve_triangular(a, b, upper=True)


def lower(a, b):
    return solve_triangular(a, b, upper=False)


def singular():
    return torch.tensor([[1.0, 2.0], [2.0, 4.0]], requires_grad=True)


@program
def cholesky_factors_of_matrices():
    for dtype in single, double:
        show(cholesky, positive(3, 3, dtype=dtype))
    show(cholesky, positive(1, 1))
    show(cholesky, positive(5, 5))


@program
def cholesky_factors_of_batches():
    show(cholesky, positive(2, 3, 3))
    show(cholesky, positive(2, 1, 1))
    show(cholesky, positive(2, 2, 2, 2))


@program
def cholesky_reads_the_lower_triangle():
    show(cholesky, leaf([[4.0, 1.0], [2.0, 3.0]], double))


@program
def cholesky_of_what_is_not_positive_definite():
    error(lambda: cholesky(torch.tensor([[1.0, 2.0], [2.0, 1.0]])))
    error(lambda: cholesky(torch.tensor([[-1.0]])))
    error(lambda: cholesky(torch.diag(torch.tensor([1.0, 2.0, 3.0, 0.0, 4.0, -1.0]))))
    error(lambda: cholesky(torch.tensor([[[1.0, 0.0], [0.0, 1.0]], [[1.0, 2.0], [2.0, 1.0]]])))


@program
def solutions_for_matrices():
    for dtype in single, double:
        show(solve, dominant(3, 3, dtype=dtype), right(3, 2, dtype=dtype))
    show(solve, dominant(1, 1), right(1, 3))


@program
def solutions_for_vectors():
    for dtype in single, double:
        show(solve, dominant(3, 3, dtype=dtype), right(3, dtype=dtype))


@program
def solutions_of_batches():
    show(solve, dominant(2, 3, 3), right(2, 3, 2))
    show(solve, dominant(2, 3, 3), right(2, 3))


@program
def solutions_need_row_interchanges():
    show(solve, leaf([[0.0, 1.0, 0.0], [0.0, 0.0, 2.0], [3.0, 0.0, 0.0]], double), right(3, 2))


@program
def solutions_of_parts():
    a, b = dominant(4, 4), right(2, 3)
    y = solve(a[1:, 1:].t(), b.t())
    y.backward(ramp(3, 2, dtype=double, requires_grad=False))
    numbers(y, a.grad, b.grad)


@program
def only_the_right_side_needs_gradients():
    a, b = dominant(3, 3), right(3)
    x = solve(a.detach(), b)
    x.backward(seed(x))
    numbers(x, b.grad, a.grad)
    x = solve(a, b.detach())
    x.backward(seed(x))
    numbers(a.grad)


@program
def equations_without_a_solution():
    error(lambda: solve(singular(), torch.ones(2)))
    error(lambda: solve(torch.stack([torch.eye(2), singular()]), torch.ones(2, 2, 1)))


@program
def equations_that_do_not_fit():
    a = torch.eye(2)
    error(lambda: solve(a, torch.ones(3)))
    error(lambda: solve(a, torch.ones(3, 4)))
    b = torch.stack([a, a])
    error(lambda: solve(b, torch.ones(3, 2)))
    error(lambda: solve(b, torch.ones(2, 3, 2)))
    error(lambda: solve(b, torch.ones(3, 2, 2)))
    error(lambda: upper(a, torch.ones(3, 2)))
    error(lambda: upper(b, torch.ones(2, 3, 2)))
    error(lambda: upper(b, torch.ones(3, 2, 2)))


@program
def solutions_by_triangles():
    for dtype in single, double:
        show(upper, dominant(3, 3, dtype=dtype), right(3, 2, dtype=dtype))
        show(lower, dominant(3, 3, dtype=dtype), right(3, 2, dtype=dtype))


@program
def solutions_by_triangles_of_batches():
    show(upper, dominant(2, 3, 3), right(2, 3, 1))
    show(lower, dominant(2, 3, 3), right(2, 3, 4))


@program
def zeros_on_the_diagonal_of_a_triangle():
    numbers(upper(torch.tensor([[1.0, 2.0], [0.0, 0.0]]), torch.tensor([[1.0, 2.0], [3.0, 4.0]])))


@program
def inverses():
    for dtype in single, double:
        show(inv, dominant(3, 3, dtype=dtype))
    show(inv, dominant(2, 3, 3))
    show(inv, dominant(1, 1))
    show(inv, leaf([[0.0, 2.0], [1.0, 0.0]], double))


@program
def matrices_without_an_inverse():
    error(lambda: inv(singular()))
    error(lambda: inv(torch.zeros(3, 3)))
    error(lambda: inv(torch.stack([torch.eye(2), singular()])))


@program
def determinants():
    for dtype in single, double:
        show(det, dominant(3, 3, dtype=dtype))
    show(det, dominant(2, 3, 3))
    show(det, dominant(1, 1))
    show(det, leaf([[0.0, 2.0], [1.0, 0.0]], double))
    numbers(det(singular()), det(torch.zeros(2, 2)))


@program
def logarithms_of_determinants():
    for dtype in single, double:
        show(torch.logdet, dominant(3, 3, dtype=dtype))
    show(torch.logdet, dominant(2, 3, 3))
    numbers(torch.logdet(singular()), torch.logdet(torch.zeros(2, 2)))


@program
def the_logarithm_of_a_negative_determinant_is_nan():
    show(torch.logdet, leaf([[1.0, 0.0], [0.0, -1.0]]))
    show(torch.logdet, torch.stack([torch.eye(2), -torch.eye(1).expand(2, 2) + torch.tensor([[0.0, 0.0], [0.0, 3.0]])]).requires_grad_())


@program
def signs_and_logarithms_of_determinants():
    for a in dominant(3, 3), -dominant(3, 3).detach(), dominant(2, 3, 3), singular(), torch.zeros(2, 2), 1e-30 * torch.eye(3):
        numbers(*slogdet(a))
    show(lambda a: slogdet(-a).logabsdet, dominant(3, 3))


@program
def matrices_that_are_not_square():
    a = torch.ones(2, 3)
    for f in cholesky, inv, det, torch.logdet, slogdet, lambda a: solve(a, torch.ones(2)), lambda a: upper(a, torch.ones(2, 2)):
        error(lambda: f(a))
    error(lambda: inv(torch.ones(4, 3, 2)))


@program
def matrices_without_elements():
    a = torch.ones(0, 0, requires_grad=True)
    numbers(cholesky(a), solve(a, torch.ones(0)), solve(a, torch.ones(0, 2)), upper(a, torch.ones(0, 2)), inv(a), det(a), torch.logdet(a), *slogdet(a))
    for f in cholesky, inv, torch.logdet:
        show(f, a)
    b = torch.ones(2, 0, 0)
    numbers(cholesky(b), solve(b, torch.ones(2, 0, 1)), inv(b), det(b), torch.logdet(b))
    c = torch.ones(0, 2, 2)
    numbers(cholesky(c), solve(c, torch.ones(0, 2, 1)), inv(c), det(c), torch.logdet(c))
    d = torch.eye(2)
    numbers(solve(d, torch.ones(2, 0)), upper(d, torch.ones(2, 0)))


@program
def functions_of_matrices_are_printed():
    a, b = positive(2, 2, dtype=single), right(2, 2, dtype=single)
    text(cholesky(a), solve(a, b), solve(a, b[0]), upper(a, b), inv(a), det(a), torch.logdet(a), slogdet(a).logabsdet)
    c = torch.stack([a, a])
    text(cholesky(c), solve(c, b), inv(c), det(c), torch.diagonal(a))
    text(det(a.detach()), solve(a.detach(), b.detach()))


@program
def gradients_of_cholesky_factors_are_differentiated():
    show_second(cholesky, positive(3, 3))
    show_second(cholesky, positive(2, 2, 2))


@program
def gradients_of_solutions_are_differentiated():
    show_second(solve, dominant(3, 3), right(3, 2))
    show_second(solve, dominant(3, 3), right(3))
    show_second(solve, dominant(2, 2, 2), right(2, 2))
    show_second(upper, dominant(3, 3), right(3, 2))
    show_second(lower, dominant(2, 3, 3), right(2, 3, 2))


@program
def gradients_of_inverses_and_determinants_are_differentiated():
    show_second(inv, dominant(3, 3))
    show_second(det, dominant(3, 3))
    show_second(det, dominant(2, 2, 2))
    show_second(torch.logdet, dominant(3, 3))
    show_second(torch.logdet, dominant(2, 2, 2))


@program
def third_derivatives_of_a_determinant():
    a = dominant(3, 3)
    y = torch.logdet(a) + det(cholesky(a @ a.t()))
    for _ in range(2):
        (g,) = torch.autograd.grad(y, a, create_graph=True)
        y = (g * g).sum()
    y.backward()
    numbers(y, a.grad)


@program
def the_log_likelihood_of_normal_numbers():
    a, b = positive(4, 4), right(4)
    factor = cholesky(a)
    y = -0.5 * b @ solve(a, b) - torch.diagonal(factor).log().sum()
    z = -0.5 * (solve_triangular(factor, b.unsqueeze(1), upper=False) ** 2).sum() - 0.5 * torch.logdet(a)
    (y + 2 * z).backward()
    numbers(y, z, b.grad, a.grad + a.grad.t())


@program
def diagonals():
    show(torch.diagonal, right(3, 3))
    show(torch.diagonal, right(2, 3))
    show(lambda a: torch.diagonal(a, dim1=-2, dim2=-1), right(2, 3, 2))
    show(lambda a: torch.diagonal(a.t() * 2), right(3, 2))


@program
def a_changed_result_is_noticed():
    a = positive(2, 2, dtype=single)
    for f in cholesky, inv:
        y = f(a)
        y *= 2
        error(lambda: y.backward(torch.ones(2, 2)))
    y = solve(a, torch.ones(2))
    y += 1
    error(lambda: y.backward(torch.ones(2)))


@program
def a_second_backward_of_a_determinant():
    a = dominant(2, 2)
    y = det(a)
    y.backward(retain_graph=True)
    y.backward()
    error(lambda: y.backward())
    numbers(a.grad)
