#!/usr/bin/env python3
"""Snapshots in PyTorch give the values, losses and training steps of the program (77: no PyTorch).
"""
import glob
import json
import math
import os
import re
import struct
import sys

try:
    import numpy as np
    import torch
    from torch import nn
except ImportError:
    print("NumPy or PyTorch is missing: skipped")
    sys.exit(77)

import harness
from harness import TrainCase

torch.set_num_threads(1)


class Data:
    """The data files as the program should see them: standardised by the training images."""

    def __init__(self, directory):
        raw, self.labels = {}, {}
        for split, prefix in enumerate(("train", "t10k")):
            pixels = harness.read(os.path.join(directory, prefix + "-images-idx3-ubyte"))
            n, height, width = np.frombuffer(pixels[4:16], ">u4")
            raw[split] = np.frombuffer(pixels[16:], np.uint8).reshape(n, 1, height, width) / 255.0
            labels = harness.read(os.path.join(directory, prefix + "-labels-idx1-ubyte"))
            self.labels[split] = torch.tensor(np.frombuffer(labels[8:], np.uint8).astype(np.int64))
        mean, deviation = raw[0].mean(), raw[0].std()
        self.black = -mean / deviation
        self.inputs = {split: torch.tensor((images - mean) / deviation)
                       for split, images in raw.items()}
        self.mean_image = self.inputs[0].mean(dim=0)


def mlp(hidden, n_inputs, n_classes):
    widths = [n_inputs, *hidden, n_classes]
    layers = [nn.Flatten()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*layers[:-1]).double()


def lenet(n_classes):
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(),
        nn.Linear(84, n_classes)).double()


def load_snapshot(network, path):
    """Tensors in the order of the file, which is that of the layers."""
    tensors = harness.read_safetensors(path)[0]
    kinds = {nn.Conv2d: "conv", nn.Linear: "fc"}
    seen = {}
    with torch.no_grad():
        for layer in network:
            kind = kinds.get(type(layer))
            if not kind:
                continue
            seen[kind] = seen.get(kind, 0) + 1
            for name, target in (("weight", layer.weight), ("bias", layer.bias)):
                shape, numbers = tensors.pop(f"{kind}{seen[kind]}.{name}")
                target.copy_(torch.tensor(numbers).reshape(shape))
    assert not tensors, f"{path} has more tensors: {list(tensors)}"


def log_odds(logits, label):
    others = torch.cat([logits[:, :label], logits[:, label + 1:]], dim=1)
    return logits[:, label] - torch.logsumexp(others, dim=1)


def owners(players, grid, height, width):
    """[height, width]: the player whose cell of the grid a position lies in, or -1."""
    rows, columns = np.arange(height) * grid // height, np.arange(width) * grid // width
    cells = rows[:, None] * grid + columns[None, :]
    owner = np.full((height, width), -1)
    for player, cell in enumerate(players):
        owner[cells == cell] = player
    return owner


