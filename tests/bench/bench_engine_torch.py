#!/usr/bin/python3
"""Training samples per second of PyTorch (eager, one thread) on what bench_engine.c trains.

Prints the same lines, "name value unit". The argument is the time each measurement
takes, in seconds."""
import os
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"

import torch
from torch import nn

N_CLASSES = 10
WARM_UP_STEPS = 20


def mlp():
    return nn.Sequential(
        nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(),
        nn.Linear(128, N_CLASSES))


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(),
        nn.Linear(84, N_CLASSES))


def samples_per_s(network, batch, least_s):
    inputs = torch.randn(batch, 1, 28, 28)
    labels = torch.randint(N_CLASSES, (batch,))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
    criterion = nn.CrossEntropyLoss()

    def train_step():
        optimizer.zero_grad()
        criterion(network(inputs), labels).backward()
        optimizer.step()

    for _ in range(WARM_UP_STEPS):
        train_step()
    n_steps = 0
    start_s = time.perf_counter()
    taken_s = 0.0
    while taken_s < least_s:
        train_step()
        n_steps += 1
        taken_s = time.perf_counter() - start_s
    return n_steps * batch / taken_s


def main():
    least_s = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    torch.set_num_threads(1)
    for name, make, batch in (("mlp", mlp, 64), ("mlp", mlp, 256), ("lenet", lenet, 64)):
        print(f"{name}-train-{batch} {samples_per_s(make(), batch, least_s):.0f} samples/s", flush=True)


if __name__ == "__main__":
    main()
