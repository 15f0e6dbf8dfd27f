# SPDX-License-Identifier: BSL-1.0
# What neural networks are made of.
import torch
import torch.nn.functional as F

from recording import *


@program
def cross_entropies():
    for dtype in torch.float, torch.double:
        scores = leaf([[1.0, 2.0, 3.0], [3.0, 1.0, 0.0]], dtype)
        loss = F.cross_entropy(scores, torch.tensor([2, 1]))
        loss.backward()
        numbers(loss, scores.grad)
    large = leaf([[1000.0, 0.0]], torch.double)
    loss = F.cross_entropy(large, torch.tensor([1]))
    loss.backward()
    numbers(loss, large.grad)


@program
def mean_squared_errors():
    a, b = leaf([1.0, 2.0]), leaf([3.0, 1.5])
    loss = F.mse_loss(a, b)
    loss.backward()
    numbers(loss, a.grad, b.grad)


@program
def layers_are_normalised():
    x, w, b = leaf([[1.0, 2.0, 4.0], [3.0, 1.0, 0.0]], torch.double), leaf([1.0, 2.0, 3.0], torch.double), leaf([0.0, 1.0, -1.0], torch.double)
    for epsilon in 1e-5, 0.5:
        y = F.layer_norm(x, (3,), w, b, epsilon)
        y.backward(ramp(2, 3, first=1.0, dtype=torch.double, requires_grad=False))
        numbers(y, x.grad, w.grad, b.grad)


@program
def convolutions():
    x, k, b = ramp(2, 2, 4, 4, step=0.25), ramp(3, 2, 2, 2, step=0.5, first=-2.0), leaf([1.0, -1.0, 0.5])
    for arguments in (None, 1, 0), (b, 2, 1), (b, 1, 2):
        y = F.conv2d(x, k, *arguments)
        y.backward(ramp(*y.shape, step=0.125, requires_grad=False))
        numbers(y, x.grad, k.grad, b.grad)


@program
def convolutions_that_do_not_fit():
    x = torch.ones(1, 2, 2, 2)
    error(lambda: F.conv2d(x, torch.ones(1, 1, 2, 2)))
    error(lambda: F.conv2d(x, torch.ones(1, 2, 3, 3)))
    error(lambda: F.conv2d(x, torch.ones(1, 2, 2, 2), stride=0))


@program
def a_network_is_trained():
    w, v, b = ramp(2, 4, step=0.1, first=-0.35, dtype=torch.double), ramp(4, 1, step=0.2, first=-0.3, dtype=torch.double), torch.zeros(4, dtype=torch.double, requires_grad=True)
    x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], dtype=torch.double)
    t = torch.tensor([[0.0], [1.0], [1.0], [0.0]], dtype=torch.double)
    for step in range(20):
        loss = F.mse_loss(torch.tanh(x @ w + b) @ v, t)
        loss.backward()
        with torch.no_grad():
            for p in w, v, b:
                p -= p.grad * 0.5
                p.grad = None
    numbers(loss, w, v, b)
