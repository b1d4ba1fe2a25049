#!/usr/bin/python3
"""Compares `train extract` with a linear-programming solver: HiGHS, through SciPy.

usage: verify_lp.py TRAIN SOURCE_ROOT [--slow] [VALUES.npy...]

For every table dual_bound <= optimum <= objective, with and without a noise term; objective is
within 1e-4 of the optimum when ties are left alone, and a little above it when they are broken.
Tables: a small run's, untrained and trained, noise, games of a few AND and OR terms, additive and
constant ones, one player, dummy players, scales from 1e-6 to 1e6, -0.0; n <= 8, with --slow also
n = 10 (minutes); and those of the files that are named. Every result is also checked as
check_extract.py does. Exit status: 0 agreement, 1 none, 2 usage, 77 SciPy is missing.
"""
import glob
import os
import subprocess
import sys
import tempfile
import time

try:
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import csr_matrix, hstack, identity, kron
except ImportError:
    print("scipy is missing: skipped")
    sys.exit(77)

import check_extract

NOISE = 0.02
GAP = 1e-4
BROKEN_TIES = 1e-2  # white noise: 0.4% above the optimum; tables of networks: 0.01%
LP_TOLERANCE = 1e-6  # of max |u|: what HiGHS leaves


# ---- Tables ----

def masks(n):
    return np.arange(1 << n)


def game(n, terms):
    """The sum of terms (set, is_or, strength)."""
    v = np.zeros(1 << n)
    for chosen, is_or, strength in terms:
        v += strength * ((masks(n) & chosen) != 0 if is_or else (masks(n) & chosen) == chosen)
    return v


def planted(n, draw, within):
    sets = [int(s) & within or within & -within for s in draw.integers(1, 1 << n, 6)]
    return game(n, [(s, draw.integers(2), draw.normal()) for s in sets])


def made_tables(n, draw):
    """Tables of every kind that needs no network."""
    full = (1 << n) - 1
    smooth = np.tanh(np.array([bin(m).count("1") for m in masks(n)]) * 0.7 - 1.5)
    tables = [draw.normal(size=1 << n), draw.uniform(-1, 1, size=1 << n),
              planted(n, draw, full), planted(n, draw, full), planted(n, draw, full & 0x55),
              game(n, [(1 << i, 0, draw.normal()) for i in range(n)]),
              smooth + 0.01 * draw.normal(size=1 << n), smooth,
              np.full(1 << n, 3.25), np.where(masks(n) == full, 1.0, -0.0),
              np.where(draw.integers(2, size=1 << n) == 0, -0.0, 1.0)]
    scales = 10.0 ** draw.integers(-6, 7, len(tables))
    return [scale * table for scale, table in zip(scales, tables)]


