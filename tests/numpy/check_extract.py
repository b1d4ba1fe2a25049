#!/usr/bin/python3
"""Checks a file that `train extract` wrote, from the file alone.

usage: check_extract.py FILE.npz...

Recomputes what the file claims: the interactions give back every value up to the noise, the noise
keeps its bound, objective is the sum of sizes and not below dual_bound, the gap is what was asked
for, and dual_bound is what the multipliers in `dual` prove, where they are stored. Exit status: 0
everything holds, 1 something does not, 2 usage, 77 NumPy is missing.
"""
import sys

try:
    import numpy as np
except ImportError:
    print("numpy is missing: skipped")
    sys.exit(77)

EXACT, AND, OR, SGD = range(4)
MATCHING = 1e-9  # of max |u|
ROUNDING = 1e-9


def per_player(table, matrix):
    """Applies [[p, q], [r, s]] to the pairs (without, with) each player; table is [m, 2^n]."""
    (p, q), (r, s) = matrix
    result = table.copy()
    bit = 1
    while bit < table.shape[1]:
        pairs = result.reshape(len(table), -1, 2, bit)
        without, present = pairs[:, :, 0].copy(), pairs[:, :, 1].copy()
        pairs[:, :, 0] = p * without + q * present
        pairs[:, :, 1] = r * without + s * present
        bit *= 2
    return result


def subset_sum(table):
    return per_player(table, ((1, 0), (1, 1)))


def superset_sum(table):
    return per_player(table, ((1, 1), (0, 1)))


def meeting_sum(table):
    """Over T, the sum of the entries whose sets meet T."""
    return table.sum(axis=1, keepdims=True) - per_player(table, ((1, 1), (1, 0)))


def check_matching(f, u, scale, noise):
    rebuilt = subset_sum(f["I_and"]) + meeting_sum(f["I_or"]) + noise
    worst = (np.abs(rebuilt - u).max(axis=1) / scale).max()
    if not worst <= MATCHING:
        yield f"the interactions miss the values by {worst:.3g} of the scale"
    singletons = 1 << np.arange(int(np.log2(u.shape[1])))
    if f["I_and"][:, 0].any() or f["I_or"][:, 0].any() or f["I_or"][:, singletons].any():
        yield "an entry of the empty set, or an OR interaction of one player, is not 0"


def check_bounds(f, u, eta, noise):
    if not (np.abs(noise) <= eta[:, None]).all() or noise[:, 0].any():
        yield "the noise is beyond its bound"
    strength = np.abs(f["I_and"]).sum(axis=1) + np.abs(f["I_or"]).sum(axis=1)
    if not np.allclose(f["objective"], strength, rtol=ROUNDING, atol=0):
        yield "objective is not the sum of sizes"
    slack = ROUNDING * strength
    if not ((f["dual_bound"] >= 0) & (f["dual_bound"] <= f["objective"] + slack)).all():
        yield "dual_bound is not between 0 and objective"
    if f["solver"] == EXACT and f["tie_gap"] == 0:
        closed = f["objective"] - f["dual_bound"] <= f["gap"] * f["objective"] + slack
        if not (closed | (f["status"] == 1)).all():
            yield "a table of status 0 has not reached its gap"


def check_dual(f, u, eta):
    """lambda proves <u, lambda> - eta |lambda|_1 when |A' lambda| <= 1 and |O' lambda| <= 1."""
    dual = f["dual"]
    largest = max(np.abs(superset_sum(dual)[:, 1:]).max(), np.abs(meeting_sum(dual)[:, 1:]).max())
    if not largest <= 1 + ROUNDING:
        yield f"the multipliers are not feasible: {largest}"
    proved = (u * dual).sum(axis=1) - eta * np.abs(dual[:, 1:]).sum(axis=1)
    if not np.allclose(proved, f["dual_bound"], rtol=1e-7, atol=1e-9 * np.abs(u).max()):
        yield "the multipliers do not prove dual_bound"


def problems(path):
    """Messages about what does not hold."""
    with np.load(path) as file:
        f = {name: file[name] for name in file.files}
    v = f["v"]
    u = v - v[:, :1]
    scale = np.maximum(np.abs(u).max(axis=1), np.finfo(float).tiny)
    eta = float(f["noise_share"]) * np.abs(u[:, -1])
    noise = f.get("noise", np.zeros_like(v))
    if ("noise" in f) != (f["noise_share"] > 0):
        yield "there is a noise term without a bound, or a bound without one"
    for name, array in f.items():
        if not np.isfinite(array).all():
            yield f"{name} has a number that is not finite"
    yield from check_matching(f, u, scale, noise)
    yield from check_bounds(f, u, eta * (1 + 1e-12), noise)
    if "dual" in f:
        yield from check_dual(f, u, eta)


def main(paths):
    if not paths:
        sys.stderr.write(__doc__)
        return 2
    found = [f"{path}: {problem}" for path in paths for problem in problems(path)]
    print("\n".join(found) if found else f"{len(paths)} files: everything holds")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
