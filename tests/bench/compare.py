#!/usr/bin/python3
"""compare.py TORCH_SCRIPT ROUNDS SECONDS BENCH [ARGUMENT]...: our speed beside PyTorch's.

Runs BENCH and the PyTorch script in turn, with the same arguments, so that whatever else the
machine does meets both, and prints the median over the rounds of each line and of their ratios.
Both print lines "name value unit", PyTorch's perhaps with a setting behind it; lines with "#" are
notes. Of PyTorch's settings that with the best median counts. OPENBLAS_CORETYPE (SkylakeX,
Haswell, ...) chooses OpenBLAS's kernels; if it is set, PyTorch also runs without it. Without
PyTorch BENCH runs alone."""
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
# Without these glibc gives large tensors back to the system and fetches them again in every step;
# whether it does depends on what came before, and costs PyTorch up to a factor of 9.
TORCH_MALLOC = {"MALLOC_MMAP_THRESHOLD_": str(1 << 32), "MALLOC_TRIM_THRESHOLD_": str(1 << 33),
                "MALLOC_TOP_PAD_": str(1 << 26)}
PYTHON = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable


def run(command, environment=None):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True,
                          env=environment).stdout.splitlines()


def measurements(lines):
    """{name: {setting: value}}, {name: unit} in the order of the lines."""
    values, units = {}, {}
    for name, value, unit, *setting in (l.split() for l in lines if not l.startswith("#")):
        values.setdefault(name, {})[" ".join(setting)] = float(value)
        units[name] = unit
    return values, units


def has_torch():
    return subprocess.run([PYTHON, "-c", "import torch"], capture_output=True).returncode == 0


def environments():
    """{what a setting is called: environment} for PyTorch."""
    own = {**os.environ, **TORCH_MALLOC}
    core = own.pop("OPENBLAS_CORETYPE", None)
    return {"": own, **({f"{core} kernels": {**own, "OPENBLAS_CORETYPE": core}} if core else {})}


def measure_torch(command):
    """{name: {setting: value}} over all environments."""
    measured = {}
    for kernels, environment in environments().items():
        for name, by_setting in measurements(run(command, environment))[0].items():
            for setting, value in by_setting.items():
                joined = ", ".join(filter(None, (setting, kernels)))
                measured.setdefault(name, {})[joined] = value
    return measured


def describe(name, unit, ours, theirs):
    values = [m[name][""] for m in ours]
    line = f"{name:24} {statistics.median(values):12.5g} {unit}"
    if theirs and name in theirs[0]:
        medians = {s: statistics.median(m[name][s] for m in theirs) for s in theirs[0][name]}
        best = max(medians, key=medians.get)
        ratios = [value / m[name][best] for value, m in zip(values, theirs)]
        line += (f", PyTorch {medians[best]:.5g}{best and f' ({best})'}, ratio "
                 f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
    return line


def main():
    torch_script, n_rounds, seconds = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    bench, arguments = sys.argv[4], sys.argv[5:] + [seconds]
    with_torch = has_torch()
    ours, theirs, notes = [], [], []
    for _ in range(n_rounds):
        lines = run([bench, *arguments])
        notes = [line for line in lines if line.startswith("#")]
        values, units = measurements(lines)
        ours.append(values)
        if with_torch:
            theirs.append(measure_torch([PYTHON, os.path.join(HERE, torch_script), *arguments]))
    print("\n".join(notes))
    if not with_torch:
        print("PyTorch is not installed: no ratios")
    for name, unit in units.items():
        print(describe(name, unit, ours, theirs))


if __name__ == "__main__":
    main()
