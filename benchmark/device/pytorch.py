#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""The problems of elementwise.cu, arrays.cu and variables.cu (rivals.py) in PyTorch, eager and compiled, and in JAX, timed on the same card.

Arguments: the file of the JSON, and the seconds after which nothing new is begun (240). Each library and mode runs in a process of its own with a time limit
for each problem; one that fails or takes too long costs its process, and a new one has the problems that are left. What matters most comes first.

--check, and the device (cpu): no times; compares every value and gradient at tiny sizes with a reference in double precision.
"""
import json
import os
import signal
import statistics
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
import rivals

CONTENDERS = [("pytorch", "compile"), ("pytorch", "eager"), ("jax", "jit"), ("pytorch", "compile, one graph"), ("pytorch", "compile, graphs")]
LIMIT_S, START_S = 45, 30


def runs_for(ms, most):
    """So many runs that they take about a tenth of a second."""
    return max(1, min(most, int(100 / max(ms, 1e-3))))


def median_ms(torch, run, count=9, most=10):
    """Milliseconds of one run on the device: up to ten are queued between two events, so that the host's time before a launch does not count."""

    def mean(runs):
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record()
        for _ in range(runs):
            run()
        end.record()
        end.synchronize()
        return begin.elapsed_time(end) / runs

    mean(2)
    runs = runs_for(mean(1), most)
    mean(runs)
    return statistics.median(mean(runs) for _ in range(count))


def step_ms(synchronize, run, most=500, count=7):
    """Milliseconds of one of many steps that are queued one after the other, by the host's clock."""

    def mean(steps):
        synchronize()
        begin = time.perf_counter()
        for _ in range(steps):
            run()
        synchronize()
        return (time.perf_counter() - begin) / steps * 1e3

    mean(3)
    steps = runs_for(mean(3), most)
    mean(min(20, steps))
    return statistics.median(mean(steps) for _ in range(count))


def pytorch(name, mode, results, device="cuda"):
    import torch

    problem = rivals.PROBLEMS[name]
    torch.cuda.empty_cache()
    variables, constants, seed = rivals.pytorch_inputs(torch, problem.inputs(*problem.sizes), device)
    forward = rivals.pytorch_forward(torch, problem, mode)
    whole = rivals.pytorch_step(torch, problem, mode, problem.rows(problem.sizes), forward, (variables, constants, seed))

    begin = time.perf_counter()
    value, _ = whole()
    torch.cuda.synchronize()
    results["first_call_s"] = time.perf_counter() - begin
    if value is not None and value.ndim == 0:
        results["value"] = value.item()
    # Nothing of the first call is kept while others are timed.
    del value, _
    if name == "seeded_small":
        results["ms"] = step_ms(torch.cuda.synchronize, whole)
        return
    results["ms"] = median_ms(torch, whole)
    if seed is not None and mode in ("eager", "compile"):
        y = forward(*variables, *constants)
        results["backward_ms"] = median_ms(torch, lambda: torch.autograd.grad(y, variables, seed, retain_graph=True))


def pytorch_training(mode, results, device="cuda"):
    import torch

    step = rivals.pytorch_training(torch, mode, device)
    begin = time.perf_counter()
    step()
    torch.cuda.synchronize()
    results["first_call_s"] = time.perf_counter() - begin
    results["ms"] = step_ms(torch.cuda.synchronize, step)
    results["value"] = step().item()


def jax_jit(name, mode, results):
    import jax

    problem = rivals.PROBLEMS[name]
    arguments = rivals.jax_inputs(jax, problem.inputs(*problem.sizes))
    run = rivals.jax_step(jax, problem, problem.rows(problem.sizes))
    begin = time.perf_counter()
    # JAX's streams are its own: steps are queued ahead and timed to the end of the last.
    last = [jax.block_until_ready(run(*arguments))]
    results["first_call_s"] = time.perf_counter() - begin
    if last[0][0] is not None and last[0][0].ndim == 0:
        results["value"] = float(last[0][0])

    def step():
        last[0] = run(*arguments)

    results["ms"] = step_ms(lambda: jax.block_until_ready(last[0]), step, 500 if name == "seeded_small" else 20)


