#!/usr/bin/python3
"""Recomputes what a run's analysis compares: training with testing samples, labels, networks.

usage: check_comparisons.py RUN_DIR

similarity.csv, labels.csv, both with _final, convergence.csv, stability.csv, causal.csv, as far as
they are there, from RUN/trace/*.npz and RUN/baselines/*/trace/final.npz alone; definitions are those
of doc/METHOD.md. Bounds and random draws are left out. Numbers must agree to 1e-9 of the largest of
their column. Exit status: 0 agreement, 1 none, 2 usage, 77 numpy is missing.
"""
import csv
import glob
import math
import os
import sys

try:
    import numpy as np
except ImportError:
    print("numpy is missing: skipped")
    sys.exit(77)

from check_orders import compare, ratio

TRAIN, TEST, THIRD, MISLABELLED = range(4)
SPLITS = {0: "train", 1: "test", 2: "third"}
MAX_NORMAL = 200


class Trace:
    """One trace file, with what follows from it."""

    def __init__(self, path):
        with np.load(path) as file:
            arrays = {name: file[name] for name in file.files}
        self.v, self.players = arrays["v"], arrays["players"]
        self.step, self.epoch = int(arrays["step"]), float(arrays["epoch"])
        self.label, self.mislabelled = arrays["label"], arrays["mislabelled"]
        self.group = arrays.get("group", arrays["split"])
        self.samples = list(zip(arrays["split"].tolist(), arrays["sample_index"].tolist()))
        self.all = np.concatenate([arrays["I_and"], arrays["I_or"]], axis=1)
        n_sets = self.v.shape[1]
        self.n_players = n_sets.bit_length() - 1
        sizes = np.array([bin(s).count("1") for s in range(n_sets)])
        self.order = np.concatenate([sizes, sizes])
        in_tau = self.group <= TEST
        self.tau = 0.03 * np.abs(self.v[in_tau, -1] - self.v[in_tau, 0]).mean()
        self.salient = np.where(np.abs(self.all) >= self.tau, self.all, 0.0)

    def orders(self):
        return range(1, self.n_players + 1)

    def strength(self, rows, order):
        """Sum of the rows' salient strength, each."""
        return np.abs(self.salient[rows][:, self.order == order]).sum(axis=1)


def jaccard(u, w):
    u, w = (np.concatenate([np.maximum(x, 0), np.maximum(-x, 0)]) for x in (u, w))
    return ratio(np.minimum(u, w).sum(), np.maximum(u, w).sum())


def defined_mean(values):
    values = [x for x in values if not math.isnan(x)]
    return sum(values) / len(values) if values else math.nan


def weighted_mean(values, weights):
    pairs = [(x, w) for x, w in zip(values, weights) if not math.isnan(x)]
    return ratio(sum(x * w for x, w in pairs), sum(w for _, w in pairs))


def similarity_rows(trace):
    """{order: columns}; None when the run cannot compare."""
    members = {}
    for label in np.unique(trace.label):
        rows = [np.flatnonzero((trace.label == label) & (trace.mislabelled == 0)
                               & (trace.group == group)) for group in (TRAIN, TEST)]
        if len(rows[0]) and len(rows[1]):
            members[label] = rows
    if not members or (trace.players != trace.players[0]).any():
        return None
    categories = list(members.values())
    rows, strengths = {}, []
    for order in trace.orders():
        of_order = trace.order == order
        row = {}
        for suffix, table in (("", trace.salient), ("_all", trace.all)):
            means = [[table[side][:, of_order].mean(axis=0) for side in pair]
                     for pair in categories]
            row["similarity" + suffix] = defined_mean(jaccard(*pair) for pair in means)
            row["null" + suffix] = defined_mean(
                jaccard(means[c][0], means[(c + 1) % len(means)][1])
                for c in range(len(means) if len(means) > 1 else 0))
        rows[order] = row
        strengths.append(sum(trace.strength(side, order).mean()
                             for pair in categories for side in pair))
    rows[0] = {name: weighted_mean([rows[order][name] for order in trace.orders()], strengths)
               for name in rows[1]}
    return rows


