#!/usr/bin/python3
"""Writes tests/fixtures/parity: what PyTorch computes for a network of every preset.

    make_fixtures.py [CASE...]

Initial parameters, inputs and labels come from an integer hash that tests/unit/test_parity.c has
too, so a file has only results: logits before, in and after N_STEPS steps of SGD on one batch, the
losses, and for every tensor of the state its shape and two sketches: of its gradient (of running
statistics: of their values) in the first step, and of its values after the last step.

All is computed in double precision. Rounding can carry an input of a ReLU over zero, and then a
gradient differs by more than rounding; so inputs are drawn until single precision, with initial
parameters that are off a little, gives the same within half the tolerance of the test.
"""
import os
import sys

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "..", "tests", "fixtures")
sys.path.append(FIXTURES)
import models
from torch_export import save

# As in test_parity.c.
N_STEPS, MOMENTUM, WEIGHT_DECAY = 10, 0.9, 0.01
SIGN_STREAM, FIRST_INPUT_STREAM = 999, 1000
MOST_VALUES, N_SAMPLED, N_PROJECTIONS = 64, 32, 16
TOLERANCE = 1e-4
# A gradient that is 0 but for rounding, as of a bias before batch normalisation: its norm as a
# share of the largest, in double and in single precision.
ZERO, ZERO_TOLERANCE = 1e-9, 1e-5

N_NUDGES, MOST_STREAMS = 6, 300
GREY, RGB, SMALL = (1, 28, 28), (3, 32, 32), (3, 16, 16)


class Case:
    def __init__(self, make, shape, n_classes, batch, rate, nudge):
        self.make, self.shape, self.n_classes = make, shape, n_classes
        self.batch, self.rate, self.nudge = batch, rate, nudge

    def network(self):
        return self.make(self.shape, self.n_classes)


def case(preset, shape, batch, rate, n_classes=10, nudge=1e-6, **options):
    make = models.PRESETS[preset]
    return Case(lambda *arguments: make(*arguments, **options), shape, n_classes, batch, rate,
                nudge)


# Odd channels, and batches that are no multiple of 16, leave edges in every kernel.
CASES = {
    "mlp-tiny": case("mlp", (12, 1, 1), 4, 0.05, 3, hidden=(7, 5)),
    "mlp": case("mlp", GREY, 19, 0.05, hidden=(20,)),
    "mlp5": case("mlp5", GREY, 8, 0.05, width=0.33),
    "lenet": case("lenet", GREY, 19, 0.02),
    "lenet-32": case("lenet", RGB, 3, 0.02, 5),
    "alexnet": case("alexnet", RGB, 5, 0.02, width=1 / 16, dropout=0),
    "vgg11": case("vgg11", RGB, 5, 0.01, width=1 / 16),
    "vgg13": case("vgg13", RGB, 3, 0.01, width=1 / 16),
    "vgg16": case("vgg16", RGB, 3, 0.01, width=1 / 16),
    "vgg11_bn": case("vgg11_bn", RGB, 6, 0.01, width=1 / 16),
    "vgg13_bn": case("vgg13_bn", RGB, 6, 0.01, width=1 / 16),
    "vgg16_bn": case("vgg16_bn", RGB, 5, 0.003, width=1 / 16),
    "resnet8": case("resnet8", SMALL, 18, 0.01, width=0.2),
    "resnet20": case("resnet20", SMALL, 5, 0.01, width=1 / 4),
    "resnet32": case("resnet32", SMALL, 5, 0.001, nudge=5e-7, width=1 / 4),
    # Of the deepest, single precision by itself is 2e-5 away in the worst gradient.
    "resnet56": case("resnet56", (3, 8, 8), 6, 0.0001, nudge=2e-7, width=1 / 4),
    "resnet18": case("resnet18", SMALL, 6, 0.01, width=1 / 16),
}


# ---- What both sides draw ----

def hash_words(n, stream):
    """n words of 32 bits."""
    x = np.arange(n, dtype=np.uint32) * np.uint32(2654435761)
    x += np.uint32(stream) * np.uint32(40503)
    for shift, factor in ((16, 2246822519), (13, 3266489917)):
        x = (x ^ (x >> np.uint32(shift))) * np.uint32(factor)
    return x ^ (x >> np.uint32(16))


def hashed(n, stream):
    """n values in [-1, 1), float32."""
    return (hash_words(n, stream) / 2.0**31 - 1).astype(np.float32)


def initial(name, tensor, stream):
    """Weights as He draws them; a normalisation that does something."""
    values = hashed(tensor.numel(), stream).astype(np.float64)
    if tensor.dim() > 1:
        values *= np.sqrt(6 / tensor[0].numel())
    elif name.endswith("weight"):
        values = 0.5 + 0.25 * values
    elif name.endswith("running_var"):
        values = 1 + 0.5 * values
    else:
        values *= 0.1
    return torch.from_numpy(values.astype(np.float32)).reshape(tensor.shape)


# ---- What a file stores ----

def state_of(network):
    """{name: tensor} of parameters and running statistics; a tensor's stream is its place here."""
    return {name: tensor for name, tensor in network.state_dict(keep_vars=True).items()
            if not name.endswith("num_batches_tracked")}


