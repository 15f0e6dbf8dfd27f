# SPDX-License-Identifier: BSL-1.0
# The functions whose gradients are compiled: each as a C++ lambda for tapeless, and as the straight-line code that someone
# would write for its value and gradient by hand. Used by run.

import random


class Tape:
    """A computation as a list of statements (operation, operands...), to write the gradient out from."""

    def __init__(self, inputs):
        self.statements = [("input", k) for k in range(inputs)]

    def add(self, operation, *operands):
        self.statements.append((operation, *operands))
        return len(self.statements) - 1

    def body(self):
        """C++ statements from `in` to `out`: the value, then the derivatives by the inputs."""
        value = {"input": "in[{0}]", "add": "v{0} + v{1}", "subtract": "v{0} - v{1}", "multiply": "v{0} * v{1}", "divide": "v{0} / v{1}",
                 "sin": "std::sin(v{0})", "cos": "std::cos(v{0})", "exp": "std::exp(v{0})"}
        # An adjoint times a partial derivative; {y} is the statement's own number.
        partial = {"add": ["a{y}", "a{y}"], "subtract": ["a{y}", "-a{y}"], "multiply": ["a{y} * v{1}", "a{y} * v{0}"],
                   "divide": ["a{y} / v{1}", "-(a{y} / v{1} * v{y})"], "sin": ["a{y} * std::cos(v{0})"], "cos": ["-(a{y} * std::sin(v{0}))"],
                   "exp": ["a{y} * v{y}"]}
        lines = []
        assigned = {len(self.statements) - 1}
        for at, (operation, *operands) in enumerate(self.statements):
            lines.append(f"const double v{at} = {value[operation].format(*operands)};")
        lines += [f"out[0] = v{at};", f"double a{at} = 1;"]
        for at, (operation, *operands) in reversed(list(enumerate(self.statements))):
            if operation == "input":
                lines.append(f"out[{1 + operands[0]}] = a{at};")
                continue
            # The first contribution to an adjoint assigns, later ones add.
            for k, operand in enumerate(operands):
                lines.append(f"{'' if operand in assigned else 'double '}a{operand} {'+=' if operand in assigned else '='} {partial[operation][k].format(*operands, y=at)};")
                assigned.add(operand)
        return lines


class Chain:
    """t = sin(t) x + t y, in a loop: deep, three inputs."""

    name = "chain"

    def __init__(self, nodes):
        self.steps = max(1, round((nodes - 3) / 4))
        self.inputs = 3

    def source(self):
        return f"""constexpr auto f = []<class T>(const std::array<T, 3>& x) {{
    using std::sin;
    T t = x[2];
    for (int k = 0; k < {self.steps}; ++k) t = sin(t) * x[0] + t * x[1];
    return t;
}};
"""

    def tape(self):
        tape = Tape(3)
        t = 2
        for _ in range(self.steps):
            t = tape.add("add", tape.add("multiply", tape.add("sin", t), 0), tape.add("multiply", t, 1))
        return tape


class Wide:
    """The sum of sin(x_k) x_(k+1), in a loop: a quarter of the nodes are inputs, so the gradient is an array as long."""

    name = "wide"

    def __init__(self, nodes):
        self.inputs = max(2, round((nodes + 4) / 4))

    def source(self):
        return f"""constexpr auto f = []<class T>(const std::array<T, {self.inputs}>& x) {{
    using std::sin;
    T sum = 0;
    for (int k = 0; k + 1 < {self.inputs}; ++k) sum += sin(x[k]) * x[k + 1];
    return sum;
}};
"""

    def tape(self):
        tape = Tape(self.inputs)
        total = None
        for k in range(self.inputs - 1):
            product = tape.add("multiply", tape.add("sin", k), k + 1)
            total = product if total is None else tape.add("add", total, product)
        return tape


