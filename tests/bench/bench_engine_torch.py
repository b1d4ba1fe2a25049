#!/usr/bin/python3
"""Training samples per second of PyTorch (eager, one thread) on what bench_engine.c trains.

usage: bench_engine_torch.py [PRESET-BATCH]... SECONDS

Prints lines "name value unit setting"; networks with convolutions are measured in both memory
formats. Each measurement takes SECONDS of processor time."""
import os
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"

import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "fixtures"))
import models

N_CLASSES = 10
WARM_UP_STEPS = 20
CASES = ["mlp-64", "mlp-256", "lenet-64", "vgg11-64", "resnet20-64"]
FORMATS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}


def shape_of(preset):
    return (1, 28, 28) if preset.startswith("mlp") or preset == "lenet" else (3, 32, 32)


def samples_per_s(preset, batch, memory_format, least_s):
    network = models.PRESETS[preset](shape_of(preset), N_CLASSES).to(memory_format=memory_format)
    inputs = torch.randn(batch, *shape_of(preset)).to(memory_format=memory_format)
    labels = torch.randint(N_CLASSES, (batch,))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
    criterion = nn.CrossEntropyLoss()

    def train_step():
        optimizer.zero_grad(set_to_none=True)
        criterion(network(inputs), labels).backward()
        optimizer.step()

    start_s = time.process_time()
    train_step()
    for _ in range(WARM_UP_STEPS - 1):
        if time.process_time() - start_s >= least_s / 4:
            break
        train_step()
    n_steps, taken_s = 0, 0.0
    start_s = time.process_time()
    while taken_s < least_s:
        train_step()
        n_steps += 1
        taken_s = time.process_time() - start_s
    return n_steps * batch / taken_s


def main():
    least_s = float(sys.argv[-1]) if len(sys.argv) > 1 else 1.0
    torch.set_num_threads(1)
    for case in sys.argv[1:-1] or CASES:
        preset, batch = case.split("-")
        for setting, memory_format in FORMATS.items():
            if setting == "contiguous" or not preset.startswith("mlp"):
                speed = samples_per_s(preset, int(batch), memory_format, least_s)
                print(f"{case} {speed:.5g} samples/s {setting}", flush=True)


if __name__ == "__main__":
    main()
