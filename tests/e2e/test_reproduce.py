#!/usr/bin/env python3
"""tools/reproduce: runs what is not finished and writes the table."""
import os
import subprocess
import sys

import harness
from harness import TrainCase

TOOL = os.path.join(harness.SOURCE_ROOT, "tools/reproduce")
SMALL = {"train_epochs": 3, "snapshots_count": 3}


class Reproduce(TrainCase):
    def setUp(self):
        super().setUp()
        os.makedirs(self.path("configs/paper"))
        self.write_config("configs/paper/alpha.ini", run_seeds="1..2", data_label_noise=0.05,
                          **SMALL)
        self.write_config("configs/paper/beta.ini", **SMALL)
        harness.write(self.path("configs/paper/beta.ini"),
                      harness.read(self.path("configs/paper/beta.ini")).decode() +
                      "[sweep]\ndata.label_noise = 0, 0.1\n")

    def reproduce(self, *arguments, status=0):
        result = subprocess.run(
            [sys.executable, TOOL, "--root", self.dir, *arguments], cwd="/", text=True,
            env={**self.env, "TRAIN": harness.TRAIN}, timeout=100, capture_output=True)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result.stdout + result.stderr

    def document(self):
        return harness.read(self.path("doc/REPRODUCTION.md")).decode()

    def test_runs_and_table(self):
        self.reproduce("--table-only")
        self.assertIn("No configuration has been run", self.document())
        self.reproduce("alpha")
        self.assertNotIn("beta", self.document())
        os.makedirs(self.path("doc"), exist_ok=True)
        harness.write(self.path("doc/reproduction-notes.md"),
                      "# Notes\n\n## alpha\n\nA small thing.\n\n## alpha D2\n\nToo few samples.\n")
        output = self.reproduce()
        self.assertEqual(output.count("finished before"), 2)
        text = self.document()
        self.assertRegex(text, r"(?m)^\| Claim \| Threshold \| \[alpha\]\(#alpha\) \| \[beta\]")
        self.assertRegex(text, r"(?m)^\| D1 \(P2, [^|]*\) \| 1e-09 \| ✔ \S+e-1\d \[[^|]*\] \(2/2\) "
                               r"\| ✔ \S+e-1\d \|$")
        self.assertRegex(text, r"(?m)^\| D15 .*\| – – \|$")
        for words in ("small, MLP 144-16-4, 5% wrong labels", "Seeds: 1, 2.", "A small thing.",
                      "160 training and 160 testing samples, 4 and 4 of them traced",
                      "train --config configs/paper/alpha.ini --trace --out runs/paper/alpha",
                      "Settings: label_noise=0, label_noise=0.1.", "train-images-idx3-ubyte"):
            self.assertIn(words, text)
        if "**D2**" in text:
            self.assertIn("Too few samples.", text)
        self.assertNotIn(self.dir, text)
        self.assertNotRegex(text, r"(?m)(^|[\s(`])/\w")
        self.assertIn("(gallery/alpha.png)", text)
        self.assertEqual(harness.read(self.path("doc/gallery/alpha.png")),
                         harness.read(self.path("runs/paper/alpha/figures/three_phases.png")))
        self.reproduce("--table-only")
        self.assertEqual(self.document(), text)

    def test_unfinished_and_unknown(self):
        harness.write(self.path("configs/paper/broken.ini"), "[data]\nset = idx\npath = nowhere\n")
        output = self.reproduce("broken", "alpha", status=harness.IO)
        self.assertIn("1 of 3 configurations", output)
        self.assertIn("alpha, beta, broken", self.reproduce("gamma", status=2))
        manifest = self.path("runs/paper/alpha/seed_2/manifest.json")
        harness.write(manifest, harness.read(manifest).replace(b'"finished"', b'"running"'))
        self.assertIn("0 of 3", self.reproduce("--table-only"))


if __name__ == "__main__":
    harness.main()
