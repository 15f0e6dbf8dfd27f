# SPDX-License-Identifier: BSL-1.0
# Elements that are chosen by the values of others.
import torch
import torch.nn.functional as F

from recording import *


def show_with_gradient(x, y):
    y.backward(ramp(*y.shape, first=1.0, requires_grad=False))
    numbers(y, x.grad)


@program
def steps_are_selected():
    x = ramp(2, 3)
    show_with_gradient(x, x.index_select(1, torch.tensor([2, 0, 2])))
    show_with_gradient(x, x.index_select(0, torch.tensor([1])))
    show_with_gradient(x, x.t().index_select(-1, torch.tensor([1, 1])))
    text(x.index_select(0, torch.tensor([0])))


@program
def elements_are_gathered():
    x = ramp(2, 3)
    show_with_gradient(x, x.gather(1, torch.tensor([[0, 0], [2, 1]])))
    show_with_gradient(x, x.gather(0, torch.tensor([[1, 0, 1]])))
    text(x.gather(0, torch.tensor([[1, 0, 1]])))


@program
def rows_are_embedded():
    w = ramp(3, 2)
    show_with_gradient(w, F.embedding(torch.tensor([2, 0, 2]), w))
    show_with_gradient(w, F.embedding(torch.tensor([[1, 1], [0, 2]]), w))
    text(F.embedding(torch.tensor([0]), w))


@program
def indices_out_of_range():
    x = ramp(2, 3)
    error(lambda: x.gather(1, torch.tensor([[3]])))
    error(lambda: x.gather(0, torch.tensor([[0, 1, 0, 1]])))


@program
def elements_are_sorted():
    for elements in [[3.0, 1.0, 2.0], [5.0, 6.0, 4.0]], [[1.0, float("nan"), -1.0], [float("inf"), 0.0, float("-inf")]]:
        for dimension, descending in ((1, False), (0, False), (-1, True)):
            x = leaf(elements)
            values, indices = x.sort(dimension, descending)
            values.backward(ramp(2, 3, first=1.0, requires_grad=False))
            numbers(values, indices, x.grad)
    text(leaf([2.0, 1.0]).sort()[0])


@program
def greatest_elements_come_first():
    for k, dimension, largest in ((2, 1, True), (1, 0, True), (2, -1, False)):
        x = leaf([[3.0, 1.0, 2.0], [5.0, 6.0, 4.0]])
        values, indices = x.topk(k, dimension, largest)
        values.backward(ramp(*values.shape, first=1.0, requires_grad=False))
        numbers(values, indices, x.grad)
    error(lambda: x.topk(4))


@program
def windows_have_a_greatest_pixel():
    x = torch.tensor([[[[float((7 * (4 * i + j) + 3 * c) % 16) for j in range(4)] for i in range(4)] for c in range(2)]], requires_grad=True)
    for arguments in (2,), (3, 1), (2, 2, 1), (3, 2, 1):
        show_with_gradient(x, F.max_pool2d(x, *arguments))
    text(F.max_pool2d(x, 4))


@program
def choices_along_each_of_three_dimensions():
    x = ramp(2, 3, 2)
    show_with_gradient(x, x.index_select(-2, torch.tensor([2, 2, 0])))
    show_with_gradient(x, x.index_select(2, torch.tensor([1])))
    show_with_gradient(x, x.gather(-1, torch.tensor([[[1, 1], [0, 1]]])))
    show_with_gradient(x, x.gather(1, torch.tensor([[[2, 0]], [[1, 1]]])))
    v = leaf([[[3.0, 1.0], [2.0, 5.0], [4.0, 0.0]]])
    for values, places in v.sort(1), v.sort(-1, True), v.topk(2, -2), v.topk(1, 2, False):
        values.backward(ramp(*values.shape, first=1.0, requires_grad=False))
        numbers(values, places, v.grad)


@program
def choices_from_parts():
    x = ramp(3, 4, step=-1.0)
    show_with_gradient(x, x.t().index_select(0, torch.tensor([3, 1])))
    show_with_gradient(x, x[:, ::2].gather(1, torch.tensor([[1], [0], [1]])))
    show_with_gradient(x, F.embedding(torch.tensor([2, 0]), x.t()))
    show_with_gradient(x, x[1:, 1:3].sort(0)[0])
    show_with_gradient(x, x.t()[1].topk(2).values)
    show_with_gradient(x, x[0].expand(2, 4).topk(1, 1).values)
    show_with_gradient(x, x.index_select(1, torch.tensor([0, 9, 2, 9])[::2]))


@program
def nothing_is_chosen():
    x, none = ramp(2, 3), torch.zeros(0, dtype=torch.long)
    show_with_gradient(x, x.index_select(1, none))
    show_with_gradient(x, x.gather(0, none.reshape(0, 3)))
    show_with_gradient(x, F.embedding(none, x))
    show_with_gradient(x, x.topk(0, 1).values)
    numbers(torch.zeros(0, 2).sort(0).values, torch.zeros(2, 0).sort(1).indices)


@program
def choices_that_there_are_not():
    x = ramp(2, 3)
    error(lambda: F.embedding(torch.tensor([2]), x))
    error(lambda: F.embedding(torch.tensor([-1]), x))
    error(lambda: x.sort(2))
    error(lambda: x.topk(1, -3))
    error(lambda: x.topk(3, 0))
    error(lambda: x.topk(-1))
    error(lambda: x.index_select(2, torch.tensor([0])))
    error(lambda: x.gather(1, torch.tensor([[-1]])))


@program
def what_was_chosen_changes_in_place():
    x = ramp(3, 2)
    y = x.index_select(0, torch.tensor([2, 0]))
    y *= 3
    y[0] += y[1]
    show_with_gradient(x, y)
    z = (x * 1).sort(0, True).values
    z[0] -= 1
    show_with_gradient(x, z)
