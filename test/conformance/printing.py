# SPDX-License-Identifier: BSL-1.0
# Tensors as text.
import torch
import torch.nn.functional as F

from recording import *

inf, nan = float("inf"), float("nan")


def show(*lists, dtype=torch.float):
    text(*(torch.tensor(each, dtype=dtype) for each in lists))


@program
def integral_numbers_have_no_digits():
    show([1.0, 2.0], [-1.0, 20.0, 300.0], [0.0], [-0.0, 1.0], [1e7, 1.0], [123456.0, 2.0], [999.0, 1.0], [1001.0, 1.0], [1e8, 1e8], [2e8, 2e8], [1e10])


@program
def other_numbers_have_four_digits():
    show([0.5, 1.25], [0.12345678, 100.5], [-1.5, 2.25], [0.99999, 1.0], [0.00005, 0.0001], [1e-4, 1.0], [999.5, 1.0], [1.0, 1.5, 1000.25], [0.1, 0.0, 0.2], [123.456789])


@program
def mixed_magnitudes_are_scientific():
    show([1e-5, 1.0], [0.5, 1000.0], [1001.5, 1.0], [1e-10, 2e-10], [1e20, 1.0], [-1e-5, 123456.0], [1e-38, 3e38], [0.0001, 0.11], [0.0, 1e-6], [3.5e8], [1e9, 0.5])


@program
def numbers_that_are_not_finite():
    show([nan], [inf, 1.0], [-inf, 0.5], [nan, inf, -inf], [nan, 1.0, 100.0], [inf, 1e-7], [nan, 0.0], [-inf, -1.5, 10.25], [inf, 12345.0, 0.1])


@program
def numbers_of_double():
    show([1.0, 2.0], [0.1, 1e-5], [nan, 1.5], 2.5, [[1.5, 2.5]], [1e-300, 1e300], [1.0, 1000.5], dtype=torch.double)
    text(leaf([1.5], torch.double), leaf(2.0, torch.double) * 2)


@program
def whole_numbers_and_truths():
    text(torch.tensor([1, 2, 3]), torch.tensor([-1, 100, 2]), torch.tensor([[1, 20], [300, -4000]]), torch.tensor(7), torch.tensor([2**62]))
    text(torch.tensor([True, False]), torch.tensor(True), torch.tensor([[True], [True]]), torch.tensor([1, 2], dtype=torch.int32), torch.tensor([3], dtype=torch.int16), torch.tensor([4], dtype=torch.uint8))


@program
def numbers_of_rank_0():
    show(1.0, 1.5, -2.0, 0.00001, 123456.789, 1e10, nan, -inf, 0.0, 1e8, 99999.5)
    text(leaf(1.5), leaf(1.5) * 2)


@program
def nothing_has_a_size():
    text(torch.zeros(0), torch.zeros(0, 3), torch.zeros(2, 0), torch.zeros(1, 0, 2), torch.zeros(2, 3, 0, 1))
    text(torch.zeros(0, dtype=torch.double), torch.zeros(0, dtype=torch.long), torch.zeros(0, dtype=torch.bool), torch.zeros(0, 2, dtype=torch.double), torch.zeros(0, requires_grad=True), torch.zeros(0, 2, requires_grad=True))


@program
def brackets_of_each_dimension():
    text(*(ramp(*shape, requires_grad=False) for shape in ((1, 1), (2, 2), (2, 1, 2), (1, 2, 2), (2, 2, 1, 2), (1, 1, 1, 1), (3, 1), (2, 2, 2, 2))))


@program
def long_rows_are_wrapped():
    for count in 10, 19, 20, 21, 25, 40:
        text(ramp(count, requires_grad=False))
    text(ramp(30, step=0.5, requires_grad=False), ramp(12, step=1234.5, requires_grad=False), ramp(2, 30, requires_grad=False), ramp(2, 2, 25, step=0.25, requires_grad=False))
    text(torch.arange(60), torch.arange(30) % 2 == 0, ramp(9, step=1e-6, requires_grad=False), ramp(16, step=-1.5, dtype=torch.double, requires_grad=False))


@program
def many_elements_are_summarised():
    for shape in (1000,), (1001,), (2, 501), (501, 2), (40, 30), (7, 150), (6, 170), (3, 500):
        text(ramp(*shape, requires_grad=False))
    text(ramp(10, 11, 12, requires_grad=False), ramp(7, 2, 100, requires_grad=False), ramp(5, 6, 7, 8, requires_grad=False), ramp(7, 7, 7, 7, step=0.5, requires_grad=False))
    text(torch.arange(1100), torch.arange(2000) % 3 == 0, ramp(1500, step=0.1, dtype=torch.double, requires_grad=False), ramp(1200))


