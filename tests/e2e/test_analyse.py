#!/usr/bin/env python3
"""Baseline networks beside a run, and the analysis of a finished run again."""
import os
import shutil

import harness
from harness import DATA, IO, USAGE, TrainCase, read_csv, read_npz, read_safetensors, read_tree


def samples(path):
    arrays = read_npz(path)
    return set(zip(arrays["split"][1], arrays["sample_index"][1]))


class Analyse(TrainCase):
    def run_once(self, **changes):
        self.write_config(data_label_noise=0.1, data_third_samples=20, **changes)
        return self.path(self.train("--config", "small.ini", "--trace", "-q").directory)

    def test_baseline_networks(self):
        run = self.run_once(trace_final_samples=12)
        self.assertEqual(sorted(os.listdir(os.path.join(run, "baselines"))), ["1", "2", "3"])
        wanted = samples(os.path.join(run, "trace", "final.npz"))
        self.assertLessEqual(samples(os.path.join(run, "trace", "step_00000000.npz")), wanted)
        first_weights = []
        for i in "123":
            base = os.path.join(run, "baselines", i)
            self.assertEqual(samples(os.path.join(base, "trace", "final.npz")), wanted)
            tensors, _ = read_safetensors(os.path.join(base, "snapshots", "last.safetensors"))
            self.assertEqual(tensors["fc1.weight"][0], [24, 144])  # 1.5 times the 16 of the run
            first_weights.append(tuple(tensors["fc1.weight"][1]))
            header, rows = read_csv(os.path.join(base, "metrics.csv"))
            row = dict(zip(header, map(float, rows[-1])))
            # it learnt the testing samples, and knows nothing of the wrong training labels
            self.assertGreater(row["test_accuracy"], 0.9)
            self.assertLess(row["train_accuracy"], 0.95)
        self.assertEqual(len(set(first_weights)), 3)

    def test_without_them(self):
        run = self.run_once(trace_final_samples=0, baselines_count=0)
        self.assertFalse(os.path.exists(os.path.join(run, "baselines")))
        self.assertFalse(os.path.exists(os.path.join(run, "trace", "final.npz")))

    def test_again_gives_the_same(self):
        run = self.run_once()
        before = read_tree(run)
        for name in list(before):
            if name.startswith(("analysis/", "figures/")) and name != "analysis/about.json":
                os.remove(os.path.join(run, name))
        result = self.train("analyse", run)
        self.assertEqual(result.directory, run)
        self.assertIn("D1 ", result.stdout)
        self.assertEqual(read_tree(run), before)

    def test_other_thresholds(self):
        run = self.run_once()

        def n_salient():
            header, rows = read_csv(os.path.join(run, "analysis", "orders.csv"))
            return sum(float(row[header.index("count")]) for row in rows)

        before = n_salient()
        self.train("analyse", run, "--set", "analysis.salience=0.3")
        self.assertLess(n_salient(), before / 2)
        self.train("analyse", run)
        self.assertEqual(n_salient(), before)

    def test_what_cannot_be_analysed(self):
        run = self.run_once()
        self.fails(USAGE, ["analyse needs", "run directory"], "analyse")
        self.fails(IO, ["nowhere/config.ini"], "analyse", "nowhere")
        wrong = self.train("analyse", run, "--set", "analysis.salience=2", status=USAGE)
        self.assertIn("out of range", wrong.stderr)
        trace = os.path.join(run, "baselines", "2", "trace", "final.npz")
        whole = harness.read(trace)
        harness.write(trace, whole[:-100])
        self.fails(DATA, ["baselines/2/trace/final.npz"], "analyse", run)
        shutil.copy(os.path.join(run, "trace", "step_00000000.npz"), trace)
        self.fails(DATA, ["a baseline's trace lacks the"], "analyse", run)
        harness.write(trace, whole)
        os.remove(os.path.join(run, "analysis", "about.json"))
        self.fails(IO, ["about.json"], "analyse", run)


if __name__ == "__main__":
    harness.main()
