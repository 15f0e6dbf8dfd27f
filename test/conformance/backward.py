# SPDX-License-Identifier: BSL-1.0
# Runs of backward: seeds, what is saved and freed, and changes of what was saved.
import torch

from recording import *


@program
def one_element_of_any_rank_needs_no_seed():
    for x in leaf(3.0), leaf([3.0]), leaf([[3.0]]):
        (x * x).backward()
        numbers(x.grad)


@program
def several_elements_need_a_seed():
    error(lambda: (leaf([1.0, 2.0]) * 2).backward())
    error(lambda: (leaf([[1.0], [2.0]]) * 2).backward())
    error(lambda: (torch.zeros(0, requires_grad=True) * 2).backward())


@program
def a_seed_has_the_shape_of_the_output():
    x = leaf([1.0, 2.0, 3.0])
    y = x * x
    error(lambda: y.backward(torch.tensor([1.0, 2.0])))
    error(lambda: y.backward(torch.tensor([[1.0, 2.0, 3.0]])))
    error(lambda: y.backward(torch.tensor(1.0)))
    error(lambda: (leaf([1.0]) * 2).backward(torch.tensor(1.0)))
    error(lambda: (leaf(1.0) * 2).backward(torch.tensor([1.0])))
    error(lambda: (leaf([[1.0, 2.0], [3.0, 4.0]]) * 2).backward(torch.ones(2, 1)))
    numbers(x.grad)
    y.backward(torch.tensor([1.0, 10.0, 100.0]))
    numbers(x.grad)


@program
def a_seed_may_be_of_another_real_type():
    x, d = leaf([1.0, 2.0]), leaf([1.0, 2.0], torch.double)
    (x * x).backward(torch.tensor([0.5, 0.1], dtype=torch.double))
    (d * d).backward(torch.tensor([0.5, 0.1], dtype=torch.float))
    numbers(x.grad, d.grad)


@program
def a_seed_is_not_changed():
    x = leaf([1.0, 2.0])
    seed = torch.tensor([3.0, 4.0])
    x.clone().backward(seed)
    (x * 2).backward(seed)
    (x + x).backward(seed)
    numbers(x.grad, seed)
    seed *= 10
    numbers(x.grad)


@program
def an_output_that_is_a_leaf_gets_the_seed():
    x, y = leaf([1.0, 2.0]), leaf(5.0)
    x.backward(torch.tensor([3.0, 4.0]))
    y.backward()
    y.backward()
    numbers(x.grad, y.grad)


@program
def nothing_to_differentiate():
    error(lambda: torch.tensor([1.0]).backward())
    error(lambda: (torch.tensor([1.0]) * 2).backward())
    x = leaf([1.0])
    with torch.no_grad():
        y = x * 2
    error(lambda: y.backward())
    error(lambda: (x * 2).detach().backward())


@program
def what_saved_nothing_runs_again():
    x, b = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    for y in x + b, x - b, -x, x + 1:
        y.backward(torch.tensor([1.0, 1.0]))
        y.backward(torch.tensor([1.0, 10.0]))
        numbers(x.grad, b.grad)
    s = (x + b).sum()
    s.backward()
    s.backward()
    numbers(x.grad, b.grad)
    t = x[0]
    t.backward()
    t.backward()
    numbers(x.grad)


@program
def what_saved_something_does_not_run_again():
    x, b = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    ones = torch.ones(2)
    for y in x * b, x / b, torch.exp(x), torch.sin(x):
        y.backward(ones)
        error(lambda: y.backward(ones))
    s = (x * x).sum()
    s.backward()
    error(lambda: s.backward())
    m = leaf([[1.0, 2.0], [3.0, 4.0]])
    p = m @ m
    p.backward(torch.ones(2, 2))
    error(lambda: p.backward(torch.ones(2, 2)))
    numbers(x.grad, b.grad, m.grad)


@program
def a_graph_that_was_retained_runs_again():
    x = leaf([1.0, 2.0])
    y = x * x
    for k in range(3):
        y.backward(torch.tensor([1.0, 1.0]), retain_graph=True)
        numbers(x.grad)
    y.backward(torch.tensor([1.0, 1.0]))
    numbers(x.grad)
    error(lambda: y.backward(torch.tensor([1.0, 1.0])))


@program
def a_part_of_the_graph_that_is_shared_is_freed_once():
    x = leaf([1.0, 2.0])
    y = x * x
    a, b = y.sum(), y.mean()
    a.backward()
    error(lambda: b.backward())
    numbers(x.grad)
    z = x * x
    c, d = z.sum(), z.mean()
    c.backward(retain_graph=True)
    d.backward()
    numbers(x.grad)