def require_gpu(library):
    if library == "pytorch":
        import torch

        torch.cuda.init()
    else:
        os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
        import jax

        if jax.default_backend() != "gpu":
            raise RuntimeError("JAX sees no GPU")


def run_one(library, mode, names):
    """Prints a line of JSON for each problem as soon as it is measured, and ends with the first that fails; a line without a problem is about all of them."""
    results = {}
    try:
        require_gpu(library)
        for name in names:
            results = {"problem": name}
            if name == rivals.TRAINING:
                pytorch_training(mode, results)
            elif library == "pytorch":
                pytorch(name, mode, results)
            else:
                jax_jit(name, mode, results)
            if name in rivals.PROBLEMS and rivals.PROBLEMS[name].bytes > 0:
                results["GB_per_s"] = rivals.PROBLEMS[name].bytes / results["ms"] * 1e-6
            print(json.dumps(results), flush=True)
    except Exception as error:  # whatever a rival throws, the others have their turn
        results["error"] = f"{type(error).__name__}: {error}"[:300]
        print(json.dumps(results), flush=True)


class Worker:
    """A process that measures problems one after the other, with all that it starts itself."""

    def __init__(self, library, mode, names):
        command = [sys.executable, __file__, "--one", library, mode, *names]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
        self.took_too_long = False

    def next_result(self, seconds):
        """None where the process ended, or was ended because so many seconds were over."""

        def end_late():
            self.took_too_long = True
            self.end()

        timer = threading.Timer(seconds, end_late)
        timer.start()
        try:
            for line in self.process.stdout:
                if line.startswith(b"{") and line.endswith(b"}\n"):
                    return json.loads(line)
        finally:
            timer.cancel()
        return None

    def end(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def measure(library, mode, end):
    """The results of all problems, as they come."""
    left = list(rivals.PROBLEMS) + [rivals.TRAINING] * (library == "pytorch")
    while left:
        worker, limit = None, LIMIT_S + START_S
        try:
            while left:
                rest = end - time.monotonic()
                if rest <= 0:
                    yield from ({"problem": name, "error": "not begun: no time was left"} for name in left)
                    return
                worker = worker or Worker(library, mode, left)
                results = worker.next_result(min(rest, limit))
                if results is None:
                    late = "cut off: no time was left" if rest < limit else "took too long"
                    results = {"problem": left[0], "error": late if worker.took_too_long else "ended without a result"}
                elif "problem" not in results:
                    yield from ({"problem": name, **results} for name in left)
                    return
                left.pop(0)
                yield results
                if "error" in results:
                    break
                limit = LIMIT_S
        finally:
            if worker:
                worker.end()
                worker.process.wait()


def main():
    if len(sys.argv) > 4 and sys.argv[1] == "--one":
        run_one(sys.argv[2], sys.argv[3], sys.argv[4:])
        return
    if len(sys.argv) > 1 and sys.argv[1] == "--check":
        sys.exit(0 if rivals.check(*sys.argv[2:3]) else 1)
    # An end from outside takes the worker along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    out = sys.argv[1] if len(sys.argv) > 1 else "pytorch.json"
    end = time.monotonic() + (float(sys.argv[2]) if len(sys.argv) > 2 else 240)
    all_results = []
    for library, mode in CONTENDERS:
        for results in measure(library, mode, end):
            results = {"problem": results["problem"], "contender": f"{library} {mode}", **results}
            numbers = "  ".join(f"{name} {number:.4g}" for name, number in results.items() if isinstance(number, float))
            print(f"{results['problem']:26} {results['contender']:26} {numbers}  {results.get('error', '')[:160]}".rstrip(), flush=True)
            all_results.append(results)
            with open(out, "w") as file:
                json.dump(all_results, file, indent=1)


if __name__ == "__main__":
    main()
