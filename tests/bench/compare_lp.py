#!/usr/bin/python3
"""The exact extraction beside HiGHS, a general linear-programming solver, on real value tables.

For every table, in turn and in one thread: our stage (i), stages (i) and (ii), HiGHS's dual simplex
on the sparse form of the same problem. Checks by the definitions, and against the optimum, what we
found; prints medians. The status is 1 when something is wrong."""
import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
import scipy.optimize
import scipy.sparse

import extraction
import real_tables

GAP, TIE_GAP, REPEATS = 1e-4, 1e-5, 5
LP_TOLERANCE = 1e-7  # of what HiGHS returns
MOST_PLAYERS_FOR_LP = 10


def kronecker(matrix, n):
    power = scipy.sparse.csr_matrix([[1.0]])
    for _ in range(n):
        power = scipy.sparse.kron(matrix, power)
    return power.tocsr()


@dataclass
class Optimum:
    value: float
    milliseconds: float
    I_and: np.ndarray
    I_or: np.ndarray


class LinearProgramme:
    """minimise |a| + |b| so that a + K b + M d = M u, |d| <= bound; without noise no d."""

    def __init__(self, n, with_noise):
        self.size = size = (1 << n) - 1
        sign = scipy.sparse.diags(np.where(extraction.orders(n) % 2 == 1, 1.0, -1.0))
        K = (sign @ kronecker(np.array([[1, 1], [0, 1]]), n)).tocsr()[1:, 1:]
        self.moebius = kronecker(np.array([[1, 0], [-1, 1]]), n)[1:, 1:]
        one = scipy.sparse.identity(size)
        blocks = [one, -one, K, -K] + ([self.moebius] if with_noise else [])
        self.matrix = scipy.sparse.hstack(blocks).tocsc()
        self.n_free = size if with_noise else 0
        self.cost = np.concatenate([np.ones(4 * size), np.zeros(self.n_free)])

    def solve(self, v, noise):
        """Optimum"""
        scale = np.abs(v - v[0]).max()
        u = (v[1:] - v[0]) / scale
        bound = noise * abs(u[-1])
        bounds = np.vstack([np.tile([0, np.inf], (len(self.cost) - self.n_free, 1)),
                            np.tile([-bound, bound], (self.n_free, 1))])
        start = time.perf_counter()
        found = scipy.optimize.linprog(self.cost, A_eq=self.matrix, b_eq=self.moebius @ u,
                                       bounds=bounds, method="highs-ds")
        seconds = time.perf_counter() - start
        if found.status != 0:
            raise SystemExit(f"HiGHS: {found.message}")
        parts = scale * found.x[:4 * self.size].reshape(4, -1)
        I_and, I_or = (np.concatenate([[0], x]) for x in (parts[0] - parts[1], parts[2] - parts[3]))
        singletons = 1 << np.arange(len(I_or).bit_length() - 1)
        I_and[singletons] += I_or[singletons]
        I_or[singletons] = 0
        return Optimum(found.fun * scale, 1e3 * seconds, I_and, I_or)


class Results:
    """Of one number of players and one noise share."""

    def __init__(self):
        self.first, self.both, self.optima = [], [], []

    def solutions_apart(self):
        """Two solutions of equal objective: ([m] single interactions, [m] total variation)"""
        apart, varied = [], []
        for x, y in zip(self.first, self.optima):
            differences = np.abs([x.I_and - y.I_and, x.I_or - y.I_or])
            apart.append(differences.max() / np.abs([x.I_and, x.I_or]).max())
            varied.append(np.abs(extraction.order_shares(x) - extraction.order_shares(y)).sum() / 2)
        return np.array(apart), np.array(varied)

    def describe(self):
        first = np.array([f.milliseconds for f in self.first])
        both = np.array([f.milliseconds for f in self.both])
        lines = [f"  stage (i)        {np.median(first):8.2f} ms, 90% within "
                 f"{np.percentile(first, 90):.2f} ms; "
                 f"{np.median([f.iterations for f in self.first]):.0f} iterations",
                 f"  stages (i), (ii) {np.median(both):8.2f} ms, 90% within "
                 f"{np.percentile(both, 90):.2f} ms; "
                 f"{np.median([f.iterations for f in self.both]):.0f} iterations, "
                 f"{np.median(both / first):.2f} times stage (i)"]
        if self.optima:
            lp = np.array([x.milliseconds for x in self.optima])
            optimum = np.array([x.value for x in self.optima])
            apart, varied = self.solutions_apart()
            excess = [np.array([f.objective for f in found]) / optimum - 1
                      for found in (self.first, self.both)]
            bound = np.array([f.dual_bound for f in self.first]) / optimum - 1
            lines += [f"  HiGHS            {np.median(lp):8.0f} ms, 90% within "
                      f"{np.percentile(lp, 90):.0f} ms",
                      f"  HiGHS / stage (i) {np.median(lp / first):.0f}, "
                      f"HiGHS / both {np.median(lp / both):.0f}",
                      f"  above the optimum at most {excess[0].max():.1e} after (i), "
                      f"{excess[1].max():.1e} after both; bound below it at most {-bound.min():.1e}",
                      f"  HiGHS's solution and that of (i): interactions {np.median(apart):.2f} of the "
                      f"strongest apart, worst {apart.max():.2f}; shares of orders "
                      f"{np.median(varied):.3f} in total variation, worst {varied.max():.3f}"]
        return "\n".join(lines)


