#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
# Runs the programs of this folder in PyTorch (1.13 or later) and writes their results to reference.txt: python3 test/conformance/reference.py
# Each file of tests, such as backward.cpp, has a file of programs, backward.py; a program and its test have the same name.
# A line of reference.txt for each result: `numbers TYPE [SHAPE] ELEMENT …` by rows, `none`, `text …` or `error …`, in the last two \n for a new line.
import importlib
import pathlib
import sys
import warnings

sys.dont_write_bytecode = True
import recording

warnings.simplefilter("ignore")
folder = pathlib.Path(__file__).parent
lines = []
for theme in sorted(path.stem for path in folder.glob("*.py")):
    if theme in ("reference", "recording"):
        continue
    importlib.import_module(theme)
    for name, results in recording.take_programs():
        lines += ["== " + name, *results]
(folder / "reference.txt").write_text("\n".join(lines) + "\n")
