#!/usr/bin/env python3
"""Seeds and sweeps: the runs of a series, what they say together, and going on with one."""
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import time

import harness
from harness import TrainCase, USAGE, check_run_files, read_csv, read_tree, without_times

T95 = {2: 12.706204736, 3: 4.302652730}  # quantiles of Student's t for n = 2, 3 numbers


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def rows_of(path):
    names, rows = read_csv(path)
    return [dict(zip(names, row)) for row in rows]


class Series(TrainCase):
    def write_tiny(self, **changes):
        self.write_config(**{"train_epochs": 2, "snapshots_count": 3, **changes})

    def series(self, *arguments, **options):
        return self.train("--config", "small.ini", "--trace", "--out", "run", *arguments, **options)

    def assert_interval(self, row, column, values):
        """Mean and t-interval, by other means than the program's."""
        mean, n = statistics.fmean(values), len(values)
        half = T95[n] * statistics.stdev(values) / n ** 0.5
        self.assertAlmostEqual(float(row[column]), mean, places=12)
        self.assertAlmostEqual(float(row[f"{column}_low"]), mean - half, places=7)
        self.assertAlmostEqual(float(row[f"{column}_high"]), mean + half, places=7)


class Running(Series):
    def test_seeds_give_means(self):
        self.write_tiny(run_seeds="1, 5..6")
        result = self.series()
        self.assertEqual(result.directory, "run")
        check_run_files(self.path("run"))
        members = [self.path("run", f"seed_{seed}") for seed in (1, 5, 6)]
        self.assertEqual({name for name in os.listdir(self.path("run")) if "_" in name},
                         {"seed_1", "seed_5", "seed_6"})
        for number, line in enumerate(("seed_1", "seed_5", "seed_6"), 1):
            self.assertIn(f"run {number} of 3: run/{line}\n", result.stderr)

        tables = [rows_of(os.path.join(m, "metrics.csv")) for m in members]
        for i, row in enumerate(rows_of(self.path("run/metrics.csv"))):
            self.assertEqual(row["step"], tables[0][i]["step"])
            for column in ("train_loss", "loss_gap"):
                self.assert_interval(row, column, [float(t[i][column]) for t in tables])
        tables = [rows_of(os.path.join(m, "analysis/orders.csv")) for m in members]
        merged = rows_of(self.path("run/analysis/orders.csv"))
        self.assertEqual(len(merged), len(tables[0]))
        for i in range(0, len(merged), 7):
            self.assertEqual([merged[i][k] for k in ("step", "split", "kind", "order")],
                             [tables[0][i][k] for k in ("step", "split", "kind", "order")])
            self.assert_interval(merged[i], "positive", [float(t[i]["positive"]) for t in tables])

        self.assertEqual(read_json(self.path("run/analysis/about.json"))["n_seeds"], 3)
        matching = read_json(self.path("run/analysis/claims.json"))[0]
        self.assertEqual((matching["id"], matching["reproduced"], matching["seeds"]),
                         ("D1", True, 3))
        self.assertRegex(matching["reason"], r"\Areproduced by 3 of 3 seeds: \S+, \S+, \S+\Z")
        self.assertIn(matching["reason"], result.stdout)
        for figure in os.listdir(self.path("run/seed_1/figures")):
            self.assertTrue(os.path.exists(self.path("run/figures", figure)))
        self.assertRegex(harness.read(self.path("run/config.ini")).decode(), r"(?m)^seeds = 1, 5, 6$")

    def test_a_member_is_the_run_of_its_seed(self):
        self.write_tiny(run_seeds="1..2")
        self.series()
        self.train("--config", "small.ini", "--trace", "--out", "alone", "--seed", 2)
        alone, member = read_tree(self.path("alone")), read_tree(self.path("run/seed_2"))
        self.assertEqual(without_times(alone), without_times(member))

    def assert_figure_of_sweep(self):
        """It is there when other figures are, and drawn again from the tables."""
        if not os.path.exists(self.path("run/figures")):
            self.assertFalse([path for path in read_tree(self.path("run")) if "figures/" in path])
            return
        before = read_tree(self.path("run/figures"))
        self.assertEqual(set(before), {f"sweep.{kind}" for kind in ("png", "svg", "pdf")})
        shutil.rmtree(self.path("run/figures"))
        self.train("report", "run")
        self.assertEqual(read_tree(self.path("run/figures")), before)

    def test_a_sweep_over_two_keys_and_seeds(self):
        self.write_tiny(run_seeds="1..2")
        text = "\n[sweep]\ndata.label_noise = 0, 0.10\n"
        harness.write(self.path("small.ini"), harness.read(self.path("small.ini")).decode() + text)
        result = self.series("--set", "sweep.model.init=he, xavier")
        names = [f"label_noise={noise}_init={init}" for noise in ("0", "0.1")
                 for init in ("he", "xavier")]
        check_run_files(self.path("run"))
        self.assertEqual({n for n in os.listdir(self.path("run")) if n.startswith("sweep_")},
                         {f"sweep_{name}" for name in names})
        for name in names:
            self.assertRegex(result.stdout, rf"(?m)^{re.escape(name)}$")
        rows = rows_of(self.path("run/analysis/sweep.csv"))
        self.assertEqual([(r["data.label_noise"], r["model.init"], r["setting"], r["seed"])
                          for r in rows],
                         [(name[12:].split("_")[0], name.split("=")[2], name, seed)
                          for name in names for seed in "12"])
        for row in rows:
            member = self.path("run", f"sweep_{row['setting']}", f"seed_{row['seed']}")
            last = rows_of(os.path.join(member, "metrics.csv"))[-1]
            phases = read_json(os.path.join(member, "analysis/phases.json"))["test"]
            self.assertEqual(row["test_loss"], last["test_loss"])
            self.assertEqual(float(row["mean_order_end"]), phases["mean_order_end"])
        by_setting = rows_of(self.path("run/analysis/claims_by_setting.csv"))
        matching = [r for r in by_setting if r["id"] == "D1"]
        self.assertEqual([(r["setting"], r["reproduced"], r["n_reproduced"], r["seeds"])
                          for r in matching], [(name, "true", "2", "2") for name in names])
        (claim,) = read_json(self.path("run/analysis/claims.json"))
        self.assertEqual((claim["id"], claim["reproduced"]), ("D15", None))
        self.assert_figure_of_sweep()
        self.assert_analysed_again(result.stdout)

    def assert_analysed_again(self, printed):
        """Members and sums come out the same, also at another place; with a threshold of its own
        everything changes, and a member that is not there is named."""
        os.rename(self.path("run"), self.path("moved"))
        before = read_tree(self.path("moved"))
        for name in list(before):
            if name.endswith(("claims.json", "orders.csv", "sweep.csv", "report.html")):
                os.remove(self.path("moved", name))
        again = self.train("analyse", "moved")
        self.assertEqual(read_tree(self.path("moved")), before)
        self.assertEqual(again.stdout, printed.replace("run\n", "moved\n"))
        self.train("analyse", "moved", "--set", "analysis.salience=0.3")
        after = read_tree(self.path("moved"))
        for name in before:
            if name.endswith("/orders.csv"):
                self.assertNotEqual(after[name], before[name], name)
        shutil.rmtree(self.path("moved/sweep_label_noise=0.1_init=he/seed_2"))
        self.fails(harness.IO, ["init=he/seed_2/config.ini"], "analyse", "moved")

    def test_a_sweep_of_one_seed_without_a_trace(self):
        self.write_tiny()
        self.train("--config", "small.ini", "--out", "run", "--set",
                   "sweep.train.learning_rate=0.1,1e-2")
        for name in ("sweep_learning_rate=0.1", "sweep_learning_rate=0.01"):
            self.assertTrue(os.path.exists(self.path("run", name, "metrics.csv")))
        rows = rows_of(self.path("run/analysis/sweep.csv"))
        self.assertEqual([r["train.learning_rate"] for r in rows], ["0.1", "0.01"])
        self.assertEqual(rows[0]["mean_order_end"], "")
        self.assertFalse(os.path.exists(self.path("run/figures")))

    def test_runs_are_named_and_planned(self):
        self.write_tiny(run_seeds="1..2")
        before = read_tree(self.dir)
        plan = self.train("--config", "small.ini", "--trace", "--dry-run").stdout
        self.assertIn("series: 2 runs", plan)
        self.assertEqual(read_tree(self.dir), before)
        self.assertEqual(self.train("--config", "small.ini").directory, "runs/small-001")
        self.assertEqual(self.train("--config", "small.ini").directory, "runs/small-002")
        one = self.train("--config", "small.ini", "--seed", 7, "--out", "one")
        self.assertTrue(os.path.exists(self.path("one/manifest.json")))
        self.assertEqual(one.directory, "one")
        self.train("--config", "small.ini", "--set", "run.seeds=9", "--out", "nine")
        self.assertEqual(read_json(self.path("nine/manifest.json"))["seed"], 9)

    def test_every_setting_is_prepared_before_a_file_is_written(self):
        self.write_tiny(run_seeds="1..2")
        self.fails(USAGE, ["train_samples=999"], "--config", "small.ini", "--set",
                   "sweep.data.train_samples=20, 999", "--out", "run")
        self.fails(USAGE, ["too long"], "--config", "small.ini", "--out", "run", "--set",
                   f"sweep.data.path={'%' * 100}")


