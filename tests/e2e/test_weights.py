#!/usr/bin/env python3
"""Initial weights from a file: where it is looked for, what is taken from it, what is refused."""
import json
import os

import harness
from harness import DATA, IO, TrainCase, read_safetensors

LAST = "first/snapshots/last.safetensors"


class Weights(TrainCase):
    def setUp(self):
        super().setUp()
        self.train("--config", "small.ini", "-q", "--out", "first")

    def manifest(self, run):
        with open(self.path(run, "manifest.json"), encoding="utf-8") as file:
            return json.load(file)

    def test_a_snapshot_is_gone_on_from(self):
        self.write_config(model_weights=LAST, train_optimizer="adam")
        self.train("--config", "small.ini", "-q", "--out", "second", "--seed", 7)
        first, _ = read_safetensors(self.path(LAST))
        second, _ = read_safetensors(self.path("second/snapshots/step_00000000.safetensors"))
        self.assertEqual(second, {name: tensor for name, tensor in first.items()
                                  if not name.startswith("optimizer.")})
        last, _ = read_safetensors(self.path("second/snapshots/last.safetensors"))
        for name, (shape, _) in second.items():
            for slab in ("exp_avg", "exp_avg_sq"):
                self.assertEqual(last[f"optimizer.{slab}.{name}"][0], shape)
        self.assertEqual(len(last), 3 * len(second))
        weights = self.manifest("second")["weights"]
        self.assertEqual(weights["path"], os.path.realpath(self.path(LAST)))
        self.assertEqual(weights["bytes"], os.path.getsize(self.path(LAST)))
        self.assertRegex(weights["sha256"], "^[0-9a-f]{64}$")
        self.assertIsNone(self.manifest("first")["weights"])

    def test_places(self):
        os.mkdir(self.path("elsewhere"))
        config = self.path("small.ini")
        for name in (LAST, self.path(LAST)):
            self.write_config(model_weights=name)
            self.train("--config", config, "--dry-run", cwd=self.path("elsewhere"))
        os.rename(self.path("first"), self.path("elsewhere", "first"))
        self.write_config(model_weights=LAST)
        self.train("--config", config, "--dry-run", cwd=self.path("elsewhere"))
        result = self.fails(IO, ["model.weights", "there is no ./" + LAST], "--config", "small.ini")
        self.assertEqual(result.stderr.count(LAST), 1)
        self.write_config(model_weights="/no/such/file")
        self.fails(IO, ["there is no /no/such/file"], "--config", "small.ini")

    def test_all_that_does_not_fit_is_told_at_once(self):
        self.write_config(model_weights=LAST, model_hidden="20, 16")
        self.fails(DATA, [LAST, "model.weights", "missing: fc3.weight, fc3.bias",
                          "of another shape or type: fc1.weight F32 [16, 144] instead of [20, 144]",
                          "fc1.bias F32 [16] instead of [20]",
                          "fc2.weight F32 [4, 16] instead of [16, 20]",
                          "fc2.bias F32 [4] instead of [16]"], "--config", "small.ini")
        self.write_config(model_weights=LAST, model_hidden="")
        self.fails(DATA, ["unexpected: fc2.weight, fc2.bias"], "--config", "small.ini")

    def test_what_torch_saves_is_told(self):
        harness.write(self.path("x.pt"), b"PK\x03\x04\0\0\x08\x08" + bytes(100))
        harness.write(self.path("y.pth"), bytes.fromhex("80028a0a6cfc9c46f9206aa8") + bytes(100))
        for name in "x.pt", "y.pth":
            self.write_config(model_weights=name)
            self.fails(DATA, [name, "model.weights", "torch.save()", "tools/torch_export.py"],
                       "--config", "small.ini")

    def test_what_is_no_safetensors_file(self):
        self.write_config(model_weights="small.ini")
        self.fails(DATA, ["small.ini", "model.weights", "byte 0"], "--config", "small.ini")
        harness.write(self.path("cut.safetensors"), harness.read(self.path(LAST))[:-1])
        self.write_config(model_weights="cut.safetensors")
        self.fails(DATA, ["cut.safetensors", "model.weights", "the file has"], "--config",
                   "small.ini")


if __name__ == "__main__":
    harness.main()
