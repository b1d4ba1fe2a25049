#!/usr/bin/python3
"""agreement.py BENCH COUNT RUN...: how unique the answers of the exact extraction are.

Extracts every table from several starting points (stage (i) to other gaps; players renamed) and
prints how far single interactions, as shares of the strongest one, and the shares of orders lie
apart, with and without noise and at two tie gaps; then the same for stage (i) alone."""
import os
import sys

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np

import extraction
import real_tables

STARTS = [(1e-4, False), (1e-3, False), (1e-5, False), (1e-4, True), (1e-3, True)]


def renamed_masks(n):
    """[2^n] the mask of each set when player i is called (n - 1 - i + 3) mod n."""
    masks = np.arange(1 << n)
    return sum(((masks >> i) & 1) << ((n + 2 - i) % n) for i in range(n))


def from_start(bench, tables, noise, gap, rename, tie_gap):
    """([m, 2^(n+1)] interactions, [m, n + 1] shares of the orders)"""
    masks = renamed_masks(tables.shape[1].bit_length() - 1)
    if rename:
        source = np.empty_like(tables)
        source[:, masks] = tables
        tables = source
    found = extraction.extract(bench, tables, noise, gap, tie_gap)
    if rename:
        for f in found:
            f.I_and, f.I_or = f.I_and[masks], f.I_or[masks]
    return (np.array([np.concatenate([f.I_and, f.I_or]) for f in found]),
            np.array([extraction.order_shares(f) for f in found]))


def describe(bench, tables, noise, tie_gap, starts):
    first, *others = [from_start(bench, tables, noise, *start, tie_gap) for start in starts]
    strongest = np.abs(first[0]).max(axis=1)
    apart = np.array([np.abs(x - first[0]).max(axis=1) / strongest for x, _ in others])
    varied = np.array([np.abs(x - first[1]).sum(axis=1) / 2 for _, x in others])
    single = np.array([np.abs(x - first[1]).max(axis=1) for _, x in others])
    rule = f"tie gap {tie_gap:g}" if tie_gap else "stage (i) alone"
    print(f"  noise {noise:<4} {rule:15} interactions: median {np.median(apart):.1e}, "
          f"worst {apart.max():.1e}; one order's share: median {np.median(single):.1e}, "
          f"worst {single.max():.1e}; total variation: worst {varied.max():.1e}")


def main():
    if len(sys.argv) < 4:
        raise SystemExit(__doc__)
    tables, _ = real_tables.from_runs(sys.argv[3:], int(sys.argv[2]))
    n = tables.shape[1].bit_length() - 1
    print(f"{n} players, {len(tables)} tables, {len(STARTS)} starts each")
    for noise in (0.0, 0.02):
        for tie_gap in (0, 1e-5, 1e-6):
            describe(sys.argv[1], tables, noise, tie_gap, STARTS)


if __name__ == "__main__":
    main()