@program
def gradients_meet_where_paths_do():
    x = leaf([1.0, 2.0])
    a = x * x
    b = a * x
    c = a + b
    d = c * a
    d.sum().backward()
    numbers(x.grad)
    y = leaf(1.5)
    z = y
    for k in range(6):
        z = z * y + z
    z.backward()
    numbers(z, y.grad)


@program
def the_graph_lives_without_its_variables():
    x = leaf([1.0, 2.0])

    def chain():
        a = x * x
        b = a * a
        return b * a

    y = chain()
    y.backward(torch.ones(2))
    numbers(y, x.grad)


@program
def a_saved_operand_must_not_have_changed():
    for dtype in torch.float, torch.double:
        x = leaf([1.0, 2.0], dtype)
        q = x + 1
        r = q * q
        q += 1
        error(lambda: r.backward(torch.ones(2, dtype=dtype)))
        numbers(x.grad)
    w = leaf([[1.0, 2.0]])
    s = torch.sin(w)
    with torch.no_grad():
        w *= 2
        w += 1
    error(lambda: s.backward(torch.ones(1, 2)))
    c = torch.tensor([1.0, 2.0])
    t = leaf([3.0, 4.0]) * c
    c += 1
    error(lambda: t.backward(torch.ones(2)))
    u = leaf(2.0) * 3
    v = u * u
    u *= 2
    error(lambda: v.backward())


@program
def an_operand_that_is_not_read_may_change():
    x, b = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    ones = torch.ones(2)
    q = x * 2
    r = q + 1
    q += 1
    r.backward(ones)
    numbers(x.grad, q, r)
    p = x * 3
    s = p.sum()
    p *= 0
    s.backward()
    numbers(x.grad, s)
    c = torch.tensor([5.0, 6.0])
    d = b - c
    c *= 2
    d.backward(ones)
    numbers(b.grad, d)


@program
def a_number_is_saved_by_value():
    x = leaf([1.0, 2.0])
    y = x * 2
    z = y * 3
    y += 1
    z.backward(torch.ones(2))
    numbers(x.grad, z)


@program
def versions_count_changes():
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    numbers(x._version)
    x += 1
    x[0].mul_(2)
    view, detached, data, clone = x.t(), x.detach(), x.data, x.clone()
    numbers(*(each._version for each in (x, view, detached, data, clone)))
    view -= 1
    detached /= 2
    data *= 3
    numbers(*(each._version for each in (x, view, detached, data, clone)))
    numbers(x)


@program
def gradients_are_recorded_with_create_graph():
    x = leaf(2.0, torch.double)
    y = x * x * x
    (g,) = torch.autograd.grad(y, x, create_graph=True)
    (h,) = torch.autograd.grad(g, x, create_graph=True)
    (i,) = torch.autograd.grad(h, x)
    numbers(g, h, i, x.grad)
    y.backward(create_graph=True)
    z = x.grad * x.grad
    first = x.grad
    x.grad = None
    z.backward()
    numbers(first, x.grad)


@program
def grad_returns_gradients():
    x, w, u = leaf([1.0, 2.0]), leaf([3.0, 4.0]), leaf([5.0, 6.0])
    y = x * w
    z = y * y
    numbers(*torch.autograd.grad(z, (x, w, y), torch.tensor([1.0, 10.0]), retain_graph=True))
    numbers(*torch.autograd.grad(z, y, torch.tensor([1.0, 10.0]), retain_graph=True))
    numbers(*torch.autograd.grad(z, z, torch.tensor([1.0, 10.0]), retain_graph=True))
    numbers(x.grad, w.grad)
    numbers(*torch.autograd.grad(z, (x, u), torch.tensor([1.0, 1.0]), retain_graph=True, allow_unused=True))
    error(lambda: torch.autograd.grad(z, (x, u), torch.tensor([1.0, 1.0]), retain_graph=True))
    error(lambda: torch.autograd.grad(z, x))
    error(lambda: torch.autograd.grad(z, torch.tensor([1.0, 2.0]), torch.tensor([1.0, 1.0])))
    numbers(*torch.autograd.grad(z, x, torch.tensor([1.0, 1.0])))
    error(lambda: torch.autograd.grad(z, x, torch.tensor([1.0, 1.0])))


