#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
# Runs small programs in PyTorch (Debian's python3-torch, 1.13) and writes what they print to reference.txt: python3 test/variable/reference.py
# The tests in this folder have a program of the same name each, which prints the same. Shapes in texts are written [2], not torch.Size([2]), and texts end
# where PyTorch's go on with hints of its own.
import pathlib, re, warnings
import torch, torch.nn.functional as F
from torch import tensor

warnings.simplefilter("ignore")
programs = {}
lines = []


def program(function):
    programs[function.__name__] = function
    return function


def show(*values):
    lines.extend(str(value) for value in values)


# What later releases say.
later_texts = {
    "only Tensors of floating point dtype can require gradients": "Only Tensors of floating point and complex dtype can require gradients",
    "only one element tensors can be converted to Python scalars": "a Tensor with 2 elements cannot be converted to Scalar",
}


def error(call):
    try:
        call()
        lines.append("no error")
    except (RuntimeError, TypeError, ValueError, IndexError) as problem:
        text = re.sub(r"torch\.Size\((\[[^]]*\])\)", r"\1", str(problem))
        text = re.sub(r"torch\.(\w)\w*Tensor (\[)", lambda m: {"F": "float ", "D": "Double "}.get(m[1], "") + m[2], text)
        text = text.split(" Hint:")[0].split("\n")[0]
        lines.append(later_texts.get(text, text))


def leaf(values, **options):
    return tensor(values, requires_grad=True, **options)


# Autograd


@program
def gradients_add_up_until_they_are_cleared():
    x = leaf([1.0, 2.0])
    (x * x).sum().backward()
    show(x.grad)
    (x * x).sum().backward()
    show(x.grad)
    x.grad = None
    show(x.grad)


@program
def a_handle_on_the_gradient_sees_later_ones():
    x = leaf([1.0, 2.0])
    (x * 3).sum().backward()
    g = x.grad
    (x * 4).sum().backward()
    show(g)


@program
def more_than_one_element_needs_a_seed():
    x = leaf([1.0, 2.0])
    error(lambda: (x * 2).backward())
    y = leaf([[3.0]]) * 2
    y.backward()
    show(y)


@program
def a_seed_has_the_shape_of_the_output():
    x = leaf([1.0, 2.0, 3.0])
    y = x * 2
    error(lambda: y.backward(tensor([1.0, 2.0])))
    z = leaf([1.0]) * 2
    error(lambda: z.backward(tensor(1.0)))
    y.backward(tensor([1.0, 2.0, 3.0], dtype=torch.double))
    show(x.grad)


@program
def what_was_freed_does_not_run_again():
    x = leaf([1.0, 2.0])
    y = x * x
    y.backward(tensor([1.0, 1.0]))
    error(lambda: y.backward(tensor([1.0, 1.0])))
    z = x * x
    z.backward(tensor([1.0, 1.0]), retain_graph=True)
    z.backward(tensor([1.0, 1.0]))
    show(x.grad)


@program
def a_sum_saves_nothing_and_runs_again():
    x, b = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    y = x + b
    y.backward(tensor([1.0, 1.0]))
    y.backward(tensor([1.0, 10.0]))
    show(x.grad, b.grad)


@program
def a_saved_operand_must_not_change():
    x = leaf([1.0, 2.0])
    y = x * 2
    z = y * y
    y += 1
    error(lambda: z.backward(tensor([1.0, 1.0])))


@program
def what_backward_does_not_read_may_change():
    x = leaf([1.0, 2.0])
    q = x * 2
    r = q + 1
    q += 1
    r.backward(tensor([1.0, 1.0]))
    show(x.grad, q, r)


@program
def a_leaf_is_not_changed_in_place():
    x = leaf([1.0, 2.0])

    def change():
        x.__iadd__(1)

    error(change)
    with torch.no_grad():
        x += 1
    show(x)
    error(lambda: x[0].__iadd__(1))


@program
def without_a_graph_there_is_nothing_to_differentiate():
    error(lambda: tensor([1.0]).backward())
    x = leaf([1.0])
    with torch.no_grad():
        y = x * 2
    show(y)
    error(lambda: y.backward())


@program
def flags_of_results_cannot_be_changed():
    x = leaf([1.0])
    y = x * 2
    error(lambda: y.requires_grad_(False))
    show(x.requires_grad_(False))
    error(lambda: tensor([1, 2]).requires_grad_())


