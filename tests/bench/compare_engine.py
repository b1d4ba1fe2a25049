#!/usr/bin/python3
"""compare_engine.py BENCH_ENGINE [ROUNDS [SECONDS]]: the engine's training speed over PyTorch's.

Runs both in turn, so that whatever else the machine does meets both, and prints the median over
the rounds of each speed and of their ratio. Without PyTorch the engine runs alone.
OPENBLAS_CORETYPE (SkylakeX, Haswell, ...) chooses OpenBLAS's kernels for both."""
import os
import statistics
import subprocess
import sys

TORCH_BENCH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bench_engine_torch.py")
PYTHON = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable


def run(command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def speeds(lines):
    """Samples per second by network and batch."""
    rows = [line.split() for line in lines if not line.startswith("#")]
    return {(name, batch): float(speed) for name, batch, speed in rows}


def has_torch():
    return subprocess.run([PYTHON, "-c", "import torch"], capture_output=True).returncode == 0


def main():
    engine = sys.argv[1]
    n_rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    seconds = sys.argv[3] if len(sys.argv) > 3 else "1"
    with_torch = has_torch()
    ours, theirs = [], []
    for _ in range(n_rounds):
        lines = run([engine, seconds])
        ours.append(speeds(lines))
        if with_torch:
            theirs.append(speeds(run([PYTHON, TORCH_BENCH, seconds])))
    print("\n".join(line for line in lines if line.startswith("#")))
    if not with_torch:
        print("PyTorch is not installed: no ratios")
    for case in ours[0]:
        line = f"{case[0]:6} batch {case[1]:>4}: {statistics.median(r[case] for r in ours):8.0f} samples/s"
        if with_torch:
            ratios = [a[case] / b[case] for a, b in zip(ours, theirs)]
            line += (f", PyTorch {statistics.median(r[case] for r in theirs):8.0f}"
                     f", ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
        print(line)


if __name__ == "__main__":
    main()
