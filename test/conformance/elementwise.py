# SPDX-License-Identifier: BSL-1.0
# Every elementwise operation that PyTorch has, and the activations: values and gradients, of float and of double.
import torch
import torch.nn.functional as F

from recording import *

anywhere = [-2.5, -1.0, -0.3, 0.0, 0.2, 0.75, 1.0, 3.5]
positive = [0.01, 0.3, 0.5, 1.0, 1.7, 2.0, 10.0, 100.0]
unit = [-0.9, -0.5, -0.1, 0.0, 0.05, 0.3, 0.6, 0.99]
above_one = [1.01, 1.5, 2.0, 3.0, 5.0, 10.0, 50.0, 1000.0]
seed = [1.0, -2.0, 0.5, 3.0, 1.0, 0.25, -1.0, 2.0]


def show_with_gradients(function, *operands):
    for dtype in torch.float, torch.double:
        leaves = [leaf(each, dtype) for each in operands]
        y = function(*leaves)
        y.backward(torch.tensor(seed, dtype=dtype))
        numbers(y, *(each.grad for each in leaves))


def of_one(name, operand, function):
    def run():
        show_with_gradients(function, operand)

    run.__name__ = name + "_and_its_derivative"
    program(run)


for name in ["negative", "sin", "cos", "atan", "sinh", "cosh", "tanh", "asinh", "erf", "erfc", "exp", "exp2", "expm1", "abs", "sign", "floor", "ceil", "trunc"]:
    of_one(name, anywhere, getattr(torch, name))
for name in ["sqrt", "log", "log2", "log10", "lgamma", "digamma"]:
    of_one(name, positive, getattr(torch, name))
for name in ["log1p", "tan", "asin", "acos", "atanh"]:
    of_one(name, unit, getattr(torch, name))
of_one("acosh", above_one, torch.acosh)
of_one("polygamma", positive, lambda x: torch.special.polygamma(1, x))
of_one("clamp", anywhere, lambda x: torch.clamp(x, -0.9, 0.8))
of_one("relu", anywhere, F.relu)
of_one("sigmoid", anywhere, torch.sigmoid)
of_one("softplus", anywhere, F.softplus)
of_one("silu", anywhere, F.silu)
of_one("gelu", anywhere, F.gelu)


def of_two(name, first, second, function):
    def run():
        show_with_gradients(function, first, second)

    run.__name__ = name + "_and_its_derivatives"
    program(run)


other = [0.5, -1.0, 2.0, -3.0, 0.2, 4.0, -0.25, 1.5]
for name in ["add", "subtract", "multiply", "divide", "atan2", "hypot", "minimum", "maximum"]:
    of_two(name, anywhere, other, getattr(torch, name))
of_two("copysign", other, anywhere, torch.copysign)
of_two("pow", positive, [2.0, 0.5, -1.0, 3.0, 0.0, 1.0, -0.5, 1.5], torch.pow)


@program
def special_values_and_their_derivatives():
    inf, nan = float("inf"), float("nan")
    for function in torch.exp, torch.tanh, torch.sigmoid, torch.sin, F.relu:
        x = leaf([inf, -inf, nan, -0.0, 1000.0, -1000.0])
        y = function(x)
        y.backward(torch.ones(6))
        numbers(y, x.grad)
    for function in torch.sqrt, torch.log:
        x = leaf([inf, 0.0, nan, -1.0])
        y = function(x)
        y.backward(torch.ones(4))
        numbers(y, x.grad)
    a, b = leaf([1.0, 0.0, -1.0, inf]), leaf([0.0, 0.0, inf, inf])
    y = a / b
    y.backward(torch.ones(4))
    numbers(y, a.grad, b.grad)


@program
def powers_with_a_number():
    for exponent in 2, 3, 0.5, -1, 0, 1:
        x = leaf([0.5, 1.0, 2.0])
        y = x**exponent
        y.backward(torch.tensor([1.0, 2.0, 3.0]))
        numbers(y, x.grad)
    x = leaf([-2.0, 0.0, 3.0])
    y = x**2
    y.backward(torch.ones(3))
    numbers(y, x.grad)


