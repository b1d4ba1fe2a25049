#!/usr/bin/env python3
"""A generated data set: a whole run, what it learns, and how mistakes are refused."""
import json
import os

import harness
from harness import TrainCase, USAGE, read_npz, steps_of

N_INPUTS, N_PLAYERS, N_SAMPLES = 6, 4, 10


class Boolean(TrainCase):
    """One AND term of two of four relevant inputs, which decides nearly every label."""

    def setUp(self):
        super().setUp()
        harness.write(self.path("small.ini"), harness.config_text(
            run_name="small", data_set="boolean", data_path="", data_train_samples=600,
            data_test_samples=300, data_inputs=N_INPUTS, data_relevant=N_PLAYERS, data_density=0.5,
            data_terms="and2 8", data_label_noise=0.02, train_epochs=20,
            trace_samples=N_SAMPLES, trace_players=N_PLAYERS, trace_cells="0, 1, 2, 3",
            trace_baseline="black"))

    def run_small(self, *arguments):
        """The run directory of the small configuration."""
        return self.path(self.train("--config", "small.ini", "--trace", "-q", *arguments).directory)

    def read_last_trace(self, run):
        step = steps_of(run, "trace")[-1]
        return read_npz(os.path.join(run, "trace", f"step_{step:08}.npz"))

    def test_run_is_whole(self):
        run = self.run_small()
        harness.check_run_files(run)
        with open(os.path.join(run, "manifest.json"), encoding="utf-8") as file:
            manifest = json.load(file)
        self.assertEqual((manifest["state"], manifest["data_set"]), ("finished", "boolean"))
        self.assertEqual(manifest["data_files"], [])
        with open(os.path.join(run, "analysis", "about.json"), encoding="utf-8") as file:
            about = json.load(file)
        self.assertEqual(about["network"], "MLP 6-16-2")
        self.assertEqual(about["masking"],
                         "features at the input, baseline black, background kept")

    def test_planted_term_is_learnt(self):
        trace = self.read_last_trace(self.run_small())
        n_sets = 1 << N_PLAYERS
        strongest = []
        for i, label in enumerate(trace["label"][1]):
            self.assertEqual(list(trace["players"][1][4 * i:4 * i + 4]), [0, 1, 2, 3])
            row = trace["I_and"][1][i * n_sets:(i + 1) * n_sets]
            if label == 1 and trace["v"][1][(i + 1) * n_sets - 1] > 2:
                strongest.append(max(range(n_sets), key=lambda s, row=row: row[s]))
        self.assertGreater(len(strongest), N_SAMPLES / 2)
        self.assertEqual(len(set(strongest)), 1, "the same set in every sample that has it")
        self.assertEqual(bin(strongest[0]).count("1"), 2)

    def test_inputs_that_are_0_are_dummies(self):
        trace = self.read_last_trace(self.run_small())
        n_sets = 1 << N_PLAYERS
        n_absent = 0
        for i in range(2 * N_SAMPLES):
            v = trace["v"][1][i * n_sets:(i + 1) * n_sets]
            n_absent += sum(all(v[m] == v[m | 1 << k] for m in range(n_sets))
                            for k in range(N_PLAYERS))
        self.assertGreater(n_absent, N_SAMPLES)
        self.assertLess(n_absent, 2 * N_SAMPLES * N_PLAYERS * 3 / 4)

    def test_bytes_do_not_depend_on_threads(self):
        trees = []
        for threads in (1, 2):
            tree = harness.read_tree(self.run_small("--threads", threads))
            trees.append({name: data for name, data in tree.items()
                          if name.startswith(("trace", "snapshots", "analysis", "metrics"))})
        self.assertGreater(len(trees[0]), 10)
        self.assertEqual(*trees)

    def test_printed_terms_read_back(self):
        setting = "data.terms=and1 -0.5, or3  1e-2"
        printed = self.train("--config", "small.ini", "--set", setting, "--print-config").stdout
        self.assertIn("\nterms = and1 -0.5, or3 0.01\n", printed)
        harness.write(self.path("printed.ini"), printed)
        again = self.train("--config", "printed.ini", "--print-config").stdout
        self.assertEqual(again, printed)

    def test_mistakes(self):
        """Those that are found when the set is made; tests/corpus/ini has the others."""
        for expected, setting in (
                (["data.terms", "term 5", "data.relevant = 4", "only 4 sets"],
                 "data.terms=and1 1,and1 1,and1 1,and1 1,and1 1"),
                (["trace.samples", "301", "300"], "trace.samples=301")):
            self.fails(USAGE, expected, "--config", "small.ini", "--trace", "--set", setting)
            self.fails(USAGE, expected, "--config", "small.ini", "--trace", "--dry-run", "--set",
                       setting)
        result = self.train("--config", "small.ini", "--trace", "--set", "trace.players=7", "--set",
                            "trace.cells=all", status=USAGE)
        self.assertIn("7 players need as many inputs: inputs = 6", result.stderr)
        result = self.train("--config", "small.ini", "--set", "data.terms=nad2 1", status=USAGE)
        self.assertIn("did you mean 'and'?", result.stderr)


if __name__ == "__main__":
    harness.main()
