#!/usr/bin/python3
"""Training samples per second of PyTorch (eager, one thread) on what bench_engine.c trains.

usage: bench_engine_torch.py [noise] [PRESET-BATCH]... SECONDS

Prints lines "name value unit setting"; networks with convolutions are measured in both memory
formats. Networks for digits see those of the data set in the repository, as in bench_engine.c, or
with `noise` one batch of normal numbers. Each measurement takes SECONDS of processor time."""
import gzip
import itertools
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

DIGITS = os.path.join(HERE, "..", "..", "datasets", "mnist-small", "train-{}.gz")
N_DIGITS = 2048
N_CLASSES = 10
WARM_UP_STEPS = 20
CASES = ["mlp-64", "mlp-256", "lenet-64", "vgg11-64", "resnet20-64"]
FORMATS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}


def takes_digits(preset):
    return preset.startswith("mlp") or preset == "lenet"


def shape_of(preset):
    return (1, 28, 28) if takes_digits(preset) else (3, 32, 32)


def read_digits(what, header_bytes, n_bytes):
    with gzip.open(DIGITS.format(what)) as file:
        file.seek(header_bytes)
        return torch.frombuffer(bytearray(file.read(N_DIGITS * n_bytes)), dtype=torch.uint8)


def batches(preset, batch, with_noise):
    """[(inputs, labels)]"""
    if with_noise or not takes_digits(preset):
        return [(torch.randn(batch, *shape_of(preset)), torch.randint(N_CLASSES, (batch,)))]
    inputs = read_digits("images-idx3-ubyte", 16, 784).float().div(255).reshape(-1, 1, 28, 28)
    labels = read_digits("labels-idx1-ubyte", 8, 1).long()
    whole = len(labels) // batch * batch
    return list(zip(inputs[:whole].split(batch), labels[:whole].split(batch)))


def samples_per_s(preset, batch, with_noise, memory_format, least_s):
    network = models.PRESETS[preset](shape_of(preset), N_CLASSES).to(memory_format=memory_format)
    samples = itertools.cycle([(inputs.to(memory_format=memory_format), labels)
                               for inputs, labels in batches(preset, batch, with_noise)])
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
    criterion = nn.CrossEntropyLoss()

    def train_step():
        inputs, labels = next(samples)
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
    cases = sys.argv[1:-1]
    with_noise = cases[:1] == ["noise"]
    for case in cases[with_noise:] or CASES:
        preset, batch = case.split("-")
        for setting, memory_format in FORMATS.items():
            if setting == "contiguous" or not preset.startswith("mlp"):
                speed = samples_per_s(preset, int(batch), with_noise, memory_format, least_s)
                print(f"{case} {speed:.5g} samples/s {setting}", flush=True)


if __name__ == "__main__":
    main()
