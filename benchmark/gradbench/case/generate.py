# SPDX-License-Identifier: BSL-1.0
"""Writes, for each problem, what its tool is given and what it has to print: NAME.json beside this file.

    python3 benchmark/gradbench/case/generate.py

needs torch: values are those of the formulas in GradBench's descriptions, written for torch in double precision, derivatives those of torch.autograd.
A case has a name, a function, an input (or a text that is none, or neither where there is no file), and the output, or how the complaint begins.
"""

import json
import pathlib
import random

import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

here = pathlib.Path(__file__).parent


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


def llsq():
    def half_squares(n):
        t = -1 + 2 * torch.arange(n) / (n - 1)
        return lambda x: ((torch.sign(t) - (x * t[:, None] ** torch.arange(len(x))).sum(1)) ** 2).sum() / 2

    cases = []
    for m, n in [(1, 2), (3, 7), (16, 17), (17, 100), (128, 33)]:
        x = drawn(m, 0, 1)
        value, (dx,) = value_and_gradient(half_squares(n), x)
        cases += [right(f"primal, {m} by {n}", "primal", {"x": x, "n": n, "min_runs": 2}, value), right(f"gradient, {m} by {n}", "gradient", {"x": x, "n": n}, dx)]
    return [
        *cases,
        wrong("nothing", "primal", {"x": [], "n": 3}, '"x" is empty\n'),
        wrong("too few points", "gradient", {"x": [1, 2], "n": 1}, '"n" is 1, and has to be at least 2\n'),
        wrong("half a point", "gradient", {"x": [1, 2], "n": 2.5}, '"n" is no integer\n'),
        wrong("no points", "gradient", {"x": [1, 2]}, 'the input has no field "n"\n'),
        *wrong_calls(["primal", "gradient"], {"x": [1, 2], "n": 3}),
    ]


def kmeans():
    def cost(points, centroids):
        return ((torch.tensor(points)[:, None] - torch.tensor(centroids)) ** 2).sum(2).min(1).values.sum().item()

    cases = []
    for n, k, d in [(5, 2, 1), (40, 3, 3), (50, 10, 8), (60, 50, 8), (30, 9, 16), (60, 49, 16), (20, 4, 17)]:
        points = rows(n, d, 0, 1)
        cases.append(right(f"{n} points, {k} centroids, {d} coordinates", "cost", {"points": points, "centroids": points[-k:]}, cost(points, points[-k:])))
    small = {"points": [[1, 2], [3, 4]], "centroids": [[1, 2]]}
    return [
        *cases,
        wrong("second derivatives", "dir", small, 'the function "dir" is not here: it needs second derivatives of a function of arrays, which tapeless does not derive.\n'),
        wrong("rows of two lengths", "cost", small | {"points": [[1, 2], [3]]}, '"points" has rows of 2 and of 1 numbers\n'),
        wrong("no rows", "cost", small | {"points": [1, 2]}, '"points" is no list of rows of numbers\n'),
        wrong("other coordinates", "cost", small | {"centroids": [[1, 2, 3]]}, '"points" has 2 coordinates, "centroids" 3\n'),
        wrong("no centroids", "cost", small | {"centroids": []}, "there are no points or no centroids\n"),
        *wrong_calls(["cost", "dir"], small),
    ]


def det():
    cases = []
    for size in range(1, 9):
        A = drawn(size * size, 0, 1)
        value, (dA,) = value_and_gradient(lambda A: torch.linalg.det(A.reshape(size, size)), A)
        cases += [right(f"primal of {size}", "primal", {"A": A, "ell": size, "min_runs": 2}, value), right(f"gradient of {size}", "gradient", {"A": A, "ell": size}, dA)]
    return [
        *cases,
        wrong("another length", "gradient", {"A": [1, 2, 3], "ell": 2}, '"A" has 3 numbers, not 4\n'),
        wrong("no rows", "gradient", {"A": [], "ell": 0}, '"ell" is 0, and has to be at least 1\n'),
        wrong("too large", "gradient", {"A": [0] * 400, "ell": 20}, '"ell" is 20, and this program was built for at most '),
        *wrong_calls(["primal", "gradient"], {"A": [1], "ell": 1}),
    ]


