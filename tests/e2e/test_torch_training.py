#!/usr/bin/env python3
"""PyTorch, trained from our initial weights on the same batches of real digits, has our losses
(77: no PyTorch).
"""
import gzip
import os
import sys

try:
    import numpy as np
    import torch
    from torch import nn
except ImportError:
    print("NumPy or PyTorch is missing: skipped")
    sys.exit(77)

import harness
from harness import SOURCE_ROOT, TrainCase

sys.path.append(os.path.join(SOURCE_ROOT, "tests", "fixtures"))
import models

torch.set_num_threads(1)

SEED, BATCH, EPOCHS, MOMENTUM, DECAY = 5, 90, 3, 0.9, 1e-3  # 201 steps
SHUFFLE, SUBSET = 2, 3  # enum random_purpose of src/base/random.h


# ---- The order of the samples, after the papers and not after our code ----

def philox_words(key, purpose, epoch, index):
    """32-bit words of Philox 4x32-10 (Salmon et al. 2011) with a block counter in word 0."""
    block = 0
    while True:
        x, k = [block, purpose, epoch, index], [key & 0xFFFFFFFF, key >> 32]
        for _ in range(10):
            p0, p1 = 0xD2511F53 * x[0], 0xCD9E8D57 * x[2]
            x = [(p1 >> 32) ^ x[1] ^ k[0], p1 & 0xFFFFFFFF,
                 (p0 >> 32) ^ x[3] ^ k[1], p0 & 0xFFFFFFFF]
            k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
        yield from x
        block += 1


def below(words, bound):
    """Lemire's unbiased number below `bound`."""
    while True:
        product = next(words) * bound
        if product & 0xFFFFFFFF >= (1 << 32) % bound:
            return product >> 32


def shuffle(words, items):
    """Fisher and Yates, from the front."""
    for i in range(len(items) - 1):
        j = i + below(words, len(items) - i)
        items[i], items[j] = items[j], items[i]
    return items


def order_of_split(n):
    """Of a training split of all samples, as many of each class: shuffled twice."""
    words = philox_words(SEED, SUBSET, 0, 0)
    return shuffle(words, shuffle(words, np.arange(n)))


def order_of_epoch(epoch, n):
    return shuffle(philox_words(SEED, SHUFFLE, epoch, 0), np.arange(n))


# ---- Training ----

def read_digits(directory):
    """(images standardised, labels) in the order of the training split."""
    content = []
    for name, n_header_bytes in (("images-idx3", 16), ("labels-idx1", 8)):
        with gzip.open(os.path.join(directory, f"train-{name}-ubyte.gz")) as file:
            content.append(np.frombuffer(file.read()[n_header_bytes:], np.uint8))
    pixels = content[0] / 255.0
    images = torch.from_numpy(((pixels - pixels.mean()) / pixels.std()).astype(np.float32))
    order = order_of_split(len(content[1]))
    return images.reshape(-1, 1, 28, 28)[order], torch.tensor(content[1]).long()[order]


def load_snapshot(network, path):
    tensors = harness.read_safetensors(path)[0]
    network.load_state_dict({name: torch.tensor(values).reshape(shape)
                             for name, (shape, values) in tensors.items()})


def losses_of(network, rate, images, labels, steps):
    """{step: loss of all images} of SGD in PyTorch."""
    sgd = torch.optim.SGD(network.parameters(), rate, MOMENTUM, weight_decay=DECAY)
    losses, step = {}, 0

    def evaluate():
        if step in steps:
            with torch.no_grad():
                losses[step] = nn.functional.cross_entropy(network(images), labels).item()

    evaluate()
    for epoch in range(EPOCHS):
        for batch in torch.from_numpy(order_of_epoch(epoch, len(labels))).split(BATCH):
            sgd.zero_grad()
            nn.functional.cross_entropy(network(images[batch]), labels[batch]).backward()
            sgd.step()
            step += 1
            evaluate()
    return losses


class Training(TrainCase):
    def compare(self, network, rate, falls_to, **changes):
        directory = os.path.join(SOURCE_ROOT, "datasets", "mnist-small")
        self.write_config(
            run_seed=SEED, data_set="mnist", data_path=directory, data_test_samples=100,
            train_learning_rate=rate, train_momentum=MOMENTUM, train_weight_decay=DECAY,
            train_batch_size=BATCH, train_epochs=EPOCHS, snapshots_schedule="log",
            snapshots_count=12, **changes)
        run = self.path(self.train("--config", "small.ini", "-q").directory)
        load_snapshot(network, os.path.join(run, "snapshots", "step_00000000.safetensors"))
        header, rows = harness.read_csv(os.path.join(run, "metrics.csv"))
        ours = {int(row[0]): float(row[header.index("train_loss")]) for row in rows}
        last = max(ours)
        self.assertGreaterEqual(last, 200)
        self.assertGreaterEqual(len(ours), 12)
        theirs = losses_of(network, rate, *read_digits(directory), ours)
        for step, loss in theirs.items():
            self.assertAlmostEqual(ours[step] / loss, 1, delta=0.01, msg=f"step {step}")
        # It has learnt; otherwise equal losses would say little.
        self.assertLess(theirs[last], falls_to * theirs[0])

    def test_mlp(self):
        self.compare(models.mlp((1, 28, 28), 10), 0.01, 0.2, model_hidden="256, 128")

    def test_lenet(self):
        """In longer steps PyTorch does not agree with itself: all of a digit's background is one
        value, so that rounding can decide about very many ReLUs at a time."""
        self.compare(models.lenet((1, 28, 28), 10), 0.0005, 0.25, model_preset="lenet",
                     model_init="he")


if __name__ == "__main__":
    harness.main()
