# SPDX-License-Identifier: BSL-1.0
# Changes in place, of results and through views of them.
import torch

from recording import *


@program
def results_change_in_place():
    x, w = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    y = x * 2
    text(y)
    y += w
    text(y)
    y *= w
    text(y)
    y -= 1
    text(y)
    y /= x
    text(y)
    y.backward(torch.tensor([1.0, 10.0]))
    numbers(x.grad, w.grad)


@program
def a_result_changes_by_itself():
    x = leaf([1.0, 2.0])
    y = x + 1
    y += y
    y *= 3
    y -= y * 0.5
    y.backward(torch.tensor([1.0, 10.0]))
    numbers(y, x.grad)


@program
def what_changes_stretches_the_other():
    x, w, b = ramp(2, 3), leaf([1.0, 2.0, 3.0]), leaf([[0.5], [2.0]])
    y = x * 1
    y += w
    y *= b
    y -= leaf(1.0)
    y.backward(ramp(2, 3, requires_grad=False))
    numbers(y, x.grad, w.grad, b.grad)


@program
def what_changes_is_not_stretched():
    a = torch.ones(3)
    error(lambda: torch.ones(1).__imul__(a))
    error(lambda: a.__isub__(torch.ones(2)))
    error(lambda: torch.ones(2, 1).__itruediv__(torch.ones(2, 2)))
    numbers(a)


@program
def a_constant_becomes_a_result():
    w = leaf([3.0, 4.0])
    c = torch.ones(2)
    text(c.requires_grad, c.is_leaf)
    c *= w
    text(c.requires_grad, c.is_leaf, c)
    c += 1
    c.backward(torch.tensor([1.0, 10.0]))
    numbers(w.grad)


@program
def a_number_changes_in_place():
    x = leaf(2.0)
    y = x * 3
    y += x
    y *= x
    y.backward()
    numbers(y, x.grad)


@program
def other_number_types_change_in_place():
    d, f = torch.ones(2, dtype=torch.double), leaf([0.1, 0.2])
    d += f
    d.backward(torch.tensor([1.0, 2.0], dtype=torch.double))
    numbers(d, f.grad)
    g, x = leaf([0.1, 0.2], torch.double), leaf([1.0, 2.0])
    y = x * 1
    y *= g
    y.backward(torch.tensor([1.0, 2.0]))
    numbers(y, x.grad, g.grad)
    i = torch.tensor([1, 2, 3])
    i += 2
    i *= i
    i -= torch.tensor([1, 1, 1])
    numbers(i)


@program
def a_change_of_a_row_changes_the_whole():
    x, w = ramp(2, 3), leaf([1.0, 2.0, 3.0])
    y = x * 2
    y[0] *= w
    y[1] += 1
    text(y, y[0])
    (y * y).sum().backward()
    numbers(x.grad, w.grad)


@program
def all_views_of_a_whole_see_a_change():
    x = ramp(3, 3, first=1.0)
    y = x * 1
    row, column, turned, corner = y[0], y.t()[1], y.t(), y[0][1]
    row *= 10
    column += 100
    numbers(y, row, column, turned, corner)
    text(row.grad_fn is not None, y.requires_grad)
    (turned * y).sum().backward()
    numbers(x.grad)


@program
def a_view_is_changed_and_then_its_whole():
    x = ramp(4, first=1.0)
    y = x * 1
    part = y[1:3]
    part *= 2
    y += 1
    part *= 3
    text(part, y)
    z = part.sum() + (y * y).sum()
    z.backward()
    numbers(z, x.grad)


@program
def steps_of_a_slice_change():
    x = ramp(2, 5, first=1.0)
    y = x * 1
    y[:, 0:5:2] *= 2
    y[:, 1:4] += leaf([[1.0], [2.0]])
    y.backward(ramp(2, 5, requires_grad=False))
    numbers(y, x.grad)


@program
def views_of_views_change():
    x = ramp(2, 3, 2)
    y = x * 1
    y[1].t()[0] *= 5
    y.transpose(0, 2)[1][2] += 7
    y.reshape(12)[3:5] *= -1
    y.unsqueeze(0)[0, 0] += 0.5
    y[0:1].squeeze(0)[1] *= 2
    y.backward(ramp(2, 3, 2, first=1.0, requires_grad=False))
    numbers(y, x.grad)


@program
def a_constant_gets_a_history_through_a_view():
    c, w = torch.zeros(2, 2), leaf([3.0, 4.0])
    row, other = c[0], c[1]
    row += w
    text(c.requires_grad, row.requires_grad, other.requires_grad)
    text(c, row, other)
    (c * c).sum().backward()
    numbers(w.grad)


@program
def a_saved_whole_must_not_change_through_a_view():
    x = leaf([1.0, 2.0])
    y = x * 2
    z = y * y
    y[0].mul_(3)
    error(lambda: z.backward(torch.ones(2)))
    u = x * 2
    part = u[0:1]
    v = part * part
    u += 1
    error(lambda: v.backward())
    numbers(x.grad)


@program
def overlapping_memory_is_read_before_it_is_written():
    x = torch.arange(6.0)
    x[1:4] += x[0:3].clone()
    numbers(x)
    m = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    m += m.t().clone()
    numbers(m)


