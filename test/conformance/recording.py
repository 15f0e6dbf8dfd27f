# SPDX-License-Identifier: BSL-1.0
# What the programs of this folder are written with: results are recorded in order.
import re

import torch

programs = []
results = []
names = set()


def program(function):
    assert function.__name__ not in names, function.__name__
    names.add(function.__name__)
    results.clear()
    function()
    programs.append((function.__name__, list(results)))
    return function


def take_programs():
    taken = list(programs)
    programs.clear()
    return taken


def leaf(values, dtype=torch.float):
    return torch.tensor(values, dtype=dtype, requires_grad=True)


def ramp(*shape, step=1.0, first=0.0, dtype=torch.float, requires_grad=True):
    """first, first + step, … by rows."""
    count = 1
    for extent in shape:
        count *= extent
    return torch.tensor([first + step * k for k in range(count)], dtype=dtype).reshape(shape).requires_grad_(requires_grad)


def numbers(*values):
    for value in values:
        if value is None:
            results.append("none")
            continue
        value = torch.as_tensor(value).detach()
        type_name = str(value.dtype).removeprefix("torch.")
        results.append(" ".join(["numbers", type_name, str(list(value.shape)), *(repr(float(x)) for x in value.flatten().tolist())]))


def text(*values):
    results.extend("text " + str(value).replace("\n", "\\n") for value in values)


# What later releases than 1.13 say.
later_texts = {
    "only Tensors of floating point dtype can require gradients": "Only Tensors of floating point and complex dtype can require gradients",
    "only one element tensors can be converted to Python scalars": "a Tensor with 2 elements cannot be converted to Scalar",
}


def error(call):
    """The text of what a call throws: shapes as [2], types as [float [2]], in the words of later releases, and without hints to other parts of PyTorch."""
    try:
        call()
    except (RuntimeError, TypeError, ValueError, IndexError) as problem:
        what = re.sub(r"torch\.Size\((\[[^]]*\])\)", r"\1", str(problem))
        what = re.sub(r"\[torch\.(\w+)Tensor \[", lambda match: "[" + {"Float": "float"}.get(match[1], match[1]) + " [", what)
        what = what.replace("hook '<lambda>' has", "hook has").replace("torch::autograd::", "")
        what = re.sub(r" Hint: .*", "", what, flags=re.DOTALL)
        results.append("error " + later_texts.get(what, what).replace("\n", "\\n"))
    else:
        raise AssertionError("no error in the program after " + programs[-1][0])
