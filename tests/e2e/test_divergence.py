#!/usr/bin/env python3
"""A training that diverges: status 5, the last finite state is kept, nothing else is stored."""
import json
import os

import harness
from harness import DIVERGED, TrainCase, check_run_files, read_safetensors, steps_of

WILD = {"train_learning_rate": 100, "train_weight_decay": 100}


class Divergence(TrainCase):
    def diverges(self, expected, **changes):
        """The step at which the last state was kept, and the run directory."""
        self.write_config(**changes)
        result = self.train("--config", "small.ini", "--trace", "-q", "--out", "run",
                            status=DIVERGED)
        self.assertEqual(result.stdout, "")
        self.assertRegex(result.stderr, rf"\Atrain: run run: [^\n]*{expected}[^\n]*\n\Z")
        run = self.path("run")
        check_run_files(run)
        with open(os.path.join(run, "manifest.json"), encoding="utf-8") as file:
            manifest = json.load(file)
        self.assertEqual(manifest["state"], "diverged")
        self.assertRegex(manifest["reason"], expected)
        tensors, metadata = read_safetensors(os.path.join(run, "snapshots", "last.safetensors"))
        self.assertIn("optimizer.momentum.fc1.weight", tensors)
        step = int(metadata["phasetrace.step"])
        self.assertLessEqual(max(steps_of(run, "snapshots")), step)
        return step, run

    def test_loss(self):
        """Several layers multiply: the loss overflows long before a parameter does."""
        step, _ = self.diverges("diverged at step [0-9]+: the loss is not finite",
                                model_hidden="16, 16, 16", snapshots_count=2, train_batch_size=4,
                                train_momentum=0, **WILD)
        self.assertGreater(step, 1)

    def test_parameters(self):
        """Without hidden layers the parameters grow beyond use before the loss overflows."""
        step, _ = self.diverges("diverged at step [0-9]+: a parameter has grown beyond 1e15",
                                model_hidden="", snapshots_count=2, train_batch_size=4,
                                train_momentum=0, **WILD)
        self.assertGreater(step, 1)

    def test_evaluation(self):
        step, run = self.diverges("evaluation at step [0-9]+: the training loss",
                                  model_hidden="16, 16, 16", **WILD)
        _, rows = harness.read_csv(os.path.join(run, "metrics.csv"))
        self.assertLess(int(rows[-1][0]), step)
        self.assertEqual(steps_of(run, "trace"), steps_of(run, "snapshots"))


if __name__ == "__main__":
    harness.main()
