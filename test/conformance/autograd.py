# SPDX-License-Identifier: BSL-1.0
# The rules by which gradients are computed, kept and refused.
import torch

from recording import *


@program
def more_than_one_element_needs_a_seed():
    x = leaf([1.0, 2.0])
    error(lambda: (x * 2).backward())
    y = leaf([[3.0]]) * 2
    y.backward()
    text(y)


@program
def what_was_freed_does_not_run_again():
    x = leaf([1.0, 2.0])
    y = x * x
    y.backward(torch.tensor([1.0, 1.0]))
    error(lambda: y.backward(torch.tensor([1.0, 1.0])))
    z = x * x
    z.backward(torch.tensor([1.0, 1.0]), retain_graph=True)
    z.backward(torch.tensor([1.0, 1.0]))
    text(x.grad)


@program
def a_sum_saves_nothing_and_runs_again():
    x, b = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    y = x + b
    y.backward(torch.tensor([1.0, 1.0]))
    y.backward(torch.tensor([1.0, 10.0]))
    text(x.grad, b.grad)


@program
def a_saved_operand_must_not_change():
    x = leaf([1.0, 2.0])
    y = x * 2
    z = y * y
    y += 1
    error(lambda: z.backward(torch.tensor([1.0, 1.0])))


@program
def what_backward_does_not_read_may_change():
    x = leaf([1.0, 2.0])
    q = x * 2
    r = q + 1
    q += 1
    r.backward(torch.tensor([1.0, 1.0]))
    text(x.grad, q, r)


@program
def a_leaf_is_not_changed_in_place():
    x = leaf([1.0, 2.0])

    def change():
        x.__iadd__(1)

    error(change)
    with torch.no_grad():
        x += 1
    text(x)
    error(lambda: x[0].__iadd__(1))


@program
def without_a_graph_there_is_nothing_to_differentiate():
    error(lambda: torch.tensor([1.0]).backward())
    x = leaf([1.0])
    with torch.no_grad():
        y = x * 2
    text(y)
    error(lambda: y.backward())


@program
def flags_of_results_cannot_be_changed():
    x = leaf([1.0])
    y = x * 2
    error(lambda: y.requires_grad_(False))
    text(x.requires_grad_(False))
    error(lambda: torch.tensor([1, 2]).requires_grad_())


@program
def hooks_see_and_replace_gradients():
    x = leaf([1.0, 2.0])
    y = x * 3
    y.register_hook(lambda g: g * 10)
    x.register_hook(lambda g: text(g))
    y.sum().backward()
    text(x.grad)


@program
def shapes_that_do_not_broadcast():
    a, b = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, 2.0])
    error(lambda: a + b)
    error(lambda: torch.tensor([[1.0, 2.0], [3.0, 4.0]]) * torch.tensor([[1.0, 2.0, 3.0]]))
    c = torch.tensor([1.0])
    error(lambda: c.__iadd__(a))


@program
def grad_returns_instead_of_accumulating():
    x, w = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    y = x * w
    gx, gw = torch.autograd.grad(y.sum(), (x, w), retain_graph=True)
    text(gx, gw, x.grad)
    z = y * y
    text(torch.autograd.grad(z.sum(), y)[0])
    error(lambda: torch.autograd.grad((x * x).sum(), w))


@program
def gradients_of_gradients():
    x = leaf(0.5, dtype=torch.double)
    y = torch.sin(x * x) * torch.exp(x)
    for _ in range(4):
        (y,) = torch.autograd.grad(y, x, create_graph=True)
        numbers(y)


@program
def a_penalty_on_gradients():
    a, b = leaf([[1.0, 2.0], [3.0, 4.0]]), leaf([0.5, -1.0])
    l = (torch.exp(a * b * 0.1) * a).sum()
    ga, gb = torch.autograd.grad(l, (a, b), create_graph=True)
    ((ga * ga).sum() + (gb * gb).sum()).backward()
    text(a.grad, b.grad)
