# SPDX-License-Identifier: BSL-1.0
"""Invents array programs, as C++ for the library and as a function of PyTorch's tensors. reference.py uses it."""

import random
import zlib

import torch

# What the generated statements mean in PyTorch.
MEANINGS = {
    "torch": torch,
    "sums": lambda x, axes, keep: torch.sum(x, axes, keep),
    "means": lambda x, axes, keep: torch.mean(x, axes, keep),
    "vars": lambda x, axes, keep: torch.var(x, axes, correction=0, keepdim=keep),
    "greatest": lambda x, axes, keep: torch.amax(x, axes, keep),
    "least": lambda x, axes, keep: torch.amin(x, axes, keep),
    "norms": lambda x, axes, keep: torch.linalg.vector_norm(x, dim=axes, keepdim=keep),
    "logsumexps": lambda x, axes, keep: torch.logsumexp(x, axes, keep),
    "anys": lambda x, axes, keep: torch.any(x, axes, keep),
    "alls": lambda x, axes, keep: torch.all(x, axes, keep),
}


def prods(x, axes, keep):
    for axis in sorted(axes, reverse=True):
        x = torch.prod(x, axis, keep)
    return x


def positions(x, axis):
    return torch.arange(x.shape[axis], dtype=x.dtype)


MEANINGS.update(prods=prods, positions=positions)

REDUCTIONS = {"sum": "sums", "mean": "means", "var": "vars", "max": "greatest", "min": "least", "norm": "norms", "logsumexp": "logsumexps", "prod": "prods"}
UNARY = [("sin({0})", "torch.sin({0})"), ("cos({0})", "torch.cos({0})"), ("exp(-({0} * {0}))", "torch.exp(-({0} * {0}))"),
         ("atan({0})", "torch.atan({0})"), ("asinh({0})", "torch.asinh({0})"), ("log1p({0} * {0})", "torch.log1p({0} * {0})"), ("erf({0})", "torch.erf({0})"),
         ("sqrt(1 + {0} * {0})", "torch.sqrt(1 + {0} * {0})"), ("abs({0})", "torch.abs({0})"), ("(0.5 * {0} - 0.25)", "(0.5 * {0} - 0.25)"),
         ("exp(sin({0}))", "torch.exp(torch.sin({0}))")]
BINARY = [("({0} + {1})", "({0} + {1})"), ("({0} - {1})", "({0} - {1})"), ("{0} * {1}", "{0} * {1}"), ("{0} / (1.5 + sin({1}))", "{0} / (1.5 + torch.sin({1}))"),
          ("atan2({0}, 1.25 + cos({1}))", "torch.atan2({0}, 1.25 + torch.cos({1}))"), ("hypot({0}, 1 + {1} * {1})", "torch.hypot({0}, 1 + {1} * {1})"),
          ("max({0}, {1})", "torch.maximum({0}, {1})"), ("min({0}, {1})", "torch.minimum({0}, {1})")]
SLICES = [("slice({0}, 1, -1, 1, axis<{1}>)", "1:-1"), ("slice_from({0}, 1, axis<{1}>)", "1:"), ("slice({0}, 0, -1, 1, axis<{1}>)", ":-1"),
          ("slice({0}, 0, 100, 2, axis<{1}>)", "::2"), ("slice({0}, -3, 2, 1, axis<{1}>)", "-3:2")]
INPUTS = ["", "a", "b", "ab", "ba", "bc", "ca", "abc", "aa", "bcb", "cabc"]
SIZES = [(3, 4, 2), (1, 1, 1), (2, 8, 3), (9, 2, 1), (1, 3, 7), (5, 1, 3), (0, 3, 2), (3, 0, 2), (2, 2, 0), (1, 17, 2)]
MOST_CASES, MOST_ELEMENTS = 3, 60
TYPES = ["number", "vector", "matrix", "array<3>", "array<4>"]


class Value:
    """A local variable: its dimensions by name, "" for one of a single step."""

    def __init__(self, name, dimensions):
        self.name, self.dimensions, self.uses = name, list(dimensions), 0

    @property
    def rank(self):
        return len(self.dimensions)


def broadcast(*shapes):
    """None if they do not fit."""
    result = [""] * max(map(len, shapes))
    for shape in shapes:
        for k, dimension in enumerate(shape, len(result) - len(shape)):
            if result[k] and dimension and result[k] != dimension:
                return None
            result[k] = result[k] or dimension
    return result


