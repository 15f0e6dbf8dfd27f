#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Arrays written by numpy, read and written again by PROGRAM, and read by numpy: they stay as they are. Arguments: PROGRAM, a folder to write to."""
import itertools
import pathlib
import shutil
import subprocess
import sys

import numpy as np

TYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64"]
SHAPES = [(), (7,), (0,), (3, 4), (3, 0), (2, 3, 4), (1, 2, 3, 4)]
RANDOM = np.random.default_rng(1)


def numbers(dtype, shape):
    if dtype.startswith("float"):
        result = np.asarray(RANDOM.standard_normal(shape), dtype)
        if result.size > 2:
            result.flat[:3] = np.nan, -np.inf, -0.0
        return result
    return np.asarray(RANDOM.integers(0, 2 if dtype == "bool" else 100, shape), dtype)


def arrays():
    for dtype, shape in itertools.product(TYPES, SHAPES):
        name = f"{dtype}_{len(shape)}_{'x'.join(map(str, shape))}"
        array = numbers(dtype, shape)
        yield name, array
        yield name + "_columns", np.asfortranarray(array) if array.ndim else array
    whole = numbers("float64", (6, 8))
    yield "float64_2_part", whole[1::2, ::3]
    yield "float64_2_transposed", whole.T
    yield "float64_2_large", numbers("float64", (1000, 300))
    yield "float32_1_compressible", np.zeros(2_000_000, "float32")


def check(name, found, expected):
    assert found.dtype == expected.dtype and found.shape == expected.shape, (name, found.dtype, found.shape)
    assert found.tobytes() == expected.tobytes(), (name, found, expected)
    assert found.ndim < 2 or found.flags.c_contiguous, name


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("from_numpy", "to_numpy"):
        (folder / name).mkdir(parents=True)
    written = dict(arrays())
    for name, array in written.items():
        for version in ((1, 0), (2, 0)):
            with open(folder / "from_numpy" / f"{name}_{version[0]}.npy", "wb") as file:
                np.lib.format.write_array(file, array, version=version)
    np.savez(folder / "from_numpy" / "stored.npz", **written)
    np.savez_compressed(folder / "from_numpy" / "compressed.npz", **written)

    subprocess.run([program, folder / "from_numpy", folder / "to_numpy"], check=True)

    for name, array in written.items():
        for version in (1, 2):
            file = folder / "to_numpy" / f"{name}_{version}.npy"
            check(name, np.load(file), array)
            assert (file.stat().st_size - array.nbytes) % 64 == 0, name
    for archive in ("stored.npz", "compressed.npz"):
        with np.load(folder / "to_numpy" / archive) as back:
            assert back.files == list(written), back.files
            for name, array in written.items():
                check(name, back[name], array)
    shutil.rmtree(folder)
    print(f"{len(written)} arrays went from numpy {np.__version__} to Variables and back, as .npy of two versions and as .npz stored and compressed.")


main()
