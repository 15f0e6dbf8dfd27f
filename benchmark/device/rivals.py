# SPDX-License-Identifier: BSL-1.0
"""The problems of elementwise.cu and arrays.cu as users of PyTorch and of JAX write them: inputs, formulas, value with gradient in every mode, and a check. And the
step of training of variables.cu in PyTorch.

The formulas take the variables first, then what is constant. Sizes, ranges and the bytes that are counted are those of the two programs.
"""
import math
from types import SimpleNamespace
from typing import Callable, NamedTuple, Optional

LARGE = 1 << 26
WIDTH = 0.5
CALL_RANGES = [(80, 120), (80, 120), (0.01, 0.1), (0.1, 0.5), (0.25, 2)]


class Uniform(NamedTuple):
    shape: tuple
    low: float = -1
    high: float = 1


class Labels(NamedTuple):
    shape: tuple
    count: int


class Constant(NamedTuple):
    value: float
    shape: tuple = ()


class Inputs(NamedTuple):
    """What is differentiated by, what is not, and the seed of a value that is an array."""
    variables: list
    constants: list = []
    seed: Optional[NamedTuple] = None


class Problem(NamedTuple):
    inputs: Callable
    sizes: tuple
    tiny: tuple
    bytes: float
    pytorch: Callable
    jax: Callable
    reference: Callable
    wants_value: bool = True
    in_chunks: bool = False

    def rows(self, sizes):
        """The rows of a chunk, the last of the sizes where there are chunks."""
        return sizes[-1] if self.in_chunks else None

    def seed_is_ones(self):
        return isinstance(self.inputs(*self.tiny).seed, Constant)


# The formulas; library is torch, or jax_library's of JAX.


def seeded(library, w, x, b):
    return w * x + b * x


def call_price(library, S, K, r, sigma, T):
    deviation = sigma * library.sqrt(T)
    d1 = (library.log(S / K) + (r + 0.5 * sigma * sigma) * T) / deviation
    d2 = d1 - deviation
    normal = lambda d: 0.5 * library.erfc(-d * math.sqrt(0.5))
    return S * normal(d1) - K * library.exp(-r * T) * normal(d2)


def normal_log_likelihood(library, mean, sigma, x):
    z = (x - mean) / sigma
    return (-0.5 * z * z - library.log(sigma)).sum()


def logistic_regression(softplus, w, x, y):
    """The mean of log1p(exp(-y x w)), by the function that both libraries have for it."""
    return softplus(-y * (x @ w)).mean()


def pytorch_rms_norm(torch, x, gain, seed):
    if hasattr(torch.nn.functional, "rms_norm"):
        y = torch.nn.functional.rms_norm(x, gain.shape, gain, 1e-5)
    else:
        y = x * gain / torch.sqrt((x * x).mean(1, keepdim=True) + 1e-5)
    return torch.dot(seed.flatten(), y.flatten())


def jax_rms_norm(library, x, gain, seed):
    return (seed * x * gain / library.sqrt((x * x).mean(1, keepdims=True) + 1e-5)).sum()


def pytorch_cross_entropy(torch, logits, labels):
    return torch.nn.functional.cross_entropy(logits, labels)


def jax_cross_entropy(library, logits, labels):
    chosen = labels[:, None] == library.arange(logits.shape[1])
    return -library.where(chosen, library.log_softmax(logits, axis=1), 0).sum(1).mean()


def pairs(library, rows, points):
    """The kernel's sum over all pairs of a row and a point; coordinate by coordinate, which is faster than an array with a third axis of 3."""
    x, y, z = (u[:, None] - v for u, v in zip(rows.T, points.T))
    return library.exp((x * x + y * y + z * z) * (-0.5 / WIDTH**2)).sum()


def pairwise_kernel(library, points):
    return pairs(library, points, points)


def table(library, a, b, c):
    t = library.tanh(a[:, None] * b + c)
    return (t * t).sum()


# The same values in double precision, number by number, for the check. An array's value is summed with its seed.


def seeded_reference(w, x, b, seed):
    return sum(s * (u * v + c * v) for u, v, c, s in zip(w, x, b, seed))


def call_price_reference(*arguments):
    def price(S, K, r, sigma, T):
        forward, total = S * math.exp(r * T), sigma * T**0.5
        high = math.log(forward / K) / total + total / 2
        below = lambda d: 0.5 + 0.5 * math.erf(d / 2**0.5)
        return math.exp(-r * T) * (forward * below(high) - K * below(high - total))

    return sum(price(*x) for *x, _ in zip(*arguments))


