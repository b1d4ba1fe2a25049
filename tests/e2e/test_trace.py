#!/usr/bin/env python3
"""train trace: snapshots of a run once more, and models that were trained elsewhere."""
import json
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import time

import harness
from harness import (CONFIG, TrainCase, config_text, read, read_csv, read_npz, read_safetensors,
                     read_tree, write)

# What is another in each run: times, and the optimiser's state.
OF_TRAINING = {"manifest.json", "events.jsonl", "snapshots/last.safetensors"}

TRACED = {"baselines_count": 2, "baselines_epochs": 2, "trace_final_samples": 8,
          "trace_stability_samples": 2, "trace_stability_draws": 3}


def safetensors(tensors):
    """A file of float32 tensors {name: (shape, numbers)}, without metadata."""
    header, payload = {}, b""
    for name, (shape, numbers) in tensors.items():
        data = struct.pack(f"<{len(numbers)}f", *numbers)
        header[name] = {"dtype": "F32", "shape": shape,
                        "data_offsets": [len(payload), len(payload) + len(data)]}
        payload += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + payload


class Case(TrainCase):
    def setUp(self):
        super().setUp()
        self.write_config(**TRACED)

    def make(self, *arguments, out="run"):
        self.train("--config", "small.ini", "-q", "--out", out, *arguments)
        return self.path(out)

    def last_snapshot(self, run):
        steps = harness.steps_of(run, "snapshots")
        return os.path.join(run, "snapshots", f"step_{steps[-1]:08}.safetensors")


