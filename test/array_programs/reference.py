# SPDX-License-Identifier: BSL-1.0
"""Writes what PyTorch says of each program of this folder, in double precision, and the random programs.

    python3 test/array_programs/reference.py

needs torch (Debian's python3-torch, or a later one). Writes reference.txt (for each program several shapes of its inputs: their elements, the value, and torch.autograd's gradient by each
real input) and random_programs.inc (the tests whose programs random_programs.py invents), both beside this file and always the same.
The form of reference.txt is said in reference.hpp.
"""

import math
import pathlib
import random
import zlib

import torch

import random_programs

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

inf, nan = math.inf, math.nan

# Shapes by the number of different extents of a program: a common one, ones, some with nothing along an axis, and some around the widths of registers.
SIZES = {
    0: {"common": [()]},
    1: {"common": [(5,), (1,)], "empty": [(0,)], "wide": [(7,), (8,), (9,), (17,), (33,)]},
    2: {"common": [(3, 4), (1, 1)], "empty": [(0, 3), (3, 0)], "wide": [(2, 8), (9, 2), (1, 17), (33, 1), (7, 3)]},
    3: {"common": [(2, 3, 4), (1, 1, 1)], "empty": [(0, 2, 3), (2, 0, 3), (2, 3, 0)],
        "wide": [(1, 2, 9), (2, 8, 1), (9, 1, 2), (1, 1, 17), (3, 7, 1), (2, 2, 8), (33, 1, 1)]},
    4: {"common": [(2, 2, 3, 2), (1, 1, 1, 1)], "empty": [(0, 2, 1, 2), (2, 0, 2, 1), (1, 2, 0, 2), (2, 1, 2, 0)],
        "wide": [(1, 2, 1, 9), (2, 1, 8, 1), (1, 7, 1, 2), (9, 1, 2, 1), (2, 1, 1, 17)]},
}


def sizes_for(name, count):
    """A choice for each program, so that all together have many."""
    chosen = random.Random(zlib.crc32(name.encode()))
    some = lambda kind, most: chosen.sample(SIZES[count].get(kind, []), min(most, len(SIZES[count].get(kind, []))))
    return SIZES[count]["common"] + some("empty", 1) + some("wide", 4 if count == 1 else 2)


# Inputs have few digits, which a double need not hold exactly: both sides read the same.
KINDS = {
    "": lambda chosen: chosen.uniform(-2, 2),
    "positive": lambda chosen: chosen.uniform(0.2, 3),
    "unit": lambda chosen: chosen.uniform(0.05, 0.95),
    "small": lambda chosen: chosen.uniform(-0.9, 0.9),
    "above_one": lambda chosen: chosen.uniform(1.1, 4),
    "signs": lambda chosen: chosen.choice([-1, 1]),
    "ties": lambda chosen: chosen.choice([-1, 0, 0.5, 2]),
}


def letters_of(signature):
    return sorted(set("".join(word.split(":")[0] for word in signature.split())) - set("-1"))


def inputs_of(signature, name, size):
    """Tensors for a signature such as "nd d 1d n:signs -": the letters of extents or - for a number, and the kind of elements; n:<k are labels less than k."""
    extents = dict(zip(letters_of(signature), size)) | {"1": 1}
    chosen = random.Random(zlib.crc32(f"{name}{size}".encode()))
    tensors = []
    for word in signature.split():
        dimensions, _, kind = word.partition(":")
        shape = [extents[letter] for letter in dimensions.replace("-", "")]
        if kind.startswith("<"):
            elements = [chosen.randrange(extents[kind[1]]) if extents[kind[1]] else 0 for _ in range(math.prod(shape))]
            tensors.append(torch.tensor(elements, dtype=torch.int64).reshape(shape))
        else:
            elements = [round(KINDS[kind](chosen), 3) for _ in range(math.prod(shape))]
            tensors.append(torch.tensor(elements, dtype=torch.float64).reshape(shape))
    return tensors


def value_and_gradient(function, tensors):
    inputs = [tensor.clone().requires_grad_() if tensor.is_floating_point() else tensor for tensor in tensors]
    value = function(*inputs)
    assert value.dim() == 0
    real = [tensor for tensor in inputs if tensor.requires_grad]
    if not value.requires_grad:
        return value.item(), [torch.zeros_like(tensor) for tensor in real]
    gradients = torch.autograd.grad(value, real, allow_unused=True)
    return value.item(), [torch.zeros_like(tensor) if gradient is None else gradient for tensor, gradient in zip(real, gradients)]


def text_of(number):
    """17 digits, or fewer where they tell the double from its neighbours."""
    text = repr(float(number))
    return text[:-2] if text.endswith(".0") else text


def case_text(function, tensors):
    value, gradients = value_and_gradient(function, tensors)
    gradients = iter(gradients)
    lines = [f"case {text_of(value)} {len(tensors)}"]
    for tensor in tensors:
        lines.append(" ".join(map(str, [tensor.dim(), *tensor.shape])))
        lines.append(" ".join(map(text_of, tensor.flatten().tolist())))
        lines.append(" ".join(map(text_of, next(gradients).flatten().tolist())) if tensor.is_floating_point() else "-")
    return "\n".join(lines) + "\n"


# Of programs with a table of each element and each other.
SQUARE = [(3,), (1,), (0,), (7,), (9,)]

programs = {}
topic = ""


def add(name, signature, function, sizes=None, cases=None):
    """sizes: extents of the letters in alphabetical order. cases: elements instead, or beside them."""
    assert f"{topic}/{name}" not in programs, name
    programs[f"{topic}/{name}"] = (signature, function, sizes, cases)


def program(signature, sizes=None, cases=None):
    def add_it(function):
        add(function.__name__, signature, function, sizes, cases)
        return function
    return add_it


def text_of_program(name):
    signature, function, sizes, cases = programs[name]
    text = name + "\n"
    if cases is None or sizes is not None:
        for size in sizes or sizes_for(name, len(letters_of(signature))):
            tensors = inputs_of(signature, name, size)
            try:
                text += case_text(function, tensors)
            except (RuntimeError, IndexError):
                if 0 not in size:
                    raise
                print(f"{name}: no answer for {size}")
    for case in cases or []:
        text += case_text(function, [torch.tensor(elements, dtype=torch.float64) for elements in case])
    return text


# The library's functions in PyTorch's words.
def dims(x, axes):
    return tuple(range(x.dim())) if axes is None else tuple(axes)


def product(x, axes=None, keepdim=False):
    for axis in sorted((axis % x.dim() for axis in dims(x, axes)), reverse=True):
        x = torch.prod(x, axis, keepdim)
    return x


