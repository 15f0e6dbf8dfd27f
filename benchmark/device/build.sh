#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# Builds what benchmark/gpu.sh runs, on a machine that needs nvcc and no GPU. Arguments: the folder for the binaries; nvcc; further options, such as
# -I for Boost, xsimd and SLEEF. The seconds that nvcc took and its report on registers go there too.
set -e
out=${1:?the folder for the binaries} nvcc=${2:-nvcc}
shift; shift || true
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$out"
: > "$out/compile.txt"
build() { # name, source
    local begin=$SECONDS
    "$nvcc" -std=c++20 -O3 -arch=sm_90 -cudart static -Xptxas -v -I"$root/include" "${@:3}" -x cu "$2" -o "$out/$1" > "$out/$1.report" 2>&1 || { grep -v ptxas "$out/$1.report" | cut -c1-400; exit 1; }
    echo "$1: $((SECONDS - begin)) s" | tee -a "$out/compile.txt"
}
build test_device "$root/test/device/elementwise.cpp" "$@"
build test_device_arrays "$root/test/device/arrays.cpp" -lsleef "$@"
build test_device_irregular "$root/test/device/irregular.cpp" -lsleef "$@"
build test_device_variables "$root/test/device/variables.cpp" -lsleef "$@"
build test_device_cublas "$root/test/device/cublas.cpp" -lsleef -lcublas -lcublasLt "$@"
build benchmark_device_variables "$root/benchmark/device/variables.cu" -lsleef -lcublas -lcublasLt "$@"
build benchmark_device_arrays "$root/benchmark/device/arrays.cu" -lsleef "$@"
build benchmark_device "$root/benchmark/device/elementwise.cu" "$@"
build benchmark_paths "$root/benchmark/device/lotka_volterra.cu" --expt-relaxed-constexpr "$@"
# The machine with the GPU may lack SLEEF, which the host's part is linked to.
cp -L $(ldd "$out/test_device_arrays" | awk '/libsleef/ { print $3 }') "$out"