def normal_reference(mean, sigma, x):
    return sum(-((number - mean) ** 2) / (2 * sigma**2) - math.log(sigma) for number in x)


def logistic_reference(w, x, y):
    return sum(math.log(1 + math.exp(-label * sum(u * v for u, v in zip(row, w)))) for row, label in zip(x, y)) / len(y)


def rms_reference(x, gain, seed):
    lengths = [math.sqrt(sum(u * u for u in row) / len(row) + 1e-5) for row in x]
    return sum(s * u * g / length for row, seeds, length in zip(x, seed, lengths) for u, g, s in zip(row, gain, seeds))


def cross_entropy_reference(logits, labels):
    return sum(math.log(sum(math.exp(u) for u in row)) - row[label] for row, label in zip(logits, labels)) / len(labels)


def pairwise_reference(points):
    return sum(math.exp(-sum((u - v) ** 2 for u, v in zip(p, q)) / (2 * WIDTH**2)) for p in points for q in points)


def table_reference(a, b, c):
    return sum(math.tanh(a[i] * b[j] + c[i][j]) ** 2 for i in range(len(a)) for j in range(len(b)))


def seeded_inputs(n):
    return Inputs([Uniform((n,))] * 3, seed=Uniform((n,)))


def pairwise_inputs(n, rows=None):
    return Inputs([Uniform((n, 3))])


PROBLEMS = {
    "seeded": Problem(seeded_inputs, (LARGE,), (9,), 28 * LARGE, seeded, seeded, seeded_reference, wants_value=False),
    "black_scholes": Problem(lambda n: Inputs([Uniform((n,), *limits) for limits in CALL_RANGES], seed=Constant(1, (n,))),
                             (LARGE,), (9,), 44 * LARGE, call_price, call_price, call_price_reference),
    "seeded_small": Problem(seeded_inputs, (1024,), (9,), 0, seeded, seeded, seeded_reference, wants_value=False),
    "normal_log_likelihood": Problem(lambda n: Inputs([Constant(0.1), Constant(1.2)], [Uniform((n,))]),
                                     (LARGE,), (9,), 4 * LARGE, normal_log_likelihood, normal_log_likelihood, normal_reference),
    "logistic_regression": Problem(lambda n, m, reach: Inputs([Uniform((m,), -reach, reach)], [Uniform((n, m), -reach, reach), Uniform((n,), -reach, reach)]),
                                   (1 << 20, 256, 0.1), (7, 5, 2), 4 * (1 << 28),
                                   lambda torch, *x: logistic_regression(torch.nn.functional.softplus, *x),
                                   lambda library, *x: logistic_regression(library.softplus, *x), logistic_reference),
    "rms_norm": Problem(lambda n, m: Inputs([Uniform((n, m)), Uniform((m,))], [Uniform((n, m))]),
                        (32768, 4096), (4, 6), 12 * 32768 * 4096, pytorch_rms_norm, jax_rms_norm, rms_reference),
    "cross_entropy": Problem(lambda n, m: Inputs([Uniform((n, m), 0, 8)], [Labels((n,), m)]),
                             (8192, 32768), (4, 7), 8 * 8192 * 32768, pytorch_cross_entropy, jax_cross_entropy, cross_entropy_reference),
    "table": Problem(lambda n, m: Inputs([Uniform((n,)), Uniform((m,)), Uniform((n, m))]),
                     (8192, 8192), (4, 6), 8 * 8192 * 8192, table, table, table_reference),
    "pairwise_kernel_in_chunks": Problem(pairwise_inputs, (65536, 2048), (12, 4), 24 * 65536, pairs, pairs, pairwise_reference, in_chunks=True),
    "pairwise_kernel": Problem(pairwise_inputs, (65536,), (12,), 24 * 65536, pairwise_kernel, pairwise_kernel, pairwise_reference),
}


# Of PyTorch only, and no problem with a value and a gradient.
TRAINING = "training_step"


def pytorch_inputs(torch, inputs, device):
    """The three of Inputs as tensors, the variables with a gradient."""
    generator = torch.Generator(device=device).manual_seed(1)

    def draw(kind):
        if isinstance(kind, Uniform):
            return torch.rand(kind.shape, device=device, generator=generator).mul_(kind.high - kind.low).add_(kind.low)
        if isinstance(kind, Labels):
            return torch.randint(kind.count, kind.shape, device=device, generator=generator)
        return torch.full(kind.shape, float(kind.value), device=device)

    seed = None if inputs.seed is None else draw(inputs.seed)
    return [draw(kind).requires_grad_() for kind in inputs.variables], [draw(kind) for kind in inputs.constants], seed