@program
def the_memory_of_what_was_detached_changes():
    x = leaf([1.0, 2.0])
    y = x * 1
    d = y.detach()[0:1]
    d += 10
    numbers(y, y._version)
    y.backward(torch.ones(2))
    numbers(x.grad)


@program
def gradients_change_in_place():
    x = leaf([1.0, 2.0])
    (x * x).sum().backward()
    x.grad *= 0.5
    x.grad[0] += 1
    numbers(x.grad)
    with torch.no_grad():
        x -= x.grad * 0.5
    numbers(x)
    (x * x).sum().backward()
    numbers(x.grad)


@program
def a_loop_that_changes_in_place():
    x = leaf([0.5, -0.25])
    s = torch.zeros(2)
    for k in range(5):
        s *= x
        s += k + 1
    s.backward(torch.tensor([1.0, 2.0]))
    numbers(s, x.grad)


@program
def a_row_stretches_over_a_slice():
    x, w = ramp(3, 4, first=1.0), leaf([2.0, -1.0])
    y = x * 1
    y[:, 1:3] *= w
    y[1:] -= leaf(0.5)
    y.backward(ramp(3, 4, requires_grad=False))
    numbers(y, x.grad, w.grad)


@program
def a_row_changes_by_another_row():
    x = ramp(3, 2, first=1.0)
    y = x * 1
    y[0] += y[1]
    y[2] -= y[0] * 2
    y[0:2] += y[1:3].clone()
    y.t()[0] -= y.t()[1]
    y.backward(ramp(3, 2, first=1.0, requires_grad=False))
    numbers(y, x.grad)


@program
def what_multiplied_or_divided_must_not_change():
    x, v = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    w = v * 1
    y = x * 1
    y /= w
    w += 1
    error(lambda: y.backward(torch.ones(2)))
    u = v * 1
    z = x * 1
    z *= u[0]
    u *= 2
    error(lambda: z.backward(torch.ones(2)))
    numbers(x.grad, v.grad)


@program
def parts_have_the_version_of_their_whole():
    x = torch.zeros(2, 3)
    column, row, copy, rows = x[:, 1], x[0], x.t().reshape(6), x.reshape(6)
    column += 1
    numbers(*(each._version for each in (x, column, row, copy, rows, x[1:])))
    row *= 2
    copy -= 1
    rows += 3
    numbers(*(each._version for each in (x, column, row, copy, rows, x[0].detach(), x[0].clone())))
    numbers(x, copy)


@program
def a_part_without_elements_changes_nothing():
    x, w = ramp(2, 3), torch.zeros(0, requires_grad=True)
    y = x * 1
    y[1:1] += 5
    y[:, 2:2] *= w
    y.backward(ramp(2, 3, requires_grad=False))
    numbers(y, x.grad, w.grad)


@program
def dimensions_of_one_step_change():
    x, w = ramp(1, 3), leaf([[2.0], [3.0], [4.0]])
    y = x * 1
    y.squeeze(0).mul_(2)
    y.unsqueeze(0)[0].add_(1)
    y.t().mul_(w)
    y.unsqueeze(-1).sub_(w)
    y.backward(ramp(1, 3, first=1.0, requires_grad=False))
    numbers(y, x.grad, w.grad)


@program
def a_part_of_double_changes_by_a_part_of_float():
    d, f = ramp(4, dtype=torch.double), leaf([0.1, 0.2, 0.3])
    y = d * 1
    y[::2] += f[1:]
    y[1:3] *= f[:2]
    y.backward(ramp(4, first=1.0, dtype=torch.double, requires_grad=False))
    numbers(y, d.grad, f.grad)


@program
def uses_before_and_after_a_change():
    x = leaf([1.0, 2.0])
    y = x * 1
    before = y + x
    y *= 3
    after = y * y
    (before * after).sum().backward()
    numbers(before, after, x.grad)


@program
def gradients_of_a_change_in_place_have_a_graph():
    x, w = leaf([1.0, 2.0], torch.double), leaf(3.0, torch.double)
    y = x * x
    y[1:] *= w * w
    y += w * x
    a, b = torch.autograd.grad((y * y).sum(), (x, w), create_graph=True)
    (a.sum() * b).backward()
    numbers(a, b, x.grad, w.grad)


@program
def values_of_another_are_copied():
    w = leaf([[1.0, 2.0], [3.0, 4.0]])
    x = leaf([[5.0, 6.0], [7.0, 8.0]])
    y = x * 3
    y.copy_(w)
    (y * y).sum().backward()
    numbers(y, w.grad, x.grad)
    text(y)
    v = x * 2
    v[1].copy_(w[0])
    (v * v).sum().backward()
    numbers(v, w.grad, x.grad)
    with torch.no_grad():
        x.copy_(w.t())
    numbers(x)
    error(lambda: x.copy_(w))
    data = torch.zeros(2, 3)
    data[:, 1:].copy_(w.detach())
    numbers(data)
    kept = x * x
    with torch.no_grad():
        x.copy_(w)
    error(lambda: kept.sum().backward())
    data[0].copy_(data[1])
    numbers(data)
