# SPDX-License-Identifier: BSL-1.0
# Reductions and normalisations, over all dimensions and along one.
import torch

from recording import *

matrix = [[1.0, 2.0, 4.0], [8.0, -3.0, 0.5]]


def show_with_gradient(function, elements=matrix, dtype=torch.double):
    x = leaf(elements, dtype)
    y = function(x)
    y.backward(ramp(*y.shape, first=1.0, dtype=dtype, requires_grad=False))
    numbers(y, x.grad)


@program
def sums_and_means():
    for name in "sum", "mean":
        for dtype in torch.float, torch.double:
            for arguments in (), (0,), (1,), (-1, True):
                show_with_gradient(lambda x: getattr(x, name)(*arguments), dtype=dtype)


@program
def sums_of_four_dimensions():
    x = ramp(2, 3, 2, 2, step=0.5)
    for y in x.sum((0, 2)), x.mean((1, 3), True), (x * x).sum((1, 2, 3)), (x * 2).mean():
        y.backward(ramp(*y.shape, first=1.0, requires_grad=False))
        numbers(y, x.grad)


@program
def sums_of_nothing():
    e = torch.zeros(0, 2, requires_grad=True)
    for y in e.sum(), e.mean(), e.sum(0), e.sum(1):
        y.backward(torch.ones_like(y))
        numbers(y, e.grad)


@program
def names_of_reductions():
    x = leaf(matrix)
    text(x.sum(), x.mean(), x.sum(0), x.mean(1), x.prod(), x.softmax(1), x.log_softmax(1), x.cumsum(1), x.logsumexp(1))


@program
def products_of_elements():
    show_with_gradient(lambda x: x.prod())
    show_with_gradient(lambda x: x.prod(1))
    show_with_gradient(lambda x: x.prod(), [[2.0, 0.0, 3.0], [1.0, 4.0, 5.0]])
    show_with_gradient(lambda x: x.prod(1), [[2.0, 0.0, 3.0], [0.0, 0.0, 5.0]])


@program
def greatest_and_least_elements():
    show_with_gradient(lambda x: x.max())
    show_with_gradient(lambda x: x.amax(1))
    show_with_gradient(lambda x: x.min())
    show_with_gradient(lambda x: x.amin(0))
    show_with_gradient(lambda x: x.max(), [[5.0, 2.0, 5.0], [5.0, 1.0, 0.0]])
    show_with_gradient(lambda x: x.amax(1), [[5.0, 2.0, 5.0], [1.0, 1.0, 1.0]])


@program
def variances():
    show_with_gradient(lambda x: x.var(unbiased=False))
    show_with_gradient(lambda x: x.var(1, unbiased=False))


@program
def norms():
    show_with_gradient(lambda x: x.norm())
    show_with_gradient(lambda x: x.norm(dim=1))
    show_with_gradient(lambda x: x.norm(dim=1), [[0.0, 0.0], [3.0, 4.0]])


@program
def logarithms_of_sums_of_exponentials():
    show_with_gradient(lambda x: x.flatten().logsumexp(0))
    show_with_gradient(lambda x: x.logsumexp(1))
    show_with_gradient(lambda x: x.logsumexp(1), [[1000.0, 1001.0], [-1000.0, -1000.0]])


@program
def normalised_rows_and_columns():
    for function in torch.softmax, torch.log_softmax, torch.cumsum:
        for dimension in 0, 1:
            show_with_gradient(lambda x: function(x, dimension))
    show_with_gradient(lambda x: x.softmax(1), dtype=torch.float)
    show_with_gradient(lambda x: x.log_softmax(1), [[1000.0, 0.0, -1000.0], [3.0, 3.0, 3.0]])


@program
def reductions_of_expressions():
    x, w = leaf(matrix, torch.double), leaf([1.0, -1.0, 2.0], torch.double)
    y = (x * w).max() + (x.exp() * w).sum()
    y.backward()
    numbers(y, x.grad, w.grad)
    z = (x - x.mean(1, True)) * w
    z.backward(ramp(2, 3, dtype=torch.double, requires_grad=False))
    numbers(z, x.grad, w.grad)