def ba():
    def residuals(camera, point, weight, feature):
        rotation = camera[:3]
        moved = point - camera[3:6]
        cross = torch.zeros(3, 3)
        for row, column, k, sign in [(0, 1, 2, -1), (0, 2, 1, 1), (1, 0, 2, 1), (1, 2, 0, -1), (2, 0, 1, -1), (2, 1, 0, 1)]:
            cross = cross + sign * rotation[k] * torch.eye(3)[:, row : row + 1] * torch.eye(3)[column]
        seen = torch.matrix_exp(cross) @ moved
        flat = seen[:2] / seen[2]
        square = (flat * flat).sum()
        distorted = flat * (1 + camera[9] * square + camera[10] * square**2)
        return weight * (distorted * camera[6] + camera[7:9] - torch.tensor(feature))

    def jacobian(n, m, p, arguments, weight):
        by_camera, by_point, by_weight = (t.tolist() for t in arguments)
        first = [*range(11), *range(11 * n, 11 * n + 3), 11 * n + 3 * m]
        values = [v for k in range(2) for v in [*by_camera[k], *by_point[k], by_weight[k]]]
        starts = ([15 * row for row in range(2 * p)] + [30 * p + row for row in range(p + 1)])[:30] + [31 * p]
        return {"rows": starts, "cols": [*first, *first, 11 * n + 3 * m + p - 1], "vals": [*values, -2 * weight]}

    cases = []
    for n, m, p, rotation in [(3, 4, 12, [0.3, -0.5, 0.7]), (20, 30, 40, [-0.8, 0.1, 0.2]), (1, 1, 10, [0.0, 0.0, 0.0])]:
        camera = [*rotation, 1.1, -0.7, 2.5, 420.0, 5.5, -8.25, 0.08, 0.002]
        point, weight, feature = [0.4, 1.2, 8.5], 0.6, [70.5, -33.25]
        given = {"n": n, "m": m, "p": p, "cam": camera, "x": point, "w": weight, "feat": feature}
        arguments = [torch.tensor(camera), torch.tensor(point), torch.tensor(weight)]
        value = residuals(*arguments, feature)
        derivatives = torch.autograd.functional.jacobian(lambda *a: residuals(*a, feature), tuple(arguments))
        errors = {"reproj_error": {"elements": value.tolist(), "repeated": p}, "w_err": {"element": 1 - weight**2, "repeated": p}}
        cases += [right(f"objective, rotated by {rotation}", "objective", given, errors), right(f"jacobian, rotated by {rotation}", "jacobian", given | {"min_runs": 3}, jacobian(n, m, p, derivatives, weight))]
    return [
        *cases,
        wrong("too few numbers of a camera", "jacobian", given | {"cam": [1, 2]}, '"cam" has 2 numbers, not 11\n'),
        wrong("a point of a plane", "objective", given | {"x": [1, 2]}, '"x" has 2 numbers, not 3\n'),
        wrong("no cameras", "objective", given | {"n": 0}, '"n" is 0, and has to be at least 1\n'),
        wrong("many weights", "jacobian", given | {"w": [1]}, '"w" is no number\n'),
        *wrong_calls(["objective", "jacobian"], given),
    ]