class Runs(Case):
    def test_the_same_settings_give_the_same_bytes(self):
        run = self.make("--trace")
        result = self.train("trace", "run", "--out", "again")
        self.assertEqual(result.directory, "again")
        before, after = read_tree(run), read_tree(self.path("again"))
        self.assertEqual(set(before) - set(after), {"snapshots/last.safetensors"})
        self.assertEqual(set(after) - set(before), set())
        for name in set(after) - OF_TRAINING:
            self.assertEqual(before[name], after[name], name)
        lines = result.stderr.splitlines()
        self.assertRegex(lines[0], r"^snapshot 1/6, step 0 .* left  \d+ MiB$")
        self.assertEqual(len([line for line in lines if line.startswith("snapshot ")]), 6)
        manifest = json.loads(after["manifest.json"])
        self.assertEqual((manifest["state"], manifest["source"]), ("finished", "run"))
        self.assertIsNone(json.loads(before["manifest.json"])["source"])
        self.check_events(before["events.jsonl"], after["events.jsonl"])

    def check_events(self, before, after):
        """They tell the same story but for what is trained, with the same numbers."""
        before, after = ([json.loads(line) for line in text.splitlines()]
                         for text in (before, after))
        self.assertEqual((after[0]["event"], after[0]["source"]), ("started", "run"))
        self.assertNotIn("source", before[0])
        self.assertEqual(after[-1]["event"], "finished")
        told = [[{key: value for key, value in event.items()
                  if key not in ("time", "elapsed_s", "seconds", "source")}
                 for event in events if event["event"] != "epoch"] for events in (before, after)]
        told[0][0].pop("step"), told[1][0].pop("step")
        self.assertEqual(*told)

    def test_a_run_that_was_not_traced(self):
        self.make()
        traced = self.make("--trace", out="traced")
        self.train("trace", "run", "-q", "--out", "later")
        before, after = read_tree(traced), read_tree(self.path("later"))
        for name in set(before) - OF_TRAINING:
            self.assertEqual(before[name], after[name], name)

    def test_other_settings_are_those_of_a_run_that_has_them(self):
        self.make("--trace")
        sets = ("--set", "trace.players=4", "--set", "trace.solver=and", "--set",
                "trace.draw=per-sample", "--set", "baselines.count=1")
        other = self.make("--trace", *sets, out="other")
        self.train("trace", "run", "-q", "--out", "again", *sets)
        before, after = read_tree(other), read_tree(self.path("again"))
        self.assertEqual(set(before) - set(after), {"snapshots/last.safetensors"})
        for name in set(after) - OF_TRAINING:
            self.assertEqual(before[name], after[name], name)

    def test_settings_of_a_file_and_the_first_free_name(self):
        self.make("--trace", "--set", "baselines.count=0")
        self.write_config("four.ini", **{**TRACED, "trace_players": 4, "run_name": "four",
                                         "baselines_count": 0})
        result = self.train("trace", "run", "--config", "four.ini", "-q")
        self.assertEqual(result.directory, "runs/four-001")
        trace = read_npz(self.path("runs", "four-001", "trace", "step_00000000.npz"))
        self.assertEqual(trace["I_and"][0], (8, 16))

    def test_baseline_networks_are_not_trained_again(self):
        run = self.make("--trace")
        last = ["baselines", "1", "snapshots", "last.safetensors"]
        second = read(os.path.join(run, "baselines", "2", "snapshots", "last.safetensors"))
        write(os.path.join(run, *last), second)
        self.train("trace", "run", "-q", "--out", "again")
        tree = read_tree(self.path("again", "baselines"))
        self.assertEqual(tree["1/trace/final.npz"], tree["2/trace/final.npz"])
        self.train("trace", "run", "-q", "--out", "anew", "--set", "baselines.seed=7777")
        tree = read_tree(self.path("anew", "baselines"))
        self.assertNotEqual(tree["1/trace/final.npz"], tree["2/trace/final.npz"])

    def test_baseline_networks_are_trained_on(self):
        """Those of a run that was stopped while it trained them."""
        run = self.make("--trace")
        half = self.make("--trace", "--set", "baselines.epochs=1", out="half")
        last = ["baselines", "1", "snapshots", "last.safetensors"]
        shutil.copy(os.path.join(half, *last), self.path("half.safetensors"))
        whole = read_tree(os.path.join(run, "baselines"))
        shutil.copy(self.path("half.safetensors"), os.path.join(run, *last))
        os.remove(os.path.join(run, "baselines", "2", "snapshots", "last.safetensors"))
        self.train("trace", "run", "-q", "--out", "again")
        self.assertEqual(read_tree(self.path("again", "baselines")), whole)

    def test_data_beside_a_configuration_elsewhere(self):
        os.makedirs(self.path("deep"))
        shutil.move(self.path("digits"), self.path("deep", "digits"))
        write(self.path("deep", "small.ini"), config_text(**TRACED))
        self.env.pop("PHASETRACE_DATA")
        self.train("--config", "deep/small.ini", "-q", "--out", "run")
        self.train("trace", "run", "-q", "--out", "again")
        self.train("--config", "again/config.ini", "--dry-run")

    def test_two_files_of_data_elsewhere(self):
        os.makedirs(self.path("deep"))
        rows = "age,job,income\n" + "".join(f"{i},{'ab'[i % 2]},{'low' if i < 20 else 'high'}\n"
                                            for i in range(40))
        write(self.path("deep", "people.csv"), rows)
        write(self.path("deep", "test.csv"), rows)
        write(self.path("deep", "small.ini"), config_text(
            data_set="csv", data_path="people.csv", data_test_path="test.csv",
            data_label="income", data_train_samples=20, data_test_samples=20, data_classes="",
            trace_players=2, trace_baseline="zero", baselines_count=0, snapshots_checkpoint_s=7))
        self.train("--config", "deep/small.ini", "-q", "--out", "run")
        self.train("trace", "run", "-q", "--out", "again", "--set", "snapshots.checkpoint_s=8")

    def test_what_cannot_be_traced(self):
        self.fails(harness.IO, ["absent", "no such file"], "trace", "absent")
        self.fails(harness.USAGE, ["expected one run directory"], "trace")
        self.fails(harness.USAGE, ["expected one run directory"], "trace", "a", "b")
        self.fails(harness.DATA, ["digits", "no run directory"], "trace", "digits")
        self.fails(harness.DATA, ["digits", "no run directory"], "trace", "digits", "--config",
                   "small.ini")
        run = self.make()
        self.fails(harness.USAGE, ["there train.epochs is 6, not 3"], "trace", "run", "--set",
                   "train.epochs=3")
        self.fails(harness.USAGE, ["data.label_noise is 0, not 0.5; train.epochs is 6, not 3"],
                   "trace", "run", "--set", "train.epochs=3", "--set", "data.label_noise=.5")
        self.fails(harness.USAGE, ["run.seed is 1, not 2"], "trace", "run", "--seed", "2")
        self.fails(harness.USAGE, ["run exists already", "--resume"], "trace", "run", "--out",
                   "run")
        self.fails(harness.USAGE, ["--resume needs the directory", "--out"], "trace", "run",
                   "--resume")
        self.fails(harness.USAGE, ["run holds a run that trains its network, no traces of run"],
                   "trace", "run", "--out", "run", "--resume")
        write(self.path("digits", "t10k-labels-idx1-ubyte"),
              read(self.path("digits", "t10k-labels-idx1-ubyte"))[:-1] + b"\0")
        self.fails(harness.DATA, ["t10k-labels", "run was trained on other data"], "trace", "run")
        harness.write_data(self.path("digits"))
        middle = os.path.join(run, "snapshots", "step_00000010.safetensors")
        whole = read(middle)
        write(middle, whole[:-5])
        self.fails(harness.DATA, ["step_00000010.safetensors", "byte"], "trace", "run")
        os.remove(middle)
        self.train("trace", "run", "-q", "--out", "fewer")
        self.assertEqual(len(harness.steps_of(self.path("fewer"), "trace")), 5)
        metrics = os.path.join(run, "metrics.csv")
        write(metrics, read(metrics)[:-30])
        self.fails(harness.DATA, ["metrics.csv"], "trace", "run")
        os.remove(metrics)
        self.fails(harness.DATA, ["run", "has no metrics.csv"], "trace", "run")
        shutil.rmtree(os.path.join(run, "snapshots"))
        self.fails(harness.DATA, ["run", "has no snapshots of its own"], "trace", "run")
        os.makedirs(os.path.join(run, "snapshots"))
        write(metrics, "step\n")
        self.fails(harness.DATA, ["run/snapshots", "no snapshots of steps"], "trace", "run")

    def test_there_is_no_training_to_go_on_with(self):
        self.make("--set", "baselines.count=0")
        for source in ("run", "run/snapshots/step_00000010.safetensors"):
            self.train("trace", source, "--config", "run/config.ini", "-q", "--out", "again")
            before = read_tree(self.path("again"))
            told = [f"again holds traces of {source}",
                    f"`train trace {source} --out again --resume`"]
            self.fails(harness.USAGE, told, "--out", "again", "--resume")
            self.fails(harness.USAGE, told, "--config", "small.ini", "--trace", "--out", "again",
                       "--resume")
            self.fails(harness.USAGE, told, "trace", self.path("run"), "--out", "again", "--resume")
            self.assertEqual(read_tree(self.path("again")), before)
            shutil.rmtree(self.path("again"))

    def test_the_spectrum_of_each_snapshot(self):
        self.make("--set", "baselines.count=0")
        text = self.train("trace", "run", "--out", "again", "--live").stderr
        self.assertEqual(re.findall(r"(?m)^snapshot (\d)/6", text), list("123456"))
        self.assertEqual(len(re.findall(r"(?m)^order spectrum at step ", text)), 6, text)
        self.fails(harness.USAGE, ["--live and --quiet"], "trace", "run", "--live", "-q")

    def test_a_series_is_traced_run_by_run(self):
        self.train("--config", "small.ini", "-q", "--out", "series", "--set", "run.seeds=1..2",
                   "--set", "train.epochs=2")
        self.fails(harness.DATA, ["trace one, such as series/seed_1"], "trace", "series")
        self.train("trace", "series/seed_2", "-q", "--out", "again")

    def test_a_reader_that_goes_away_costs_nothing(self):
        self.make("--set", "baselines.count=0")
        process = subprocess.run(f"{harness.TRAIN} trace run -q --out again | head -1; "
                                 "exit ${PIPESTATUS[0]}", shell=True, executable="/bin/bash",
                                 cwd=self.dir, env=self.env, capture_output=True, text=True,
                                 timeout=60)
        self.assertIn(process.returncode, (harness.OK, harness.IO), process.stderr)
        manifest = json.loads(read(self.path("again", "manifest.json")))
        self.assertEqual(manifest["state"], "finished")
        with open("/dev/full", "w", encoding="ascii") as full:
            self.train("trace", "run", "-q", "--out", "full", status=harness.IO, stdout=full)

    def test_a_signal_stops_it(self):
        self.make("--set", "train.epochs=60", "--set", "snapshots.count=60", "--set",
                  "snapshots.schedule=epochs")
        process = subprocess.Popen([harness.TRAIN, "trace", "run", "--out", "again", "--set",
                                    "trace.players=9", "--set", "trace.samples=20"], cwd=self.dir,
                                   env=self.env, stderr=subprocess.PIPE, text=True)
        while not process.stderr.readline().startswith("snapshot 2"):
            pass
        process.send_signal(signal.SIGINT)
        errors = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, 130, errors)
        self.assertRegex(errors, r"\nto go on: .* trace run .* --out again --resume\n\Z")
        self.assertFalse(os.path.exists(self.path("again", "snapshots", "last.safetensors")))
        self.assertEqual(json.loads(read(self.path("again", "manifest.json")))["state"], "stopped")
        harness.check_run_files(self.path("again"))


