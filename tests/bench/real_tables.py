#!/usr/bin/python3
"""real_tables.py OUT COUNT RUN...: value tables of real networks, for benchmarks.

Writes COUNT tables [2^n], evenly over the checkpoints and samples of the traced runs (which must
have the same number of players n), as raw float64 to OUT."""
import glob
import os
import subprocess
import sys

import numpy as np


def make_run(train, players, directory):
    """A short run on the MNIST digits of the repository, traced with this many players."""
    subprocess.run([train, "--config", "smoke.ini", "--trace", "--out", directory, "-q", "--set",
                    f"trace.players={players}"], check=True, stdout=subprocess.DEVNULL)
    return directory


def from_runs(runs, count):
    """([count, 2^n], [count] "run/step:row"): about as many from every run, early and late."""
    tables, names = [], []
    for i, run in enumerate(runs):
        files = sorted(glob.glob(os.path.join(run, "trace", "step_*.npz")))
        if not files:
            raise SystemExit(f"{run}: no traces (train --trace)")
        share = count * (i + 1) // len(runs) - count * i // len(runs)
        for k in range(share):
            path = files[round(k * (len(files) - 1) / max(1, share - 1))]
            v = np.load(path)["v"]
            row = (7 * k + i) % len(v)
            tables.append(v[row])
            names.append(f"{os.path.basename(run)}/{os.path.basename(path)}:{row}")
    return np.array(tables), names


def n_players(run):
    path = glob.glob(os.path.join(run, "trace", "step_*.npz"))
    if not path:
        raise SystemExit(f"{run}: no traces (train --trace)")
    return int(np.load(path[0])["v"].shape[1]).bit_length() - 1


if __name__ == "__main__":
    if len(sys.argv) < 4:
        raise SystemExit(__doc__)
    from_runs(sys.argv[3:], int(sys.argv[2]))[0].astype("<f8").tofile(sys.argv[1])
