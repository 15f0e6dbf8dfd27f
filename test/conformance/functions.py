# SPDX-License-Identifier: BSL-1.0
# Reductions, products, joins, selections, and what networks are made of.
import torch
import torch.nn.functional as F

from recording import *


@program
def other_reductions():
    for f in [lambda x: x.prod(), lambda x: x.amax(1), lambda x: x.amin(0), lambda x: x.var(unbiased=False), lambda x: x.norm(), lambda x: x.logsumexp(1)]:
        x = leaf([[1.0, 2.0, 4.0], [8.0, -3.0, 0.5]], dtype=torch.double)
        y = f(x)
        y.sum().backward()
        text(y.detach(), x.grad)


@program
def normalised_rows():
    for f in [lambda x: x.softmax(1), lambda x: x.log_softmax(1), lambda x: x.cumsum(1)]:
        x = leaf([[1.0, 2.0, 4.0], [8.0, -3.0, 0.5]], dtype=torch.double)
        y = f(x)
        y.backward(torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
        text(y.detach(), x.grad)


@program
def products_of_matrices():
    a, b, v = leaf([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), leaf([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), leaf([1.0, -1.0])
    y = a @ b
    y.backward(torch.arange(9.0).reshape(3, 3))
    text(y, a.grad, b.grad)
    (a @ v).sum().backward()
    (v @ b).sum().backward()
    (v @ v).backward()
    text(a.grad, b.grad, v.grad)
    error(lambda: a @ a)


@program
def batches_of_products():
    a = torch.arange(12.0).reshape(2, 3, 2).requires_grad_()
    b = torch.arange(8.0).reshape(2, 2, 2).requires_grad_()
    w = leaf([[1.0, 2.0], [3.0, 4.0]])
    y = a @ b + a @ w
    y.backward(torch.arange(12.0).reshape(2, 3, 2))
    text(y, a.grad, b.grad, w.grad)


@program
def elements_are_selected():
    x = leaf([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    y = x.index_select(1, torch.tensor([2, 0, 2]))
    y.sum().backward()
    text(y, x.grad)
    z = x.gather(1, torch.tensor([[0, 0], [2, 1]]))
    z.sum().backward()
    text(z, x.grad)
    e = F.embedding(torch.tensor([1, 0, 1]), x)
    e.sum().backward()
    text(e, x.grad)
    error(lambda: x.index_select(0, torch.tensor([2])))


@program
def sorted_elements_know_their_places():
    x = leaf([[3.0, 1.0, 2.0], [5.0, 6.0, 4.0]])
    values, indices = x.sort(1)
    values.backward(torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
    text(values.detach(), indices, x.grad)
    values, indices = x.topk(2, 1)
    text(values, indices)


@program
def losses():
    scores = leaf([[1.0, 2.0, 3.0], [3.0, 1.0, 0.0]])
    l = F.cross_entropy(scores, torch.tensor([2, 1]))
    l.backward()
    text(l, scores.grad)
    a, b = leaf([1.0, 2.0]), leaf([3.0, 1.0])
    m = F.mse_loss(a, b)
    m.backward()
    numbers(m)
    text(a.grad, b.grad)


@program
def convolutions_and_pools():
    x = torch.arange(32.0).reshape(1, 2, 4, 4).requires_grad_()
    k = (torch.arange(16.0) * 0.5).reshape(2, 2, 2, 2).requires_grad_()
    b = leaf([1.0, -1.0])
    y = F.conv2d(x, k, b, stride=2, padding=1)
    p = F.max_pool2d(y, 2, 1)
    p.sum().backward()
    text(y.detach(), p, x.grad, k.grad, b.grad)