@program
def seeds_that_are_parts():
    x, s = ramp(2, 3), ramp(3, 2, first=1.0, requires_grad=False)
    (x * x).backward(s.t())
    numbers(x.grad)
    (x * 2).backward(torch.tensor([[1.0], [10.0]]).expand(2, 3))
    numbers(x.grad)
    (x[:, 1] * 3).backward(s[:, 1][:2])
    numbers(x.grad, s)


@program
def grad_by_inputs_of_several_shapes_and_types():
    n, x, d = leaf(2.0), ramp(2, 3, first=1.0), leaf([1.0, 2.0, 3.0], torch.double)
    y = (n * x * x * d).sum()
    numbers(*torch.autograd.grad(y, (d, n, x)))
    numbers(n.grad, x.grad, d.grad)


@program
def grad_by_a_part():
    x = ramp(2, 3, first=1.0)
    y = x * 2
    part = y[1]
    z = (part * part).sum() + y.sum()
    numbers(*torch.autograd.grad(z, (part, y), retain_graph=True))
    numbers(*torch.autograd.grad(z, (y, x)))


@program
def grad_calls_hooks_of_results_on_the_way():
    x = leaf([1.0, 2.0])
    y = x * 3
    y.register_hook(lambda g: g * 10)
    numbers(*torch.autograd.grad((y * y).sum(), x), x.grad)


@program
def grad_keeps_retained_gradients_of_results_on_the_way():
    x = leaf([1.0, 2.0])
    y = x * 3
    y.retain_grad()
    numbers(*torch.autograd.grad((y * y).sum(), x), y.grad, x.grad)


@program
def grad_of_a_leaf_by_itself():
    x, n = leaf([1.0, 2.0]), leaf(2.0)
    numbers(*torch.autograd.grad(x, x, torch.tensor([3.0, 4.0])), *torch.autograd.grad(n, n), x.grad, n.grad)
    error(lambda: torch.autograd.grad(x, x))
    error(lambda: torch.autograd.grad(n, x))
    error(lambda: torch.autograd.grad(n.detach(), n))


@program
def gradients_by_what_is_not_used_or_does_not_count():
    x, w = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    numbers(*torch.autograd.grad((x * 2).sum(), (w, x), allow_unused=True))
    numbers(*torch.autograd.grad((x + w * 0).sum(), (w, x)))
    numbers(*torch.autograd.grad((x.detach() * w).sum(), (x, w), allow_unused=True))
    error(lambda: torch.autograd.grad((x.detach() * w).sum(), x))


@program
def a_part_and_then_its_whole_run_backward():
    x = ramp(2, 2, first=1.0)
    y = x * x
    y[0].sum().backward(retain_graph=True)
    numbers(x.grad)
    y.sum().backward()
    numbers(x.grad)
    error(lambda: y[1].sum().backward())


@program
def create_graph_through_broadcasting():
    a, b, n = ramp(3, 1, step=0.5, first=1.0, dtype=torch.double), ramp(1, 2, first=1.0, dtype=torch.double), leaf(0.5, torch.double)
    y = ((a * b * n).exp() + a / n).sum()
    x, z, m = torch.autograd.grad(y, (a, b, n), create_graph=True)
    ((x * x).sum() + (z * z).sum() + m * m).backward()
    numbers(x, z, m, a.grad, b.grad, n.grad)


@program
def mixed_derivatives_do_not_depend_on_their_order():
    x, y = leaf(1.5, torch.double), leaf(0.5, torch.double)
    z = x**3 * y**2 + torch.sin(x * y)
    of_x, of_y = torch.autograd.grad(z, (x, y), create_graph=True)
    numbers(of_x, of_y, *torch.autograd.grad(of_x, (x, y), retain_graph=True), *torch.autograd.grad(of_y, (x, y)))


@program
def a_hessian_row_by_row():
    x = ramp(3, step=0.5, first=1.0, dtype=torch.double)
    y = torch.exp(x[0] * x[1]) * x[2] + x[2] ** 3
    (g,) = torch.autograd.grad(y, x, create_graph=True)
    numbers(g, *(torch.autograd.grad(g[k], x, retain_graph=True)[0] for k in range(3)))


@program
def a_jacobian_row_by_row():
    x = leaf([1.0, 2.0, 3.0])
    y = x[0] * x * x + x.sum()
    numbers(*(torch.autograd.grad(y, x, row, retain_graph=True)[0] for row in torch.eye(3)))


@program
def gradients_with_a_graph_add_up_in_a_leaf():
    x = leaf(2.0, torch.double)
    (x * x * x).backward(create_graph=True)
    (x * x).backward(create_graph=True)
    g = x.grad
    x.grad = None
    (g * g).backward()
    numbers(g, x.grad)
