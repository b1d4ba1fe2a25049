#!/usr/bin/python3
"""All masked logits of an image in PyTorch (eager, one thread), as bench_trace.c does them.

Prints the lines "name value unit" that PyTorch can answer. Masking is included; batches of 1,024
masked inputs. The argument is the time each measurement takes, in seconds."""
import os
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"

import torch
from torch import nn

from bench_engine_torch import lenet, mlp

PLAYERS = [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14]
GRID = 4
BATCH = 1024


def player_masks():
    """[2^n, 28, 28] True where the player of the pixel is present or the pixel has none."""
    rows = torch.arange(28) * GRID // 28
    cells = rows[:, None] * GRID + rows[None, :]
    subsets = torch.arange(2 ** len(PLAYERS))
    present = torch.ones(len(subsets), GRID * GRID, dtype=torch.bool)
    for bit, cell in enumerate(PLAYERS):
        present[:, cell] = (subsets >> bit & 1).bool()
    return present[:, cells]


def logits_per_s(network, least_s):
    image, baseline = torch.randn(1, 28, 28), torch.zeros(1, 28, 28)
    masks = player_masks().unsqueeze(1)
    n_images = 0
    start_s = time.perf_counter()
    with torch.no_grad():
        while time.perf_counter() - start_s < least_s:
            for chunk in masks.split(BATCH):
                network(torch.where(chunk, image, baseline))
            n_images += 1
    return n_images * len(masks) / (time.perf_counter() - start_s)


def main():
    least_s = float(sys.argv[-1]) if len(sys.argv) > 1 else 1.0
    torch.set_num_threads(1)
    for name, make in (("mlp", mlp), ("lenet", lenet)):
        print(f"{name}-masked {logits_per_s(make(), least_s):.0f} logits/s", flush=True)


if __name__ == "__main__":
    main()
