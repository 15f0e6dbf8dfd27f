# SPDX-License-Identifier: BSL-1.0
# Leaves and results: who requires gradients, where they are accumulated and what sees them on their way.
import torch

from recording import *


@program
def results_require_what_their_operands_do():
    x, c, i = leaf([1.0, 2.0]), torch.tensor([3.0, 4.0]), torch.tensor([1, 2])
    for y in x, c, x * c, c * c, x.detach(), (x * c).detach(), x.data, x[0], c[0], x * i, x < c, x.clone():
        text(y.requires_grad, y.is_leaf)


@program
def flags_of_leaves_change():
    x = torch.tensor([1.0, 2.0])
    x.requires_grad_()
    (x * x).backward(torch.ones(2))
    text(x)
    x.requires_grad_(False)
    text(x)
    numbers(x.grad)
    text((x * x).requires_grad)
    x.requires_grad_(True)
    (x * x).backward(torch.ones(2))
    numbers(x.grad)


@program
def flags_of_results_do_not_change():
    x = leaf([1.0])
    y = x * 2
    text(y.requires_grad_())
    error(lambda: y.requires_grad_(False))
    text((x.detach() * 2).requires_grad_())


@program
def integers_have_no_gradient():
    error(lambda: torch.tensor([1, 2], requires_grad=True))
    error(lambda: torch.tensor([True], requires_grad=True))
    text(torch.tensor([1, 2]).requires_grad_(False))


@program
def a_leaf_does_not_change_in_place():
    x = leaf([1.0, 2.0])
    error(lambda: x.__iadd__(1))
    error(lambda: x.__imul__(x))
    error(lambda: x.__isub__(torch.ones(2)))
    error(lambda: leaf(1.0).__itruediv__(2))
    numbers(x, x._version)
    with torch.no_grad():
        x += 1
        x[0].mul_(10)
    text(x)
    numbers(x._version)
    c = torch.tensor([1.0, 2.0])
    c += 1
    c += x
    text(c)
    c.backward(torch.tensor([1.0, 3.0]))
    numbers(x.grad)


@program
def a_view_of_a_leaf_does_not_change_in_place():
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    error(lambda: x[0].__iadd__(1))
    error(lambda: x.t().__imul__(2))
    error(lambda: x[0][1].__isub__(1))
    error(lambda: x.reshape(4).__iadd__(1))
    numbers(x)


@program
def detach_shares_memory_and_version():
    x = leaf([1.0, 2.0])
    y = x * 2
    d = y.detach()
    text(d)
    d *= 10
    text(y)
    z = y * y
    d += 1
    error(lambda: z.backward(torch.ones(2)))
    numbers(y, x.grad)


@program
def data_shares_memory_but_no_version():
    x = leaf([1.0, 2.0])
    y = x * 2
    z = y * y
    data = y.data
    data *= 10
    text(data, y)
    z.backward(torch.ones(2))
    numbers(x.grad)
    x.data.add_(5)
    text(x)


@program
def a_result_has_no_gradient():
    x = leaf([1.0, 2.0])
    y = x * 3
    y.sum().backward()
    numbers(y.grad, x.grad)
    text(y.retains_grad)


@program
def retain_grad_keeps_the_gradient_of_a_result():
    x = leaf([1.0, 2.0])
    y = x * 3
    y.retain_grad()
    x.retain_grad()
    text(y.retains_grad, x.retains_grad)
    z = y * y
    z.backward(torch.ones(2), retain_graph=True)
    numbers(y.grad, x.grad)
    z.backward(torch.ones(2))
    numbers(y.grad, x.grad)
    error(lambda: torch.tensor([1.0]).retain_grad())


@program
def a_hook_sees_the_whole_gradient():
    x = leaf([1.0, 2.0])
    y = x * 3
    x.register_hook(lambda g: numbers(g))
    y.register_hook(lambda g: numbers(g))
    (y * y + y * x).backward(torch.ones(2))
    numbers(x.grad)


@program
def a_hook_replaces_the_gradient():
    x, w = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    y = x * w
    y.register_hook(lambda g: g * 10)
    y.register_hook(lambda g: g + 1)
    x.register_hook(lambda g: g * 2)
    y.backward(torch.ones(2), retain_graph=True)
    numbers(x.grad, w.grad)
    y.backward(torch.ones(2))
    numbers(x.grad, w.grad)