class GoingOn(Series):
    def tree(self):
        return read_tree(self.path("run"))

    def test_finished_members_are_kept(self):
        self.write_tiny(run_seeds="1..2")
        self.series()
        before = self.tree()
        self.assertIn("--resume", self.series(status=USAGE).stderr)
        result = self.series("--resume")
        self.assertEqual(self.tree(), before)
        self.assertEqual(result.stderr.count("finished before"), 2)
        result = self.series("--resume", "--set", "run.seeds=1..3", "--threads", 1)
        self.assertEqual(result.stderr.count("finished before"), 2)
        after = self.tree()
        self.assertEqual({k: v for k, v in after.items() if k.startswith(("seed_1", "seed_2"))},
                         {k: v for k, v in before.items() if k.startswith(("seed_1", "seed_2"))})
        self.assertEqual(read_json(self.path("run/analysis/about.json"))["n_seeds"], 3)

    def test_unfinished_members_are_made_again(self):
        self.write_tiny(run_seeds="1..3")
        self.series()
        before = self.tree()
        shutil.rmtree(self.path("run/seed_2"))
        manifest = harness.read(self.path("run/seed_3/manifest.json"))
        harness.write(self.path("run/seed_3/manifest.json"),
                      manifest.replace(b'"finished"', b'"running"'))
        result = self.series("--resume")
        self.assertEqual(result.stderr.count("finished before"), 1)
        after = self.tree()
        self.assertEqual(without_times(after), without_times(before))

    def test_other_things_are_not_touched(self):
        self.write_tiny(run_seeds="1..2")
        self.series()
        before = self.tree()
        self.fails(USAGE, ["seed_1", "another configuration", "train.epochs = 2, not 3"],
                   "--config", "small.ini", "--trace", "--out", "run", "--resume", "--set",
                   "train.epochs=3")
        self.fails(USAGE, ["--out DIR"], "--config", "small.ini", "--resume")
        self.fails(USAGE, ["run is no run"], "--config", "small.ini", "--resume", "--out", "run",
                   "--seed", 1)
        self.fails(USAGE, ["holds no series"], "--config", "small.ini", "--resume", "--out",
                   "run/seed_1")
        os.mkdir(self.path("mine"))
        harness.write(self.path("mine/diary"), "dear diary")
        for seeds in ("1", "1..2"):
            self.fails(USAGE, ["mine"], "--config", "small.ini", "--resume", "--out", "mine",
                       "--set", f"run.seeds={seeds}")
        self.assertEqual(self.tree(), before)
        self.assertEqual(harness.read(self.path("mine/diary")), b"dear diary")

    def test_it_goes_on_with_its_own_configuration(self):
        """Which says where data and weights are as somebody wrote it elsewhere."""
        self.write_tiny()
        self.train("--config", "small.ini", "-q", "--out", "first")
        os.makedirs(self.path("deep"))
        shutil.move(self.path("digits"), self.path("deep/digits"))
        shutil.copy(self.path("first/snapshots/step_00000000.safetensors"),
                    self.path("deep/weights.safetensors"))
        harness.write(self.path("deep/small.ini"), harness.config_text(
            train_epochs=2, snapshots_count=3, run_seeds="1..3",
            model_weights="weights.safetensors"))
        self.env.pop("PHASETRACE_DATA")
        self.train("--config", "deep/small.ini", "-q", "--out", "whole")
        before = read_tree(self.path("whole"))
        os.rename(self.path("whole"), self.path("run"))
        shutil.rmtree(self.path("run/seed_2"))
        manifest = harness.read(self.path("run/seed_3/manifest.json"))
        harness.write(self.path("run/seed_3/manifest.json"),
                      manifest.replace(b'"finished"', b'"running"'))
        self.train("--out", "run", "--resume", "-q")
        self.assertEqual(without_times(self.tree()), without_times(before))

    def test_killed_in_its_first_moments(self):
        self.write_tiny(run_seeds="1..2", train_epochs=1)
        os.mkdir(self.path("run"))
        harness.write(self.path("run/lock"), "process 1 on somewhere, since then,\n")
        harness.write(self.path("run/config.ini.tmp-1"), "[run]")
        self.series("--resume")
        self.assertEqual(self.tree().keys() & {"lock", "config.ini.tmp-1"}, set())

    def test_a_single_run(self):
        self.write_tiny()
        first = self.series("--resume")
        before = self.tree()
        again = self.series("--resume")
        self.assertEqual((again.stdout, self.tree()), (first.stdout, before))
        self.assertIn("nothing is left to do", again.stderr)
        os.remove(self.path("run/analysis/claims.json"))
        self.series("--resume")
        self.assertEqual(set(self.tree()), set(before))

    def test_interrupted(self):
        self.write_tiny(train_epochs=40, run_seeds="1..30")
        process = subprocess.Popen(
            [harness.TRAIN, "--config", "small.ini", "--trace", "--out", "run"], cwd=self.dir,
            env=self.env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        end = time.monotonic() + 20
        while not os.path.exists(self.path("run/seed_2/metrics.csv")):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=20)
        self.assertEqual((process.returncode, stdout), (130, ""))
        self.assertRegex(stderr, r"\nto go on: \S+ --config small.ini --trace --out run --resume\n"
                                 r"\d+ of 30 runs are finished\n\Z")
        check_run_files(self.path("run"))
        self.assertFalse(os.path.exists(self.path("run/analysis")))
        result = self.series("--resume", "--set", "run.seeds=1..2")
        self.assertIn("seed_1, finished before", result.stderr)
        self.assertEqual(read_json(self.path("run/seed_2/manifest.json"))["state"], "finished")


if __name__ == "__main__":
    harness.main()
