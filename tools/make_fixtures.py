#!/usr/bin/python3
"""Writes tests/fixtures/torch.inc: what PyTorch computes for a few small networks.

Parameters, inputs and labels come from an integer hash that tests/unit/test_torch.c has too, so
only results are stored: logits, then losses, gradients and parameters of plain SGD training. Of
a tensor that is too large, every STRIDE-th value and the Euclidean norm of all.

    tools/make_fixtures.py > tests/fixtures/torch.inc
"""
import math

import numpy as np
import torch
from torch import nn

N_STEPS = 10
MOST_VALUES = 150  # of one tensor


def hashed(n, stream):
    """n float32 values in [-1, 1)."""
    x = np.arange(n, dtype=np.uint32) * np.uint32(2654435761) + np.uint32(stream) * np.uint32(40503)
    for shift, factor in ((16, 2246822519), (13, 3266489917)):
        x = (x ^ (x >> np.uint32(shift))) * np.uint32(factor)
    x ^= x >> np.uint32(16)
    return (x / 2.0**31 - 1).astype(np.float32)


def mlp(*widths):
    layers = [nn.Flatten()]
    for n_inputs, n_outputs in zip(widths, widths[1:]):
        layers += [nn.Linear(n_inputs, n_outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def lenet(channels, padding, n_classes):
    return nn.Sequential(
        nn.Conv2d(channels, 6, 5, padding=padding), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(),
        nn.Linear(84, n_classes))


def fill_parameters(network):
    """Uniform within 1.5 / sqrt(fan in); biases as the weights before them."""
    with torch.no_grad():
        for i, tensor in enumerate(network.parameters()):
            if i % 2 == 0:
                bound = 1.5 / math.sqrt(tensor[0].numel())
            values = hashed(tensor.numel(), i).astype(np.float64) * bound
            tensor.copy_(torch.from_numpy(values.astype(np.float32)).reshape(tensor.shape))


def sample(tensors):
    """(values, norms) over a list of tensors, as the test takes them."""
    values, norms = [], []
    for tensor in tensors:
        flat = tensor.detach().numpy().ravel()
        values += list(flat[::-(-len(flat) // MOST_VALUES)])
        norms.append(np.linalg.norm(flat.astype(np.float64)))
    return values, norms


def print_array(name, values):
    print(f"static const double {name}[] = {{")
    for i in range(0, len(values), 8):
        print("    " + ", ".join(f"{float(v):.9g}" for v in values[i:i + 8]) + ",")
    print("};")


def print_case(name, network, shape, n_classes, batch):
    fill_parameters(network)
    n_inputs = batch * math.prod(shape)
    inputs = torch.from_numpy(2 * hashed(n_inputs, 1000)).reshape(batch, *shape)
    labels = torch.arange(batch) * 7 % n_classes
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    losses = []
    for step in range(N_STEPS):
        optimizer.zero_grad()
        logits = network(inputs)
        loss = nn.functional.cross_entropy(logits, labels)
        loss.backward()
        losses.append(loss.item())
        if step == 0:
            print_array(f"{name}_logits", logits.detach().numpy().ravel())
            values, norms = sample([p.grad for p in network.parameters()])
            print_array(f"{name}_gradients", values)
            print_array(f"{name}_gradient_norms", norms)
        optimizer.step()
    values, norms = sample(network.parameters())
    print_array(f"{name}_losses", losses)
    print_array(f"{name}_parameters", values)
    print_array(f"{name}_parameter_norms", norms)


def main():
    torch.set_num_threads(1)
    print("/* Made by tools/make_fixtures.py with PyTorch " + torch.__version__ + ". */")
    print("/* clang-format off */")
    print_case("tiny", mlp(12, 7, 5, 3), (12, 1, 1), 3, 4)
    print_case("mlp", mlp(784, 20, 10), (1, 28, 28), 10, 8)
    print_case("lenet28", lenet(1, 2, 10), (1, 28, 28), 10, 4)
    print_case("lenet32", lenet(3, 0, 5), (3, 32, 32), 5, 3)


if __name__ == "__main__":
    main()
