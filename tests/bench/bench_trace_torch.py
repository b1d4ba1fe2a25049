#!/usr/bin/python3
"""All masked logits of an image in PyTorch (one thread), as bench_trace.c does them.

usage: bench_trace_torch.py [name=CASE] SECONDS

Prints lines "name value unit setting". Settings are all combinations of eager mode or TorchScript
(traced, frozen, optimised for inference) and the two memory formats, in batches of 1,024 masked
inputs. Masking is part of the time. Layers before the masked map are run once for an image,
which is not. Each measurement takes SECONDS of processor time after the warm-up, over as many
batches as that allows, one at least: PyTorch does the same work for each batch."""
import itertools
import os
import sys
import time
from collections import OrderedDict
from typing import NamedTuple

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"

import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "fixtures"))
import models

N_CLASSES = 10
BATCHES = (1024,)
FORMATS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
DIGIT, PHOTO = (1, 28, 28), (3, 32, 32)
NO_CORNERS = [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14]  # of 4 x 4 cells
DRAWN = [11, 19, 20, 25, 27, 30, 35, 41, 45, 46, 49, 53]  # from the inner cells of 8 x 8


class Case(NamedTuple):
    network: str
    shape: tuple
    grid: int
    players: list
    layer: str = "input"
    keeps_background: bool = True


CASES = {
    "mlp": Case("mlp", DIGIT, 4, NO_CORNERS),
    "lenet": Case("lenet", DIGIT, 4, NO_CORNERS),
    "vgg4": Case("vgg4", DIGIT, 4, NO_CORNERS),
    "resnet8": Case("resnet8", PHOTO, 4, NO_CORNERS),
    "vgg11-keep": Case("vgg11", PHOTO, 8, DRAWN, "relu2"),
    "vgg11-mask": Case("vgg11", PHOTO, 8, DRAWN, "relu2", False),
    "resnet20-keep": Case("resnet20", PHOTO, 8, DRAWN, "relu1"),
    "resnet20-mask": Case("resnet20", PHOTO, 8, DRAWN, "relu1", False),
}


# ---- Networks, cut where the map is masked ----

def vgg4(shape, n_classes, width=1.0):
    c1, c2 = models.scaled(32, width), models.scaled(64, width)
    layers = OrderedDict(
        conv1=nn.Conv2d(shape[0], c1, 3, padding=1), relu1=nn.ReLU(),
        conv2=nn.Conv2d(c1, c1, 3, padding=1), relu2=nn.ReLU(), pool1=nn.MaxPool2d(2),
        conv3=nn.Conv2d(c1, c2, 3, padding=1), relu3=nn.ReLU(),
        conv4=nn.Conv2d(c2, c2, 3, padding=1), relu4=nn.ReLU(), pool2=nn.MaxPool2d(2),
        flatten=nn.Flatten())
    n_inputs = models.n_outputs(nn.Sequential(layers), shape)
    return nn.Sequential(OrderedDict(layers, fc1=nn.Linear(n_inputs, n_classes)))


def make_network(case, width=1.0):
    make = vgg4 if case.network == "vgg4" else models.PRESETS[case.network]
    return make(case.shape, N_CLASSES, width).eval()


def cut(network, layer):
    """(the layers that give the masked map, those that read it)"""
    if layer == "input":
        return nn.Identity(), network
    if layer == "relu1" and isinstance(network, models.ResNet):
        stages = (getattr(network, name) for name in network.stages)
        before = nn.Sequential(network.conv1, network.bn1, nn.ReLU())
        after = nn.Sequential(*stages, nn.AdaptiveAvgPool2d(1), nn.Flatten(), network.fc)
    else:
        assert layer == "relu2" and isinstance(network.features[4], nn.ReLU)
        before = network.features[:5]
        after = nn.Sequential(network.features[5:], network.flatten, network.classifier)
    return before.eval(), after.eval()


# ---- Masks ----

def all_masks(case, height, width):
    """[2^n, 1, height, width] True where a position keeps its value."""
    rows = torch.arange(height) * case.grid // height
    columns = torch.arange(width) * case.grid // width
    subsets = torch.arange(2 ** len(case.players))
    kept = torch.full((len(subsets), case.grid ** 2), case.keeps_background)
    for bit, cell in enumerate(case.players):
        kept[:, cell] = (subsets >> bit & 1).bool()
    return kept[:, rows[:, None] * case.grid + columns[None, :]].unsqueeze(1)


def mask(kept, area, memory_format=torch.contiguous_format):
    return torch.where(kept, area, torch.zeros(())).contiguous(memory_format=memory_format)


# ---- Speed ----

def scripted(network, inputs):
    return torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(network, inputs)))


def logits_per_s(case, memory_format, batch, with_script, least_s):
    before, after = cut(make_network(case).to(memory_format=memory_format), case.layer)
    area = before(torch.randn(1, *case.shape).contiguous(memory_format=memory_format))
    chunks = all_masks(case, *area.shape[2:]).split(batch)
    if with_script:
        after = scripted(after, mask(chunks[0], area, memory_format))
    for chunk in chunks[:2]:  # TorchScript compiles in its second run
        after(mask(chunk, area, memory_format))
    n_masks, taken_s = 0, 0.0
    start_s = time.process_time()
    for chunk in itertools.cycle(chunks):
        after(mask(chunk, area, memory_format))
        n_masks += len(chunk)
        taken_s = time.process_time() - start_s
        if taken_s >= least_s:
            return n_masks / taken_s


def main():
    least_s = float(sys.argv[-1]) if len(sys.argv) > 1 else 1.0
    wanted = [word[len("name="):] for word in sys.argv[1:-1]] or CASES
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    for name in wanted:
        for (setting, memory_format), batch, with_script in itertools.product(
                FORMATS.items(), BATCHES, (False, True)):
            if setting == "channels_last" and name == "mlp":
                continue
            speed = logits_per_s(CASES[name], memory_format, batch, with_script, least_s)
            print(f"{name}-masked {speed:.5g} logits/s {setting}, batches of {batch}, "
                  f"{'TorchScript' if with_script else 'eager'}", flush=True)


if __name__ == "__main__":
    main()