class Program:
    def __init__(self, name, chosen, statements):
        self.name, self.chosen = name, chosen
        shapes = [chosen.choice(INPUTS[3:])] + [chosen.choice(INPUTS) for _ in range(chosen.randint(1, 3))]
        self.inputs = [Value("xyzw"[k], shape) for k, shape in enumerate(shapes)]
        self.signature = " ".join(shape or "-" for shape in shapes)
        self.values, self.cpp, self.python = list(self.inputs), [], []
        while len(self.cpp) < statements:
            chosen.choices([self.unary, self.binary, self.reduction, self.arrangement, self.product, self.part, self.choice, self.softmax, self.pairs, self.position],
                           [2, 4, 5, 1, 2, 2, 2, 1, 1, 1])[0]()
        terms = [value for value in self.values if value.uses == 0]
        of_terms = [(f"sin({v.name})", f"torch.sin({v.name})") if v.rank == 0 else (f"sum(sin({v.name}))", f"torch.sin({v.name}).sum()") for v in terms]
        joined = lambda words: "".join(word + (" * " if k % 2 == 0 else " + ") for k, word in enumerate(words[:-1])) + words[-1]
        self.cpp.append("return " + joined([term[0] for term in of_terms]) + ";")
        self.python.append("return " + joined([term[1] for term in of_terms]))
        body = "".join(f"    {line}\n" for line in self.python)
        meaning = dict(MEANINGS)
        exec(f"def program({', '.join(value.name for value in self.inputs)}):\n{body}", meaning)
        self.function = meaning["program"]

    def pick(self, fits=lambda value: True):
        """One that was used seldom is likelier."""
        some = [value for value in self.values if fits(value)]
        return self.chosen.choices(some, [1 / (1 + 4 * value.uses) for value in some])[0] if some else None

    def make(self, cpp, python, dimensions, *used):
        if len(dimensions) > 4:
            return
        value = Value(f"t{len(self.cpp)}", dimensions)
        self.cpp.append(f"const auto {value.name} = {cpp};")
        self.python.append(f"{value.name} = {python}")
        self.values.append(value)
        for one in used:
            one.uses += 1

    def axes(self, x):
        axes = sorted(self.chosen.sample(range(x.rank), self.chosen.randint(1, x.rank)))
        return axes, f"axis<{', '.join(map(str, axes))}>"

    def unary(self):
        x = self.pick()
        cpp, python = self.chosen.choice(UNARY)
        self.make(cpp.format(x.name), python.format(x.name), x.dimensions, x)

    def binary(self):
        x = self.pick()
        y = self.pick(lambda y: y is not x and broadcast(x.dimensions, y.dimensions) is not None)
        if y:
            cpp, python = self.chosen.choice(BINARY)
            self.make(cpp.format(x.name, y.name), python.format(x.name, y.name), broadcast(x.dimensions, y.dimensions), x, y)

    def reduction(self):
        x = self.pick(lambda x: x.rank > 0)
        if not x:
            return
        axes, named = self.axes(x)
        keep = self.chosen.random() < 0.4
        cpp, python = self.chosen.choice(list(REDUCTIONS.items()))
        operand = (f"1 + 0.5 * sin({x.name})", f"1 + 0.5 * torch.sin({x.name})") if cpp == "prod" else (x.name, x.name)
        left = [("" if k in axes else d) for k, d in enumerate(x.dimensions) if keep or k not in axes]
        self.make(f"{cpp}({operand[0]}, {named}{', keepdims' if keep else ''})", f"{python}({operand[1]}, {axes}, {keep})", left, x)

    def arrangement(self):
        x = self.pick(lambda x: x.rank > 1)
        if not x:
            return
        if x.rank == 2 and x.dimensions[0] and x.dimensions[0] == x.dimensions[1] and self.chosen.random() < 0.6:
            return self.make(f"diag({x.name})", f"torch.diag({x.name})", x.dimensions[:1], x)
        order = self.chosen.sample(range(x.rank), x.rank)
        self.make(f"transpose({x.name}, axis<{', '.join(map(str, order))}>)", f"{x.name}.permute({', '.join(map(str, order))})", [x.dimensions[k] for k in order], x)

    def product(self):
        x = self.pick(lambda x: x.rank > 0)
        y = self.pick(lambda y: y.rank > 0)
        if x.rank + y.rank <= 4 and self.chosen.random() < 0.3:
            places = ", ".join(["..."] + ["None"] * y.rank)
            return self.make(f"outer({x.name}, {y.name})", f"{x.name}[{places}] * {y.name}", x.dimensions + y.dimensions, x, y)
        # A product of matrices has one dimension more on its way, and arrays have at most 4.
        if x.rank > 3:
            return
        y = self.pick(lambda y: 0 < y.rank < 4 and x.dimensions[-1] and x.dimensions[-1] == y.dimensions[-2 if y.rank > 1 else -1])
        if not y:
            return
        batch = broadcast(x.dimensions[:-2], y.dimensions[:-2])
        if batch is None or (x.rank == 1 and y.rank > 2) or (y.rank == 1 and x.rank > 2):
            return
        left = batch + (x.dimensions[-2:-1] if x.rank > 1 else []) + (y.dimensions[-1:] if y.rank > 1 else [])
        self.make(f"matmul({x.name}, {y.name})", f"{x.name} @ {y.name}", left, x, y)

    def part(self):
        x = self.pick(lambda x: any(x.dimensions))
        if not x:
            return
        if x.dimensions[0] and self.chosen.random() < 0.3:
            at = self.chosen.choice([0, -1])
            return self.make(f"{x.name}[{at}]", f"{x.name}[{at}]", x.dimensions[1:], x)
        axis = self.chosen.choice([k for k, dimension in enumerate(x.dimensions) if dimension])
        cpp, part = self.chosen.choice(SLICES)
        left = [dimension + f"[{part}]" if k == axis else dimension for k, dimension in enumerate(x.dimensions)]
        self.make(cpp.format(x.name, axis), f"{x.name}[{', '.join([':'] * axis + [part])}]", left, x)

    def choice(self):
        x = self.pick()
        fits = lambda y: broadcast(x.dimensions, y.dimensions) is not None
        y, z = self.pick(fits), self.pick(fits)
        if broadcast(x.dimensions, y.dimensions, z.dimensions) is None:
            return
        condition, test = f"{y.name} > {z.name}", f"{y.name} > {z.name}"
        if y is z:
            condition, test = f"{y.name} < 0.25", f"{y.name} < 0.25"
        of_condition = broadcast(y.dimensions, z.dimensions)
        if of_condition and self.chosen.random() < 0.4:
            k, name = self.chosen.randrange(len(of_condition)), self.chosen.choice(["any", "all"])
            condition, test = f"{name}({condition}, axis<{k}>, keepdims)", f"{name}s({test}, {k}, True)"
            of_condition[k] = ""
        self.make(f"where({condition}, {x.name}, sin({y.name}))", f"torch.where({test}, {x.name}, torch.sin({y.name}))",
                  broadcast(x.dimensions, y.dimensions, of_condition), x, y, z)

    def softmax(self):
        x = self.pick(lambda x: x.rank > 0)
        k, name = self.chosen.randrange(x.rank), self.chosen.choice(["softmax", "log_softmax"])
        self.make(f"{name}({x.name}, axis<{k}>)", f"torch.{name}({x.name}, {k})", x.dimensions, x)

    def pairs(self):
        """Each step of a dimension with each other."""
        x = self.pick(lambda x: 0 < x.rank < 4 and x.dimensions[0])
        if x:
            cpp, python = self.chosen.choice(BINARY[:6])
            self.make(cpp.format(f"expand_dims({x.name}, axis<1>)", x.name), python.format(f"{x.name}[:, None]", x.name), x.dimensions[:1] + x.dimensions, x)

    def position(self):
        x = self.pick(lambda x: x.rank > 0)
        if self.chosen.random() < 0.5:
            k = self.chosen.randrange(x.rank)
            return self.make(f"{x.name} / (1 + extent({x.name}, axis<{k}>))", f"{x.name} / (1 + {x.name}.shape[{k}])", x.dimensions, x)
        self.make(f"{x.name} * cos(iota({x.name}, axis<-1>))", f"{x.name} * torch.cos(positions({x.name}, -1))", x.dimensions, x)

    @property
    def test(self):
        types = ", ".join(TYPES[value.rank] for value in self.inputs)
        parameters = ", ".join(f"auto {value.name}" for value in self.inputs)
        body = "".join(f"        {line}\n" for line in self.cpp)
        return f"BOOST_AUTO_TEST_CASE({self.name}) {{\n    check<{types}>([]({parameters}) {{\n{body}    }});\n}}\n"