@program
def a_summary_looks_at_what_it_shows():
    x = torch.zeros(1200)
    x[600] = 1e20
    text(x)
    x[1] = 0.5
    text(x)
    x[1199] = 1e9
    text(x)


@program
def what_is_special_follows():
    x = leaf([1.0, 2.0])
    text(x, x * 2, x.detach(), x.sum(), x.mean(), x - 1, x / 2, -x, torch.exp(x), x.clone(), x[0], torch.sqrt(x), x < 1)
    text(leaf([1.5], torch.double) * 2, x.reshape(2, 1).t() * 1, torch.relu(x), torch.sigmoid(x), torch.maximum(x, x), torch.where(x > 1, x, x * 2))


@program
def what_is_special_goes_to_the_next_line():
    for count in range(14, 22):
        text(ramp(count), ramp(count) * 2)
    # Each width of the last line.
    for number in 1.0, 10.0, 100.0:
        for count in range(7, 12):
            text(torch.full((count,), number, requires_grad=True) * 1, torch.full((2, count), number, requires_grad=True) * 1)
    for count in range(6, 10):
        text(ramp(count, step=0.5, dtype=torch.double) * 1.5)
    text(ramp(3, 20, dtype=torch.double) + 1, ramp(2, 17), torch.zeros(1, 0, 3, dtype=torch.double, requires_grad=True))


@program
def parts_print_their_elements():
    x = ramp(3, 4, requires_grad=False)
    text(x.t(), x[1], x[:, ::2], x[0].expand(2, 4), x[:0])


@program
def tensors_print():
    text(torch.tensor([]), torch.zeros(0, 3), torch.zeros(2, 0, 3), torch.tensor(1.0), torch.tensor(1.5), torch.tensor(-0.1234567))
    text(torch.tensor([1.0, 2.0, -3.0]), torch.tensor([1.5, 20.25, -300.125]), torch.tensor([0.0001, 1.0]), torch.tensor([0.00001, 1.0]), torch.tensor([1.0, 1001.5]), torch.tensor([1e9, 1.0]), torch.tensor([1e-20, 2e-20]))
    text(torch.tensor([float("nan"), 1.0, float("inf"), -float("inf")]), torch.tensor([float("nan"), 0.5]), torch.tensor([0.0, 0.0]), torch.tensor([1e8, 1.0]), torch.tensor([123456.0, 1.0]))
    text(torch.tensor([1.5, 2.5], dtype=torch.double), torch.tensor([1, -20, 300]), torch.tensor([True, False]), torch.tensor([1, 2], dtype=torch.int32), leaf([1.0, 2.0]))
    text(torch.tensor([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.5]]]), torch.arange(16.0).reshape(2, 2, 2, 2))


@program
def long_tensors_wrap_and_are_summarised():
    text(torch.arange(30.0), torch.arange(30) * 1000, torch.arange(24.0) + 0.5, torch.arange(1000.0)[990:])
    text(torch.arange(1001.0), torch.arange(1200.0).reshape(30, 40), torch.arange(1100.0).reshape(2, 550), torch.arange(2000.0).reshape(10, 20, 10) / 3)
    text(torch.arange(20.0).requires_grad_(), torch.arange(16.0, dtype=torch.double).requires_grad_() * 1.5)


@program
def creation():
    text(torch.zeros(2, 3), torch.ones(2), torch.full((2, 2), 1.5), torch.arange(5.0), torch.arange(1.0, 2.0, 0.25), torch.eye(3))


@program
def results_are_named_after_their_last_operation():
    x, c = ramp(2, 2, first=1.0), torch.tensor([[1, 0], [0, 1]])
    for y in torch.cat([x, x]), x.index_select(0, c[0]), x.gather(1, c), x.sort(1).values, x.topk(1, 1).values, x.clone(), x @ x, torch.atan2(x, x), x**2, F.silu(x):
        text(y.grad_fn.name())


@program
def parts_with_a_history_print_it():
    x = ramp(2, 3)
    y = x * 2
    text(y[0], y[:, 1:], y.t(), y.reshape(6), y.unsqueeze(0), y[1][2], y[:1].squeeze(0), y[0].expand(2, 3), y[1:1], y.detach()[0], y.clone()[0], y.double())


@program
def gradients_print():
    x, d, n = leaf([1.5, -2.0]), leaf([[0.1], [1e-6]], torch.double), leaf(3.0)
    (x * d * n).sum().backward()
    text(x.grad, d.grad, n.grad, x.grad[0], d.grad.t())
    (g,) = torch.autograd.grad((x * 3).sum(), x)
    text(g, g.requires_grad)