class Torch(TrainCase):
    def trace(self, **changes):
        return self.run_it("--trace", **changes)

    def run_it(self, *arguments, **changes):
        self.write_config(**changes)
        return self.path(self.train("--config", "small.ini", "-q", *arguments).directory)

    def check_values(self, run, network, data, baseline, background="keep", n_layers_before=0):
        """v of every mask of every sample at every checkpoint."""
        paths = sorted(glob.glob(os.path.join(run, "trace", "step_*.npz")))
        for path in (paths[0], paths[-1]):
            step = re.search(r"step_\d+", path).group(0)
            load_snapshot(network, os.path.join(run, "snapshots", step + ".safetensors"))
            with np.load(path) as trace, torch.no_grad():
                for i in range(len(trace["v"])):
                    split, label = int(trace["split"][i]), int(trace["label"][i])
                    index = int(trace["sample_index"][i])
                    self.assertEqual(label, data.labels[split][index])
                    image = data.inputs[split][index:index + 1]
                    area = network[:n_layers_before](image)
                    owner = owners(trace["players"][i], 4, *area.shape[2:])
                    n_players = trace["players"].shape[1]
                    masks = np.arange(1 << n_players)
                    present = (masks[:, None, None] >> np.maximum(owner, 0)) & 1
                    present = np.where(owner < 0, background == "keep", present)
                    keep = torch.tensor(present, dtype=torch.bool)[:, None]
                    masked = torch.where(keep, area, baseline)
                    values = log_odds(network[n_layers_before:](masked), label).numpy()
                    np.testing.assert_allclose(trace["v"][i], values, rtol=1e-4, atol=1e-4,
                                               err_msg=f"{step} sample {i}")

    def test_values_of_an_mlp(self):
        data = Data(self.path("digits"))
        network = mlp([16, 12], harness.SIDE ** 2, harness.N_CLASSES)
        zero = torch.zeros((), dtype=torch.float64)
        black = torch.tensor(data.black, dtype=torch.float64)
        for name, baseline, background, draw in (
                ("channel-mean", zero, "keep", "shared"), ("black", black, "mask", "per-sample"),
                ("mean-image", data.mean_image, "keep", "shared")):
            run = self.trace(model_hidden="16, 12", trace_baseline=name, trace_draw=draw,
                             trace_background=background)
            self.check_values(run, network, data, baseline, background)

    def test_values_of_lenet(self):
        harness.write_data(self.path("large"), 40, 40, 28)
        data = Data(self.path("large"))
        network = lenet(harness.N_CLASSES)
        zero = torch.zeros((), dtype=torch.float64)
        for layer, n_before, baseline, background in (
                ("input", 0, "channel-mean", "keep"), ("relu1", 2, "zero", "mask"),
                ("relu2", 5, "zero", "keep")):
            run = self.trace(data_path="large", model_preset="lenet", train_epochs=2,
                             trace_layer=layer, trace_baseline=baseline,
                             trace_background=background)
            self.check_values(run, network, data, zero, background, n_before)

    def test_losses(self):
        run = self.trace()
        data = Data(self.path("digits"))
        network = mlp([16], harness.SIDE ** 2, harness.N_CLASSES)
        header, rows = harness.read_csv(os.path.join(run, "metrics.csv"))
        rows = {int(row[0]): dict(zip(header, map(float, row))) for row in rows}
        for step in harness.steps_of(run, "snapshots"):
            load_snapshot(network, os.path.join(run, f"snapshots/step_{step:08}.safetensors"))
            for split, name in enumerate(("train", "test")):
                with torch.no_grad():
                    logits = network(data.inputs[split])
                loss = nn.functional.cross_entropy(logits, data.labels[split]).item()
                accuracy = (logits.argmax(dim=1) == data.labels[split]).double().mean().item()
                self.assertAlmostEqual(rows[step][name + "_loss"], loss, 5)
                self.assertAlmostEqual(rows[step][name + "_accuracy"], accuracy, 12)

    def check_training(self, n_steps, make_optimizer, make_scheduler=None, **train):
        """All samples at once: then their order does not matter, and nothing is random."""
        run = self.run_it(train_batch_size=harness.N_IMAGES, train_epochs=n_steps,
                          **{"train_" + key: value for key, value in train.items()})
        data = Data(self.path("digits"))
        network, reached = (mlp([16], harness.SIDE ** 2, harness.N_CLASSES) for _ in range(2))
        load_snapshot(network, os.path.join(run, "snapshots/step_00000000.safetensors"))
        first = torch.cat([p.detach().flatten().clone() for p in network.parameters()])
        optimizer = make_optimizer(network.parameters())
        scheduler = make_scheduler(optimizer) if make_scheduler else None
        rates = []
        for _ in range(n_steps):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(data.inputs[0]), data.labels[0]).backward()
            optimizer.step()
            if scheduler:
                scheduler.step()
        load_snapshot(reached, os.path.join(run, f"snapshots/step_{n_steps:08}.safetensors"))
        ours, theirs = (torch.cat([p.detach().flatten() for p in n.parameters()])
                        for n in (reached, network))
        self.assertLess((ours - theirs).norm(), 1e-4 * (theirs - first).norm())
        header, rows = harness.read_csv(os.path.join(run, "metrics.csv"))
        for row in rows:
            step = int(row[header.index("step")])
            if step < n_steps:
                self.assertAlmostEqual(float(row[header.index("learning_rate")]), rates[step], 9)

    def test_training_with_sgd(self):
        self.check_training(12, lambda p: torch.optim.SGD(p, 0.1, 0.9, weight_decay=0.01),
                            learning_rate=0.1, momentum=0.9, weight_decay=0.01)

    def test_training_with_nesterov_and_cosine(self):
        self.check_training(
            12, lambda p: torch.optim.SGD(p, 0.1, 0.8, weight_decay=0.01, nesterov=True),
            lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 12, 0.001),
            learning_rate=0.1, momentum=0.8, nesterov="yes", weight_decay=0.01, schedule="cosine",
            final_rate=0.001)

    def test_training_with_adam_and_steps(self):
        self.check_training(
            12, lambda p: torch.optim.Adam(p, 0.01, (0.8, 0.99), 1e-5, weight_decay=0.1),
            lambda o: torch.optim.lr_scheduler.MultiStepLR(o, [5, 9], 0.3),
            optimizer="adam", learning_rate=0.01, beta1=0.8, beta2=0.99, epsilon=1e-5,
            weight_decay=0.1, schedule="step", step_epochs="5, 9", step_factor=0.3)

    def test_training_with_adamw_and_warm_up(self):
        self.check_training(
            12, lambda p: torch.optim.AdamW(p, 0.02, weight_decay=0.5),
            lambda o: torch.optim.lr_scheduler.LinearLR(o, 1 / 4, total_iters=3),
            optimizer="adamw", learning_rate=0.02, weight_decay=0.5, warmup_epochs=4)

    def test_weights_from_pytorch(self):
        """In each type, the first snapshot holds what PyTorch reads there too."""
        torch.manual_seed(1)
        network = mlp([16], harness.SIDE ** 2, harness.N_CLASSES)
        names = ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"]
        for dtype, name in ((torch.float32, "F32"), (torch.float64, "F64"),
                            (torch.float16, "F16"), (torch.bfloat16, "BF16")):
            tensors = dict(zip(names, (p.detach().to(dtype) for p in network.parameters())))
            header, blobs, end = {}, [], 0
            for key, tensor in tensors.items():
                raw = tensor.view(torch.int16 if tensor.element_size() == 2 else dtype)
                blobs.append(raw.numpy().tobytes())
                begin, end = end, end + len(blobs[-1])
                header[key] = {"dtype": name, "shape": list(tensor.shape),
                               "data_offsets": [begin, end]}
            text = json.dumps(header).encode()
            harness.write(self.path("weights.safetensors"),
                          struct.pack("<Q", len(text)) + text + b"".join(blobs))
            run = self.run_it(model_weights="weights.safetensors", train_epochs=1)
            found = harness.read_safetensors(
                os.path.join(run, "snapshots/step_00000000.safetensors"))[0]
            for key, tensor in tensors.items():
                self.assertEqual(found[key][0], list(tensor.shape))
                self.assertEqual(list(found[key][1]), tensor.float().flatten().tolist(), name)

    def test_initial_weights_are_pytorch_s(self):
        """Uniform within 1 / sqrt(fan in), weights and biases."""
        run = self.run_it(model_hidden="300")
        tensors = harness.read_safetensors(
            os.path.join(run, "snapshots/step_00000000.safetensors"))[0]
        for layer, fan_in in (("fc1", harness.SIDE ** 2), ("fc2", 300)):
            weights = np.array(tensors[layer + ".weight"][1])
            bound = 1 / math.sqrt(fan_in)
            self.assertLessEqual(np.abs(weights).max(), bound)
            self.assertAlmostEqual(weights.std() / (bound / math.sqrt(3)), 1, 1)
            self.assertLessEqual(np.abs(tensors[layer + ".bias"][1]).max(), bound)


if __name__ == "__main__":
    harness.main()
