#!/usr/bin/python3
"""Recomputes a run's theory.csv, theory_rows.csv and decay_spindle.csv and compares.

usage: check_theory.py RUN_DIR

Reads RUN/trace/step_*.npz and RUN/analysis/phases.json. M(sigma2) of P2's theory is solved for as
a dense system here, and fits are made by SciPy's nnls; definitions are those of doc/METHOD.md.
Generalisable parts are left out. Numbers must agree to 1e-9 of the largest of their column; where
two values of the grid fit equally well, either may have been chosen. Exit status: 0 agreement, 1
none, 2 usage, 77 NumPy or SciPy is missing.
"""
import json
import math
import os
import sys

try:
    import numpy as np
    from scipy.optimize import nnls
except ImportError:
    print("NumPy or SciPy is missing: skipped")
    sys.exit(77)

from check_orders import compare, read_table, read_traces

GRID = np.concatenate([[0.0], 10.0 ** (np.arange(65) / 8 - 6)])
SPLIT_NAMES = ("train", "test", "third", "mislabelled")
SALIENCE, TIE = 0.03, 1e-9


def sizes_of_sets(n_players):
    return np.array([bin(s).count("1") for s in range(1 << n_players)])


def operators(n_players):
    """M(sigma2) for the whole grid: [66, 2^n, 2^n]."""
    gram, weights = np.ones((1, 1)), np.ones(1)
    for _ in range(n_players):
        gram, weights = np.kron(gram, [[2, 1], [1, 1]]), np.kron(weights, [1, 2])
    return np.array([np.linalg.solve(gram + 2.0 ** n_players * s * np.diag(weights), gram)
                     for s in GRID])


class Checkpoint:
    """One trace, its salient interactions alone."""

    def __init__(self, trace):
        v = trace["v"]
        self.group = trace.get("group", trace["split"])
        pooled = self.group <= 1 if (self.group <= 1).any() else self.group >= 0
        tau = SALIENCE * np.abs(v[:, -1] - v[:, 0])[pooled].mean()
        self.v, self.v_empty = v, v[:, 0]
        self.tables = [np.where(np.abs(t) >= tau, t, 0.0) for t in (trace["I_and"], trace["I_or"])]
        self.sizes = sizes_of_sets(trace["players"].shape[1])
        self.n = trace["players"].shape[1]

    def by_order(self, table):
        """[..., 2^n] -> [..., n]: sums of sizes."""
        return np.stack([np.abs(table)[..., self.sizes == k].sum(-1)
                         for k in range(1, self.n + 1)], axis=-1)

    def strengths(self, group, kind):
        tables = self.tables[:1] if kind == "and" else self.tables
        return sum(self.by_order(t[self.group == group]) for t in tables).mean(axis=0)

    def predicted(self, group, kind, matrices):
        """Mean strengths that the theory predicts: [66, n]."""
        chosen = self.group == group
        w_and, w_or = (t[chosen].copy() for t in self.tables)
        w_and[:, 0] = self.v_empty[chosen]
        w_or[:, 0] = -w_or[:, 1:].sum(axis=1)
        vectors = [w_and] if kind == "and" else [w_and, w_or]
        left = [np.einsum("gts,is->git", matrices, w) for w in vectors]
        change = sum(w[..., 1:].sum(-1) for w in left)  # of the output, all players off to on
        tau = SALIENCE * np.abs(change)[..., None]
        return sum(self.by_order(np.where(np.abs(w) >= tau, w, 0.0)) for w in left).mean(axis=1)

    def law(self, group):
        """The spindle, of sum 1; dummy players leave every value as it is, to the last bit."""
        masks, law = np.arange(1 << self.n), np.zeros(self.n)
        for v in self.v[self.group == group]:
            n_live = sum((v[masks] != v[masks & ~(1 << i)]).any() for i in range(self.n))
            law += [math.comb(n_live, k) * 2 ** (k / 2) for k in range(1, self.n + 1)]
        return law / law.sum()


def shares(strengths):
    with np.errstate(invalid="ignore"):
        return strengths / strengths.sum(axis=-1, keepdims=True)


def choose(errors, found_value):
    """The place in the grid that the program chose if it is as good as any, else the best."""
    if np.isnan(errors).all():
        return None
    best = np.nanargmin(errors)
    found = int(np.argmin(np.abs(GRID - found_value))) if not math.isnan(found_value) else best
    return found if errors[found] <= errors[best] + TIE else best