@program
def detach_and_data_share_memory():
    x = leaf([1.0, 2.0])
    y = x * 2
    d = y.detach()
    show(d)
    d *= 10
    show(y)
    z = y * y
    d += 1
    error(lambda: z.backward(tensor([1.0, 1.0])))
    w = y * y
    y.data.mul_(2)
    w.backward(tensor([1.0, 1.0]))
    show(x.grad)


@program
def retain_grad_keeps_the_gradient_of_a_result():
    x = leaf([1.0, 2.0])
    y = x * 3
    y.retain_grad()
    (y * y).sum().backward()
    show(y.grad, x.grad)


@program
def hooks_see_and_replace_gradients():
    x = leaf([1.0, 2.0])
    y = x * 3
    y.register_hook(lambda g: g * 10)
    x.register_hook(lambda g: show(g))
    y.sum().backward()
    show(x.grad)


@program
def a_seed_that_is_held_elsewhere_is_copied():
    x = leaf([1.0, 2.0])
    seed = tensor([1.0, 2.0])
    x.clone().backward(seed)
    (x * 1).backward(seed)
    show(seed, x.grad)


@program
def shapes_that_do_not_broadcast():
    a, b = tensor([1.0, 2.0, 3.0]), tensor([1.0, 2.0])
    error(lambda: a + b)
    error(lambda: tensor([[1.0, 2.0], [3.0, 4.0]]) * tensor([[1.0, 2.0, 3.0]]))
    c = tensor([1.0])
    error(lambda: c.__iadd__(a))


@program
def one_number_is_an_item():
    show(tensor([[2.0]]).item(), leaf(3.0).item())
    error(lambda: tensor([1.0, 2.0]).item())


@program
def grad_returns_instead_of_accumulating():
    x, w = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    y = x * w
    gx, gw = torch.autograd.grad(y.sum(), (x, w), retain_graph=True)
    show(gx, gw, x.grad)
    z = y * y
    show(torch.autograd.grad(z.sum(), y)[0])
    error(lambda: torch.autograd.grad((x * x).sum(), w))


@program
def gradients_of_gradients():
    x = leaf(0.5, dtype=torch.double)
    y = torch.sin(x * x) * torch.exp(x)
    for _ in range(4):
        (y,) = torch.autograd.grad(y, x, create_graph=True)
        show(f"{y.item():.10g}")


@program
def a_penalty_on_gradients():
    a, b = leaf([[1.0, 2.0], [3.0, 4.0]]), leaf([0.5, -1.0])
    l = (torch.exp(a * b * 0.1) * a).sum()
    ga, gb = torch.autograd.grad(l, (a, b), create_graph=True)
    ((ga * ga).sum() + (gb * gb).sum()).backward()
    show(a.grad, b.grad)


# Elementwise operations


@program
def elementwise_functions_and_their_derivatives():
    for name in ["sqrt", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "atanh", "erf", "erfc", "lgamma", "digamma", "abs", "sign", "floor"]:
        x = leaf([0.25, 0.75], dtype=torch.double)
        y = getattr(torch, name)(x)
        y.sum().backward()
        show(name, y.detach(), x.grad)


@program
def functions_of_two_operands_and_their_derivatives():
    for name in ["add", "sub", "mul", "div", "pow", "atan2", "hypot", "minimum", "maximum"]:
        a, b = leaf([0.5, 3.0], dtype=torch.double), leaf([2.0, 1.5], dtype=torch.double)
        y = getattr(torch, name)(a, b)
        y.sum().backward()
        show(name, y.detach(), a.grad, b.grad)


@program
def activations_and_their_derivatives():
    for f in [F.relu, torch.sigmoid, F.softplus, F.silu, F.gelu]:
        x = leaf([-3.0, -0.5, 0.0, 0.5, 3.0])
        y = f(x)
        y.sum().backward()
        show(y, x.grad)


@program
def comparisons_and_where():
    a, b = leaf([1.0, 2.0, 3.0]), leaf([2.0, 2.0, 2.0])
    show(a < b, a <= b, a == b, a != b, (a > 1) & (a < 3), ~(a > 2))
    y = torch.where(a > b, a * a, b)
    y.sum().backward()
    show(y, a.grad, b.grad)


@program
def float_with_double_promotes():
    a, b = leaf([1.0, 2.0]), leaf([0.5, 0.25], dtype=torch.double)
    y = a * b
    y.sum().backward()
    show(y, a.grad, b.grad)
    show(a * 2.5, (1 / a).detach())


# Broadcasting


