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
def classes_that_there_are_not():
    scores = torch.ones(2, 3)
    for classes in [1], [0, 1, 2], [1, -1], [1, 3]:
        error(lambda: F.cross_entropy(scores, torch.tensor(classes)))
        error(lambda: F.cross_entropy(scores * 2 + 1, torch.tensor(classes)))


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


@program
def dropout_that_does_not_depend_on_chance():
    x = leaf([[1.0, -2.0], [3.0, 0.0]])
    for y in F.dropout(x, 0.0), F.dropout(x, 0.5, False), F.dropout(x, 1.0), F.dropout(x.t(), 0.0):
        y.backward(ramp(2, 2, first=1.0, requires_grad=False))
        numbers(y, x.grad)


@program
def activations_far_from_zero():
    for f in F.softplus, F.silu, F.relu:
        x = leaf([-200.0, -30.0, -9.0, 9.0, 30.0, 200.0])
        y = f(x)
        y.backward(torch.ones(6))
        numbers(y, x.grad)


@program
def convolutions_of_parts_and_of_one_pixel():
    x, k = ramp(2, 2, 3, 4, step=0.25), ramp(2, 2, 2, 1, step=0.5, first=-2.0)
    for y in F.conv2d(x.transpose(2, 3), k.transpose(2, 3)), F.conv2d(x[:, :, ::2, 1:], k), F.conv2d(x, k[:, :, :1]), F.conv2d(x, k, stride=3), F.conv2d(x[:1], k[1:], padding=1), F.conv2d(x.transpose(0, 1), k[:, 1:].expand(2, 2, 2, 1)):
        y.backward(ramp(*y.shape, step=0.125, requires_grad=False))
        numbers(y, x.grad, k.grad)


@program
def windows_of_parts():
    x = ramp(1, 2, 4, 3, step=-0.5)
    for y in F.max_pool2d(x.transpose(2, 3), 2), F.max_pool2d(x[:, 1:, ::2], 2, 1), F.max_pool2d(x, 1, 2), F.max_pool2d(x[:, :, :, 1:].transpose(0, 1), 2, 1, 1), F.max_pool2d(x * -1, 3):
        y.backward(ramp(*y.shape, first=1.0, requires_grad=False))
        numbers(y, x.grad)


@program
def losses_of_parts():
    x, t = ramp(2, 3, step=0.5, dtype=torch.double), ramp(3, 2, step=-0.25, dtype=torch.double)
    for y in F.mse_loss(x.t(), t), F.mse_loss(x[:, 1], t[1]), F.mse_loss(x, torch.ones(3, dtype=torch.double)), F.cross_entropy(x.t(), torch.tensor([0, 1, 1])), F.cross_entropy(x[:1, ::2], torch.tensor([1])):
        y.backward()
        numbers(y, x.grad, t.grad)


@program
def layers_of_images_are_normalised():
    x, w, b = ramp(2, 2, 3, step=0.3, first=-1.0, dtype=torch.double), leaf([1.0, 2.0, 3.0], torch.double), leaf([0.0, 1.0, -1.0], torch.double)
    y = F.layer_norm(x * x, (3,), w, b)
    y.backward(ramp(2, 2, 3, first=1.0, dtype=torch.double, requires_grad=False))
    numbers(y, x.grad, w.grad, b.grad)
    z = F.layer_norm(x.transpose(0, 2), (2,), w[:2], b[::2])
    z.backward(ramp(3, 2, 2, dtype=torch.double, requires_grad=False))
    numbers(z, x.grad, w.grad, b.grad)


@program
def an_attention_to_words():
    words, q, k, v = ramp(5, 4, step=0.05, first=-0.5, dtype=torch.double), ramp(4, 3, step=0.1, first=-0.6, dtype=torch.double), ramp(4, 3, step=-0.07, first=0.4, dtype=torch.double), ramp(4, 2, step=0.2, first=-0.9, dtype=torch.double)
    x = F.embedding(torch.tensor([[0, 3, 1], [4, 4, 2]]), words)
    weights = ((x @ q) @ (x @ k).transpose(1, 2) / 3**0.5).softmax(2)
    y = weights @ (x @ v)
    y.backward(ramp(2, 3, 2, dtype=torch.double, requires_grad=False))
    numbers(weights, y, words.grad, q.grad, k.grad, v.grad)


@program
def a_state_is_carried_along_a_sequence():
    x, w, u = ramp(4, 2, step=0.2, first=-0.5, dtype=torch.double), ramp(2, 3, step=0.1, first=-0.2, dtype=torch.double), ramp(3, 3, step=-0.05, first=0.3, dtype=torch.double)
    h, all = torch.zeros(3, dtype=torch.double), []
    for t in range(4):
        h = torch.tanh(x[t] @ w + h @ u)
        all.append(h)
    y = torch.stack(all)
    (y * y).sum().backward()
    numbers(y, x.grad, w.grad, u.grad)


@program
def a_network_of_convolutions():
    x, k, w = ramp(2, 1, 4, 4, step=0.1, first=-1.0, dtype=torch.double), ramp(2, 1, 2, 2, step=0.25, first=-0.8, dtype=torch.double), ramp(8, 3, step=0.05, first=-0.6, dtype=torch.double)
    b = leaf([0.5, -0.25], torch.double)
    scores = F.max_pool2d(F.relu(F.conv2d(x * x, k, b, padding=1)), 2).flatten(1) @ w
    loss = F.cross_entropy(scores, torch.tensor([2, 0]))
    loss.backward()
    numbers(scores, loss, x.grad, k.grad, b.grad, w.grad)