def check(v, noise, found, optimum):
    """What is wrong with what was found, in words."""
    wrong = [text for f in found for text in extraction.defects(v, f, noise)]
    if not all(f.dual_bound <= f.objective for f in found):
        wrong.append("the bound is above the objective")
    if not found[0].objective - found[0].dual_bound <= GAP * found[0].objective:
        wrong.append("stage (i) ended before its gap was closed")
    if optimum is not None:
        slack = LP_TOLERANCE * optimum
        if not all(f.dual_bound <= optimum + slack for f in found):
            wrong.append(f"the bound is above the optimum {optimum:.12g}")
        if not all(f.objective >= optimum - slack for f in found):
            wrong.append(f"the objective is below the optimum {optimum:.12g}")
        if not found[0].objective <= optimum * (1 + GAP) + slack:
            wrong.append(f"the objective is too far above the optimum {optimum:.12g}")
    return wrong


def compare(bench, tables, names, noises, with_lp):
    """({noise: Results}, number of defects)"""
    n = tables.shape[1].bit_length() - 1
    results = {noise: Results() for noise in noises}
    programmes = {noise: LinearProgramme(n, noise > 0) for noise in noises} if with_lp else {}
    n_wrong = 0
    for v, name in zip(tables, names):
        for noise, r in results.items():
            optimum = None
            r.first += extraction.extract(bench, v, noise, GAP, 0, REPEATS)
            r.both += extraction.extract(bench, v, noise, GAP, TIE_GAP, REPEATS)
            if with_lp:
                r.optima.append(programmes[noise].solve(v, noise))
                optimum = r.optima[-1].value
            for text in check(v, noise, (r.first[-1], r.both[-1]), optimum):
                print(f"{name}, noise {noise}: {text}")
                n_wrong += 1
    return results, n_wrong


def describe_orders(results):
    """What the noise term changes: mean shares of the orders with the first and the last noise."""
    shares = {noise: np.mean([extraction.order_shares(f) for f in r.both], axis=0)
              for noise, r in results.items()}
    for noise, share in shares.items():
        print(f"  shares of orders, noise {noise:<4}: " + " ".join(f"{x:.3f}" for x in share[1:])
              + f", mean order {share @ np.arange(len(share)):.2f}")
    if len(shares) > 1:
        first, *_, last = shares.values()
        print(f"  total variation {np.abs(first - last).sum() / 2:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bench", help="the program bench_extract")
    parser.add_argument("runs", nargs="*", help="traced runs; without one a short run is made")
    parser.add_argument("--train", help="the program train, to make a run")
    parser.add_argument("--players", type=int, default=10, help="of that run (10)")
    parser.add_argument("--tables", type=int, default=48, help="of each number of players (48)")
    parser.add_argument("--no-lp", action="store_true", help="times only")
    parser.add_argument("--noise", type=float, nargs="+", default=[0.0, 0.02])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        runs = options.runs
        if not runs:
            if not options.train:
                parser.error("no runs, and no --train to make one")
            runs = [real_tables.make_run(options.train, options.players,
                                         os.path.join(directory, "run"))]
        by_players = {}
        for run in runs:
            by_players.setdefault(real_tables.n_players(run), []).append(run)
        sources = {n: real_tables.from_runs(group, options.tables)
                   for n, group in sorted(by_players.items())}
    n_wrong = 0
    for n, (tables, names) in sources.items():
        print(f"load {os.getloadavg()[0]:.1f}")
        with_lp = n <= MOST_PLAYERS_FOR_LP and not options.no_lp
        results, wrong = compare(options.bench, tables, names, options.noise, with_lp)
        n_wrong += wrong
        for noise, r in results.items():
            print(f"{n} players, noise {noise}, {len(tables)} tables\n{r.describe()}")
        describe_orders(results)
    print(f"load {os.getloadavg()[0]:.1f}; {n_wrong} defects")
    return 1 if n_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