def label_rows(trace):
    """{(labels, order): columns}"""
    training = np.isin(trace.group, (TRAIN, MISLABELLED))
    kinds = {"normal": np.flatnonzero(training & (trace.mislabelled == 0)),
             "mislabelled": np.flatnonzero(training & (trace.mislabelled == 1))}
    n_normal = len(kinds["normal"])
    if n_normal > MAX_NORMAL:
        kinds["normal"] = kinds["normal"][np.arange(MAX_NORMAL) * n_normal // MAX_NORMAL]
    rows = {}
    for labels, samples in kinds.items():
        if not len(kinds["mislabelled"]) or not len(samples):
            continue
        values = trace.salient[samples]
        for order in trace.orders():
            part = values[:, trace.order == order]
            rows[labels, order] = {
                "strength": np.abs(part).sum(axis=1).mean(),
                "share": ratio(np.abs(part).sum(), np.abs(values).sum()),
                "positive": np.maximum(part, 0).sum(axis=1).mean(),
                "negative": np.minimum(part, 0).sum(axis=1).mean(),
                "count": np.count_nonzero(part, axis=1).mean(),
                "n_samples": len(samples),
            }
    return rows


def convergence_rows(trace, last):
    rows = {}
    for number, split in SPLITS.items():
        samples = np.flatnonzero(trace.group == number)
        for order in trace.orders() if len(samples) else ():
            of_order = trace.order == order
            similarities = [jaccard(trace.salient[i, of_order], last.salient[i, of_order])
                            for i in samples]
            weights = last.strength(samples, order)
            rows[split, order] = {"similarity": weighted_mean(
                np.where(weights > 0, similarities, math.nan), weights)}
    return rows


def stability_rows(path):
    with np.load(path) as file:
        mean, variance = np.abs(file["mean"]), file["variance"]
    sizes = np.array([bin(s).count("1") for s in range(mean.shape[1])])
    rows = {}
    for order in range(1, int(sizes.max()) + 1):
        v, m = variance[:, sizes == order].mean(), mean[:, sizes == order].mean()
        rows[order,] = {"n_sets": mean[:, sizes == order].size, "variance": v,
                        "mean_strength": m, "ratio": ratio(m, math.sqrt(v))}
    return rows


def causal_row(trace, baselines):
    general = np.zeros(trace.salient.shape, dtype=bool)
    for baseline in baselines:
        place = {sample: i for i, sample in enumerate(baseline.samples)}
        same = baseline.salient[[place[sample] for sample in trace.samples]]
        general |= trace.salient * same > 0
    parts = {"part_empty": trace.v[:, 0],
             "part_gen": np.where(general, trace.salient, 0).sum(axis=1),
             "part_non": np.where(general, 0, trace.salient).sum(axis=1)}
    v = trace.v[:, -1]
    v_gen = v - parts["part_non"]
    parts["part_rest"] = v - sum(parts.values())
    parts["v_gap"] = v
    groups = {"train": trace.group == TRAIN, "test": trace.group == TEST}
    row = {"n_" + name: rows.sum() for name, rows in groups.items()}
    for suffix, values in (("", v), ("_gen", v_gen)):
        losses = {name: np.logaddexp(0, -values[rows]).mean() for name, rows in groups.items()}
        row.update({f"{name}_loss{suffix}": loss for name, loss in losses.items()})
        row["gap" + suffix] = losses["test"] - losses["train"]
    for name, values in parts.items():
        row[name] = values[groups["train"]].mean() - values[groups["test"]].mean()
    return row


def read_table(path, keys):
    """{key: {column: number}} with NaN for empty cells, or None without the file"""
    if not os.path.exists(path):
        return None
    table = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = tuple(int(row[k]) if k in ("step", "order") else row[k] for k in keys)
            table[key] = {c: float(x) if x else math.nan for c, x in row.items()
                          if c not in ("split", "labels", "sample")}
    return table


def check(run, name, keys, expected):
    """Messages about what differs; a file that should not be there differs."""
    found = read_table(os.path.join(run, "analysis", name), keys)
    if found is None or not expected:
        return [f"{name}: is {'missing' if found is None else 'unexpected'}"] \
            if bool(expected) != (found is not None) else []
    return list(compare(name, found, expected))


def check_run(run):
    """Messages about what differs, and how many rows were compared."""
    traces = [Trace(path) for path in sorted(glob.glob(f"{run}/trace/step_*.npz"))]
    final = [Trace(path) for path in glob.glob(f"{run}/trace/final.npz")]
    baselines = [Trace(path) for path in sorted(glob.glob(f"{run}/baselines/*/trace/final.npz"))]
    stability = glob.glob(f"{run}/trace/stability.npz")
    tables = {"convergence.csv": (("step", "split", "order"), {}),
              "causal.csv": (("step", "sample"), {}),
              "stability.csv": (("order",), stability_rows(stability[0]) if stability else {})}
    for suffix, some in (("", traces), ("_final", final)):
        similarity, labels = {}, {}
        for trace in some:
            for order, row in (similarity_rows(trace) or {}).items():
                similarity[trace.step, order] = row
            for (kind, order), row in label_rows(trace).items():
                labels[trace.step, kind, order] = row
        tables[f"similarity{suffix}.csv"] = (("step", "order"), similarity)
        tables[f"labels{suffix}.csv"] = (("step", "labels", "order"), labels)
    for trace in traces:
        for (split, order), row in convergence_rows(trace, traces[-1]).items():
            tables["convergence.csv"][1][trace.step, split, order] = row
    for sample, some in (("checkpoint", traces), ("final", final)):
        for trace in some if baselines else ():
            tables["causal.csv"][1][trace.step, sample] = causal_row(trace, baselines)
    problems = [problem for name, (keys, expected) in tables.items()
                for problem in check(run, name, keys, expected)]
    return problems, sum(len(expected) for _, expected in tables.values())


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    problems, n_rows = check_run(sys.argv[1])
    for problem in problems[:20]:
        print(problem)
    print(f"{n_rows} rows compared, {len(problems)} problems")
    return 1 if problems or n_rows == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
