#!/usr/bin/env python3
"""Writes the files in the directory of an invented sweep.

usage: make_sweep.py DIRECTORY N_SEEDS KEY=VALUE,VALUE... [KEY=VALUE,VALUE...]

The first key's values, as fractions of the largest, push the spindle, the loss gap and the order
up, what generalises down; those of the second key do so less. Values that are no numbers count by
their place. Standard library only, no randomness.
"""
import itertools
import json
import math
import os
import sys

sys.dont_write_bytecode = True  # the source tree stays as it is
import make_run  # noqa: E402

COLUMNS = ("train_loss,test_loss,loss_gap,train_accuracy,test_accuracy,train_clean_loss,t_star,"
           "t_rise,mean_order_start,mean_order_star,mean_order_end,t1,t2,t_loss,excess_max,"
           "gamma_end,excess_end,spindle_weight,spindle_share,cosine_non,cosine_gen,D2,D15"
           ).split(",")


def fractions(values):
    """Of the largest, or by place."""
    try:
        numbers = [float(value) for value in values]
    except ValueError:
        numbers = list(range(len(values)))
    return [number / (max(numbers) or 1) for number in numbers]


def run(a, b, seed):
    """The numbers of a run: more noise, more to memorise."""
    def wobble(scale, k):
        return scale * math.sin(7.3 * seed + 5.1 * a + 3.7 * b + k)
    more = abs(a + 0.45 * b)
    weight = 0.8 + 6.5 * more ** 0.8 + wobble(0.7, 0)
    gap = 0.12 + 1.1 * more + wobble(0.06, 1)
    excess = 0.62 - 0.4 * more / 1.45 + wobble(0.03, 2)
    end = 2.3 + 0.9 * more + wobble(0.12, 3)
    return dict(train_loss=0.02, test_loss=0.02 + gap, loss_gap=gap, train_accuracy=1.0,
                test_accuracy=0.93 - 0.2 * more, train_clean_loss=0.01, t_star=32, t_rise=96,
                mean_order_start=4.6, mean_order_star=1.35 + 0.1 * more + wobble(0.04, 4),
                mean_order_end=end, t1=128, t2=448, t_loss=256, excess_max=0.7,
                gamma_end=excess + 0.05, excess_end=excess, spindle_weight=weight,
                spindle_share=0.1 + 0.3 * more + wobble(0.04, 5), cosine_non=0.9, cosine_gen=0.8,
                D2=0.9, D15=None)


def cell(value):
    return "" if value is None else f"{value:.9g}"


def verdict(keys):
    """D15, judged where the noise of the labels is swept."""
    if "data.label_noise" not in keys:
        return []
    return [{"id": "D15", "paper": "P3", "figure": "section 3",
             "statement": "the more training labels are wrong, the larger the spindle",
             "value": 0.941, "threshold": 0.8, "reproduced": True,
             "reason": "4 levels of noise, 3 seeds; mean weights 0.8 at noise 0, 7.3 at noise 0.2",
             "samples": 50, "seeds": 3, "details": {"within_seeds": 0.871, "n_levels": 4, "n_runs": 12}}]


def main():
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    directory, n_seeds = sys.argv[1], int(sys.argv[2])
    keys = {key: values.split(",") for key, values in (a.split("=", 1) for a in sys.argv[3:])}
    os.makedirs(os.path.join(directory, "analysis"), exist_ok=True)
    rows = []
    places = [list(zip(values, fractions(values))) for values in keys.values()]
    for setting in itertools.product(*places):
        values, weights = [v for v, _ in setting], [w for _, w in setting] + [0.0]
        name = "_".join(f"{k.split('.')[1]}={v}" for k, v in zip(keys, values))
        folder = os.path.join(directory, f"sweep_{name}", "analysis")
        os.makedirs(folder, exist_ok=True)
        about = dict(make_run.ABOUT, n_seeds=n_seeds)
        if "data.label_noise" in keys:
            about["label_noise"] = float(dict(zip(keys, values))["data.label_noise"])
        make_run.write(os.path.join(folder, "about.json"), json.dumps(about, indent=1) + "\n")
        for seed in range(1, n_seeds + 1):
            numbers = run(weights[0], weights[1], seed)
            rows.append(values + [name, str(seed)] + [cell(numbers[c]) for c in COLUMNS])
    make_run.write_table(os.path.join(directory, "analysis", "sweep.csv"),
                         list(keys) + ["setting", "seed"] + COLUMNS, rows)
    make_run.write(os.path.join(directory, "analysis", "claims.json"),
                   json.dumps(verdict(keys), indent=1) + "\n")


if __name__ == "__main__":
    main()
