#!/usr/bin/python3
"""compare.py TORCH_SCRIPT ROUNDS SECONDS BENCH [ARGUMENT]...: our speed beside PyTorch's.

Runs BENCH and the PyTorch script in turn, so that whatever else the machine does meets both, and
prints the median over the rounds of each line and of their ratios. Both print lines "name value
unit"; lines with "#" are notes. Without PyTorch BENCH runs alone. OPENBLAS_CORETYPE (SkylakeX,
Haswell, ...) chooses OpenBLAS's kernels for both."""
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable


def run(command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def measurements(lines):
    """{name: (value, unit)} in the order of the lines."""
    rows = [line.split() for line in lines if not line.startswith("#")]
    return {name: (float(value), unit) for name, value, unit in rows}


def has_torch():
    return subprocess.run([PYTHON, "-c", "import torch"], capture_output=True).returncode == 0


def describe(name, ours, theirs):
    values = [m[name][0] for m in ours]
    unit = ours[0][name][1]
    line = f"{name:24} {statistics.median(values):12.5g} {unit}"
    if theirs and name in theirs[0]:
        ratios = [a[name][0] / b[name][0] for a, b in zip(ours, theirs)]
        line += (f", PyTorch {statistics.median(m[name][0] for m in theirs):.5g}"
                 f", ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
    return line


def main():
    torch_script, n_rounds, seconds = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    bench = sys.argv[4:]
    with_torch = has_torch()
    ours, theirs, notes = [], [], []
    for _ in range(n_rounds):
        lines = run(bench + [seconds])
        notes = [line for line in lines if line.startswith("#")]
        ours.append(measurements(lines))
        if with_torch:
            theirs.append(measurements(run([PYTHON, os.path.join(HERE, torch_script), seconds])))
    print("\n".join(notes))
    if not with_torch:
        print("PyTorch is not installed: no ratios")
    for name in ours[0]:
        print(describe(name, ours, theirs))


if __name__ == "__main__":
    main()