def pytorch_compiler(torch, mode):
    if mode == "eager":
        return lambda function: function
    return lambda function: torch.compile(function, mode="max-autotune" if mode == "compile, graphs" else "max-autotune-no-cudagraphs", dynamic=False)


def pytorch_forward(torch, problem, mode):
    """The formula, compiled or as it is. What was compiled for other problems is forgotten: too many of them and PyTorch would compile no more."""
    if mode != "eager":
        torch._dynamo.reset()
    return pytorch_compiler(torch, mode)(lambda *arguments: problem.pytorch(torch, *arguments))


def pytorch_step(torch, problem, mode, rows, forward, inputs):
    """A function that queues one evaluation of value and gradient. One graph: the derivatives are written out by torch.func in one compiled function."""
    variables, constants, seed = inputs

    if mode == "compile, one graph":
        # Ones are written down where they are used, and read from nowhere.
        seed = None if problem.seed_is_ones() else seed

        def sweep(variables, constants, seed):
            value, pullback = torch.func.vjp(lambda *x: problem.pytorch(torch, *x, *constants), *variables)
            return value if problem.wants_value else None, pullback(torch.ones_like(value) if seed is None else seed)

        step = pytorch_compiler(torch, mode)(sweep)
        variables = [x.detach() for x in variables]
    else:

        def step(variables, constants, seed):
            value = forward(*variables, *constants)
            return value.detach(), torch.autograd.grad(value, variables, seed)

    if mode == "compile, graphs":
        # A graph reads these where they are; without this it copies them first.
        for x in variables + constants:
            torch._dynamo.mark_static_address(x)
    if rows is None:
        return lambda: step(variables, constants, seed)

    def in_chunks():
        (points,) = variables
        value, gradient = torch.zeros((), device=points.device), torch.zeros_like(points)
        for begin in range(0, len(points), rows):
            part = points.detach()[begin : begin + rows].requires_grad_(points.requires_grad)
            of_part, (by_rows, by_points) = step([part, points], constants, seed)
            value += of_part
            gradient += by_points
            gradient[begin : begin + rows] += by_rows
        return value, (gradient,)

    return in_chunks


def pytorch_training(torch, mode, device, batch=128, pixels=784, hidden=128, classes=10):
    """A step of training of the network of variables.cu, a function that returns the loss; Adam is PyTorch's fastest. One graph: Adam's step is compiled, too.
    Graphs: the whole step is one CUDA graph."""
    generator = torch.Generator(device=device).manual_seed(1)
    normal = lambda *shape: torch.randn(shape, device=device, generator=generator) * math.sqrt(2 / shape[0])
    weights = [normal(pixels, hidden), torch.zeros(hidden, device=device), normal(hidden, classes), torch.zeros(classes, device=device)]
    for x in weights:
        x.requires_grad_()
    images, labels = torch.rand((batch, pixels), device=device, generator=generator), torch.arange(batch, device=device) % classes
    in_graph = mode == "compile, graphs"
    optimizer = torch.optim.Adam(weights, lr=1e-3, **({"fused": True, "capturable": in_graph} if device != "cpu" else {}))

    def loss_of(images, labels, w1, b1, w2, b2):
        return torch.nn.functional.cross_entropy(torch.relu(images @ w1 + b1) @ w2 + b2, labels)

    compiled = pytorch_compiler(torch, "eager" if mode == "eager" else "compile")
    loss_of = compiled(loss_of)
    move = compiled(optimizer.step) if mode == "compile, one graph" else optimizer.step

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(images, labels, *weights)
        loss.backward()
        move()
        return loss.detach()

    if not in_graph:
        return step
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        loss = step()

    def replay():
        graph.replay()
        return loss

    return replay


def jax_inputs(jax, inputs):
    keys = iter(jax.random.split(jax.random.PRNGKey(1), 8))

    def draw(kind):
        if isinstance(kind, Uniform):
            return jax.random.uniform(next(keys), kind.shape, jax.numpy.float32, kind.low, kind.high)
        if isinstance(kind, Labels):
            return jax.random.randint(next(keys), kind.shape, 0, kind.count)
        return jax.numpy.full(kind.shape, kind.value, jax.numpy.float32)

    # A seed of ones is left to the step, where it is read from nowhere.
    seed = draw(inputs.seed) if isinstance(inputs.seed, Uniform) else None
    return [draw(kind) for kind in inputs.variables], [draw(kind) for kind in inputs.constants], seed


