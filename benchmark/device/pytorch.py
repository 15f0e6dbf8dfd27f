#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""The problems of elementwise.cu in PyTorch, eager and compiled, and in JAX, on the same card.

Arguments: the file of the JSON, and the seconds after which nothing new is begun (240). Each library and mode runs in a process of its own under a time
limit, so that one that fails or takes too long leaves the others their turn.
"""
import json
import math
import os
import statistics
import subprocess
import sys
import time

LARGE, SMALL = 1 << 26, 1 << 10
RANGES = [(80, 120), (80, 120), (0.01, 0.1), (0.1, 0.5), (0.25, 2)]


def median_ms(torch, run, count=9, runs=10):
    """Milliseconds of one run on the device: ten are queued between two events, so that the host's time before a launch does not count."""
    for _ in range(5):
        run()
    times = []
    for _ in range(count):
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record()
        for _ in range(runs):
            run()
        end.record()
        end.synchronize()
        times.append(begin.elapsed_time(end) / runs)
    return statistics.median(times)


def step_ms(synchronize, run, steps=500, count=7):
    """Milliseconds of one of many steps that are queued one after the other, by the host's clock."""
    for _ in range(20):
        run()
    times = []
    for _ in range(count):
        synchronize()
        begin = time.perf_counter()
        for _ in range(steps):
            run()
        synchronize()
        times.append((time.perf_counter() - begin) / steps * 1e3)
    return statistics.median(times)


def inputs(torch, count, ranges):
    generator = torch.Generator(device="cuda").manual_seed(1)
    return [(torch.rand(count, device="cuda", generator=generator) * (high - low) + low).requires_grad_() for low, high in ranges]


def price(torch, S, K, r, sigma, T):
    deviation = sigma * torch.sqrt(T)
    d1 = (torch.log(S / K) + (r + 0.5 * sigma * sigma) * T) / deviation
    d2 = d1 - deviation
    normal = lambda d: 0.5 * torch.erfc(-d * math.sqrt(0.5))
    return S * normal(d1) - K * torch.exp(-r * T) * normal(d2)


def pytorch(problem, mode):
    import torch

    torch.cuda.init()
    compiled = (lambda f: torch.compile(f, mode="max-autotune-no-cudagraphs", dynamic=False)) if mode == "compile" else (lambda f: f)
    if mode == "compile, graphs":
        compiled = lambda f: torch.compile(f, mode="max-autotune", dynamic=False)

    if problem == "black_scholes":
        arguments = inputs(torch, LARGE, RANGES)
        f = compiled(lambda *x: price(torch, *x))
        seed = torch.ones(LARGE, device="cuda")
    else:
        count = LARGE if problem == "seeded" else SMALL
        seed, *_ = inputs(torch, count, [(-1, 1)])
        seed = seed.detach()
        arguments = inputs(torch, count, [(-1, 1)] * 3)
        f = compiled(lambda w, x, b: w * x + b * x)

    def whole():
        return torch.autograd.grad(f(*arguments), arguments, seed)

    begin = time.perf_counter()
    whole()
    torch.cuda.synchronize()
    results = {"first_call_s": time.perf_counter() - begin}
    if problem == "seeded_small":
        results["ms"] = step_ms(torch.cuda.synchronize, whole)
        return results
    results["ms"] = median_ms(torch, whole)
    if mode != "compile, graphs":
        y = f(*arguments)
        results["backward_ms"] = median_ms(torch, lambda: torch.autograd.grad(y, arguments, seed, retain_graph=True))
    # The derivatives written out by torch.func in one compiled function: what one graph for both sweeps can come to.
    if mode == "compile":
        plain = [x.detach() for x in arguments]
        formula = (lambda *x: price(torch, *x)) if problem == "black_scholes" else (lambda w, x, b: w * x + b * x)

        def sweep(*x):
            value, pullback = torch.func.vjp(formula, *x)
            return (value, *pullback(seed))

        together = compiled(sweep)
        together(*plain)
        results["one_graph_ms"] = median_ms(torch, lambda: together(*plain))
    return results