@program
def a_statement_of_many_operations():
    for dtype in torch.float, torch.double:
        x, w, b = leaf([0.5, -1.0, 2.0], dtype), leaf([1.5, 0.25, -0.75], dtype), leaf([0.1, 0.2, 0.3], dtype)
        y = torch.tanh(x * w + b) / (1 + torch.exp(-x)) - torch.sin(w) * w
        y.backward(torch.tensor([1.0, 2.0, 3.0], dtype=dtype))
        numbers(y, x.grad, w.grad, b.grad)


@program
def numbers_on_either_side():
    x = leaf([0.5, 2.0, -4.0])
    y = 3 - x * 2 + 1 / x
    y.backward(torch.ones(3))
    numbers(y, x.grad)
    z = x / 2 + (-1.5) * x - 0.5
    z.backward(torch.ones(3))
    numbers(z, x.grad)


@program
def comparisons_give_truths():
    a, b = leaf([1.0, 2.0, 3.0, float("nan")]), leaf([2.0, 2.0, 2.0, 2.0])
    numbers(a < b, a <= b, a > b, a >= b, a == b, a != b, a < 2, 2 < a)
    numbers((a < b) & (a == 1), (a < b) | (a == b), ~(a < b))
    i, j = torch.tensor([1, 2, 3]), torch.tensor([3, 2, 1])
    numbers(i < j, i == j, i != 2)


@program
def where_sends_gradients_to_what_was_chosen():
    a, b = leaf([1.0, -2.0, 3.0]), leaf([2.0, 0.5, 4.0])
    y = torch.where(a > 0, a * a, b)
    y.backward(torch.tensor([1.0, 10.0, 100.0]))
    numbers(y, a.grad, b.grad)
    x = leaf([1.0, 0.0, -1.0])
    z = torch.where(x > 0, torch.log(x), torch.tensor(0.0))
    numbers(z)
    c = torch.tensor([True, False, True])
    w = torch.where(c, a, 0.0)
    w.backward(torch.ones(3))
    numbers(w, a.grad)
    d = torch.tensor([True, True, False])
    numbers(c & d, c | d, ~c, torch.where(c & (a > 2), a, b))


@program
def functions_of_parts():
    x = ramp(3, 4, step=0.25, first=0.5, dtype=torch.double)
    for y in x.t().exp(), x[:, ::2].sin() * x[:, 1::2], x[1].expand(2, 4).sqrt(), x[::2, 1:3].log() + x[:2, 2:], torch.atan2(x.t()[1:], x[0, :3]), x[:, 2].clamp(0.9, 2.6) / x[:, 1], x.transpose(0, 1)[2].tanh():
        y.backward(ramp(*y.shape, first=1.0, dtype=torch.double, requires_grad=False))
        numbers(y, x.grad)


@program
def functions_of_no_elements():
    e = torch.zeros(0, requires_grad=True)
    for y in e.exp(), e * e, torch.where(e > 0, e, e * 2), e.clamp(-1, 1), F.gelu(e), e**2, e / 3:
        y.backward(torch.zeros(0))
        numbers(y, e.grad)
    numbers(e < 1, e == e)


@program
def functions_of_single_numbers():
    for dtype in torch.float, torch.double:
        x, w = leaf(0.75, dtype), leaf(-1.5, dtype)
        for y in x.exp() * w, torch.hypot(x, w), torch.where(x > w, x * w, w), x**3, F.softplus(w), torch.maximum(x, w), w.clamp(-1, 1) + x.log():
            y.backward()
            numbers(y, x.grad, w.grad)


@program
def a_number_is_the_base_or_a_bound():
    x = leaf([0.5, 1.5, -2.0])
    for y in 2**x, torch.pow(0.5, x * 2), x.clamp(min=-1.0), x.clamp(max=1.0), torch.copysign(x, torch.tensor(-1.0)), torch.atan2(torch.tensor(1.0), x), torch.hypot(x, torch.tensor(2.0)):
        y.backward(torch.tensor([1.0, 10.0, 100.0]))
        numbers(y, x.grad)