class GoingOn(Case):
    """What was stopped, killed or broken leaves in the end what an uninterrupted trace leaves."""

    def setUp(self):
        super().setUp()
        self.make()
        shutil.copy(self.last_snapshot(self.path("run")), self.path("model.safetensors"))

    def tree(self, name):
        return harness.without_times(read_tree(self.path(name)))

    def stop(self, arguments, exists, number):
        """Stops it when the file is there; whether it was still at work."""
        process = subprocess.Popen([harness.TRAIN, *arguments], cwd=self.dir, env=self.env,
                                   text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while process.poll() is None and not os.path.exists(self.path("again", exists)):
            time.sleep(0.001)
        process.send_signal(number)
        _, stderr = process.communicate(timeout=60)
        if number == signal.SIGINT and process.returncode != 0:
            self.assertEqual(process.returncode, 130, stderr)
            command = re.search(r"(?m)^to go on: (.*)$", stderr).group(1)
            self.assertEqual(command.split(), [harness.TRAIN, *arguments, "--resume"])
        return process.returncode != 0

    def go_on(self, arguments, places):
        self.train(*arguments[:-1], "whole")
        whole, n_stopped = self.tree("whole"), 0
        for number, exists in enumerate(places):
            with self.subTest(arguments=arguments, exists=exists):
                n_stopped += self.stop(arguments, exists,
                                       signal.SIGKILL if number % 2 else signal.SIGINT)
                self.train(*arguments, "--resume")
                self.assertEqual(self.tree("again"), whole)
                shutil.rmtree(self.path("again"))
        self.assertGreater(n_stopped, len(places) // 2)
        shutil.rmtree(self.path("whole"))

    def test_with_a_run(self):
        self.go_on(["trace", "run", "-q", "--out", "again"],
                   ("config.ini", "trace/step_00000010.npz.work", "trace/final.npz.work",
                    "baselines/1", "analysis/about.json"))

    def test_with_a_model(self):
        self.go_on(["trace", "model.safetensors", "--config", "small.ini", "-q", "--out", "again"],
                   ("metrics.csv", "trace/final.npz", "baselines/1", "analysis/about.json"))

    def test_nothing_is_done_twice(self):
        arguments = ["trace", "run", "-q", "--out", "again"]
        self.assertTrue(self.stop(arguments, "trace/step_00000010.npz", signal.SIGKILL))
        before = {path: os.stat(self.path("again", path)).st_mtime_ns
                  for path in read_tree(self.path("again"))
                  if re.search(r"0000000\d\.(npz|safetensors)$", path)}
        self.assertGreaterEqual(len(before), 4)
        self.train(*arguments, "--resume")
        for path, time_ns in before.items():
            self.assertEqual(os.stat(self.path("again", path)).st_mtime_ns, time_ns, path)
        tree = read_tree(self.path("again"))
        events = [json.loads(line)["event"] for line in tree["events.jsonl"].splitlines()]
        self.assertEqual([event for event in events if event in ("started", "resumed", "finished")],
                         ["started", "resumed", "finished"])
        result = self.train("trace", "run", "--out", "again", "--resume")
        self.assertEqual((result.stdout, result.stderr),
                         ("again\n", "again is complete: nothing is left to do\n"))
        self.assertEqual(read_tree(self.path("again")), tree)

    def test_with_other_settings_or_networks(self):
        self.train("trace", "run", "-q", "--out", "again", "--set", "trace.players=4")
        before = read_tree(self.path("again"))
        self.fails(harness.USAGE, ["trace.players = 4, not 5"], "trace", "run", "--out", "again",
                   "--resume")
        self.fails(harness.USAGE, ["again holds traces of run"], "trace", "model.safetensors",
                   "--config", "small.ini", "--out", "again", "--resume")
        self.assertEqual(read_tree(self.path("again")), before)

    def test_a_directory_that_is_not_there(self):
        self.train("trace", "run", "-q", "--out", "again", "--resume")
        self.train("trace", "run", "-q", "--out", "whole")
        self.assertEqual(self.tree("again"), self.tree("whole"))


class Models(Case):
    def test_a_model_from_elsewhere_is_traced_as_the_run_traced_it(self):
        run = self.make("--trace")
        tensors, _ = read_safetensors(self.last_snapshot(run))
        names = list(tensors)
        random.Random(5).shuffle(names)
        write(self.path("model.safetensors"), safetensors({name: tensors[name] for name in names}))
        self.train("trace", "model.safetensors", "--config", "small.ini", "-q", "--out", "traced")
        traced = self.path("traced")
        self.assertEqual(harness.steps_of(traced, "trace"), [60])
        for name in ("step_00000060.npz", "final.npz", "stability.npz"):
            self.assertEqual(read(os.path.join(run, "trace", name)),
                             read(os.path.join(traced, "trace", name)), name)
        self.assertEqual(read_csv(os.path.join(run, "metrics.csv"))[1][-1][:7],
                         read_csv(os.path.join(traced, "metrics.csv"))[1][0][:7])
        manifest = json.loads(read(os.path.join(traced, "manifest.json")))
        self.assertEqual(manifest["source"], "model.safetensors")
        self.assertEqual(manifest["weights"]["bytes"], os.path.getsize(
            self.path("model.safetensors")))
        with open(os.path.join(traced, "analysis", "claims.json"), encoding="utf-8") as file:
            claims = {claim["id"]: claim for claim in json.load(file)}
        self.assertTrue(claims["D1"]["reproduced"])
        self.assertIsNone(claims["D3"]["reproduced"], "a trained network is no untrained one")
        self.train("report", "traced")
        self.train("analyse", "traced")
        pages = [read(os.path.join(directory, "report.html")).decode() for directory in (run, traced)]
        for words, whole in (("The course of training", True), ("Checkpoint by checkpoint", True),
                             ("What the output depends on", False), ("one moment", False)):
            self.assertEqual([words in page for page in pages], [whole, not whole], words)

    def test_a_snapshot_keeps_its_step(self):
        run = self.make("--trace", "--set", "baselines.count=0")
        self.train("trace", "run/snapshots/step_00000010.safetensors", "--config", "run/config.ini",
                   "-q", "--out", "one")
        name = ("trace", "step_00000010.npz")
        self.assertEqual(read(os.path.join(run, *name)), read(self.path("one", *name)))

    def test_networks_of_other_kinds(self):
        layers = "conv 4 3x3, relu, maxpool 2, flatten, dense classes"
        for name, sets in (("lenet", ["model.preset=lenet", "data.size=28"]),
                           ("bn", ["model.preset=vgg11_bn", "model.width=0.05", "data.size=32",
                                   "data.channels=3"]),
                           ("layers", ["model.preset=layers", "model.layers=" + layers])):
            given = [part for text in sets + ["train.epochs=1", "snapshots.count=2",
                                              "baselines.count=0", "trace.final_samples=0",
                                              "trace.samples=2", "trace.players=3"]
                     for part in ("--set", text)]
            run = self.make("--trace", *given, out=name)
            last = harness.steps_of(run, "trace")[-1]
            self.train("trace", self.last_snapshot(run), "--config", "small.ini", *given, "-q",
                       "--out", name + "2")
            trace = ("trace", f"step_{last:08}.npz")
            self.assertEqual(read(os.path.join(run, *trace)),
                             read(self.path(name + "2", *trace)))

    def test_models_that_do_not_fit(self):
        run = self.make()
        last = self.last_snapshot(run)
        self.fails(harness.USAGE, ["a model needs --config FILE"], "trace", last)
        self.fails(harness.DATA, ["step_00000060.safetensors", "missing: conv1.weight, conv1.bias",
                                  "of another shape or type: fc1.weight F32 [16, 144]"], "trace", last,
                   "--config", "small.ini", "--set", "model.preset=lenet", "--set", "data.size=28")
        self.fails(harness.DATA, ["fc1.weight F32 [16, 144] instead of [8, 144]"], "trace", last,
                   "--config", "small.ini", "--set", "model.hidden=8")
        self.fails(harness.USAGE, ["traced in one", "--seed"], "trace", last, "--config",
                   "small.ini", "--set", "run.seeds=1..2")
        self.fails(harness.IO, ["no configuration absent.ini"], "trace", last, "--config",
                   "absent.ini")
        write(self.path("cut.safetensors"), read(last)[:300])
        self.fails(harness.DATA, ["cut.safetensors", "byte"], "trace", "cut.safetensors",
                   "--config", "small.ini")
        write(self.path("empty.safetensors"), "")
        self.fails(harness.DATA, ["empty.safetensors"], "trace", "empty.safetensors",
                   "--config", "small.ini")
        self.train("trace", last, "--config", "small.ini", "--seed", "3", "-q", "--out", "seed3")


if __name__ == "__main__":
    harness.main()
