# SPDX-License-Identifier: BSL-1.0
"""Writes, for each problem, what its tool is given and what it has to print: NAME.json beside this file.

    python3 benchmark/gradbench/case/generate.py

needs torch: values are those of the formulas in GradBench's descriptions, written for torch in double precision, derivatives those of torch.autograd.
A case has a name, a function, an input (or a text that is none, or neither where there is no file), and the output, or how the complaint begins.
"""

import json
import math
import pathlib
import random

import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

here = pathlib.Path(__file__).parent
inf = math.inf


def drawn(count, low, high):
    return [round(random.uniform(low, high), 4) for _ in range(count)]


def rows(count, length, low, high):
    return [drawn(length, low, high) for _ in range(count)]


def value_and_gradient(f, *x):
    """The value, and the gradient by each of x, as lists."""
    tensors = [torch.tensor(each, requires_grad=True) for each in x]
    value = f(*tensors)
    value.backward()
    return value.item(), [t.grad.tolist() for t in tensors]


def right(name, function, given, output):
    return {"name": name, "function": function, "input": given, "output": output}


def wrong(name, function, given, error):
    return {"name": name, "function": function, "input": given, "error": error}


def wrong_calls(functions, working):
    """What every tool complains about alike."""
    return [
        wrong("a function that there is not", "hessian", working, f'there is no function "hessian"; there are: {", ".join(functions)}\n'),
        {"name": "no file", "function": functions[0], "error": "there is no file "},
        {"name": "no JSON", "function": functions[0], "text": '{"x": [1, 2', "error": ""},
        wrong("no runs", functions[0], working | {"min_runs": 0}, '"min_runs" is 0, and has to be at least 1\n') if isinstance(working, dict) else None,
    ]


def hello():
    return [
        right("square", "square", 1.5, 2.25),
        right("double", "double", 1.5, 3.0),
        wrong("no number", "double", [1.5], "the input is no number\n"),
        *wrong_calls(["square", "double"], 1.5),
    ]


def lse():
    cases = []
    for length, low, high in [(1, 0, 1), (7, 0, 1), (100, -100, 100), (203, 0, 1)]:
        x = drawn(length, low, high)
        value, (dx,) = value_and_gradient(lambda x: torch.logsumexp(x, 0), x)
        cases += [right(f"primal of {length}", "primal", {"x": x, "min_runs": 3}, value), right(f"gradient of {length}", "gradient", {"x": x, "min_seconds": 1e-6}, dx)]
    return [
        *cases,
        wrong("nothing", "primal", {"x": []}, '"x" is empty\n'),
        wrong("no x", "gradient", {"y": [1]}, 'the input has no field "x"\n'),
        wrong("no fields", "gradient", [1, 2], "the input is no object of named fields\n"),
        wrong("no list", "gradient", {"x": 1}, '"x" is no list of numbers\n'),
        wrong("no numbers", "gradient", {"x": [1, "2"]}, 'an element of "x" is no number\n'),
        *wrong_calls(["primal", "gradient"], {"x": [1, 2]}),
    ]


for problem in [hello, lse]:
    random.seed(problem.__name__)
    cases = [case for case in problem() if case is not None]
    lines = ",\n".join(json.dumps(case) for case in cases)
    (here / f"{problem.__name__}.json").write_text(f"[\n{lines}\n]\n")
