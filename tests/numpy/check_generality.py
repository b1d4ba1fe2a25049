#!/usr/bin/python3
"""Recomputes what generalises in a run from its traces and compares with the run's tables.

usage: check_generality.py RUN_DIR

Reads RUN/trace/step_*.npz, RUN/trace/final.npz where there is one, and
RUN/baselines/*/trace/final.npz; generalization.csv, generalization_final.csv, common.csv and the
member "generalization" of phases.json are computed here, with dense tables, from their definitions
in doc/METHOD.md. Numbers must agree to 1e-9 of the largest of their column; bounds are checked for
order only. Exit status: 0 agreement, 1 none, 2 usage, 77 numpy is missing.
"""
import csv
import glob
import itertools
import json
import math
import os
import re
import sys

try:
    import numpy as np
except ImportError:
    print("numpy is missing: skipped")
    sys.exit(77)

from check_orders import check_bounds, compare, ratio, read_table, read_traces

GROUPS = ("train", "test", "third", "mislabelled")
TRAIN, TEST = 0, 1
BOUNDED = [("gamma_low", "gamma_high"), ("excess_low", "excess_high")]


def load(path):
    with np.load(path) as file:
        return {name: file[name] for name in file.files}


class Network:
    """A traced network's salient interactions, [samples, AND or OR, 2^n], 0 where not salient."""

    def __init__(self, trace):
        v = trace["v"]
        self.group = trace.get("group", trace["split"])
        counting = self.group <= TEST
        if not counting.any():
            counting[:] = True
        tau = 0.03 * np.abs(v[:, -1] - v[:, 0])[counting].mean()
        tables = np.stack([trace["I_and"], trace["I_or"]], axis=1)
        self.salient = np.where(np.abs(tables) >= tau, tables, 0.0)
        self.samples = list(zip(trace["split"].tolist(), trace["sample_index"].tolist()))
        self.n_players = v.shape[1].bit_length() - 1
        self.sizes = np.array([bin(s).count("1") for s in range(v.shape[1])])
        # [samples, 2^n]: whether all players of the set are live
        masks = np.arange(v.shape[1])
        dead = [~(v != v[:, masks ^ (1 << i)]).any(axis=1) for i in range(self.n_players)]
        self.is_live = np.array([[not any(d[i] and s >> p & 1 for p, d in enumerate(dead))
                                  for s in masks] for i in range(len(v))])

    def on(self, samples):
        """Which rows of the network are these samples."""
        rows = {sample: i for i, sample in enumerate(self.samples)}
        return [rows[sample] for sample in samples]


def judge(network, baselines):
    """Sets network.general and network.chance, both [samples, 2, 2^n]."""
    found = [b.salient[b.on(network.samples)] for b in baselines]
    positive = np.any([f > 0 for f in found], axis=0)
    negative = np.any([f < 0 for f in found], axis=0)
    s = network.salient
    network.general = (s > 0) & positive | (s < 0) & negative
    passing = (positive * 0.5 + negative * 0.5) * network.is_live[:, None, :]
    network.chance = np.zeros(s.shape)
    for order in range(1, network.n_players + 1):
        at = network.sizes == order
        number = network.is_live[:, at].sum(axis=1)
        mean = passing[:, :, at].sum(axis=2) / np.maximum(number, 1)[:, None]
        network.chance[:, :, at] = mean[:, :, None]


def excess_of(gamma, chance):
    return (gamma - chance) / (1 - chance) if 1 - chance > 1e-9 else math.nan


def shares(values, general, chance, rows, at):
    """Of chosen interactions, on samples `rows`, of sets `at`: strength, gamma, chance, excess."""
    size = np.abs(values[rows][:, :, at])
    strength = size.sum() / rows.sum()
    gamma = ratio((size * general[rows][:, :, at]).sum() / rows.sum(), strength)
    by_chance = ratio((size * chance[rows][:, :, at]).sum() / rows.sum(), strength)
    return strength, gamma, by_chance, excess_of(gamma, by_chance)


def change_columns(name, network, values, rows, at, order):
    """The columns new_... or removed_...; `values` is None at the first checkpoint."""
    strength = gamma = excess = mean_order = math.nan
    if values is not None:
        strength, gamma, _, excess = shares(values, network.general, network.chance, rows, at)
        if order == 0:
            by_order = np.abs(values[rows]).sum(axis=(0, 1))
            mean_order = ratio((by_order * network.sizes).sum(), by_order.sum())
    return {f"{name}_strength": strength, f"{name}_gamma": gamma, f"{name}_excess": excess,
            f"{name}_mean_order": mean_order}


def rows_of(network, before=None, with_changes=True):
    """{(group, order): columns} of generalization.csv."""
    table = {}
    new = removed = None
    if before is not None:
        differs = np.sign(network.salient) != np.sign(before.salient)
        new, removed = network.salient * differs, before.salient * differs
    for number, group in enumerate(GROUPS):
        rows = network.group == number
        for order in range(network.n_players + 1) if rows.any() else []:
            at = network.sizes == order if order else network.sizes > 0
            values, general = network.salient[rows][:, :, at], network.general[rows][:, :, at]
            strength, gamma, chance, excess = shares(network.salient, network.general,
                                                     network.chance, rows, at)
            table[group, order] = {
                "strength": strength,
                "generalisable": np.abs(values * general).sum() / rows.sum(),
                "gamma": gamma, "chance": chance, "excess": excess,
                "gen_positive": np.maximum(values * general, 0).sum() / rows.sum(),
                "gen_negative": np.minimum(values * general, 0).sum() / rows.sum(),
                "non_positive": np.maximum(values * ~general, 0).sum() / rows.sum(),
                "non_negative": np.minimum(values * ~general, 0).sum() / rows.sum(),
            }
            if with_changes:
                table[group, order].update(change_columns("new", network, new, rows, at, order))
                table[group, order].update(
                    change_columns("removed", before, removed, rows, at, order))
    return table


