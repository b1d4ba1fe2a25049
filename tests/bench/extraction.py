"""Running bench_extract from Python, and checking what it found by the definitions."""
import os
import subprocess
import tempfile
from dataclasses import dataclass

import numpy as np


@dataclass
class Found:
    milliseconds: float
    iterations: int
    objective: float
    dual_bound: float
    converged: bool
    I_and: np.ndarray
    I_or: np.ndarray
    noise: np.ndarray


def extract(bench, tables, noise=0.0, gap=1e-4, tie_gap=1e-5, repeats=1):
    """[Found] of tables [m, 2^n], by one run of `bench` in one thread."""
    tables = np.atleast_2d(tables)
    n = tables.shape[1].bit_length() - 1
    with tempfile.TemporaryDirectory() as directory:
        source, found = os.path.join(directory, "v"), os.path.join(directory, "found")
        tables.astype("<f8").tofile(source)
        settings = [str(x) for x in (n, noise, gap, tie_gap, repeats)]
        lines = subprocess.run([bench, source, *settings, found], check=True, text=True,
                               stdout=subprocess.PIPE,
                               env=dict(os.environ, OMP_NUM_THREADS="1")).stdout.splitlines()
        vectors = np.fromfile(found, "<f8").reshape(len(tables), 3, -1)
    rows = [line.split() for line in lines if not line.startswith("#")]
    return [Found(float(ms), int(k), float(p), float(d), ok == "1", *v)
            for (ms, k, p, d, ok), v in zip(rows, vectors)]


def orders(n):
    return np.array([bin(s).count("1") for s in range(1 << n)])


def subset_sum(f):
    """g(T) = sum of f over the subsets of T."""
    g = f.copy()
    bit = 1
    while bit < len(g):
        pairs = g.reshape(-1, 2, bit)
        pairs[:, 1] += pairs[:, 0]
        bit *= 2
    return g


def matching_error(v, found):
    """Largest |u - decomposition|, as a share of the largest |u|."""
    u = v - v[0]
    inside = subset_sum(found.I_and)
    apart = subset_sum(found.I_or)[::-1]  # of the sets that do not meet T
    rebuilt = inside + found.I_or.sum() - apart + found.noise
    return np.abs(u - rebuilt).max() / np.abs(u).max()


def defects(v, found, noise):
    """What is wrong with a decomposition, in words; independent of the solver."""
    bound = noise * abs(v[-1] - v[0])
    strength = np.abs(found.I_and).sum() + np.abs(found.I_or).sum()
    wrong = []
    if not found.converged:
        wrong.append("did not converge")
    if not matching_error(v, found) <= 1e-9:
        wrong.append(f"matching error {matching_error(v, found):g}")
    if not np.abs(found.noise).max() <= bound * (1 + 1e-12):
        wrong.append(f"noise {np.abs(found.noise).max():g} beyond {bound:g}")
    if found.I_and[0] or found.I_or[0] or found.noise[0]:
        wrong.append("entry 0 is not 0")
    if not abs(found.objective - strength) <= 1e-9 * strength:
        wrong.append(f"objective {found.objective:g}, strength {strength:g}")
    return wrong


def order_shares(found):
    """Share of the strength by order, [n + 1]."""
    strength = np.abs(found.I_and) + np.abs(found.I_or)
    shares = np.bincount(orders(len(strength).bit_length() - 1), strength)
    return shares / shares.sum()