REDUCTIONS = {
    "sum": lambda x, axes=None, keepdim=False: torch.sum(x, dims(x, axes), keepdim),
    "prod": product,
    "mean": lambda x, axes=None, keepdim=False: torch.mean(x, dims(x, axes), keepdim),
    "var": lambda x, axes=None, keepdim=False: torch.var(x, dims(x, axes), correction=0, keepdim=keepdim),
    "max": lambda x, axes=None, keepdim=False: torch.amax(x, dims(x, axes), keepdim),
    "min": lambda x, axes=None, keepdim=False: torch.amin(x, dims(x, axes), keepdim),
    "norm": lambda x, axes=None, keepdim=False: torch.linalg.vector_norm(x, dim=dims(x, axes), keepdim=keepdim),
    "logsumexp": lambda x, axes=None, keepdim=False: torch.logsumexp(x, dims(x, axes), keepdim),
}
var, norm, prod = REDUCTIONS["var"], REDUCTIONS["norm"], product


def cbrt(x):
    return torch.sign(x) * torch.abs(x) ** (1 / 3)


class Digamma(torch.autograd.Function):
    """torch.digamma with all digits of its derivative: torch.polygamma(1, x) is wrong from the tenth on, zeta(2, x) is the same function."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.digamma(x)

    @staticmethod
    def backward(ctx, grad):
        return grad * torch.special.zeta(2.0, ctx.saved_tensors[0])


def positions(count):
    return torch.arange(count, dtype=torch.float64)


# ---- reductions.cpp
topic = "reductions"


def add_reduction(name, r):
    add(f"{name}_over_all", "abc", lambda x: torch.sin(r(x)))
    add(f"{name}_over_each_dimension", "abc",
        lambda x: torch.sin(r(x, [0])).sum() + torch.cos(r(x, [1])).sum() + (r(x, [-1]) ** 2).sum())
    add(f"{name}_over_two_dimensions_and_keeping_them", "abc", lambda x: torch.sin(r(x, [1, 2])).sum() + (x * r(x, [-1, 0], True)).sum())


for name, reduction in REDUCTIONS.items():
    add_reduction(name, reduction)


@program("n")
def reductions_of_a_vector(x):
    return torch.sin(x.sum()) + torch.cos(prod(x)) + x.mean() ** 2 + torch.tanh(var(x)) + norm(x) * torch.logsumexp(x, 0)


@program("n", sizes=[(1,), (2,), (7,), (8,), (9,), (17,), (33,)])
def extremes_of_a_vector(x):
    return torch.amax(x, 0) * torch.amin(x, 0) + torch.amax(torch.sin(3 * x), 0)


@program("ab", sizes=[(3, 0), (3, 4), (1, 8)])
def extremes_along_a_dimension_may_have_nothing_along_another(x):
    return torch.sin(torch.amax(x, 0)).sum() + (torch.amin(x, 0, True) * x).sum()


@program("abcd")
def reductions_of_four_dimensions(x):
    return torch.sin(x.sum()) + torch.cos(x.mean()) + norm(x) * var(x)


@program("abcd")
def sums_of_sums(x):
    return torch.sin(torch.cos(torch.sin(torch.cos(x).sum(3)).sum(2)).sum(1)).sum()


@program("ab", sizes=[(3, 4), (1, 1), (1, 7), (8, 2), (9, 1), (2, 17)])
def reductions_of_different_reductions(x):
    return norm(torch.logsumexp(x, 0)) + var(torch.amax(x, 1)) + prod(x.mean(0)) + torch.amax(torch.exp(x).sum(1), 0)


@program("ab n")
def reductions_along_different_axes_share_a_value(x, w):
    t = torch.exp(torch.sin(x))
    return (t.sum(0) ** 2).sum() * (t.mean(1) ** 2).sum() + t.sum() * w.sum()


@program("b ab")
def a_sum_along_what_nothing_varies_along_is_a_product(v, x):
    t = torch.sin(v) + 0 * x
    return (torch.sin(t.sum(0)) * v).sum() + torch.cos(t.mean(0)).sum() + t.sum() * torch.sin(prod(t, [0])).sum()


@program("b ab", sizes=[(1, 1), (3, 4), (7, 2), (2, 9), (1, 17)])
def an_extreme_along_what_nothing_varies_along_is_the_value(v, x):
    t = torch.sin(v) + 0 * x
    return torch.amax(t, 0).sum() * torch.amin(t, (0, 1)) + torch.logsumexp(t, 0).sum() + var(t, [0]).sum() + norm(t, [0]).sum()


@program("abc")
def softmax_along_each_dimension(x):
    return (torch.softmax(x, 0) * torch.sin(x)).sum() + (torch.softmax(x, 1) ** 2).sum() + torch.sin(torch.softmax(x, -1) * x).sum()


@program("abc")
def softmax_along_several_dimensions(x):
    softmax = lambda axes: torch.exp(x - torch.logsumexp(x, axes, True))
    return (softmax([0, 2]) * torch.sin(x)).sum() + (softmax([0, 1, 2]) * torch.cos(x)).sum()


@program("abc")
def log_softmax_along_one_dimension_and_several(x):
    return (torch.log_softmax(x, 1) ** 2).sum() + torch.sin(x - torch.logsumexp(x, [1, 2], True)).sum()


# ---- broadcasting.cpp
topic = "broadcasting"
RANKS = ["-", "d", "cd", "bcd", "abcd"]


def add_pair(a, b, kind, function):
    add(f"rank_{a}_with_rank_{b}", f"{RANKS[a]}{kind} {RANKS[b]}{kind}",
        lambda x, y: function(x, y).sum() + torch.sin(function(y, x)).sum())


add_pair(0, 1, ":positive", torch.pow)
add_pair(0, 2, ":positive", torch.hypot)
add_pair(0, 3, "", torch.atan2)
add_pair(0, 4, ":positive", torch.div)
add_pair(1, 1, "", torch.mul)
add_pair(1, 2, "", torch.maximum)
add_pair(1, 3, "", torch.sub)
add_pair(1, 4, ":positive", torch.pow)
add_pair(2, 2, ":positive", torch.atan2)
add_pair(2, 3, "", torch.minimum)
add_pair(2, 4, "", lambda a, b: torch.exp(a) * b)
add_pair(3, 3, ":positive", torch.hypot)
add_pair(3, 4, ":positive", torch.div)
add_pair(4, 4, "", lambda a, b: torch.where(a < b, a, torch.sin(b)))


@program("d nd")
def reverse_of_a_broadcast_is_a_sum(b, x):
    return torch.sin(x + b).sum()


@program("d cd bcd -")
def four_ranks_in_one_operation(a, b, c, s):
    return torch.sin(a * b + c).sum() + torch.cos(c * s + a).sum() + torch.tanh(s * a + s).sum()


@program("d cd bcd -")
def select_broadcasts_its_condition(a, b, c, s):
    return torch.where(a > 0, b, s).sum() + torch.sin(torch.where(b > a, c, a)).sum() + torch.where(c < s, 1.5, b * c).sum()


@program("d nd -")
def assignments_broadcast(b, x, s):
    t = (x + b) * s - torch.sin(x)
    return torch.sin(t / 2).sum()


@program("nd")
def a_reduction_broadcasts_along_the_last_dimensions(x):
    return torch.sin(x - x.mean(0)).sum() + (x * torch.exp(x).sum(0)).sum()


@program("n d")
def dimensions_of_one_step_stretch(a, b):
    return torch.sin(a[:, None] + b[None, :]).sum() + torch.tanh(a[:, None] * b).sum()


@program("1b a1 ab")
def a_row_and_a_column_stretch(r, c, x):
    return (torch.exp(r) * x + c / (1 + x * x)).sum() + torch.sin(r * c).sum()


@program("1 n - n")
def a_vector_of_one_stretches(a, x, s, y):
    return (torch.sin(a * x) * y).sum() + s * (a * y).mean()


@program("a1c1 1b1d")
def four_dimensions_stretch_each_other(x, y):
    return torch.tanh(x * y).sum() + (x - y).square().mean(1).sin().sum()


@program("b1 abc 11c 1 abc", sizes=[(2, 3, 4), (1, 1, 1), (9, 1, 2), (2, 8, 1), (1, 2, 9)])
def ranks_and_ones_stretch_together(x, y, z, v, w):
    return (torch.sin(x * y) + z * w * v).sum() + torch.logsumexp(y + x + z, (0, 2)).sum()


@program("1bc acd ac1:positive")
def a_batch_of_one_stretches_in_a_product(x, y, z):
    return torch.sin(x @ y).sum() + (torch.softmax(y * z, 1) * y / z).sum()


@program("ab a1 1b")
def norms_of_what_stretches(x, mean, scale):
    t = (x - mean) * scale
    return torch.log(1 + (t * t).sum(1)).sum() + torch.amax(t, (0, 1)) + (t - t.mean(0)).square().mean()


@program("1b ab")
def squeezed_rows_reduce_by_themselves(r, x):
    v = r.squeeze(0)
    return (r * x).sum() + v.sum() * torch.exp(v / 4).sum() + (x[:, :] * v).square().sum()


@program("n")
def a_vector_meets_itself_along_another_axis(x):
    return torch.exp(-(x[:, None] - x) ** 2).sum() + torch.sin(x[:, None] * x).sum()


@program("n", sizes=SQUARE)
def a_vector_meets_itself_along_three_axes(x):
    return torch.tanh(x[:, None, None] + x[:, None] * x).sum()


@program("nn", sizes=SQUARE)
def a_matrix_meets_its_transpose(x):
    return (x * x.T).sum() + torch.sin(x - x.T).sum() + (x @ x.T).sum() * torch.cos(x + x.T).sum()


@program("d - - -")
def numbers_are_inputs_and_some_are_unused(x, s, t, unused):
    return s * x.sum() + torch.sin(t) * s + t / (1 + s * s)


@program("nd")
def a_loop_adds_up_arrays_from_a_literal(x):
    total = 0
    for k in range(1, 4):
        total = total + torch.sin(x * k) / k
    return (total * x).sum()


# ---- elementwise.cpp
topic = "elementwise"


@program("n n:positive n")
def arithmetic(x, y, z):
    return (x + y - z * y).sum() + torch.sin(-x / y).sum() + torch.cos(x * y + z).sum()


@program("n:positive n")
def roots_and_powers(x, y):
    return (torch.sqrt(x) * y).sum() + cbrt(y).sum() + (x ** y).sum() + (x ** 2.5 * y).sum() + (2 ** y).sum() + (y ** 3).sum()


@program("n")
def exponentials(x):
    return (x * torch.exp(x)).sum() + (x * torch.exp2(x)).sum() + (x * torch.expm1(x)).sum() + (x * torch.exp(-x * x)).sum()


@program("n:positive")
def logarithms(x):
    return (x * torch.log(x)).sum() + (x * torch.log2(x)).sum() + (x * torch.log10(x)).sum() + (x * torch.log1p(x)).sum()


@program("n:small")
def trigonometric_functions(x):
    return (x * torch.sin(x)).sum() + (x * torch.cos(x)).sum() + (x * torch.tan(x)).sum()


@program("n:small n")
def inverse_trigonometric_functions(x, y):
    return (x * torch.asin(x)).sum() + (x * torch.acos(x)).sum() + (x * torch.atan(x)).sum() + torch.atan2(x, y).sum() + torch.sin(1 - x * x).sum()


@program("n")
def hyperbolic_functions(x):
    return (x * torch.sinh(x)).sum() + (x * torch.cosh(x)).sum() + (x * torch.tanh(x)).sum() + (x / torch.cosh(x) ** 2).sum()


@program("n:above_one")
def inverse_hyperbolic_functions(x):
    return (x * torch.asinh(x)).sum() + (x * torch.acosh(x)).sum() + (x * torch.atanh(1 / x)).sum()


@program("n")
def error_functions(x):
    return (x * torch.erf(x)).sum() + (torch.sin(x) * torch.erfc(x)).sum()


@program("n:positive")
def gamma_functions(x):
    return (x * torch.lgamma(x)).sum() + (x * Digamma.apply(x)).sum() + torch.sin(torch.special.zeta(2.0, x)).sum()


@program("n n")
def parts_of_numbers(x, y):
    return (y * torch.abs(x)).sum() + (y * torch.sign(x)).sum() + (y * torch.floor(3 * x)).sum() + (y * torch.ceil(3 * x)).sum() \
        + (y * torch.trunc(3 * x)).sum() + torch.copysign(x * x, y).sum() + torch.abs(x * y).sum()


@program("n n -")
def functions_of_two_numbers(x, y, s):
    return torch.hypot(x, y).sum() + torch.sin(torch.minimum(x, y)).sum() + torch.cos(torch.maximum(x, s)).sum() \
        + torch.clamp(x * y, -0.5, 0.75).sum() + torch.where(x > y, x * y, y).sum()


# ---- products.cpp
topic = "products"


@program("n n")
def of_two_vectors(x, y):
    return torch.sin(x @ y) + torch.dot(torch.sin(x), torch.cos(y))


@program("nd d n")
def of_a_matrix_and_a_vector(x, w, y):
    return torch.sin(x @ w).sum() + (y @ (x @ torch.cos(w))) ** 2


@program("n nd d")
def of_a_vector_and_a_matrix(y, x, w):
    return torch.sin(y @ x).sum() + (torch.exp(y) @ x @ w) ** 2


@program("ab bc")
def of_two_matrices(x, y):
    return torch.sin(x @ y).sum()


@program("- nd d")
def dot_with_a_number_scales(s, x, w):
    return torch.sin(s * x).sum() + torch.cos(w * s).sum() + torch.tanh(s * s)


@program("a b bc")
def outer_has_the_dimensions_of_both(x, y, z):
    return torch.sin(x[:, None] * y).sum() + torch.cos(x[:, None, None] * z).sum() + torch.tanh(z[:, :, None] * x).sum()


@program("hab hbc", sizes=[(2, 3, 1, 4), (1, 1, 1, 1), (2, 0, 1, 3), (1, 9, 2, 2), (2, 2, 8, 1), (0, 1, 2, 2), (1, 1, 17, 2)])
def of_batches_of_matrices(x, y):
    return torch.sin(x @ y).sum()


@program("ab hbc hdb c", sizes=[(2, 3, 4, 1, 2), (1, 1, 1, 1, 1), (0, 2, 3, 2, 2), (2, 0, 2, 1, 2), (1, 2, 9, 1, 2)])
def of_a_matrix_and_a_batch(x, y, z, v):
    return torch.sin(x @ y).sum() + torch.cos(z @ x.T).sum() + torch.tanh(y @ v).sum()


@program("nd")
def gram_matrices(x):
    return torch.sin(x.T @ x).sum() + torch.cos(x @ x.T).sum()


@program("n nn", sizes=SQUARE)
def quadratic_form(x, a):
    return x @ a @ x + torch.sin(x @ (a.T @ x))


@program("ab bc cd d")
def chain_of_products(x, y, z, v):
    return torch.sin(x @ (y @ (z @ v))).sum() + torch.tanh(((x @ y) @ z) @ v).sum()


@program("nn", sizes=SQUARE)
def powers_of_a_matrix(x):
    y = torch.tanh(x @ x)
    return torch.sin(y @ y @ x).sum()


@program("ab ba")
def trace_of_a_product(x, y):
    return torch.trace(x @ y) + torch.sin(torch.trace(torch.sin(y) @ x))


@program("nd d n")
def normal_equations(x, w, y):
    g = x.T @ (x @ w - y)
    return g @ g


# ---- arrangement.cpp
topic = "arrangement"
LONG = [(4,), (5,), (8,), (9,), (17,), (33,)]


@program("ab ba")
def transpose_of_a_matrix(x, y):
    return (torch.sin(x.T) * y).sum() + torch.cos(x * y.T).sum() + torch.tanh(x.T.T + x).sum()


@program("abc cab")
def transpose_by_order(x, y):
    return (torch.sin(x.permute(2, 0, 1)) * y).sum() + torch.cos(y.permute(1, 2, 0) * x).sum()


@program("abcd dcba")
def transpose_of_four_dimensions(x, y):
    return torch.sin(x.permute(3, 2, 1, 0) * y).sum() + (torch.cos(x).permute(3, 0, 2, 1).sum(0) ** 2).sum()


@program("n anb")
def expand_dims_at_several_places(x, y):
    return torch.sin(x[None, :, None] * y).sum() + torch.cos(x[:, None] + y.sum(2)[:, :, None]).sum()


@program("nd")
def expand_dims_from_the_end(x):
    return torch.sin(x[:, :, None] + x[:, None, :]).sum() + torch.tanh(x[None] * x[:, None]).sum()


@program("n nn", sizes=SQUARE)
def diag_of_a_vector_and_of_a_matrix(x, y):
    return torch.sin(torch.diag(x) + y).sum() + (torch.cos(torch.diag(y)) * x).sum() + torch.tanh(torch.diag(torch.diag(x) @ y)).sum() \
        + (torch.diag(torch.diag(y)) * y).sum()


@program("n m")
def diag_of_an_outer_product(x, y):
    t = torch.outer(x, torch.sin(x))
    return torch.exp(torch.diag(t)).sum() * y.sum() + torch.trace(t @ t)


@program("ab")
def iota_counts_along_a_dimension(x):
    rows, columns = positions(x.shape[0]), positions(x.shape[1])
    return (torch.sin(x) * columns).sum() + (rows[:, None] * x * x).sum() + torch.cos(rows * x.sum(1)).sum() + torch.sin(rows).sum() * x.sum()


@program("ab")
def extent_is_a_number(x):
    return x.sum() / (1 + x.shape[0]) * x.shape[1] + torch.sin(x * x.shape[0]).sum()


@program("nn", sizes=SQUARE)
def triangle_of_a_matrix(x):
    return torch.sin(torch.triu(x)).sum() + (torch.tril(x, -1) ** 2).sum()


@program("n", sizes=LONG)
def slices_count_from_both_ends(x):
    return torch.sin(x[1:-1]).sum() + torch.cos(x[-3:]).sum() + (x[1:3] * x[-3:-1]).sum() + torch.exp(x[2:4]).sum()


@program("n", sizes=[(0,), (1,), (2,), *LONG])
def slices_leave_out_what_lies_beyond(x):
    return torch.sin(x[2:100]).sum() + torch.cos(x[-100:2]).sum() + torch.exp(x[50:60]).sum() + torch.tanh(x[3:2]).sum() + (x[5:] ** 2).sum()


@program("n", sizes=[(0,), (1,), (2,), (3,), *LONG])
def slices_in_steps(x):
    return torch.sin(x[0:100:2]).sum() + torch.cos(x[1:-1:3]).sum() + (x[0:-1:5] ** 2).sum() + torch.exp(x[-2:100:2]).sum()


@program("abc", sizes=[(3, 4, 5), (1, 3, 8), (4, 2, 9), (1, 1, 17), (2, 7, 2)])
def slices_along_any_dimension(x):
    return torch.sin(x[1:]).sum() + torch.cos(x[:, 0:-1]).sum() + (x[:, :, 1:-1:2] * x[:, :, 1:-1:2]).sum() + torch.exp(x[:, 1:, 1:]).sum() \
        + torch.tanh(x[:, :, -2:]).sum()


@program("n", sizes=LONG)
def slices_of_slices(x):
    return torch.sin(x[1:][1:-1]).sum() + torch.cos(x[::2][1:]).sum() + torch.exp(x[1::2][::2]).sum() + (x[1:-1][0] * x[2:][-1])


@program("ab", sizes=[(3, 4), (3, 1), (5, 2), (8, 3), (17, 1), (4, 9)])
def elements_and_rows(x):
    return torch.sin(x[0] * x[-1]).sum() + x[1][0] * x[-2][-1] + torch.exp(x[2]).sum() * torch.sin(x[0][0])


@program("n n", sizes=LONG)
def elements_of_vectors(x, y):
    return x[0] * torch.sin(y[-1]) + x[3] / (2 + torch.cos(x[-2])) + torch.exp(x[1] * y).sum()


@program("n", sizes=LONG)
def differences_of_neighbours(x):
    return torch.sin(x[1:] - x[:-1]).sum() + ((x[2:] - 2 * x[1:-1] + x[:-2]) ** 2).sum()


@program("ab", sizes=[(3, 4), (3, 3), (4, 8), (9, 3), (3, 17), (8, 5)])
def laplacian_of_a_grid(x):
    t = x[2:, 1:-1] + x[:-2, 1:-1] + x[1:-1, 2:] + x[1:-1, :-2] - 4 * x[1:-1, 1:-1]
    return torch.sin(t).sum() + (t * t).mean()


@program("nd d", sizes=[(3, 4), (1, 5), (8, 3), (2, 9), (1, 17)])
def slices_of_computed_values(x, w):
    t = torch.exp(torch.sin(x * w))
    s = x @ w
    return torch.sin(t[:, 1:-1]).sum() + torch.cos(s[-1:]).sum() + (t.sum(0)[1:] * t.mean(0)[:-1]).sum()


@program("nd", sizes=[(3, 4), (2, 2), (8, 3), (2, 9), (17, 2)])
def slices_of_reductions_and_products(x):
    return torch.sin(x.sum(1)[1:]).sum() + torch.cos((x @ x.T)[1:]).sum() + (x.T @ x)[0][-1] + torch.softmax(x, 1)[:, 0].sum() \
        + torch.logsumexp(x, 0)[1:].sum()


@program("nd", sizes=[(3, 4), (2, 2), (8, 3), (2, 9), (17, 2)])
def slices_of_transposes_and_outer_products(x):
    return torch.sin(x.T[1:]).sum() + torch.cos(torch.outer(x[0], x[1])[1:, :-1]).sum() + (x[:, None, :] * x)[:, 1:].sum() + (x.T[-1] ** 2).sum()


@program("n", sizes=LONG)
def slices_of_positions(x):
    i = positions(x.shape[0])
    return (torch.sin(i * x)[1:]).sum() + (i[1:4] * x[:3]).sum() + torch.cos(i[1::2]).sum() * x.sum() + i[2] * x[0]


@program("b ab", sizes=[(3, 4), (5, 1), (8, 2), (4, 9), (17, 1)])
def slices_of_what_does_not_vary_there(v, x):
    t = torch.sin(v) + 0 * x
    return (t[1:].sum(0) * v).sum() + t[0].sum() * t[1::2].sum()


@program("nn", sizes=[(3,), (1,), (5,), (9,)])
def slices_of_diagonals(x):
    return torch.sin(torch.diag(x)[1:]).sum() + torch.diag(x[1:, :-1]).sum() ** 2 + torch.diag(torch.diag(x))[0].sum()


# ---- choices.cpp
topic = "choices"


@program("n n -")
def where_chooses_elements(x, y, s):
    return torch.where(x > y, torch.sin(x), torch.cos(y)).sum() + torch.where(x > s, x, 0.5).sum() + torch.where(y <= 0, s, y * y).sum()


@program("n n")
def where_within_where(x, y):
    return torch.where(x > 0, torch.where(y > 0, x * y, torch.exp(x)), torch.where(y > x, torch.sin(y), x)).sum()


# The library leaves out the branch that is not taken; PyTorch multiplies its infinity or NaN by 0, so the reference keeps it finite.
@program("n", cases=[[[0, -1, 2, 0, 0.5, -3, 1, 0, -0.5]], [[0]], [[-1, 4]]])
def the_branch_not_taken_contributes_nothing(x):
    kept = torch.where(x > 0, x, 1)
    return torch.where(x > 0, torch.log(kept) * torch.sqrt(kept), x * x).sum() + torch.where(x > 0, 1 / kept, 0.0).sum()


@program("ab:ties b:ties")
def comparisons(x, y):
    one = lambda condition, z: torch.where(condition, z, torch.sin(z)).sum()
    return one(x < y, x) + one(x <= y, y * x) + one(x > 0.5, x * x) + one(x >= y, 2 * x) + one(x == y, 3 * x) + one(x != 2, x - y)


@program("ab:ties b:ties")
def logic_of_conditions(x, y):
    a, b = x > 0, y > 0
    return torch.where(a & b, x * y, torch.sin(x)).sum() + torch.where(a | b, x + y, torch.cos(y)).sum() + torch.where(~a, x * x, y).sum() \
        + torch.where(a & (x < y) | ~b, torch.exp(x), x).sum()


@program("ab:ties")
def any_and_all_over_all(x):
    return torch.where((x > 1).any(), torch.sin(x).sum(), x.sum()) + torch.where((x > -2).all(), torch.cos(x), x).sum() \
        + torch.where((x > 0).all(), 2 * x, x * x).sum()


@program("abc:ties")
def any_and_all_along_dimensions(x):
    return torch.where((x > 1).any(0), torch.sin(x), x * x).sum() + torch.where((x > -1).all(2, keepdim=True), torch.cos(x), 2 * x).sum() \
        + torch.where((x == 0).any(1).any(1)[:, None, None], torch.exp(x), x).sum() + torch.where((x >= 0).all(0).any(0), x.sum((0, 1)), 1.0).sum()


@program("ab:ties")
def equal_elements_share_the_derivative_of_a_maximum(x):
    return torch.amax(x, (0, 1)) * torch.sin(torch.amin(x, (0, 1))) + torch.amax(x, 0).sum() + (torch.amin(x, 1) ** 3).sum()


@program("ab:ties b:ties")
def equal_operands_share_the_derivative_of_a_maximum(x, y):
    return torch.sin(torch.maximum(x, y)).sum() + torch.cos(torch.minimum(x, y)).sum() + torch.maximum(x, x * x).sum() \
        + torch.minimum(torch.maximum(x, torch.tensor(0.0)), torch.tensor(0.5)).sum()


@program("ab", cases=[[[[1, 2, 0], [3, 0, 0]]], [[[0, 0, 0]]], [[[0], [2], [3]]], [[[2, 3, 4], [1, 0, 5], [0, 1, 0], [1, 1, 1]]]])
def zeros_in_a_product(x):
    return prod(x) + torch.sin(prod(x, [0])).sum() + (prod(x, [1]) * prod(x, [1], True)[:, 0]).sum() + prod(x, [1]).sum()


@program("n", cases=[[[0, 0, 0]], [[0]], [[3, 0, -4]], [[]]])
def norm_of_zeros(x):
    return norm(x) + 2 * norm(x * 0.5)


@program("ab", cases=[[[[0, 0], [3, 4], [0, -1]]], [[[0]]], [[[0, 0, 0, 0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 2, 0, 0, 0, 2]]]])
def norm_of_rows_of_zeros(x):
    return norm(x, [1]).sum() + (norm(x, [0], True) * x).sum()


@program("n", cases=[[[nan, 1, 2]], [[1, nan]], [[1, 2, 3, 4, 5, 6, 7, 8, nan, 10]]])
def nan_elements_are_left_out(x):
    kept = torch.where(torch.isnan(x), 0, x)
    return torch.where(torch.isnan(x), 0.0, torch.sin(kept) * kept).sum() / (~torch.isnan(x)).sum()


# The value only: PyTorch makes the derivative NaN too, the library 0.
@program("ab b a", cases=[[[[nan, 1, 2], [3, 4, 5]], [1, nan, 3], [0.25, 4]], [[[1, 2, 3, 4, nan, 6, 7, 8, 9]], [1, 2, 3, 4, 5, 6, 7, nan, 9], [3]]])
def extremes_of_nan_are_nan(x, y, w):
    weight = lambda z: torch.where(torch.isnan(z), 0.5, 2.0)
    return (weight(torch.amax(x, 1)) * w).sum() + (weight(torch.amin(x, 1)) * w * w).sum() + (weight(torch.maximum(x, y)).sum(1) * w).sum() \
        + (weight(torch.minimum(y, x)).sum(1) * w).sum()


@program("n n", cases=[[[nan, 1, 2], [1, 2, 3]], [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 1, 1, 1, 1, 1, 1, nan]]])
def nan_stays_in_its_elements(x, y):
    return torch.sin(x * y).sum()


@program("n", cases=[[[-inf, 1, 2]], [[-inf]], [[-inf, -inf]], [[1, 2, -inf, 4, 5, 6, 7, 8, 9]], [[1000, 999, 998]], [[-1000, -1001]]])
def logsumexp_with_minus_infinity(x):
    return torch.logsumexp(x, 0)


@program("n", cases=[[[inf, 1, 2]], [[inf]], [[1, 2, 3, 4, 5, 6, 7, inf, 9]]])
def logsumexp_with_infinity(x):
    return torch.logsumexp(x, 0)


@program("ab", cases=[[[[-inf, 1, 2], [0, -inf, -inf], [700, 800, 900]]], [[[1, -inf]]], [[[-inf, 3, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3, 4, 5, 6, 7, -inf]]]])
def softmax_with_minus_infinity(x):
    p = torch.softmax(x, 1)
    return (p * p).sum() + torch.sin(p[:, 0]).sum()


@program("ab", cases=[[[[1000, 1, 2], [-1000, 0, 3]]], [[[1e300, -1e300]]], [[[5, 3, 1, 2, 3, 4, 5, 6, 7], [0, -800, 2, 3, 800, 5, 6, 7, 8]]]])
def log_softmax_of_large_numbers(x):
    return (torch.log_softmax(x, 1)[:, 0] * torch.tensor(0.5)).sum() + torch.softmax(x, 0).sum(1)[0]


@program("n", cases=[[[inf, 1, -2]], [[-inf, 3]], [[inf, inf]], [[1, 2, 3, 4, 5, 6, 7, 8, inf]]])
def infinities_in_sums_and_extremes(x):
    return x.sum() + x.mean() + torch.amax(x, 0) + torch.amin(torch.exp(-torch.abs(x)), 0)


@program("n", cases=[[[0, 1]], [[1, 0, 4]], [[0]], [[1, 2, 3, 4, 5, 6, 7, 8, 0]]])
def infinite_derivatives_at_zero(x):
    return torch.sqrt(x).sum() + (x * x).sum()


# ---- composed.cpp
topic = "composed"


@program("nd d n:signs")
def logistic_regression(x, w, y):
    return torch.log1p(torch.exp(-y * (x @ w))).mean()


@program("n - -:positive")
def gaussian_log_density(x, mu, sigma):
    return (-0.5 * ((x - mu) / sigma) ** 2 - torch.log(sigma) - 0.5 * math.log(2 * math.pi)).sum()


@program("n k k k")
def mixture_log_likelihood(x, logits, mu, log_sigma):
    z = (x[:, None] - mu) * torch.exp(-log_sigma)
    return torch.logsumexp(torch.log_softmax(logits, 0) - log_sigma - 0.5 * z * z, 1).sum()


@program("nk n:<k", sizes=[(4, 3), (1, 1), (3, 0), (2, 8), (9, 2), (17, 1), (7, 3)])
def cross_entropy_of_labels(logits, labels):
    return torch.nn.functional.cross_entropy(logits, labels)


@program("nd d d", sizes=[(4, 3), (1, 2), (4, 0), (8, 2), (17, 1)])
def layer_norm(x, gain, bias):
    y = (x - x.mean(1, keepdim=True)) / torch.sqrt(var(x, [1], True) + 1e-5)
    return torch.sin(y * gain + bias).sum()


@program("nd md me", sizes=[(4, 2, 3, 5), (1, 1, 1, 1), (2, 1, 9, 3), (3, 2, 1, 8), (2, 3, 2, 0)])
def attention(q, k, v):
    return torch.sin(torch.softmax(q @ k.T / math.sqrt(q.shape[1]), 1) @ v).sum()


@program("hnd hmd hme", sizes=[(2, 2, 2, 3, 4), (1, 1, 1, 1, 1), (2, 1, 2, 2, 7), (1, 2, 3, 8, 2)])
def attention_of_several_heads(q, k, v):
    return torch.sin(torch.softmax(q @ k.transpose(1, 2) / math.sqrt(q.shape[2]), -1) @ v).sum()


@program("nd dd", sizes=[(2, 4), (1, 1), (2, 7), (3, 3)])
def causal_self_attention(x, w):
    scores = (x @ w) @ x.T
    mask = torch.ones_like(scores, dtype=torch.bool).tril()
    return torch.sin(torch.softmax(torch.where(mask, scores, -1e30), 1) @ x).sum()


@program("nd -:positive")
def pairwise_gaussian_kernel(x, s):
    return torch.exp(-0.5 * ((x[:, None] - x) ** 2).sum(2) / (s * s)).sum()


@program("nd md d n m")
def kernel_of_two_sets(x, y, scale, u, v):
    kernel = torch.exp(-(((x[:, None] - y) * scale) ** 2).sum(2))
    return torch.sin(u @ kernel @ v)


@program("nd dh h h - n", sizes=[(2, 3, 4), (1, 1, 1), (2, 9, 1), (1, 2, 8), (3, 1, 7), (0, 2, 3)])
def perceptron_of_two_layers(x, w, b, v, c, y):
    return ((torch.tanh(x @ w + b) @ v + c - y) ** 2).mean()


@program("n - -:positive -:positive")
def student_log_density(x, mu, sigma, nu):
    z = (x - mu) / sigma
    return (torch.lgamma((nu + 1) / 2) - torch.lgamma(nu / 2) - 0.5 * torch.log(math.pi * nu) - torch.log(sigma)
            - (nu + 1) / 2 * torch.log1p(z * z / nu)).sum()


@program("nd d n -:positive")
def huber_loss(x, w, y, delta):
    r = torch.abs(x @ w - y)
    return torch.where(r < delta, 0.5 * r * r, delta * (r - 0.5 * delta)).mean()


@program("nd d n:signs")
def hinge_loss(x, w, y):
    return torch.maximum(1 - y * (x @ w), torch.tensor(0.0)).mean() + 0.5 * norm(w)


@program("nd md")
def cosine_similarities(x, y):
    unit = lambda z: z / (1e-3 + norm(z, [1], True))
    return torch.sin(unit(x) @ unit(y).T).sum()


@program("nd kd", sizes=[(2, 3, 4), (1, 1, 1), (3, 2, 7), (9, 1, 2), (2, 8, 2), (1, 3, 17)])
def distances_to_the_nearest_center(x, centers):
    return torch.amin(((x[:, None] - centers) ** 2).sum(2), 1).sum()


@program("n", sizes=[(1,), (2,), *LONG])
def rosenbrock_function(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


@program("n - -", sizes=[(1,), *LONG])
def autoregression(x, phi, log_sigma):
    z = (x[1:] - torch.tanh(phi) * x[:-1]) * torch.exp(-log_sigma)
    return (-0.5 * z * z - log_sigma).sum()


@program("nd nd -:positive")
def contrastive_loss(x, y, t):
    unit = lambda z: z / torch.sqrt((z * z).sum(1, True) + 1e-6)
    return -torch.diag(torch.log_softmax(unit(x) @ unit(y).T / t, 1)).mean()


@program("k n", sizes=[(3, 3), (3, 4), (3, 9), (3, 10), (3, 33)])
def convolution(w, x):
    return torch.tanh(x[:-2] * w[0] + x[1:-1] * w[1] + x[2:] * w[2]).sum()


@program("nd n:positive")
def energy_of_charges(x, charge):
    square = ((x[:, None] - x) ** 2).sum(2)
    others = ~torch.eye(len(x), dtype=torch.bool)
    distance = torch.sqrt(torch.where(others, square, 1) + 0.01)
    return torch.where(others, charge[:, None] * charge / distance, 0.0).sum() / 2


@program("hh h", sizes=[(4,), (1,), (0,), (7,), (9,)])
def recurrence(w, b):
    state = torch.sin(b)
    for _ in range(3):
        state = torch.tanh(w @ state + b)
    return (state * b).sum()


@program("ab", sizes=[(3, 3)])
def determinant_of_three_rows(x):
    return torch.linalg.det(x)


# ---- reshapes.cpp
topic = "reshapes"


@program("ab")
def to_a_vector(x):
    r = x.reshape(-1)
    return (torch.sin(r) * positions(len(r))).sum() + (r * r).sum()


@program("ab ab")
def to_the_shape_of_the_transpose(x, y):
    r = x.reshape(x.shape[1], x.shape[0])
    return (torch.sin(r) * y.T).sum() + torch.tanh(r + x.T).sum()


@program("ab b a")
def of_broadcasts(x, v, w):
    r = (torch.exp(x) * v + w[:, None]).reshape(-1)
    s = (torch.sin(w)[:, None] * v).reshape(len(v), len(w))
    return (torch.sin(r) * r).sum() + (v[:, None] * s * s).sum() + (positions(len(r)) * torch.cos(r)).sum()


@program("abc ab")
def of_reductions(x, y):
    means = (x * y[:, :, None]).sum(2).reshape(-1)
    middles = torch.sin(x).sum(1).reshape(x.shape[2], x.shape[0])
    return (means * torch.sin(means)).sum() + (positions(len(means)) * means).sum() + (positions(x.shape[2])[:, None] * torch.exp(middles)).sum()


@program("abc", sizes=[(2, 3, 4), (1, 1, 1), (1, 2, 9), (3, 7, 1), (2, 2, 8), (2, 5, 17)])
def with_reductions_over_the_new_dimensions(x):
    r = x.reshape(x.shape[0], -1)
    columns = x.reshape(-1, x.shape[2])
    return (torch.softmax(r, 1) * torch.sin(r)).sum() + torch.logsumexp(r, 1).sum() + torch.linalg.vector_norm(columns, dim=1).sum() \
        + torch.amax(columns, 1).sum()


@program("abc cd", sizes=[(2, 3, 4, 2), (1, 1, 1, 1), (1, 7, 2, 9), (9, 1, 3, 2), (2, 2, 17, 8)])
def with_products_of_matrices(x, w):
    products = (x.reshape(-1, x.shape[2]) @ w).reshape(x.shape[0], x.shape[1], -1)
    return (torch.tanh(products) * products).sum() + torch.sin(x.reshape(x.shape[0], -1) @ x.reshape(-1, x.shape[0])).sum()


@program("nd nd nd", sizes=[(6, 4), (6, 1), (6, 9), (6, 17)])
def heads_of_an_attention(q, k, v):
    heads = lambda x: x.reshape(-1, 2, 3).permute(1, 0, 2)
    weights = torch.softmax(heads(q) @ heads(k).transpose(1, 2) / 1.75, 2)
    return (torch.sin((weights @ heads(v)).permute(1, 0, 2).reshape(-1, 6)) * q).sum()


@program("ab", sizes=[(2, 3), (4, 5), (2, 1), (7, 2), (4, 9)])
def of_reshapes(x):
    flat = torch.sin(x).reshape(-1)
    back = (flat * flat).reshape(x.shape[0], -1)
    other = x.reshape(2, -1).T.reshape(-1, 2)
    return (back * x).sum() + (torch.exp(other) * positions(len(other))[:, None]).sum() + (back.T.reshape(-1) * flat).sum()


@program("ab", sizes=[(3, 4), (1, 2), (8, 4), (2, 10), (17, 2)])
def of_slices(x):
    inner = x[:, 1:-1].reshape(-1)
    every_other = x[1:][::2].reshape(-1)
    return (torch.sin(inner) * positions(len(inner))).sum() + (every_other * torch.exp(every_other)).sum() + x[-1].reshape(2, -1)[0].sum() * x[0].reshape(-1, 2)[-1].sum()


@program("ab", sizes=[(3, 4), (2, 2), (8, 4), (2, 9), (17, 2)])
def and_slices_of_them(x):
    flat, computed = x.reshape(-1), (torch.exp(x) * x[0]).reshape(-1)
    return torch.sin(flat[1:] - flat[:-1]).sum() + computed[1:100:3].sum() * flat[-1] + computed[2] * torch.cos(x.reshape(-1, 2)[:, 1:]).sum()


@program("abc")
def of_positions(x):
    rows = (positions(x.shape[0])[:, None, None] * x + positions(x.shape[2])).reshape(-1)
    return torch.sin(rows).sum() + (positions(len(rows)) * rows).sum()


@program("ab", sizes=[(3, 4), (1, 1), (9, 2), (1, 17), (7, 3)])
def with_recurrences_along_them(x):
    state, states = torch.tensor(0.5), []
    for step in x.reshape(-1):
        state = torch.tanh(state + step)
        states.append(state)
    h = torch.stack(states)
    sums = torch.cumsum(torch.sin(x).reshape(-1, x.shape[0]), 0)
    return (h * h).sum() + h[-1] + (sums * sums).sum()


@program("ab n:<a", sizes=[(3, 4, 5), (1, 1, 1), (8, 2, 9), (3, 9, 2), (2, 17, 7), (2, 3, 0)])
def of_elements_at_indices(x, at):
    taken = torch.sin(x)[at].reshape(-1)
    elements = torch.exp(x).reshape(-1)[at]
    return (taken * positions(len(taken))).sum() + (elements * elements).sum() + torch.sin(x[at]).sum()


@program("ab ab")
def of_what_is_joined(x, y):
    rows, columns = torch.cat([torch.sin(x), y]).reshape(-1), torch.cat([x, torch.exp(y)], 1).reshape(-1)
    both = torch.cat([x.reshape(-1), (y * y).reshape(-1)])
    return (rows * positions(len(rows))).sum() + (columns * torch.cos(columns)).sum() + (both * positions(len(both))).sum() \
        + (torch.cat([x, y]).reshape(-1)[2:] * 3).sum()


@program("n ab", sizes=[(2, 3, 3), (1, 1, 1), (4, 9, 9), (1, 17, 17)])
def with_dimensions_of_one_step(v, x):
    column, row, one = v.reshape(-1, 1), torch.sin(v).reshape(1, -1), x.sum().reshape(1, 1, 1)
    return (column * row).sum() + torch.exp(row * x).sum() + (one * x).sum() + (column.squeeze(1) * v).sum() + (v * torch.cos(v)).sum()


@program("ab ab")
def of_choices(x, y):
    chosen = torch.where(x > y, x * y, y).reshape(-1)
    return torch.where(chosen > 0, torch.sin(chosen), chosen * chosen).sum() + (torch.maximum(x.reshape(-1), y.reshape(-1)) * positions(len(chosen))).sum()


@program("abcd")
def along_a_dimension_that_is_summed_over_elsewhere(x):
    sums = x.reshape(x.shape[0], x.shape[1], -1).sum((0, 1))
    return (sums * sums).sum() + torch.sin(x.sum(1).reshape(x.shape[0], -1) * sums).sum()


# ---- recurrences.cpp
topic = "recurrences"


def scan(body, first, x):
    steps, before = [], torch.tensor(first)
    for step in x:
        before = body(before, step)
        steps.append(before)
    return torch.stack(steps) if steps else torch.zeros(x.shape)


def states(x):
    return scan(lambda before, now: 0.5 * before + torch.sin(now) * before + now, 0.1, x)


def rows_of_states(x):
    return scan(lambda before, now: torch.tanh(0.5 * before + now), 0.1, x)


STEPS = [(5,), (4,), (9,), (17,), (33,)]


@program("n", sizes=[(1,), *STEPS])
def differences_of_steps(x):
    h = states(x)
    step = h[1:] - 0.9 * h[:-1]
    return (step * step).sum() + (h * x).sum()


@program("n", sizes=[(1,), (2,), *STEPS])
def slices_of_steps(x):
    h = states(x)
    inner = h[1:][0:100:2]
    return torch.sin(inner).sum() + torch.exp(h)[-3:-1].sum() + (h * positions(len(x)))[1:3].sum() + h[-1] * h[0]


@program("ab", sizes=[(3, 4), (1, 1), (9, 2), (2, 17), (7, 3)])
def slices_of_rows_of_states(x):
    h = rows_of_states(x)
    columns = h[:, 1:]
    return (columns * columns).sum() + (torch.sin(h[:-1]) * h[1:]).sum() + h[:, -1].sum() + h[:2][:, :2].sum()


@program("n m:<n", sizes=[(4, 5), (1, 4), (3, 9), (9, 17), (0, 4)])
def gathered_steps(x, at):
    h = states(x)
    chosen = h[at]
    return (torch.sin(chosen) * positions(len(chosen))).sum() + (chosen * x[at]).sum() + h.sum()


@program("ab a:<b", sizes=[(4, 3), (1, 1), (9, 2), (17, 3), (8, 8)])
def last_steps_of_sequences_of_different_lengths(x, last):
    h = torch.cumsum(x, 1)
    return torch.sin(h[torch.arange(len(x)), last]).sum() + (rows_of_states(x)[last] * x).sum()


@program("n m", sizes=[(4, 5), (1, 1), (3, 9), (9, 17)])
def joined_steps(x, y):
    joined = torch.cat([states(x), y, torch.cumsum(y, 0)])
    return (joined * joined * (1 + positions(len(joined)))).sum() + torch.cat([rows_of_states(torch.outer(x, y)), torch.outer(x, torch.sin(y))], 1)[-1].sum()


@program("ab", sizes=[(3, 4), (1, 1), (9, 2), (2, 17), (7, 3)])
def reshaped_steps(x):
    flat = rows_of_states(x).reshape(-1)
    sums = torch.cumsum(x.reshape(-1), 0).reshape(x.shape)
    return (torch.sin(flat) * positions(len(flat))).sum() + (sums * x).sum() + (flat[1:] * flat[:-1]).sum()


@program("n", sizes=[(2,), *STEPS])
def recurrences_of_steps_of_recurrences(x):
    later = states(states(x)[1:])
    return (later * x[1:]).sum() + torch.cumsum(later[:-1], 0).sum()


@program("n", sizes=[(1,), *STEPS])
def steps_meet_each_other_along_another_axis(x):
    h = states(x)
    part = h[1:]
    return torch.sin(torch.outer(part, part)).sum() + (torch.outer(part, h) * torch.outer(x[1:], x)).sum()


@program("n m", sizes=[(4, 5), (1, 1), (3, 9), (9, 17), (0, 4)])
def parts_of_concatenations(x, y):
    joined = torch.cat([x, torch.sin(y), x])
    part = joined[1:-1]
    return (part * part * positions(len(part))).sum() + (joined[2:] * joined[:-2]).sum() + joined[0] * joined[-1] + joined[2]


@program("ab ab")
def concatenations_of_concatenations(x, y):
    rows = torch.cat([x, y])
    blocks, again = torch.cat([rows, torch.sin(rows)], 1), torch.cat([rows[1:], x])
    return (blocks * blocks).sum() + (again * again * (1 + positions(again.shape[1]))).sum() + torch.exp(blocks[:, 1:]).sum()


@program("ab b a", sizes=[(3, 4), (1, 1), (9, 2), (2, 17), (7, 3)])
def rows_appended_to_a_matrix(x, row, column):
    whole = torch.cat([row[None], x, x.sum(0)[None]])
    wider = torch.cat([x, column[:, None], x.norm(dim=1, keepdim=True)], 1)
    return (whole * whole * (1 + positions(whole.shape[1]))).sum() + (torch.sin(whole[1:]) * x[0]).sum() + (torch.exp(wider) * positions(wider.shape[1])).sum() \
        + (x * row).sum() + (whole[0] * whole[-1]).sum()


@program("n", sizes=[(1,), (2,), *STEPS])
def positions_from_the_end(x):
    place = positions(len(x))
    return (place[-4:-1] * x[-4:-1]).sum() + (place * x).sum()


# ---- random.cpp
topic = "invented"
folder = pathlib.Path(__file__).parent
source = ""
for random_program in random_programs.programs(inputs_of, value_and_gradient):
    add(random_program.name, random_program.signature, random_program.function, random_program.sizes)
    source += random_program.test

if __name__ == "__main__":
    text = f"# Written by reference.py with PyTorch {torch.__version__.split('+')[0]}.\n" + "".join(map(text_of_program, programs))
    (folder / "reference.txt").write_text(text)
    (folder / "random_programs.inc").write_text("// SPDX-License-Identifier: BSL-1.0\n// Written by reference.py.\n" + source)
    print(f"{len(programs)} programs, {text.count(chr(10) + 'case ')} cases, {len(text) // 1000} kB")
