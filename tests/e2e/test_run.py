#!/usr/bin/env python3
"""The run that everyone starts with, smoke.ini --trace: what it leaves and what it says."""
import hashlib
import json
import os
import re
import time

import harness
from harness import TrainCase, read_csv, read_npz, read_safetensors, read_tree, steps_of

METRICS = ("step epoch train_loss test_loss loss_gap train_accuracy test_accuracy learning_rate "
           "train_clean_loss train_loss_low train_loss_high test_loss_low test_loss_high "
           "loss_gap_low loss_gap_high train_accuracy_low train_accuracy_high test_accuracy_low "
           "test_accuracy_high").split()
ORDERS = ("step epoch split kind order strength share positive negative count strength_low "
          "strength_high share_low share_high positive_low positive_high negative_low "
          "negative_high").split()
MEAN_ORDER = "step epoch split mean_order low high n_samples tau".split()
ANALYSIS = ["about.json", "claims.json", "examples.json", "phases.json"] + [name + ".csv" for name in (
    "causal", "common", "convergence", "decay_spindle", "generalization", "generalization_final",
    "labels", "labels_final", "mean_order", "orders", "similarity", "similarity_final",
    "stability", "theory", "theory_rows")]
FIGURES = ["p1_fig3_two_phases", "p1_fig5_similarity", "p1_fig6_mislabelled",
           "p2_fig2_order_shares", "p2_fig3_row_norms", "p2_fig4_theory", "p2_fig7_losses",
           "p2_fig9_theory_and", "p3_decay_spindle", "p4_causal", "p4_generalisation",
           "p4_new_removed", "p4_scatter", "p4_strength", "p5_fig4_common", "p7_stability",
           "three_phases"]
CLAIMS = [f"D{i}" for i in range(1, 19)] + ["D18b", "D19", "D20", "T1", "T2"]


