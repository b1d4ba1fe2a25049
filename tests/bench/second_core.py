#!/usr/bin/env python3
"""second_core.py BENCH_ENGINE [ROUNDS [SECONDS [PRESET-BATCH]...]]: what a second core is worth.

Training with one thread and with two, on two cores, while nothing else runs and while a busy loop
holds one of the cores; in turn, with the median over the rounds of every ratio within a round. Free
means that this script adds nothing; what else runs on the machine is for you to know."""
import os
import statistics
import subprocess
import sys
import time

CASES = ["mlp-64", "mlp-256", "lenet-64", "vgg11-64", "resnet20-64"]
RATIOS = (  # label, above, below; each (threads, is a core busy)
    ("two threads / one, both cores free", (2, False), (1, False)),
    ("two threads / one, a core busy", (2, True), (1, True)),
    ("two threads, a core busy / one, free", (2, True), (1, False)),
)


def samples_per_s(bench, case, n_threads, seconds):
    lines = subprocess.run([bench, f"{case}@{n_threads}", seconds], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    return float(lines[-1].split()[1])


def measure(bench, cases, seconds, busy_core):
    """{(case, threads): samples per second}; beside a busy loop if `busy_core` is a core."""
    loop = None
    if busy_core is not None:
        loop = subprocess.Popen([sys.executable, "-c", "while True: pass"])
        os.sched_setaffinity(loop.pid, {busy_core})
        time.sleep(0.2)
    try:
        return {(case, n): samples_per_s(bench, case, n, seconds) for case in cases for n in (1, 2)}
    finally:
        if loop:
            loop.kill()
            loop.wait()


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    bench = sys.argv[1]
    n_rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    seconds = sys.argv[3] if len(sys.argv) > 3 else "1"
    cases = sys.argv[4:] or CASES
    cores = sorted(os.sched_getaffinity(0))[:2]
    if len(cores) < 2:
        raise SystemExit("second_core.py: there is no second core")
    os.sched_setaffinity(0, cores)
    rounds = [{busy: measure(bench, cases, seconds, cores[1] if busy else None)
               for busy in (False, True)} for _ in range(n_rounds)]
    for case in cases:
        alone = statistics.median(r[False][case, 1] for r in rounds)
        print(f"{case}: {alone:.5g} samples/s with one thread, nothing beside it")
        for label, (n_above, busy_above), (n_below, busy_below) in RATIOS:
            ratios = [r[busy_above][case, n_above] / r[busy_below][case, n_below] for r in rounds]
            print(f"  {label:38} {statistics.median(ratios):5.2f} "
                  f"({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
