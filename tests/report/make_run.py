#!/usr/bin/env python3
"""Writes the analysis files of an invented run whose curves have the papers' shapes.

usage: make_run.py DIRECTORY [ORDERS]

A spindle of interactions around order 5 at step 0 collapses to order 1 at step 24 and grows
back towards order 4; the loss gap opens from step 192. Standard library only, no randomness.
"""
import json
import math
import os
import sys

sys.dont_write_bytecode = True  # the source tree stays as it is
import make_tables  # noqa: E402

N_ORDERS = 10
T_STAR, T_RISE, LAST = 24, 192, 4096
STEPS = [0, 1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048,
         3072, LAST]
SPREAD = {"and": 0.55, "or": 0.45, "both": 1.0}

METRICS = ["step", "epoch", "train_loss", "test_loss", "loss_gap", "train_accuracy",
           "test_accuracy", "learning_rate", "train_clean_loss"]
METRICS += [f"{name}_{end}" for name in ("train_loss", "test_loss", "loss_gap", "train_accuracy",
                                         "test_accuracy") for end in ("low", "high")]
ORDERS = ["step", "epoch", "split", "kind", "order", "strength", "share", "positive", "negative",
          "count"]
ORDERS += [f"{name}_{end}" for name in ("strength", "share", "positive", "negative")
           for end in ("low", "high")]
MEAN_ORDER = ["step", "epoch", "split", "mean_order", "low", "high", "n_samples", "tau"]


def position(step):
    return math.log2(step + 1)


def smooth(x):
    x = min(max(x, 0.0), 1.0)
    return x * x * (3 - 2 * x)


def forgotten(step):
    return smooth(position(step) / position(T_STAR))


def relearnt(step):
    span = position(LAST) - position(T_RISE / 2)
    return smooth((position(step) - position(T_RISE / 2)) / span)


def wobble(step, order, scale):
    return 1 + scale * math.sin(1.7 * position(step) + 2.3 * order)


def strengths(step, split):
    """Mean strength of each order: a spindle, a decay, then both, on a growing scale."""
    wide = N_ORDERS / 10
    spindle = [math.exp(-((k - 5.4 * wide) / (1.9 * wide)) ** 2) for k in range(1, N_ORDERS + 1)]
    decay = [math.exp(-(k - 1) / 0.75) for k in range(1, N_ORDERS + 1)]
    forget, relearn = forgotten(step), relearnt(step)
    late = 0.62 if split == "test" else 0.52
    scale = 0.15 + 0.4 * forget + 16 * relearn ** 1.5
    weights = [(1 - forget) * a + forget * ((1 - late * relearn) * b * 1.4 + late * relearn * a)
               for a, b in zip(spindle, decay)]
    return [scale * w * wobble(step, k, 0.06) for k, w in enumerate(weights)]


def around(value, relative):
    return [f"{value - abs(value) * relative:.9g}", f"{value + abs(value) * relative:.9g}"]


def row_of(step):
    return [str(step), f"{step / 32:.9g}"]


def order_rows():
    for step in STEPS:
        balance = 0.5 + 0.32 * forgotten(step) - 0.2 * relearnt(step)
        for split in ("train", "test"):
            table = strengths(step, split)
            total = sum(table)
            for kind, part in SPREAD.items():
                for order, value in enumerate(table, 1):
                    strength, share = value * part, value / total
                    positive, negative = strength * balance, -strength * (1 - balance)
                    row = row_of(step) + [split, kind, str(order)]
                    row += [f"{x:.9g}" for x in (strength, share, positive, negative)]
                    row.append(str(round(40 * share)))
                    for x, relative in ((strength, .14), (share, .1), (positive, .16),
                                        (negative, .2)):
                        row += around(x, relative)
                    yield row


def mean_order_rows():
    for step in STEPS:
        for split in ("train", "test"):
            table = strengths(step, split)
            mean = sum(k * x for k, x in enumerate(table, 1)) / sum(table)
            tau = 0.03 * sum(table)
            yield row_of(step) + [split, f"{mean:.9g}"] + around(mean, 0.05) + ["50", f"{tau:.9g}"]