class Smoke(TrainCase):
    """configs/smoke.ini with the data that comes with the source."""

    def setUp(self):
        super().setUp()
        self.env.pop("PHASETRACE_DATA")

    def smoke(self, *arguments, **options):
        return self.train("--config", "smoke.ini", *arguments, **options)

    def test_a_traced_run(self):
        start = time.monotonic()
        result = self.smoke("--trace")
        self.assertLess(time.monotonic() - start, 10)
        self.assertEqual(result.directory, "runs/smoke-001")
        run = self.path("runs", "smoke-001")
        harness.check_run_files(run)
        self.check_names(run)
        self.check_metrics(run)
        self.check_orders(run)
        self.check_trace(run)
        self.check_snapshots(run)
        self.check_manifest(run)
        self.check_claims(run, result.stdout)
        self.check_progress(result.stderr)

    def check_names(self, run):
        snapshots, traces = steps_of(run, "snapshots"), steps_of(run, "trace")
        self.assertEqual(len(snapshots), 12)
        self.assertEqual((snapshots[0], snapshots[-1]), (0, 260))
        self.assertEqual(snapshots, traces)
        expected = {"config.ini", "manifest.json", "events.jsonl", "metrics.csv",
                    "snapshots/last.safetensors"}
        expected |= {f"snapshots/step_{s:08}.safetensors" for s in snapshots}
        expected |= {f"trace/step_{s:08}.npz" for s in traces}
        expected |= {f"analysis/{name}" for name in ANALYSIS}
        expected |= {"report.html", "trace/final.npz", "trace/inputs.json", "trace/stability.npz"}
        for i in (1, 2):
            expected |= {f"baselines/{i}/{name}" for name in (
                "metrics.csv", "snapshots/last.safetensors", "trace/final.npz")}
        tree = set(read_tree(run))
        figures = {name for name in tree if name.startswith("figures/")}
        self.assertEqual(tree - figures, expected)
        if figures:
            self.assertEqual(figures, {f"figures/{name}.{kind}" for kind in ("png", "svg", "pdf")
                                       for name in FIGURES})

    def check_metrics(self, run):
        header, rows = read_csv(os.path.join(run, "metrics.csv"))
        self.assertEqual(header, METRICS)
        steps = [int(row[0]) for row in rows]
        epochs = [13 * epoch for epoch in range(21)]
        self.assertEqual(steps, sorted({*epochs, *steps_of(run, "snapshots")}))
        for row in rows:
            values = dict(zip(header, map(float, row)))
            self.assertAlmostEqual(values["epoch"], values["step"] / 13, 12)
            self.assertAlmostEqual(values["loss_gap"], values["test_loss"] - values["train_loss"],
                                   12)
            for name in ("train_loss", "test_loss", "loss_gap", "train_accuracy", "test_accuracy"):
                self.assertLessEqual(values[name + "_low"], values[name])
                self.assertGreaterEqual(values[name + "_high"], values[name])
            self.assertEqual(values["learning_rate"], 0.05)
        self.assertGreater(float(rows[-1][METRICS.index("train_accuracy")]), 0.7)
        self.assertLess(float(rows[0][METRICS.index("train_accuracy")]), 0.4)

    def check_orders(self, run):
        header, rows = read_csv(os.path.join(run, "analysis", "orders.csv"))
        self.assertEqual(header, ORDERS)
        keys = [(int(r[0]), r[2], r[3], int(r[4])) for r in rows]
        self.assertEqual(sorted(keys), sorted(
            (step, split, kind, order) for step in steps_of(run, "trace")
            for split in ("train", "test", "third") for kind in ("and", "or", "both")
            for order in range(1, 7)))
        header, rows = read_csv(os.path.join(run, "analysis", "mean_order.csv"))
        self.assertEqual(header, MEAN_ORDER)
        self.assertEqual(len(rows), 3 * len(steps_of(run, "trace")))

    def check_trace(self, run):
        for step in steps_of(run, "trace"):
            arrays = read_npz(os.path.join(run, "trace", f"step_{step:08}.npz"))
            shapes = {name: shape for name, (shape, _) in arrays.items()}
            tables = dict.fromkeys(("v", "I_and", "I_or", "noise"), (40, 64))
            columns = dict.fromkeys(("label", "sample_index", "split", "mislabelled", "objective",
                                     "dual_bound", "iterations", "status", "group"), (40,))
            self.assertEqual(shapes, {**tables, **columns, "players": (40, 6), "step": (),
                                      "epoch": ()})
            self.assertEqual(list(arrays["step"][1]), [step])
            self.assertEqual(list(arrays["split"][1]), [0] * 10 + [1] * 10 + [2] * 10 + [0] * 10)
            self.assertEqual(list(arrays["group"][1]), [0] * 10 + [1] * 10 + [2] * 10 + [3] * 10)
            self.assertEqual(list(arrays["mislabelled"][1])[10:], [0] * 20 + [1] * 10)
            self.assertEqual(set(arrays["status"][1]), {0})
            self.assertEqual(len({tuple(arrays["players"][1][i:i + 6])
                                  for i in range(0, 240, 6)}), 1)

    def check_snapshots(self, run):
        shapes = {"fc1.weight": [32, 784], "fc1.bias": [32], "fc2.weight": [32, 32],
                  "fc2.bias": [32], "fc3.weight": [10, 32], "fc3.bias": [10]}
        for step in steps_of(run, "snapshots"):
            tensors, metadata = read_safetensors(
                os.path.join(run, "snapshots", f"step_{step:08}.safetensors"))
            self.assertEqual({name: shape for name, (shape, _) in tensors.items()}, shapes)
            self.assertEqual(metadata["phasetrace.step"], str(step))
        last, _ = read_safetensors(os.path.join(run, "snapshots", "last.safetensors"))
        self.assertEqual({name for name in last if not name.startswith("optimizer.momentum.")},
                         set(shapes))
        for name, shape in shapes.items():
            self.assertEqual(last[name][1], tensors[name][1])
            self.assertEqual(last["optimizer.momentum." + name][0], shape)

    def check_manifest(self, run):
        with open(os.path.join(run, "manifest.json"), encoding="utf-8") as file:
            manifest = json.load(file)
        self.assertEqual(manifest["format"], 1)
        self.assertEqual((manifest["state"], manifest["reason"]), ("finished", ""))
        self.assertEqual(manifest["seed"], 1)
        self.assertEqual([f["path"] for f in manifest["data_files"]], [
            f"{harness.SOURCE_ROOT}/datasets/mnist-small/{prefix}-{kind}-ubyte.gz"
            for prefix in ("train", "t10k") for kind in ("images-idx3", "labels-idx1")])
        for file in manifest["data_files"]:
            self.assertEqual(file["bytes"], os.path.getsize(file["path"]))
            self.assertRegex(file["sha256"], "^[0-9a-f]{64}$")
        self.assertTrue(manifest["machine"]["blas"])
        self.assertRegex(manifest["times"]["started"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    def check_claims(self, run, stdout):
        with open(os.path.join(run, "analysis", "claims.json"), encoding="utf-8") as file:
            claims = json.load(file)
        self.assertEqual([claim["id"] for claim in claims], CLAIMS)
        lines = stdout.splitlines()
        verdicts = {True: "reproduced", False: "not reproduced", None: "not measurable here"}
        printed = {line.split()[0]: line for line in lines if re.match(r"[DT]\d+b? ", line)}
        self.assertLessEqual(max(map(len, lines)), 100)
        words = " ".join(stdout.split())
        for claim in claims:
            self.assertIn(f" {verdicts[claim['reproduced']]} ", printed[claim["id"]])
            self.assertIn(claim["figure"], printed[claim["id"]])
            self.assertIn(claim["statement"], words)
            self.assertIn(claim["reason"], words)
        self.assertTrue(claims[0]["reproduced"], "D1 holds for any network")
        self.assertNotIn("\033", stdout, "colours are for terminals")

    def check_progress(self, stderr):
        lines = stderr.splitlines()
        for epoch, line in enumerate(lines[:20], 1):
            self.assertRegex(line, rf"^epoch {epoch}/20  loss [\d.]+  test loss [\d.]+  accuracy ")
        self.assertRegex(lines[20], "^time: ")
        self.assertEqual(len(lines), 21)

    def test_names_are_numbered(self):
        for number in (1, 2, 3):
            result = self.smoke("-q", "--set", "train.epochs=1")
            self.assertEqual(result.stdout, f"runs/smoke-{number:03}\n")
            self.assertEqual(result.stderr, "")
        os.rename(self.path("runs", "smoke-002"), self.path("runs", "kept"))
        result = self.smoke("-q", "--set", "train.epochs=1")
        self.assertEqual(result.stdout, "runs/smoke-002\n")

    def test_without_a_trace_there_is_only_training(self):
        result = self.smoke("-q", "--set", "train.epochs=1", "--out", "deep/er/run")
        self.assertEqual(result.stdout, "deep/er/run\n")
        folders = {os.path.dirname(path) for path in read_tree(self.path("deep", "er", "run"))}
        self.assertEqual(folders, {"", "snapshots"})

    def test_figures_are_drawn_again_from_the_analysis(self):
        run = self.smoke("-q", "--trace", "--set", "train.epochs=2").directory
        figures = os.path.join(self.dir, run, "figures")
        if not os.listdir(figures):
            self.skipTest("this build draws no figures")
        before = read_tree(figures)
        for name in before:
            os.remove(os.path.join(figures, name))
        result = self.train("report", run)
        self.assertEqual(result.stdout, run + "\n")
        self.assertEqual(read_tree(figures), before)


class Manifest(TrainCase):
    def test_data_files_are_named_wherever_one_stands(self):
        self.train("--config", "small.ini", "-q", "--out", "run")
        manifest = json.loads(harness.read(self.path("run", "manifest.json")))
        folder = os.path.realpath(self.path("digits"))
        self.assertEqual({os.path.dirname(f["path"]) for f in manifest["data_files"]}, {folder})
        for file in manifest["data_files"]:
            self.assertEqual(hashlib.sha256(harness.read(file["path"])).hexdigest(),
                             file["sha256"])


if __name__ == "__main__":
    harness.main()