def network_tables(train, n, directory, count):
    """Tables of a small run: of the untrained network, of one in training, of the trained one."""
    run = os.path.join(directory, f"run{n}")
    subprocess.run([train, "--config", "smoke.ini", "--trace", "-q", "--out", run,
                    "--set", f"trace.players={n}", "--set", "trace.samples=4"],
                   check=True, stdout=subprocess.DEVNULL)
    traces = sorted(glob.glob(os.path.join(run, "trace", "*.npz")))
    chosen = [traces[0], traces[len(traces) // 3], traces[-1]]
    return [table for path in chosen for table in np.load(path)["v"][::2][:count]]


# ---- The linear programme ----

def superset_matrix(n):
    matrix = csr_matrix([[1.0]])
    for _ in range(n):
        matrix = kron(csr_matrix([[1.0, 1.0], [0.0, 1.0]]), matrix, format="csr")
    return matrix


def moebius_matrix(n):
    matrix = csr_matrix([[1.0]])
    for _ in range(n):
        matrix = kron(csr_matrix([[1.0, 0.0], [-1.0, 1.0]]), matrix, format="csr")
    return matrix


def optimum(v, noise_share):
    """The least sum of sizes. With m = moebius(u) the equations are a + K b + moebius(d) = m."""
    n = int(np.log2(len(v)))
    u = v - v[0]
    scale = np.abs(u).max()
    if scale == 0:
        return 0.0
    u = u / scale
    sizes = np.array([bin(m).count("1") for m in masks(n)])
    to_or = csr_matrix(np.diag((-1.0) ** (sizes + 1))) @ superset_matrix(n)
    moebius = moebius_matrix(n)
    one_kind = [identity(len(v), format="csr")[1:, 1:], to_or[1:, 1:]]
    columns = [part for kind in one_kind for part in (kind, -kind)]
    n_sets = len(v) - 1
    cost, bounds = np.ones(4 * n_sets), [(0, None)] * (4 * n_sets)
    if noise_share > 0:
        eta = noise_share * abs(u[-1])
        columns.append(moebius[1:, 1:])
        cost = np.concatenate([cost, np.zeros(n_sets)])
        bounds += [(-eta, eta)] * n_sets
    result = linprog(cost, A_eq=hstack(columns, format="csr"), b_eq=(moebius @ u)[1:],
                     bounds=bounds, method="highs")
    assert result.status == 0, result.message
    return result.fun * scale


# ---- Comparing ----

class Comparison:
    def __init__(self, train, directory):
        self.train, self.directory = train, directory
        self.n_tables, self.failures, self.excess = 0, [], {}

    def extract(self, tables, *options):
        values = os.path.join(self.directory, "values.npy")
        result = os.path.join(self.directory, "result.npz")
        np.save(values, np.array(tables))
        subprocess.run([self.train, "extract", values, "--out", result, *options], check=True,
                       stdout=subprocess.DEVNULL)
        self.failures += check_extract.problems(result)
        with np.load(result) as file:
            return file["objective"], file["dual_bound"]

    def compare(self, label, v, best, objective, bound, most):
        slack = LP_TOLERANCE * np.abs(v - v[0]).max()
        if not bound <= best + slack:
            self.failures.append(f"{label}: bound {bound!r} is above the optimum {best!r}")
        if not objective >= best - slack:
            self.failures.append(f"{label}: objective {objective!r} is below the optimum {best!r}")
        if not objective <= best * (1 + most) + slack:
            self.failures.append(f"{label}: objective {objective!r} misses the optimum {best!r}")

    def check(self, label, tables):
        start = time.monotonic()
        for share in (0.0, NOISE):
            best = [optimum(v, share) for v in tables]
            for ties, most in ((["--tie-gap", "none"], GAP), ([], BROKEN_TIES)):
                objectives, bounds = self.extract(tables, "--noise", str(share), *ties)
                for i, v in enumerate(tables):
                    self.compare(f"{label}, table {i}, noise {share}, {' '.join(ties)}", v,
                                 best[i], objectives[i], bounds[i], most)
                excess = [o / b - 1 for o, b in zip(objectives, best) if b > 0]
                print(f"{label}: noise {share}, {'optimum' if ties else 'ties broken'}: median "
                      f"{np.median(excess):.1e}, most {max(excess):.1e} above HiGHS")
        self.n_tables += len(tables)
        print(f"{label}: {len(tables)} tables, {time.monotonic() - start:.1f} s", flush=True)


def main(arguments):
    slow = "--slow" in arguments
    arguments = [a for a in arguments if a != "--slow"]
    if len(arguments) < 2:
        sys.stderr.write(__doc__)
        return 2
    train, files = os.path.abspath(arguments[0]), arguments[2:]
    draw = np.random.default_rng(3)
    with tempfile.TemporaryDirectory(prefix="phasetrace-") as directory:
        comparison = Comparison(train, directory)
        for n in (1, 2, 3, 4, 6, 8):
            comparison.check(f"made, n = {n}", made_tables(n, draw))
        comparison.check("network, n = 6", network_tables(train, 6, directory, 4))
        comparison.check("network, n = 8", network_tables(train, 8, directory, 2))
        if slow:
            comparison.check("network, n = 10", network_tables(train, 10, directory, 4))
            comparison.check("made, n = 10", made_tables(10, draw)[:4])
        for path in files:
            comparison.check(path, list(np.atleast_2d(np.load(path))))
    print("\n".join(comparison.failures))
    print(f"{comparison.n_tables} tables, {len(comparison.failures)} failures")
    return 1 if comparison.failures or comparison.n_tables < 60 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