@program
def a_reduction_notices_a_changed_operand():
    x = leaf([1.0, 2.0], torch.double)
    y = x * 1
    p = y.prod()
    y += 1
    error(lambda: p.backward())
    z = x * 1
    q = z.prod()
    q.backward()
    error(lambda: q.backward())
    numbers(x.grad)


@program
def reductions_of_several_dimensions():
    x = ramp(2, 3, 2, step=0.75, first=-3.5, dtype=torch.double)
    for y in x.sum((0, 2)), x.mean((0, 1)), x.amax((0, 1)), x.amin((1, 2)), x.var((0, 2), unbiased=False), x.norm(dim=(1, 2)), x.logsumexp((0, 2)), x.amax((0, 1, 2)):
        y.backward(ramp(*y.shape, first=1.0, dtype=torch.double, requires_grad=False))
        numbers(y, x.grad)


@program
def reductions_that_keep_dimensions():
    x = leaf(matrix, torch.double)
    for y in x.sum(1, True), x.mean(0, True), x.prod(1, True), x.amax(0, True), x.amin(1, True), x.var(1, unbiased=False, keepdim=True), x.norm(dim=0, keepdim=True), x.logsumexp(1, True), x.sum((0, 1), True):
        y.backward(ramp(*y.shape, first=1.0, dtype=torch.double, requires_grad=False))
        numbers(y, x.grad)


@program
def reductions_of_parts():
    x = ramp(3, 4, step=0.5, first=-2.25, dtype=torch.double)
    for y in x.t().sum(0), x[:, ::2].amax(1), x.t().prod(1), x[1:, 1:3].var(unbiased=False), x[0].expand(2, 4).norm(), x.t()[1].logsumexp(0), x[:, 3].mean(), x.unsqueeze(1).amin(-1):
        y.backward(ramp(*y.shape, first=1.0, dtype=torch.double, requires_grad=False))
        numbers(y, x.grad)


@program
def reductions_of_one_step():
    x = leaf([[1.5], [-2.0], [0.25]], torch.double)
    for y in x.sum(1), x.mean(-1), x.prod(1), x.amax(1), x.var(1, unbiased=False), x.norm(dim=1), x.logsumexp(1), x.softmax(1), x.log_softmax(1), x.cumsum(1):
        y.backward(ramp(*y.shape, first=1.0, dtype=torch.double, requires_grad=False))
        numbers(y, x.grad)


@program
def other_reductions_of_nothing():
    e = torch.zeros(0, 3, dtype=torch.double, requires_grad=True)
    numbers(e.prod(), e.prod(0), e.prod(1), e.norm(), e.norm(dim=0), e.logsumexp(0), e.logsumexp(1), e.softmax(0), e.log_softmax(1), e.cumsum(0), e.mean(0))
    e.prod(0).backward(torch.ones(3, dtype=torch.double))
    numbers(e.grad)


@program
def reductions_of_numbers_that_are_not_finite():
    inf, nan = float("inf"), float("nan")
    x = torch.tensor([[1.0, nan, 2.0], [inf, 1.0, -2.0], [inf, -inf, 0.0], [-inf, -inf, -inf]], dtype=torch.double)
    numbers(x.sum(1), x.mean(1), x.prod(1), x.amax(1), x.amin(1), x.max(), x.min(), x.norm(dim=1), x.logsumexp(1), x.cumsum(1))


@program
def products_of_two_vectors():
    a, b, m = leaf([1.0, 2.0, 3.0]), leaf([-1.0, 0.5, 2.0]), ramp(3, 3)
    for y in torch.dot(a, b), torch.dot(a, a), torch.dot(m[1], m.t()[2]), torch.dot(m[0][::2], a[1:]):
        y.backward()
        numbers(y, a.grad, b.grad, m.grad)


@program
def normalisations_in_three_dimensions():
    x = ramp(2, 3, 2, step=0.7, first=-2.0, dtype=torch.double)
    for y in x.softmax(1), x.log_softmax(-1), x.cumsum(0), x.cumsum(1):
        y.backward(ramp(2, 3, 2, first=1.0, dtype=torch.double, requires_grad=False))
        numbers(y, x.grad)
    y = x.transpose(0, 1)[:, :, ::2].softmax(1)
    y.backward(ramp(3, 2, 1, dtype=torch.double, requires_grad=False))
    numbers(y, x.grad)