@program
def a_hook_may_be_removed():
    x = leaf([1.0, 2.0])
    first = x.register_hook(lambda g: g * 2)
    x.register_hook(lambda g: g + 1)
    (x * 1).backward(torch.ones(2))
    first.remove()
    (x * 1).backward(torch.ones(2))
    numbers(x.grad)


@program
def a_hook_needs_a_gradient_of_its_shape():
    error(lambda: torch.tensor([1.0]).register_hook(lambda g: g))
    x = leaf([1.0, 2.0])
    x.register_hook(lambda g: g[0])
    error(lambda: (x * 2).backward(torch.ones(2)))
    numbers(x.grad)


@program
def a_retained_gradient_is_what_the_hooks_before_made_of_it():
    x = leaf([1.0, 2.0])
    y = x * 3
    y.register_hook(lambda g: g * 10)
    y.retain_grad()
    (y * y).backward(torch.ones(2))
    numbers(y.grad, x.grad)


@program
def a_hook_after_accumulation_sees_the_sum():
    x = leaf([1.0, 2.0])
    # register_post_accumulate_grad_hook, which came with PyTorch 2.1, in the words of 1.13.
    accumulates = x.expand_as(x).grad_fn.next_functions[0][0]
    accumulates.register_hook(lambda *_: numbers(x.grad))
    (x * x).backward(torch.ones(2))
    (x * 3).backward(torch.ones(2))


@program
def gradients_add_up_until_they_are_cleared():
    x = leaf([1.0, 2.0])
    numbers(x.grad)
    (x * x).sum().backward()
    numbers(x.grad)
    (x * x).sum().backward()
    numbers(x.grad)
    x.grad = None
    numbers(x.grad)
    (x * 3).sum().backward()
    numbers(x.grad)


@program
def a_handle_on_the_gradient_sees_later_ones():
    x, n = leaf([1.0, 2.0]), leaf(3.0)
    (x * n).sum().backward()
    g, h = x.grad, n.grad
    (x * n * 2).sum().backward()
    numbers(g, h)
    (x * n).sum().backward(create_graph=True)
    numbers(g, h, x.grad, n.grad)
    x.grad = None
    n.grad = None
    (x * n).sum().backward()
    numbers(g, h, x.grad, n.grad)


@program
def leaves_do_not_share_a_gradient():
    a, b = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    (a + b).backward(torch.tensor([5.0, 6.0]))
    a.grad.mul_(10)
    numbers(a.grad, b.grad)
    c = leaf([1.0, 2.0])
    y = c + a
    y.retain_grad()
    y.backward(torch.ones(2))
    c.grad.mul_(10)
    numbers(c.grad, a.grad, y.grad)


@program
def a_gradient_can_be_assigned():
    x = leaf([1.0, 2.0])
    x.grad = torch.tensor([10.0, 20.0])
    given = x.grad
    (x * 3).backward(torch.ones(2))
    numbers(x.grad, given)

    def assign(gradient):
        x.grad = gradient

    error(lambda: assign(torch.tensor([1.0])))
    error(lambda: assign(torch.tensor([1.0, 2.0, 3.0])))
    numbers(x.grad)


@program
def nothing_is_recorded_without_gradients():
    x = leaf([1.0, 2.0])
    with torch.no_grad():
        y = x * x
        with torch.enable_grad():
            z = x * x
    text(y, z, x * x)
    y += 1
    text(y)
    z.backward(torch.ones(2))
    numbers(x.grad)


@program
def a_clone_is_part_of_the_graph():
    x = leaf([1.0, 2.0])
    c = x.clone()
    c += 1
    (c * c).backward(torch.ones(2))
    text(x)
    numbers(c, x.grad)


@program
def an_error_leaves_gradients_as_they_were():
    x, w = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    y = x * 2
    z = y * w
    y *= 2
    u = z * z
    error(lambda: u.backward(torch.ones(2)))
    numbers(x.grad, w.grad)


@program
def one_number_is_an_item():
    numbers(*(torch.tensor(each.item(), dtype=dtype) for each, dtype in ((torch.tensor([[2.5]]), torch.double), (leaf(3.0), torch.double), (torch.tensor([7]), torch.long))))
    error(lambda: torch.tensor([1.0, 2.0]).item())


@program
def hooks_live_without_their_variable():
    x = leaf([1.0, 2.0])

    def tripled():
        y = x * 3
        y.register_hook(lambda g: g * 10)
        return y * y

    z = tripled()
    z.backward(torch.ones(2))
    numbers(x.grad)