@program
def gradients_are_summed_over_what_was_stretched():
    a, b = leaf([[1.0], [2.0], [3.0]]), leaf([[10.0, 20.0]])
    y = a * b
    y.backward(tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    show(y, a.grad, b.grad)
    c, d = leaf(2.0), leaf([[1.0, 2.0], [3.0, 4.0]])
    z = c * d + d
    z.sum().backward()
    show(z, c.grad, d.grad)


@program
def four_dimensions_broadcast():
    a = torch.arange(6.0).reshape(1, 3, 1, 2).requires_grad_()
    b = torch.arange(8.0).reshape(2, 1, 4, 1).requires_grad_()
    y = (a + 1) * b
    y.backward(torch.arange(48.0).reshape(2, 3, 4, 2))
    show(y, a.grad, b.grad)


# In place


@program
def results_change_in_place():
    x, w = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    y = x * 2
    y += w
    y *= w
    y -= 1
    y /= 2
    show(y)
    y.sum().backward()
    show(x.grad, w.grad)


@program
def a_part_that_changes_changes_the_whole():
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    y = x * 2
    row = y[0]
    column = y.t()[1]
    row *= 10
    column += 1
    show(y, row, column)
    (y * y).sum().backward()
    show(x.grad)


@program
def a_whole_without_gradient_gets_one_by_its_part():
    x, w = torch.zeros(4), leaf(2.0)
    part, other = x[1:3], x[2]
    part += w
    show(x, part, other)
    (x * x).sum().backward()
    show(w.grad)


# Parts and other shapes


@program
def parts_share_memory_and_give_gradients():
    x = torch.arange(24.0).reshape(2, 3, 4).requires_grad_()
    y = x[1][2] * x[0, :, 1:3][2][0] + x.transpose(0, 2)[3][1][0]
    y.sum().backward()
    show(y, x.grad)
    show(x[:, 0:3:2], x.reshape(6, 4)[5], x.unsqueeze(1)[0][0][0], x[0:1].squeeze(0)[1])
    error(lambda: x[2])
    error(lambda: x.reshape(5, 5))


@program
def expanded_elements_collect_gradients():
    x = leaf([[1.0], [2.0]])
    y = x.expand(3, 2, 2) * 2
    y.sum().backward()
    show(y, x.grad)


# Reductions


@program
def sums_and_means():
    x = leaf([[1.0, 2.0, 4.0], [8.0, 16.0, 32.0]])
    for y in [x.sum(), x.sum(0), x.sum(1), x.sum(1, keepdim=True), x.mean(), x.mean(0), x.mean(1)]:
        x.grad = None
        y.backward(torch.ones_like(y) * 3)
        show(y, x.grad)


@program
def other_reductions():
    for f in [lambda x: x.prod(), lambda x: x.amax(1), lambda x: x.amin(0), lambda x: x.var(unbiased=False), lambda x: x.norm(), lambda x: x.logsumexp(1)]:
        x = leaf([[1.0, 2.0, 4.0], [8.0, -3.0, 0.5]], dtype=torch.double)
        y = f(x)
        y.sum().backward()
        show(y.detach(), x.grad)


@program
def normalised_rows():
    for f in [lambda x: x.softmax(1), lambda x: x.log_softmax(1), lambda x: x.cumsum(1)]:
        x = leaf([[1.0, 2.0, 4.0], [8.0, -3.0, 0.5]], dtype=torch.double)
        y = f(x)
        y.backward(tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
        show(y.detach(), x.grad)


# Products, joins, selections


@program
def products_of_matrices():
    a, b, v = leaf([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), leaf([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), leaf([1.0, -1.0])
    y = a @ b
    y.backward(torch.arange(9.0).reshape(3, 3))
    show(y, a.grad, b.grad)
    (a @ v).sum().backward()
    (v @ b).sum().backward()
    (v @ v).backward()
    show(a.grad, b.grad, v.grad)
    error(lambda: a @ a)


@program
def batches_of_products():
    a = torch.arange(12.0).reshape(2, 3, 2).requires_grad_()
    b = torch.arange(8.0).reshape(2, 2, 2).requires_grad_()
    w = leaf([[1.0, 2.0], [3.0, 4.0]])
    y = a @ b + a @ w
    y.backward(torch.arange(12.0).reshape(2, 3, 2))
    show(y, a.grad, b.grad, w.grad)


@program
def parts_are_joined():
    a, b = leaf([[1.0, 2.0]]), leaf([[3.0, 4.0], [5.0, 6.0]])
    y = torch.cat([a, b, a])
    y.backward(torch.arange(8.0).reshape(4, 2))
    show(y, a.grad, b.grad)
    c, d = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    z = torch.stack([c, d], 1)
    z.backward(tensor([[1.0, 2.0], [3.0, 4.0]]))
    show(z.detach(), c.grad, d.grad)
    error(lambda: torch.cat([a, leaf([[1.0]])]))


@program
def elements_are_selected():
    x = leaf([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    y = x.index_select(1, tensor([2, 0, 2]))
    y.sum().backward()
    show(y, x.grad)
    z = x.gather(1, tensor([[0, 0], [2, 1]]))
    z.sum().backward()
    show(z, x.grad)
    e = F.embedding(tensor([1, 0, 1]), x)
    e.sum().backward()
    show(e, x.grad)
    error(lambda: x.index_select(0, tensor([2])))


@program
def elements_are_sorted():
    x = leaf([[3.0, 1.0, 2.0], [5.0, 6.0, 4.0]])
    values, indices = x.sort(1)
    values.backward(tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
    show(values.detach(), indices, x.grad)
    values, indices = x.topk(2, 1)
    show(values, indices)


# Networks


@program
def losses():
    scores = leaf([[1.0, 2.0, 3.0], [3.0, 1.0, 0.0]])
    l = F.cross_entropy(scores, tensor([2, 1]))
    l.backward()
    show(l, scores.grad)
    a, b = leaf([1.0, 2.0]), leaf([3.0, 1.0])
    m = F.mse_loss(a, b)
    m.backward()
    show(m.item(), a.grad, b.grad)


@program
def layers_are_normalised():
    x, w, b = leaf([[1.0, 2.0, 4.0], [3.0, 1.0, 0.0]], dtype=torch.double), leaf([1.0, 2.0, 3.0], dtype=torch.double), leaf([0.0, 1.0, 0.0], dtype=torch.double)
    y = F.layer_norm(x, (3,), w, b)
    y.backward(tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
    show(y.detach(), x.grad, w.grad, b.grad)


@program
def convolutions_and_pools():
    x = torch.arange(32.0).reshape(1, 2, 4, 4).requires_grad_()
    k = (torch.arange(16.0) * 0.5).reshape(2, 2, 2, 2).requires_grad_()
    b = leaf([1.0, -1.0])
    y = F.conv2d(x, k, b, stride=2, padding=1)
    p = F.max_pool2d(y, 2, 1)
    p.sum().backward()
    show(y.detach(), p, x.grad, k.grad, b.grad)


# Printing


@program
def tensors_print():
    show(tensor([]), torch.zeros(0, 3), torch.zeros(2, 0, 3), tensor(1.0), tensor(1.5), tensor(-0.1234567))
    show(tensor([1.0, 2.0, -3.0]), tensor([1.5, 20.25, -300.125]), tensor([0.0001, 1.0]), tensor([0.00001, 1.0]), tensor([1.0, 1001.5]), tensor([1e9, 1.0]), tensor([1e-20, 2e-20]))
    show(tensor([float("nan"), 1.0, float("inf"), -float("inf")]), tensor([float("nan"), 0.5]), tensor([0.0, 0.0]), tensor([1e8, 1.0]), tensor([123456.0, 1.0]))
    show(tensor([1.5, 2.5], dtype=torch.double), tensor([1, -20, 300]), tensor([True, False]), tensor([1, 2], dtype=torch.int32), leaf([1.0, 2.0]))
    show(tensor([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.5]]]), torch.arange(16.0).reshape(2, 2, 2, 2))


@program
def long_tensors_wrap_and_are_summarised():
    show(torch.arange(30.0), torch.arange(30) * 1000, torch.arange(24.0) + 0.5, torch.arange(1000.0)[990:])
    show(torch.arange(1001.0), torch.arange(1200.0).reshape(30, 40), torch.arange(1100.0).reshape(2, 550), torch.arange(2000.0).reshape(10, 20, 10) / 3)
    show(torch.arange(20.0).requires_grad_(), torch.arange(16.0, dtype=torch.double).requires_grad_() * 1.5)


@program
def creation():
    show(torch.zeros(2, 3), torch.ones(2), torch.full((2, 2), 1.5), torch.arange(5.0), torch.arange(1.0, 2.0, 0.25), torch.eye(3))


with open(pathlib.Path(__file__).parent / "reference.txt", "w") as file:
    for name, function in programs.items():
        lines.clear()
        torch.manual_seed(0)
        function()
        print("==", name, file=file)
        for line in lines:
            print(line, file=file)