def expected_theory(checkpoints, found, matrices):
    expected, last = {}, list(checkpoints.values())[-1]
    for group in sorted(set(last.group)):
        for kind in ("and", "both"):
            theory = shares(last.predicted(group, kind, matrices))
            final = shares(last.strengths(group, kind))
            for step, checkpoint in checkpoints.items():
                real = shares(checkpoint.strengths(group, kind))
                distances = np.abs(real - theory).sum(axis=1) / 2
                key = (step, SPLIT_NAMES[group], kind)
                place = choose(distances, found.get(key + (1,), {}).get("sigma2", math.nan))
                for k in range(last.n):
                    expected[key + (k + 1,)] = {
                        "sigma2": math.nan if place is None else GRID[place],
                        "distance": math.nan if place is None else distances[place],
                        "distance_final": np.abs(real - final).sum() / 2,
                        "real": real[k],
                        "theory": math.nan if place is None else theory[place, k],
                    }
    return expected


def expected_split(checkpoints, found, matrices, phases):
    expected = {}
    for group in sorted(set(list(checkpoints.values())[-1].group)):
        name = SPLIT_NAMES[group]
        star = phases.get("train" if name == "mislabelled" else name, {}).get("t_star")
        if star is not None:
            decays = checkpoints[star].predicted(group, "both", matrices)
        for step, checkpoint in checkpoints.items():
            strength, law = checkpoint.strengths(group, "both"), checkpoint.law(group)
            total = np.linalg.norm(strength)
            place = None
            if star is not None and total > 0:
                fits = [nnls(np.stack([decay, law], axis=1), strength) for decay in decays]
                residuals = np.array([residual for _, residual in fits]) / total
                place = choose(residuals, found.get((step, name, 1), {}).get("delta", math.nan))
            for k in range(checkpoint.n):
                row = {"strength": strength[k]}
                row.update(dict.fromkeys(("decay", "spindle", "delta", "weight", "residual"),
                                         math.nan))
                if place is not None:
                    beta, alpha = fits[place][0]
                    row.update(decay=beta * decays[place, k], spindle=alpha * law[k],
                               delta=GRID[place], weight=alpha, residual=residuals[place])
                expected[step, name, k + 1] = row
    return expected


def expected_rows(n_players, matrices):
    expected = {}
    for sigma2, matrix in zip(GRID[1:], matrices[1:]):
        rows, sizes = np.linalg.norm(matrix, axis=1), sizes_of_sets(n_players)
        norms = [rows[sizes == k] for k in range(n_players + 1)]
        for k, norm in enumerate(norms):
            assert np.ptp(norm) <= 1e-12
            expected[n_players, round(math.log10(sigma2) * 8), k] = {
                "norm": norm[0],
                "ratio": norm[0] / norms[k + 1][0] if k < n_players else math.nan}
    return expected


def check_rows(analysis):
    found = {}
    table = read_table(os.path.join(analysis, "theory_rows.csv"), ("n_players", "sigma2", "order"))
    for (n_players, sigma2, order), row in table.items():
        found[int(n_players), round(math.log10(float(sigma2)) * 8), order] = row
    expected = expected_rows(6, operators(6))
    all_keys = {(n, place, k) for n in (6, 8, 10, 12) for place in range(-48, 17)
                for k in range(n + 1)}
    if found.keys() != all_keys:
        yield "theory_rows.csv: the rows are not those of the grid"
    yield from compare("theory_rows.csv", {k: v for k, v in found.items() if k[0] == 6}, expected)


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    run = sys.argv[1]
    checkpoints = {step: Checkpoint(trace) for step, trace in read_traces(run).items()}
    analysis = os.path.join(run, "analysis")
    if not checkpoints:
        print(f"{run}: no traces", file=sys.stderr)
        return 1
    with open(os.path.join(analysis, "phases.json"), encoding="utf-8") as file:
        phases = json.load(file)
    matrices = operators(next(iter(checkpoints.values())).n)
    theory = read_table(os.path.join(analysis, "theory.csv"), ("step", "split", "kind", "order"))
    split = read_table(os.path.join(analysis, "decay_spindle.csv"), ("step", "split", "order"))
    problems = [*compare("theory.csv", theory, expected_theory(checkpoints, theory, matrices)),
                *compare("decay_spindle.csv", split,
                         expected_split(checkpoints, split, matrices, phases)),
                *check_rows(analysis)]
    for problem in problems[:20]:
        print(problem)
    print(f"{len(checkpoints)} traces, {len(theory)} + {len(split)} rows compared, "
          f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