@program
def hooks_are_of_the_value_that_there_was():
    x = leaf([1.0, 2.0])
    before = x * 2
    before.register_hook(lambda g: numbers(g))
    before *= 3
    (before * 5).backward(torch.ones(2))
    y = x * 2
    y *= 3
    y.register_hook(lambda g: numbers(g))
    removed = y.register_hook(lambda g: g * 100)
    y.retain_grad()
    removed.remove()
    (y * 5).backward(torch.ones(2))
    numbers(y.grad, x.grad)
    w = torch.zeros(2, 2)
    part = w[0]
    part += x
    w.register_hook(lambda g: numbers(g))
    part.register_hook(lambda g: g * 10)
    part.retain_grad()
    (w * 2 + part).backward(torch.ones(2, 2))
    numbers(part.grad, x.grad)


@program
def a_hook_on_a_part_sees_the_gradient_of_that_part():
    x = ramp(2, 3)
    y = x * 2
    row = y[0]
    row.register_hook(lambda g: numbers(g))
    row.retain_grad()
    (row * row).sum().backward()
    numbers(row.grad, x.grad)


@program
def a_hook_replaces_the_gradient_of_a_number():
    n, x = leaf(3.0, torch.double), leaf([1.0, 2.0], torch.double)
    n.register_hook(lambda g: g * 10)
    y = n * n
    y.register_hook(lambda g: g - 1)
    (y * x).sum().backward()
    numbers(n.grad, x.grad)


@program
def a_hook_of_a_leaf_runs_once_in_each_backward():
    x = leaf([1.0, 2.0])
    x.register_hook(lambda g: numbers(g))
    (x * x + x).sum().backward()
    (x[0] * x[1]).backward()
    numbers(x.grad)


@program
def what_a_hook_computes_may_be_part_of_the_graph():
    x = leaf([1.0, 2.0], torch.double)
    y = x * x
    y.register_hook(lambda g: g * x)
    (g,) = torch.autograd.grad(y.sum(), x, create_graph=True)
    (g * g).sum().backward()
    numbers(g, x.grad)


@program
def a_leaf_is_made_of_a_result():
    x = leaf([1.0, 2.0])
    y = (x * 3).detach().requires_grad_()
    text(y, y.is_leaf)
    (y * y).sum().backward()
    numbers(y.grad, x.grad)


@program
def gradients_have_the_number_type_of_their_operand():
    x, d, i = leaf([1.5, 2.5]), leaf([0.5, 0.1], torch.double), torch.tensor([2, 3])
    (x * i + d).sum().backward()
    numbers(x.grad, d.grad)
    (d * i).sum().backward()
    numbers(d.grad)


@program
def parts_of_what_was_detached_have_no_history():
    x = ramp(2, 3)
    y = x * 2
    d = y.detach()[1]
    text(d, d.requires_grad)
    e = y[1].detach()
    e += 1
    text(y)
    numbers(d)


@program
def switches_of_recording_nest():
    x = leaf([1.0])
    with torch.no_grad():
        with torch.no_grad():
            text((x * 2).requires_grad)
        text((x * 2).requires_grad)
        with torch.enable_grad():
            text((x * 2).requires_grad)
            with torch.no_grad():
                text(x.clone().requires_grad)
        text(x.requires_grad)
    text((x * 2).requires_grad)


@program
def a_gradient_is_cleared_while_a_handle_stays():
    x = leaf([1.0, 2.0])
    (x * x).sum().backward()
    g = x.grad
    x.grad = None
    numbers(g, x.grad)
    (x * 5).sum().backward()
    numbers(g, x.grad)
    x.grad = g
    (x * 1).sum().backward()
    numbers(g, x.grad)


@program
def a_part_of_no_graph_becomes_a_leaf():
    base = ramp(6, requires_grad=False)
    x = base.reshape(2, 3).requires_grad_()
    text(x.is_leaf, x.requires_grad, base.requires_grad, x)
    (x * x).sum().backward()
    numbers(x.grad)
    row = base[2:5].requires_grad_()
    (gradient,) = torch.autograd.grad((row**3).sum(), row, create_graph=True)
    gradient.sum().backward()
    numbers(gradient, row.grad)
    error(lambda: x.add_(1))
    y = leaf([1.0, 2.0, 3.0, 4.0])
    with torch.no_grad():
        z = y.reshape(2, 2)
    z.requires_grad_()
    (z * z).sum().backward()
    numbers(z.grad, y.grad)
    values = base.detach().reshape(3, 2).t().requires_grad_()
    (values * 2).sum().backward()
    numbers(values.grad)