def jax_jit(problem, mode):
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    import jax
    import jax.numpy as jnp

    if jax.default_backend() != "gpu":
        raise RuntimeError("JAX sees no GPU")
    keys = jax.random.split(jax.random.PRNGKey(1), 5)
    draw = lambda count, ranges: [jax.random.uniform(key, (count,), jnp.float32, low, high) for key, (low, high) in zip(keys, ranges)]
    if problem == "black_scholes":
        arguments = draw(LARGE, RANGES)

        def f(S, K, r, sigma, T):
            deviation = sigma * jnp.sqrt(T)
            d1 = (jnp.log(S / K) + (r + 0.5 * sigma * sigma) * T) / deviation
            normal = lambda d: 0.5 * jax.scipy.special.erfc(-d * math.sqrt(0.5))
            return S * normal(d1) - K * jnp.exp(-r * T) * normal(d1 - deviation)

        def sweep(*x):
            value, pullback = jax.vjp(f, *x)
            return value, pullback(jnp.ones_like(value))
    else:
        arguments = draw(LARGE if problem == "seeded" else SMALL, [(-1, 1)] * 4)

        def sweep(s, w, x, b):
            return jax.vjp(lambda w, x, b: w * x + b * x, w, x, b)[1](s)

    run = jax.jit(sweep)
    begin = time.perf_counter()
    jax.block_until_ready(run(*arguments))
    results = {"first_call_s": time.perf_counter() - begin}
    # JAX's streams are its own: steps are queued ahead and timed to the end of the last.
    last = [None]

    def step():
        last[0] = run(*arguments)

    steps = 500 if problem == "seeded_small" else 20
    results["ms"] = step_ms(lambda: jax.block_until_ready(last[0]) if last[0] is not None else None, step, steps)
    return results


PROBLEMS = ["seeded", "black_scholes", "seeded_small"]
CONTENDERS = [("pytorch", "eager"), ("pytorch", "compile"), ("jax", "jit"), ("pytorch", "compile, graphs")]


def run_one(library, mode):
    """Prints a line of JSON for each problem as soon as it is measured."""
    for problem in PROBLEMS:
        line = {"problem": problem, "contender": f"{library} {mode}"}
        try:
            line.update(pytorch(problem, mode) if library == "pytorch" else jax_jit(problem, mode))
        except Exception as error:  # whatever a rival throws, the others have their turn
            line["error"] = f"{type(error).__name__}: {error}"[:300]
        print(json.dumps(line), flush=True)


def main():
    if len(sys.argv) > 3 and sys.argv[1] == "--one":
        run_one(*sys.argv[2:4])
        return
    out = sys.argv[1] if len(sys.argv) > 1 else "pytorch.json"
    end = time.monotonic() + (float(sys.argv[2]) if len(sys.argv) > 2 else 240)
    results = []
    for library, mode in CONTENDERS:
        left = end - time.monotonic()
        try:
            done = subprocess.run([sys.executable, __file__, "--one", library, mode], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=max(1, min(left, 75)))
            text = done.stdout
        except subprocess.TimeoutExpired as error:
            text = error.stdout or b""
        lines = [json.loads(line) for line in text.decode().splitlines() if line.startswith("{") and line.endswith("}")]
        measured = {line["problem"] for line in lines}
        lines += [{"problem": problem, "contender": f"{library} {mode}", "error": "took too long"} for problem in PROBLEMS if problem not in measured]
        for line in lines:
            numbers = "  ".join(f"{name} {value:.4f}" for name, value in line.items() if isinstance(value, float))
            print(f"{line['problem']:16} {line['contender']:24} {numbers or line.get('error', '')[-160:]}", flush=True)
        results += lines
        with open(out, "w") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