def sketch(tensor):
    """The Euclidean norm, then all values; of a large tensor every k-th, N_SAMPLED at most, and
    N_PROJECTIONS sums with hashed signs. Of a difference of two tensors the mean square of these
    sums is about the square of its norm (Johnson and Lindenstrauss)."""
    values = tensor.detach().numpy().ravel().astype(np.float64)
    norm = [np.linalg.norm(values)]
    if len(values) <= MOST_VALUES:
        return np.concatenate([norm, values])
    signs = hash_words(len(values), SIGN_STREAM)
    return np.concatenate([norm, values[::-(-len(values) // N_SAMPLED)],
                           [np.where(signs >> np.uint32(k) & 1, -values, values).sum()
                            for k in range(N_PROJECTIONS)]])


class Results:
    """Of a case: logits and losses by name; shapes, sketches by name of the tensor."""
    def __init__(self):
        self.outputs, self.shapes, self.first, self.last = {}, {}, {}, {}


def compute(case, stream, dtype=torch.float64, nudge_seed=None):
    network, results = case.network(), Results()
    draw = np.random.default_rng(nudge_seed)
    with torch.no_grad():
        for i, (name, tensor) in enumerate(state_of(network).items()):
            tensor.copy_(initial(name, tensor, i))
            if nudge_seed is not None:
                tensor *= torch.from_numpy(1 + case.nudge * draw.uniform(-1, 1, tensor.shape))
    network.to(dtype)
    inputs = 2 * hashed(case.batch * int(np.prod(case.shape)), stream)
    inputs = torch.from_numpy(inputs).reshape(case.batch, *case.shape).to(dtype)
    labels = torch.arange(case.batch) * 7 % case.n_classes

    def evaluate(name):
        with torch.no_grad():
            results.outputs[name] = network.eval()(inputs).numpy()
        network.train()

    evaluate("logits:before")
    sgd = torch.optim.SGD(network.parameters(), case.rate, MOMENTUM, weight_decay=WEIGHT_DECAY)
    losses = []
    for step in range(N_STEPS):
        sgd.zero_grad()
        logits = network(inputs)
        loss = nn.functional.cross_entropy(logits, labels)
        loss.backward()
        losses.append(loss.item())
        if step == 0:
            results.outputs["logits:training"] = logits.detach().numpy()
            for name, tensor in state_of(network).items():
                results.shapes[name] = list(tensor.shape)
                results.first[name] = sketch(tensor if tensor.grad is None else tensor.grad)
        sgd.step()
    results.outputs["losses"] = np.array(losses)
    evaluate("logits:after")
    results.last = {name: sketch(tensor) for name, tensor in state_of(network).items()}
    return results


def write(name, results, stream):
    tensors = {tensor: torch.from_numpy(np.stack([results.first[tensor], results.last[tensor]]))
               for tensor in results.shapes}
    tensors.update((output, torch.from_numpy(v)) for output, v in results.outputs.items())
    shapes = {tensor: "x".join(map(str, shape)) for tensor, shape in results.shapes.items()}
    save(os.path.join(FIXTURES, "parity", name + ".safetensors"), tensors,
         {"inputs": str(stream), "torch": torch.__version__, **shapes})


# ---- How near they are to each other ----

def distance_of_values(actual, expected, norm, scale):
    """The worst of single values (as a share of themselves, or of `scale`) and of the norm."""
    apart = np.abs(actual - expected)
    return max(np.max(apart / np.maximum(np.abs(expected), scale)), np.linalg.norm(apart) / norm)


def distance_of_sketches(actual, expected, n, largest):
    """Of a tensor with n elements; `largest` is the largest norm of its kind."""
    norm = expected[0]
    if norm <= ZERO * largest:
        return actual[0] / largest / ZERO_TOLERANCE * TOLERANCE
    n_values = n if n <= MOST_VALUES else len(expected) - 1 - N_PROJECTIONS
    end = 1 + n_values
    apart = distance_of_values(actual[1:end], expected[1:end], norm, norm / np.sqrt(n))
    projected = np.linalg.norm(actual[end:] - expected[end:]) / np.sqrt(N_PROJECTIONS)
    return max(apart, projected / norm, abs(actual[0] - norm) / norm)


def distance(actual, expected):
    """How far the worst of all results is from what it should be, relative."""
    worst = 0
    for name, values in expected.outputs.items():
        norm = np.linalg.norm(values)
        scale = norm / np.sqrt(values.size) if name != "losses" else 0
        worst = max(worst, distance_of_values(actual.outputs[name], values, norm, scale))
    for a, b in ((actual.first, expected.first), (actual.last, expected.last)):
        largest = max(values[0] for values in b.values())
        for name, values in b.items():
            n = int(np.prod(expected.shapes[name]))
            worst = max(worst, distance_of_sketches(a[name], values, n, largest))
    return worst


def make(name):
    """Tries streams of inputs until rounding does not matter."""
    for stream in range(FIRST_INPUT_STREAM, FIRST_INPUT_STREAM + MOST_STREAMS):
        results = compute(CASES[name], stream)
        worst = 0
        for seed in range(N_NUDGES):
            worst = max(worst, distance(compute(CASES[name], stream, torch.float32, seed), results))
            if worst > TOLERANCE / 2:
                break
        else:
            write(name, results, stream)
            return f"{name}: input stream {stream}, within {worst:.1e}"
    raise SystemExit(f"{name}: rounding matters with each of {MOST_STREAMS} inputs")


def main():
    torch.set_num_threads(1)
    os.makedirs(os.path.join(FIXTURES, "parity"), exist_ok=True)
    for name in sys.argv[1:] or CASES:
        print(make(name), flush=True)


if __name__ == "__main__":
    main()
