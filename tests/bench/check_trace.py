#!/usr/bin/python3
"""check_trace.py BENCH_TRACE: the two sides of the benchmark `trace` compute the same.

With the same weights and the same image, narrow networks have the same log-odds for masks of
all sizes, in eager mode and in TorchScript (77: no PyTorch)."""
import os
import subprocess
import sys
import tempfile
import unittest

try:
    import numpy as np
    import torch
except ImportError:
    print("NumPy or PyTorch is missing: skipped")
    sys.exit(77)

import bench_trace_torch as bench
from bench_trace_torch import CASES

sys.path.append(os.path.join(bench.HERE, "..", "..", "tools"))
import torch_export

BENCH_TRACE = sys.argv[1]
LABEL, WIDTH, BATCH = 3, 0.125, 256
EVERY = 7  # masks; the empty one and the full one are among them


def draw_parameters(network):
    """None is what a layer starts with, and signals neither fade nor explode."""
    for layer in network.modules():
        if isinstance(layer, (torch.nn.Conv2d, torch.nn.Linear)):
            torch.nn.init.kaiming_normal_(layer.weight)
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.weight.uniform_(0.5, 1.5)
            layer.running_var.uniform_(0.5, 2)
            layer.running_mean.normal_(0, 0.3)
        if getattr(layer, "bias", None) is not None:
            layer.bias.normal_(0, 0.3)


def log_odds(logits):
    others = torch.cat([logits[:, :LABEL], logits[:, LABEL + 1:]], dim=1)
    return logits[:, LABEL] - torch.logsumexp(others, dim=1)


def values(case, network, image, memory_format, with_script):
    before, after = bench.cut(network.to(memory_format=memory_format), case.layer)
    area = before(image.contiguous(memory_format=memory_format))
    inputs = [bench.mask(kept, area, memory_format)
              for kept in bench.all_masks(case, *area.shape[2:])[::EVERY].split(BATCH)]
    if with_script:
        after = bench.scripted(after, inputs[0])
    return torch.cat([log_odds(after(x)) for x in inputs]).numpy()


class Trace(unittest.TestCase):
    def our_values(self, name, network, image):
        with tempfile.TemporaryDirectory(prefix="phasetrace-") as directory:
            weights, inputs = (os.path.join(directory, file) for file in ("weights", "input"))
            torch_export.save(weights, network.state_dict())
            torch_export.save(inputs, {"input": image})
            printed = subprocess.run(
                [BENCH_TRACE, f"name={name}", f"width={WIDTH}", f"weights={weights}",
                 f"input={inputs}"], check=True, stdout=subprocess.PIPE, text=True).stdout
        return np.array(printed.split(), float)

    def check(self, name):
        case = CASES[name]
        torch.manual_seed(1)
        network = bench.make_network(case, WIDTH)
        draw_parameters(network)
        image = torch.randn(1, *case.shape)
        ours = self.our_values(name, network, image)[::EVERY]
        spread = np.ptp(ours)
        self.assertGreater(spread, 0.1, "the masks hardly matter")
        for memory_format, with_script in ((torch.contiguous_format, False),
                                           (torch.channels_last, True)):
            theirs = values(case, network, image, memory_format, with_script)
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-4 * spread,
                                       err_msg=f"{memory_format}, TorchScript: {with_script}")


for case_name in CASES:
    setattr(Trace, "test_" + case_name.replace("-", "_"),
            lambda self, name=case_name: self.check(name))

if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
