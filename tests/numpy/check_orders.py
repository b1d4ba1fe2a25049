#!/usr/bin/python3
"""Recomputes a run's orders.csv and mean_order.csv from its traces and compares.

usage: check_orders.py RUN_DIR

Reads RUN/trace/step_*.npz alone; salience, J_pos, J_neg, shares and mean orders are computed here
from their definitions in doc/METHOD.md. Numbers must agree to 1e-9 of the largest of their column.
Bounds are checked for order only. Exit status: 0 agreement, 1 none, 2 usage, 77 numpy is missing.
"""
import csv
import glob
import math
import os
import re
import sys

try:
    import numpy as np
except ImportError:
    print("numpy is missing: skipped")
    sys.exit(77)

TOLERANCE = 1e-9
SPLITS = {0: "train", 1: "test", 2: "third"}
BOUNDED = ("strength", "share", "positive", "negative")


def read_traces(run):
    """{step: arrays}, in the order of the steps"""
    traces = {}
    for path in glob.glob(os.path.join(run, "trace", "step_*.npz")):
        step = int(re.search(r"step_(\d+)\.npz$", path).group(1))
        with np.load(path) as file:
            traces[step] = {name: file[name] for name in file.files}
    return dict(sorted(traces.items()))


def ratio(a, b):
    return a / b if b else math.nan


def order_rows(step, split, tables, tau, sets):
    """Rows of orders.csv for one split: tables is {kind: [samples, 2^n]}."""
    salient = {kind: np.where(abs(table) >= tau, table, 0.0) for kind, table in tables.items()}
    for kind, chosen in (("and", ["and"]), ("or", ["or"]), ("both", ["and", "or"])):
        values = np.concatenate([salient[name] for name in chosen], axis=1)
        sizes = np.concatenate([sets] * len(chosen))
        total = np.abs(values).sum(axis=1).mean()
        for order in range(1, int(sets.max()) + 1):
            part = values[:, sizes == order]
            strength = np.abs(part).sum(axis=1).mean()
            yield (step, split, kind, order), {
                "strength": strength,
                "share": ratio(strength, total),
                "positive": np.maximum(part, 0).sum(axis=1).mean(),
                "negative": np.minimum(part, 0).sum(axis=1).mean(),
                "count": np.count_nonzero(part, axis=1).mean(),
            }


def expected_tables(traces):
    orders, mean_orders = {}, {}
    for step, trace in traces.items():
        v, splits = trace["v"], trace["group"]
        sets = np.array([bin(s).count("1") for s in range(v.shape[1])])
        tau = 0.03 * np.abs(v[:, -1] - v[:, 0])[splits <= 1].mean()
        for number, split in SPLITS.items():
            rows = splits == number
            if not rows.any():
                continue
            tables = {"and": trace["I_and"][rows], "or": trace["I_or"][rows]}
            found = dict(order_rows(step, split, tables, tau, sets))
            orders.update(found)
            strengths = {key[3]: row["strength"] for key, row in found.items() if key[2] == "both"}
            mean_orders[step, split] = {
                "mean_order": ratio(sum(k * s for k, s in strengths.items()),
                                    sum(strengths.values())),
                "n_samples": rows.sum(),
                "tau": tau,
            }
    return orders, mean_orders


def read_table(path, key_columns):
    """{key: {column: number}} with NaN for empty cells"""
    table = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = tuple(int(row[c]) if c in ("step", "order") else row[c] for c in key_columns)
            if key in table:
                raise ValueError(f"{path}: {key} occurs twice")
            table[key] = {c: float(x) if x else math.nan for c, x in row.items()
                          if c not in ("split", "kind")}
    return table


def compare(name, found, expected):
    """Messages about what differs."""
    for key in found.keys() ^ expected.keys():
        yield f"{name}: row {key} is {'missing' if key in expected else 'unexpected'}"
    common = [key for key in expected if key in found]
    for column in next(iter(expected.values()), {}):
        scale = max((abs(expected[key][column]) for key in common
                     if not math.isnan(expected[key][column])), default=0.0)
        for key in common:
            a, b = found[key][column], expected[key][column]
            if not (abs(a - b) <= TOLERANCE * scale or math.isnan(a) and math.isnan(b)):
                yield f"{name}: {key} {column} is {a!r}, expected {b!r}"


def check_bounds(name, found, pairs):
    for key, row in found.items():
        for low, high in pairs:
            if row[low] > row[high]:
                yield f"{name}: {key} {low} is above {high}"


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    run = sys.argv[1]
    traces = read_traces(run)
    if not traces:
        print(f"{run}: no traces", file=sys.stderr)
        return 1
    orders, mean_orders = expected_tables(traces)
    analysis = os.path.join(run, "analysis")
    found_orders = read_table(os.path.join(analysis, "orders.csv"),
                              ("step", "split", "kind", "order"))
    found_means = read_table(os.path.join(analysis, "mean_order.csv"), ("step", "split"))
    problems = [*compare("orders.csv", found_orders, orders),
                *compare("mean_order.csv", found_means, mean_orders),
                *check_bounds("orders.csv", found_orders,
                              [(f"{c}_low", f"{c}_high") for c in BOUNDED]),
                *check_bounds("mean_order.csv", found_means, [("low", "high")])]
    for problem in problems[:20]:
        print(problem)
    print(f"{len(traces)} traces, {len(orders)} + {len(mean_orders)} rows compared, "
          f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