def gmm():
    def log_posterior(x, m, gamma):
        def value(alpha, mu, q, l):
            k, d = mu.shape
            column, row = torch.triu_indices(d, d, 1)
            roots = [torch.diag(torch.exp(q[c])).index_put((row, column), l[c]) for c in range(k)]
            weights = torch.log_softmax(alpha, 0)
            densities = torch.stack([torch.distributions.MultivariateNormal(mu[c], precision_matrix=roots[c].T @ roots[c]).log_prob(x) for c in range(k)])
            prior = torch.distributions.Wishart(torch.tensor(d + m + 1.0), covariance_matrix=torch.eye(d) / gamma**2)
            return torch.logsumexp(weights[:, None] + densities, 0).sum() + sum(prior.log_prob(Q.T @ Q) for Q in roots)

        return value

    cases = []
    for d, k, n, m, gamma in [(1, 1, 3, 0, 1.0), (2, 5, 40, 0, 1.0), (3, 2, 9, 2, 0.7), (10, 3, 20, 1, 1.3)]:
        given = {"d": d, "k": k, "n": n, "m": m, "gamma": gamma, "x": rows(n, d, -1, 1), "alpha": drawn(k, -1, 1), "mu": rows(k, d, 0, 1), "q": rows(k, d, -1, 1), "l": rows(k, d * (d - 1) // 2, -1, 1)}
        value, gradient = value_and_gradient(log_posterior(torch.tensor(given["x"]), m, gamma), given["alpha"], given["mu"], given["q"], given["l"])
        named = dict(zip(["alpha", "mu", "q", "l"], gradient))
        shape = f"{n} points of {d} dimensions, {k} components"
        cases += [right(f"objective, {shape}", "objective", given, value), right(f"jacobian, {shape}", "jacobian", given | {"min_runs": 2}, named)]
    small = {"d": 1, "k": 1, "n": 1, "m": 0, "gamma": 1.0, "x": [[1]], "alpha": [1], "mu": [[1]], "q": [[1]], "l": [[]]}
    return [
        *cases,
        wrong("too few weights", "jacobian", small | {"k": 2}, '"alpha" has 1 numbers, not 2\n'),
        wrong("too few points", "objective", small | {"n": 2}, '"x" has 1 rows of 1 numbers, not 2 of 1\n'),
        wrong("too much below the diagonal", "jacobian", small | {"l": [[1]]}, '"l" has 1 rows of 1 numbers, not 1 of 0\n'),
        wrong("negative freedom", "jacobian", small | {"m": -1}, '"m" is -1, and has to be at least 0\n'),
        *wrong_calls(["objective", "jacobian"], small),
    ]


def lstm():
    def loss(state, sequence):
        def value(main, extra):
            layers, units = len(main) // 2, len(extra[0])
            hidden, cell = list(state[0::2]), list(state[1::2])
            total = 0
            for x, gold in zip(sequence, sequence[1:]):
                x = x * extra[0]
                for k in range(layers):
                    weight, bias = main[2 * k].reshape(4, units), main[2 * k + 1].reshape(4, units)
                    forget, out = torch.sigmoid(x * weight[0] + bias[0]), torch.sigmoid(x * weight[2] + bias[2])
                    ingate, change = torch.sigmoid(hidden[k] * weight[1] + bias[1]), torch.tanh(hidden[k] * weight[3] + bias[3])
                    cell[k] = cell[k] * forget + ingate * change
                    x = hidden[k] = out * torch.tanh(cell[k])
                y = x * extra[1] + extra[2]
                total = total + (gold * (y - torch.log(2 + torch.exp(y).sum()))).sum()
            return -total / ((len(sequence) - 1) * units)

        return value

    cases = []
    for layers, steps, units in [(2, 2, 1), (2, 5, 3), (2, 6, 14), (2, 9, 20)]:
        given = {"main_params": rows(2 * layers, 4 * units, 0, 1), "extra_params": rows(3, units, 0, 1), "state": rows(2 * layers, units, 0, 1), "sequence": [[random.randint(0, 1) for _ in range(units)] for _ in range(steps)]}
        value, gradient = value_and_gradient(loss(torch.tensor(given["state"]), torch.tensor(given["sequence"], dtype=torch.float64)), given["main_params"], given["extra_params"])
        flat = [number for matrix in gradient for row in matrix for number in row]
        shape = f"{layers} layers of {units} units, {steps} steps"
        cases += [right(f"objective, {shape}", "objective", given, value), right(f"jacobian, {shape}", "jacobian", given | {"min_runs": 2}, flat)]
    small = {"main_params": [[1, 2, 3, 4]] * 4, "extra_params": [[1], [2], [3]], "state": [[1], [2]] * 2, "sequence": [[1], [0]]}
    return [
        *cases,
        wrong("half a layer", "objective", small | {"main_params": [[1, 2, 3, 4]] * 3}, '"main_params" has 3 rows, and not two for each layer\n'),
        wrong("many layers", "objective", small | {"main_params": [[1, 2, 3, 4]] * 40}, '"main_params" has 20 layers, and this program was not built for that: see GRADBENCH_LSTM_LAYERS\n'),
        wrong("no layers", "jacobian", small | {"main_params": []}, '"main_params" has 0 layers, and this program was not built for that: see GRADBENCH_LSTM_LAYERS\n'),
        wrong("three gates", "objective", small | {"main_params": [[1, 2, 3]] * 4}, '"main_params" has rows of 3 numbers, and not of four for each unit\n'),
        wrong("one step", "jacobian", small | {"sequence": [[1]]}, '"sequence" has 1 steps, and has to have at least 2\n'),
        wrong("another number of units", "jacobian", small | {"state": [[1, 2]] * 4}, '"state" has 4 rows of 2 numbers, not 4 of 1\n'),
        *wrong_calls(["objective", "jacobian"], small),
    ]


for problem in [hello, lse, llsq, kmeans, det, ba, gmm, lstm]:
    random.seed(problem.__name__)
    cases = [case for case in problem() if case is not None]
    lines = ",\n".join(json.dumps(case) for case in cases)
    (here / f"{problem.__name__}.json").write_text(f"[\n{lines}\n]\n")
