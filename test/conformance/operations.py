# SPDX-License-Identifier: BSL-1.0
# Elementwise operations, broadcasting, operations in place, and parts.
import torch
import torch.nn.functional as F

from recording import *


@program
def elementwise_functions_and_their_derivatives():
    for name in ["sqrt", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "atanh", "erf", "erfc", "lgamma", "digamma", "abs", "sign", "floor"]:
        x = leaf([0.25, 0.75], dtype=torch.double)
        y = getattr(torch, name)(x)
        y.sum().backward()
        text(name, y.detach(), x.grad)


@program
def functions_of_two_operands_and_their_derivatives():
    for name in ["add", "sub", "mul", "div", "pow", "atan2", "hypot", "minimum", "maximum"]:
        a, b = leaf([0.5, 3.0], dtype=torch.double), leaf([2.0, 1.5], dtype=torch.double)
        y = getattr(torch, name)(a, b)
        y.sum().backward()
        text(name, y.detach(), a.grad, b.grad)


@program
def activations_and_their_derivatives():
    for f in [F.relu, torch.sigmoid, F.softplus, F.silu, F.gelu]:
        x = leaf([-3.0, -0.5, 0.0, 0.5, 3.0])
        y = f(x)
        y.sum().backward()
        text(y, x.grad)


@program
def comparisons_and_where():
    a, b = leaf([1.0, 2.0, 3.0]), leaf([2.0, 2.0, 2.0])
    text(a < b, a <= b, a == b, a != b, (a > 1) & (a < 3), ~(a > 2))
    y = torch.where(a > b, a * a, b)
    y.sum().backward()
    text(y, a.grad, b.grad)


@program
def float_with_double_promotes():
    a, b = leaf([1.0, 2.0]), leaf([0.5, 0.25], dtype=torch.double)
    y = a * b
    y.sum().backward()
    text(y, a.grad, b.grad)
    text(a * 2.5, (1 / a).detach())


@program
def four_dimensions_broadcast():
    a = torch.arange(6.0).reshape(1, 3, 1, 2).requires_grad_()
    b = torch.arange(8.0).reshape(2, 1, 4, 1).requires_grad_()
    y = (a + 1) * b
    y.backward(torch.arange(48.0).reshape(2, 3, 4, 2))
    text(y, a.grad, b.grad)


@program
def a_part_that_changes_changes_the_whole():
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    y = x * 2
    row = y[0]
    column = y.t()[1]
    row *= 10
    column += 1
    text(y, row, column)
    (y * y).sum().backward()
    text(x.grad)


@program
def a_whole_without_gradient_gets_one_by_its_part():
    x, w = torch.zeros(4), leaf(2.0)
    part, other = x[1:3], x[2]
    part += w
    text(x, part, other)
    (x * x).sum().backward()
    text(w.grad)


@program
def parts_share_memory_and_give_gradients():
    x = torch.arange(24.0).reshape(2, 3, 4).requires_grad_()
    y = x[1][2] * x[0, :, 1:3][2][0] + x.transpose(0, 2)[3][1][0]
    y.sum().backward()
    text(y, x.grad)
    text(x[:, 0:3:2], x.reshape(6, 4)[5], x.unsqueeze(1)[0][0][0], x[0:1].squeeze(0)[1])
    error(lambda: x[2])
    error(lambda: x.reshape(5, 5))


@program
def expanded_elements_collect_gradients():
    x = leaf([[1.0], [2.0]])
    y = x.expand(3, 2, 2) * 2
    y.sum().backward()
    text(y, x.grad)
