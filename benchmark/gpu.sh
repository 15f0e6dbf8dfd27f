#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# Everything that needs a GPU, with binaries that were built elsewhere (benchmark/device/build.sh): tests, the sanitizer's check of memory, benchmarks,
# and the rivals in Python. Arguments: the folder of the binaries, the folder for the results. Each piece has its own time limit.
binaries=${1:?the folder of the binaries} out=${2:?the folder for the results}
source=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$out"
begin=$SECONDS
export LD_LIBRARY_PATH=$binaries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
piece() { # name, seconds, command…
    local name=$1 limit=$2
    shift 2
    timeout "$limit" "$@" > "$out/$name.txt" 2>&1
    local code=$?
    echo "== $name: exit $code, after $((SECONDS - begin)) s"
    tail -n "${lines:-12}" "$out/$name.txt"
}
nvidia-smi --query-gpu=name,driver_version,clocks.sm,clocks.mem --format=csv,noheader 2>&1 | tee "$out/gpu.txt"
piece test 60 "$binaries/test_device"
piece test_arrays 60 "$binaries/test_device_arrays"
piece test_irregular 60 "$binaries/test_device_irregular"
piece test_variables 60 "$binaries/test_device_variables"
piece test_cublas 30 "$binaries/test_device_cublas"
lines=40 piece benchmark 60 "$binaries/benchmark_device" "$out/benchmark.json"
lines=20 piece arrays 60 "$binaries/benchmark_device_arrays" "$out/arrays.json"
lines=10 piece variables 40 "$binaries/benchmark_device_variables" "$out/variables.json"
lines=20 piece paths 40 "$binaries/benchmark_paths" "$out/paths.json"
sanitizer=$(command -v compute-sanitizer || ls /usr/local/cuda/bin/compute-sanitizer 2> /dev/null)
if [ -n "$sanitizer" ]; then
    lines=6 piece memcheck 60 "$sanitizer" --tool memcheck --report-api-errors no --error-exitcode 3 "$binaries/test_device" --short
    lines=6 piece variables_memcheck 40 "$sanitizer" --tool memcheck --error-exitcode 3 "$binaries/test_device_variables"
    for tool in memcheck racecheck initcheck; do
        lines=6 piece "arrays_$tool" 35 "$sanitizer" --tool "$tool" --error-exitcode 3 "$binaries/test_device_arrays" --short
    done
fi
lines=50 piece python 165 python3 "$source/device/pytorch.py" "$out/pytorch.json" 155
cat "$out/benchmark.txt" "$out/arrays.txt" "$out/variables.txt" "$out/paths.txt" "$out/python.txt" > "$out/table.txt"