def metrics_rows():
    for step in STEPS:
        learn, memorise = smooth(position(step) / 9), relearnt(step)
        clean = 2.31 - 1.75 * learn - 0.5 * memorise
        train = clean + 0.12 * learn * (1 - memorise)
        test = 2.3 - 1.74 * learn + 0.55 * memorise
        gap = test - clean - 0.08 * math.exp(-((position(step) - 6) / 1.5) ** 2)
        accuracy = 0.1 + 0.72 * learn + 0.17 * memorise
        held_out = 0.1 + 0.7 * learn + 0.03 * memorise
        row = row_of(step) + [f"{x:.9g}" for x in (train, test, gap, accuracy, held_out, 0.01)]
        row.append(f"{clean:.9g}")
        row += around(train, 0.03) + around(test, 0.04)
        width = 0.02 + 0.05 * abs(gap)
        row += [f"{gap - width:.9g}", f"{gap + width:.9g}"]
        row += around(accuracy, 0.015) + around(held_out, 0.02)
        yield row


def phases():
    def of(split):
        def mean(step):
            table = strengths(step, split)
            return sum(k * x for k, x in enumerate(table, 1)) / sum(table)
        return {"t_star": T_STAR, "t_rise": T_RISE, "mean_order_start": mean(0),
                "mean_order_star": mean(T_STAR), "mean_order_end": mean(LAST)}
    return {"test": of("test"), "train": of("train"),
            "generalization": make_tables.Run(sys.modules[__name__]).phases()}


ABOUT = {
    "title": "MNIST", "network": "MLP 784-256-256-10", "n_players": N_ORDERS,
    "n_train_traced": 50, "n_test_traced": 50, "n_train": 2000, "n_test": 2000,
    "label_noise": 0.05, "seed": 1, "n_seeds": 1, "extraction": "exact AND/OR, no noise term",
    "masking": "4x4 grid at the input, channel-mean baseline, background kept",
    "version": "0.1.0",
}


def claim(name, paper, figure, statement, value, threshold, reproduced, reason):
    return {"id": name, "paper": paper, "figure": figure, "statement": statement, "value": value,
            "threshold": threshold, "reproduced": reproduced, "reason": reason, "samples": 50,
            "seeds": 1}


CLAIMS = [
    claim("D3", "P1", "3", "at the start the middle orders are the strongest", 5, "4..7", True, ""),
    claim("D4", "P1", "3", "phase 1 ends with order 1 or 2 the strongest", 1, "<= 2", True, ""),
    claim("D5", "P1", "3", "after t* the mean order rises", 0.97, ">= 0.8", True, ""),
    claim("D12", "P1", "6", "mislabelled samples hold more complex interactions", 0.21,
          "p < 0.05", False, ""),
    claim("D14", "P3", "2", "generalisable interactions are simple ones", None, "<= -0.8", None,
          "no baseline network was trained"),
]


def write(path, text):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def write_table(path, header, rows):
    write(path, "".join(",".join(row) + "\n" for row in [header, *rows]))


def main():
    global N_ORDERS
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    if len(sys.argv) == 3:
        N_ORDERS = ABOUT["n_players"] = int(sys.argv[2])
    run = sys.argv[1]
    analysis = os.path.join(run, "analysis")
    os.makedirs(analysis, exist_ok=True)
    write_table(os.path.join(run, "metrics.csv"), METRICS, metrics_rows())
    write_table(os.path.join(analysis, "orders.csv"), ORDERS, order_rows())
    write_table(os.path.join(analysis, "mean_order.csv"), MEAN_ORDER, mean_order_rows())
    for name, rows in make_tables.Run(sys.modules[__name__]).tables():
        write_table(os.path.join(analysis, name + ".csv"), rows[0], rows[1:])
    for name, content in (("phases", phases()), ("about", ABOUT), ("claims", CLAIMS)):
        write(os.path.join(analysis, name + ".json"), json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
