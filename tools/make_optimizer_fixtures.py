#!/usr/bin/python3
"""Writes tests/fixtures/torch_optim.inc: steps of PyTorch's optimisers, rates of its schedulers.

Parameters and gradients come from the integer hash of tools/make_fixtures.py, so only results are
stored: all parameters after every step.

    tools/make_optimizer_fixtures.py > tests/fixtures/torch_optim.inc
"""
import torch
from torch.optim import lr_scheduler

from make_fixtures import hashed, print_array

N_STEPS, N_PARAMETERS = 12, 16

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "sgd_decay": lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.3),
    "sgd_momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=5e-4),
    "sgd_nesterov": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.8, weight_decay=0.02,
                                              nesterov=True),
    "adam": lambda p: torch.optim.Adam(p),
    "adam_decay": lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.8, 0.95), eps=1e-3,
                                             weight_decay=0.1),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.01),
    "adamw_decay": lambda p: torch.optim.AdamW(p, lr=0.05, betas=(0.5, 0.9), eps=1e-4,
                                               weight_decay=0.5),
}

# Of a training of 8 epochs of 5 steps at rate 0.4.
EPOCH, N_EPOCHS, RATE = 5, 8, 0.4
SCHEDULERS = {
    "multistep": (40, lambda o: lr_scheduler.MultiStepLR(o, [2 * EPOCH, 3 * EPOCH, 7 * EPOCH],
                                                         gamma=0.3)),
    "step": (40, lambda o: lr_scheduler.StepLR(o, 2 * EPOCH, gamma=0.1)),
    "cosine": (41, lambda o: lr_scheduler.CosineAnnealingLR(o, N_EPOCHS * EPOCH, eta_min=0.01)),
    "warmup": (10, lambda o: lr_scheduler.LinearLR(o, start_factor=1 / 10, total_iters=9)),
    "cosine_after_warmup": (31, lambda o: lr_scheduler.CosineAnnealingLR(
        o, N_EPOCHS * EPOCH - 10)),
}


def print_steps(name, make):
    parameters = torch.from_numpy(hashed(N_PARAMETERS, 0)).requires_grad_()
    optimizer = make([parameters])
    scale = 8.0 ** -(torch.arange(N_PARAMETERS) % 3)
    reached = []
    for step in range(1, N_STEPS + 1):
        parameters.grad = torch.from_numpy(hashed(N_PARAMETERS, step)) * scale
        optimizer.step()
        reached += parameters.tolist()
    print_array(f"{name}_steps", reached)


def print_rates(name, n_rates, make):
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=RATE)
    scheduler = make(optimizer)
    rates = []
    for _ in range(n_rates):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    print_array(f"{name}_rates", rates)


def main():
    print(f"/* Made by tools/make_optimizer_fixtures.py with PyTorch {torch.__version__}. */")
    print("/* clang-format off */")
    for name, make in OPTIMIZERS.items():
        print_steps(name, make)
    for name, (n_rates, make) in SCHEDULERS.items():
        print_rates(name, n_rates, make)


if __name__ == "__main__":
    main()