def is_smooth(function, tensors, value_and_gradient):
    """Whether rounding decides nothing: in single precision, with errors of 6e-8, the results are the same to 1e-4."""
    outcomes = [value_and_gradient(function, [tensor.to(precision) for tensor in tensors]) for precision in (torch.float64, torch.float32)]
    for exact, rounded in zip(*[[torch.tensor([value]), *gradients] for value, gradients in outcomes]):
        if not bool(torch.isfinite(exact).all()) or (exact.numel() and not bool((exact - rounded).abs().max() <= 1e-4 * exact.abs().max())):
            return False
    return True


def programs(inputs_of, value_and_gradient, count=25, seed=1, statements=(3, 6)):
    """Programs with those of SIZES, first come, first served, for which PyTorch has an answer that rounding does not decide."""
    chosen = random.Random(seed)
    made = 0
    while made < count:
        name = f"program_{made + 1}"
        one = Program(name, chosen, chosen.randint(*statements))
        letters = set(one.signature) - set(" -")
        one.sizes = []
        for size in sorted(dict.fromkeys(size[: len(letters)] for size in SIZES), key=lambda size: zlib.crc32(f"{one.cpp}{size}".encode())):
            tensors = inputs_of(one.signature, f"invented/{name}", size)
            if sum(tensor.numel() for tensor in tensors) > MOST_ELEMENTS:
                continue
            try:
                if len(one.sizes) < MOST_CASES and is_smooth(one.function, tensors, value_and_gradient):
                    one.sizes.append(size)
            except (RuntimeError, IndexError):
                continue
        if len(one.sizes) == MOST_CASES and any(max(size) > 3 for size in one.sizes):
            made += 1
            yield one