class Written:
    """A random program of eight inputs, one statement a line, as generated code looks."""

    name = "written out"

    def __init__(self, nodes):
        self.inputs = 8
        draw = random.Random(nodes)
        tape = Tape(self.inputs)
        unused = list(range(self.inputs))
        # Operands are the oldest value not used yet and a recent one, so that no statement is dead; sines keep the values small.
        while len(tape.statements) < nodes:
            first = unused.pop(0)
            second = draw.choice(range(max(0, len(tape.statements) - 20), len(tape.statements)))
            kind = draw.choice(["add", "subtract", "multiply", "sin", "cos", "divide"])
            if kind in ("sin", "cos"):
                unused.append(tape.add(kind, first))
            elif kind == "divide":
                unused.append(tape.add("divide", first, tape.add("exp", tape.add("sin", second))))
            else:
                unused.append(tape.add("sin", tape.add(kind, first, second)))
        while len(unused) > 1:
            unused.append(tape.add("add", unused.pop(0), unused.pop(0)))
        self.recorded = tape

    def source(self):
        text = {"input": "x[{0}]", "add": "v{0} + v{1}", "subtract": "v{0} - v{1}", "multiply": "v{0} * v{1}", "divide": "v{0} / v{1}",
                "sin": "sin(v{0})", "cos": "cos(v{0})", "exp": "exp(v{0})"}
        lines = [f"    const T v{at} = {text[operation].format(*operands)};" for at, (operation, *operands) in enumerate(self.recorded.statements)]
        return f"""constexpr auto f = []<class T>(const std::array<T, {self.inputs}>& x) {{
    using std::sin, std::cos, std::exp;
{chr(10).join(lines)}
    return v{len(lines) - 1};
}};
"""

    def tape(self):
        return self.recorded


shapes = {shape.name: shape for shape in (Chain, Wide, Written)}


def write_sources(program, folder):
    """tapeless.cpp and hand_written.cpp: the same extern function by two ways. check.cpp: counts the nodes and compares the two."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "function.hpp").write_text("#include <array>\n#include <cmath>\n" + program.source())
    (folder / "tapeless.cpp").write_text(f"""#include <tapeless/tapeless.hpp>
#include "function.hpp"
void by_tapeless(const double* in, double* out) {{
    std::array<double, {program.inputs}> x;
    for (int k = 0; k < {program.inputs}; ++k) x[k] = in[k];
    const auto [value, gradient] = tapeless::value_and_gradient(f)(x);
    out[0] = value;
    for (int k = 0; k < {program.inputs}; ++k) out[1 + k] = gradient[k];
}}
""")
    body = "\n    ".join(program.tape().body())
    (folder / "hand_written.cpp").write_text(f"""#include <cmath>
void by_hand(const double* in, double* out) {{
    {body}
}}
""")
    (folder / "check.cpp").write_text(f"""#include <tapeless/tapeless.hpp>
#include "function.hpp"
#include <cstdio>
void by_tapeless(const double* in, double* out);
void by_hand(const double* in, double* out);
int main() {{
    constexpr int inputs = {program.inputs};
    using argument = std::array<double, inputs>;
    using function = std::remove_const_t<decltype(f)>;
    using recorded = tapeless::detail::recording_of<function, argument>;
    using derived = tapeless::detail::program_of<function, tapeless::wrt_all, true, argument>;
    static double in[inputs], one[1 + inputs], other[1 + inputs];
    for (int k = 0; k < inputs; ++k) in[k] = 0.9 - 0.37 * (k % 3);
    by_tapeless(in, one);
    by_hand(in, other);
    // An entry's error is measured against the largest entry: small ones are differences of large numbers.
    double error = 0, largest = 0;
    for (int k = 0; k <= inputs; ++k) largest = std::fmax(largest, std::fabs(other[k]));
    for (int k = 0; k <= inputs; ++k) error = one[k] == one[k] ? std::fmax(error, std::fabs(one[k] - other[k]) / largest) : 1;
    std::printf("%d %d %g", static_cast<int>(recorded::flat.size), static_cast<int>(derived::flat.size), error);
}}
""")