def jax_step(jax, problem, rows):
    """A compiled function of variables, constants and seed that returns value and gradient."""
    library = SimpleNamespace(sqrt=jax.numpy.sqrt, log=jax.numpy.log, exp=jax.numpy.exp, tanh=jax.numpy.tanh, where=jax.numpy.where, arange=jax.numpy.arange,
                              erfc=jax.scipy.special.erfc, softplus=jax.nn.softplus, log_softmax=jax.nn.log_softmax)

    def formula(*arguments):
        if rows is None:
            return problem.jax(library, *arguments)
        (points,) = arguments
        return jax.lax.map(jax.checkpoint(lambda part: problem.jax(library, part, points)), points.reshape(-1, rows, points.shape[1])).sum()

    @jax.jit
    def step(variables, constants, seed):
        value, pullback = jax.vjp(lambda *x: formula(*x, *constants), *variables)
        return value if problem.wants_value else None, pullback(jax.numpy.ones_like(value) if seed is None else seed)

    return step


def differences(reference, variables, others):
    """The value, and central differences by every number of the variables."""
    def value():
        return reference(*(x.tolist() for x in variables + others))

    gradients = []
    for x in variables:
        flat, gradient = x.reshape(-1), []
        for k in range(len(flat)):
            before, ends = flat[k].item(), []
            for h in (1e-6, -1e-6):
                flat[k] = before + h
                ends.append(value())
            flat[k] = before
            gradient.append((ends[0] - ends[1]) / 2e-6)
        gradients.append(gradient)
    return value(), gradients


def check(device="cpu"):
    """Compares every problem at its tiny size, in the modes that are there, with the reference in double precision; returns whether all are near."""
    import torch

    modes = ["eager"] + ["compile", "compile, one graph"] * hasattr(torch, "compile") + ["compile, graphs"] * (device != "cpu" and hasattr(torch, "compile"))
    if len(modes) == 1:
        print(f"PyTorch {torch.__version__} has no torch.compile: left out")
    try:
        import jax
    except ImportError:
        jax = None
        print("There is no JAX: left out")

    # An array's error in relation to its largest number; NaN counts as infinite.
    def error(computed, expected):
        if len(computed) != len(expected) or not all(map(math.isfinite, computed)):
            return math.inf
        return max(abs(a - b) for a, b in zip(computed, expected)) / max(abs(b) for b in expected)

    are_near = True
    for name, problem in PROBLEMS.items():
        rows = problem.rows(problem.tiny)
        inputs = pytorch_inputs(torch, problem.inputs(*problem.tiny), device)
        variables, constants, seed = inputs
        others = constants + ([] if seed is None else [seed])
        in_double = lambda tensors: [x.detach().cpu().double() if x.is_floating_point() else x.cpu() for x in tensors]
        expected, gradients = differences(problem.reference, in_double(variables), in_double(others))
        for contender in modes + ["JAX jit"] * (jax is not None):
            if contender == "JAX jit":
                to_jax = lambda x: None if x is None else jax.numpy.asarray(x.tolist(), jax.numpy.float32 if x.is_floating_point() else jax.numpy.int32)
                value, computed = jax_step(jax, problem, rows)([to_jax(x) for x in variables], [to_jax(x) for x in constants], to_jax(seed))
            else:
                value, computed = pytorch_step(torch, problem, contender, rows, pytorch_forward(torch, problem, contender), inputs)()
            errors = [error(x.reshape(-1).tolist(), gradient) for x, gradient in zip(computed, gradients)]
            if value is not None:
                total = value.tolist() if value.ndim == 0 else sum(v * s for v, s in zip(value.tolist(), seed.tolist()))
                errors.append(error([total], [expected]))
            is_near = len(computed) == len(gradients) and all(e < 1e-4 for e in errors)
            are_near = are_near and is_near
            print(f"{name:26} {contender:20} largest relative difference {max(errors):.1e}{'' if is_near else '  WRONG'}", flush=True)
    for contender in modes:
        step = pytorch_training(torch, contender, device, 20, 9, 8, 4)
        before = step().item()
        for _ in range(300):
            after = step().item()
        is_near = after < 0.8 * before
        are_near = are_near and is_near
        print(f"{TRAINING:26} {contender:20} the loss is {after:.2g}, after {before:.2g}{'' if is_near else '  WRONG'}", flush=True)
    return are_near