def common_table(baselines, samples):
    """{(order,): columns} of common.csv, on the samples' training group."""
    chosen = [s for s, group in zip(samples.samples, samples.group) if group == TRAIN]
    columns = {}
    for order in range(1, samples.n_players + 1):
        found, expected, numbers = [], [], []
        for a, b in itertools.combinations(baselines, 2):
            at = a.sizes == order
            i, j = a.on(chosen), b.on(chosen)
            x, y = a.salient[i][:, :, at], b.salient[j][:, :, at]
            live_a, live_b = a.is_live[i][:, at], b.is_live[j][:, at]
            scale = (live_a & live_b).sum(axis=1) / np.maximum(
                live_a.sum(axis=1) * live_b.sum(axis=1), 1)
            common = sum(((x * sign > 0) & (y * sign > 0)).sum() for sign in (1, -1))
            chance = sum((((x * sign > 0).sum(axis=2) * (y * sign > 0).sum(axis=2)) *
                          scale[:, None]).sum() for sign in (1, -1))
            both = np.count_nonzero(x) + np.count_nonzero(y)
            if both:
                found.append(2 * common / both)
                expected.append(2 * chance / both)
            numbers.append([np.count_nonzero(x), np.count_nonzero(y), common])
        first, second, shared = np.mean(numbers, axis=0) / len(chosen)
        columns[order,] = {"share": np.mean(found) if found else math.nan,
                           "chance": np.mean(expected) if found else math.nan,
                           "n_first": first, "n_second": second, "n_common": shared}
    return columns


def loss_step(run):
    """From when on the testing loss is more than 1% above its minimum."""
    path = os.path.join(run, "metrics.csv")
    if not os.path.exists(path):
        return None
    with open(path, newline="", encoding="utf-8") as file:
        losses = [(int(row["step"]), float(row["test_loss"])) for row in csv.DictReader(file)]
    least = min(loss for _, loss in losses)
    after = list(itertools.takewhile(lambda x: x[1] > 1.01 * least, reversed(losses)))
    return after[-1][0] if after else None


def expected_phases(steps, curve, run):
    """`curve`: rows of order 0 of the training split, one a checkpoint."""
    excess = np.array([row["excess"] for row in curve])
    smooth = excess.copy()
    smooth[1:-1] = np.median([excess[:-2], excess[1:-1], excess[2:]], axis=0)
    peak, last = int(np.argmax(smooth)), len(steps) - 1
    strength, general = (np.array([row[c] for row in curve]) for c in ("strength", "generalisable"))
    t1, t2 = None, None
    if 0 < peak < last:
        t1 = steps[peak]
        for c in range(last, peak, -1):
            gain = general[c] - general[c - 2]
            if c < 2 or gain >= strength[c] - strength[c - 2] - gain:
                break
            t2 = steps[c]
    return {"t1": t1, "t2": t2, "t_loss": loss_step(run), "excess_max": smooth[peak],
            "gamma_end": curve[-1]["gamma"], "excess_end": excess[-1]}


def compare_phases(found, expected):
    for key in found.keys() | expected.keys():
        a, b = found.get(key), expected.get(key)
        same = a == b if a is None or b is None else abs(a - b) <= 1e-9
        if not same:
            yield f"phases.json: {key} is {a!r}, expected {b!r}"


def problems(run):
    """Messages about what does not agree."""
    analysis = os.path.join(run, "analysis")
    networks = {step: Network(trace) for step, trace in read_traces(run).items()}
    paths = sorted(glob.glob(os.path.join(run, "baselines", "*", "trace", "final.npz")),
                   key=lambda path: int(re.findall(r"\d+", path)[-1]))
    baselines = [Network(load(path)) for path in paths]
    if not networks or not baselines:
        yield f"{run}: {len(networks)} traces, {len(baselines)} baselines"
        return
    steps, expected, before = list(networks), {}, None
    for step, network in networks.items():
        judge(network, baselines)
        for (group, order), row in rows_of(network, before).items():
            expected[step, group, order] = row
        before = network
    found = read_table(os.path.join(analysis, "generalization.csv"), ("step", "split", "order"))
    yield from compare("generalization.csv", found, expected)
    yield from check_bounds("generalization.csv", found, BOUNDED)

    samples = networks[steps[0]]
    final_path = os.path.join(run, "trace", "final.npz")
    if os.path.exists(final_path):
        final = Network(load(final_path))
        judge(final, baselines)
        found = read_table(os.path.join(analysis, "generalization_final.csv"), ("split", "order"))
        yield from compare("generalization_final.csv", found, rows_of(final, with_changes=False))
        if (final.group == TRAIN).any():
            samples = final
    if len(baselines) > 1 and (samples.group == TRAIN).any():
        found = read_table(os.path.join(analysis, "common.csv"), ("order",))
        yield from compare("common.csv", found, common_table(baselines, samples))

    if (steps[0], "train", 0) in expected:
        with open(os.path.join(analysis, "phases.json"), encoding="utf-8") as file:
            found = json.load(file)["generalization"]
        curve = [expected[step, "train", 0] for step in steps]
        yield from compare_phases(found, expected_phases(steps, curve, run))


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    found = list(problems(sys.argv[1]))
    for problem in found[:20]:
        print(problem)
    print(f"{len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
