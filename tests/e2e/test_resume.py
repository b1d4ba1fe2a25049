#!/usr/bin/env python3
"""Going on: a run that was stopped, killed or broken leaves what an uninterrupted one leaves.

The program crash_run (tests/crash_run.c) is the first argument after the two usual ones.
PHASETRACE_KILLS sets the number of random kills, PHASETRACE_CRASH_STRIDE which writes are crashed at.
"""
import fcntl
import json
import os
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time

import harness
from harness import BUSY, DATA, TrainCase, USAGE, read_tree, without_times

CRASH_RUN = os.path.abspath(sys.argv.pop(3))
N_KILLS = int(os.environ.get("PHASETRACE_KILLS", 20))
CRASH_STRIDE = int(os.environ.get("PHASETRACE_CRASH_STRIDE", 53))

# A convolution with batch normalisation and dropout, Adam, moved images: all that has a state.
RICH = {"model_preset": "layers", "model_layers": "conv 4 3x3 padding 1, batchnorm, relu, global-avgpool, dropout 0.2, dense classes",
        "train_optimizer": "adam", "train_learning_rate": "0.003", "train_shift": 1,
        "train_schedule": "cosine"}


class Resume(TrainCase):
    def setUp(self):
        super().setUp()
        self.configure()

    def configure(self, **changes):
        self.write_config(**{"train_epochs": 3, "snapshots_count": 4, "snapshots_checkpoint_s": 0,
                             "trace_final_samples": 6, "trace_stability_samples": 2,
                             "baselines_count": 2, "analysis_replicates": 20, **changes})

    def command(self, *more, out="run"):
        return [harness.TRAIN, "--config", "small.ini", "--trace", "-q", "--out", out, *more]

    def start(self, *more):
        process = subprocess.Popen(self.command(*more), cwd=self.dir, env=self.env, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def resume(self, *more, status=0):
        return self.train("--config", "small.ini", "--trace", "-q", "--out", "run", "--resume",
                          *more, status=status)

    def reference(self):
        """The tree of an uninterrupted run, and how long it took."""
        start = time.monotonic()
        self.train(*self.command(out="whole")[1:])
        self.seconds = time.monotonic() - start
        return self.tree("whole")

    def tree(self, run="run"):
        tree = without_times(read_tree(self.path(run)))
        for path in [path for path in tree if path.endswith("config.ini")]:
            tree[path] = re.sub(rb"(?m)^threads = .*\n", b"", tree[path])  # results do not know them
        return tree

    def assert_same(self, whole):
        tree = self.tree()
        self.assertEqual(set(tree), set(whole))
        self.assertEqual([path for path in tree if tree[path] != whole[path]], [])

    def stop_when(self, exists, number=signal.SIGINT):
        """Starts the run, and stops it as soon as the file is there; None: it was over before."""
        process = self.start()
        while process.poll() is None and not os.path.exists(self.path("run", exists)):
            time.sleep(0.001)
        process.send_signal(number)
        _, stderr = process.communicate(timeout=60)
        if process.returncode == 0:
            return None
        self.assertEqual(process.returncode, 128 + number, stderr)
        return re.search(r"(?m)^to go on: (.*)$", stderr).group(1)


class Stopped(Resume):
    def stop_at_places(self):
        whole, n_stopped = self.reference(), 0
        for exists in ("metrics.csv", "trace/step_00000001.npz.work",
                       "snapshots/step_00000010.safetensors", "trace/final.npz.work",
                       "baselines/1/snapshots/last.safetensors", "baselines/2/trace",
                       "analysis/about.json"):
            with self.subTest(exists=exists):
                number = signal.SIGTERM if n_stopped % 2 else signal.SIGINT
                command = self.stop_when(exists, number)
                n_stopped += command is not None
                if command:  # as a user would, who copies it
                    subprocess.run(command, shell=True, cwd=self.dir, env=self.env, check=True,
                                   stdout=subprocess.DEVNULL)
                self.assert_same(whole)
                shutil.rmtree(self.path("run"))
        self.assertGreater(n_stopped, 3)

    def test_at_several_places(self):
        self.stop_at_places()

    def test_a_network_with_every_kind_of_state(self):
        self.configure(**RICH)
        self.stop_at_places()

    def test_the_command_is_quoted(self):
        os.rename(self.path("small.ini"), self.path("it's small $1.ini"))
        process = subprocess.Popen(
            [harness.TRAIN, "--config", "it's small $1.ini", "--set", "train.epochs=100000",
             "--out=my run", "--seed", "3"], cwd=self.dir, env=self.env, text=True,
            stderr=subprocess.PIPE)
        while not os.path.exists(self.path("my run/metrics.csv")):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        command = re.search(r"(?m)^to go on: (.*)$", process.communicate()[1]).group(1)
        self.assertEqual(shlex.split(command), [
            harness.TRAIN, "--config", "it's small $1.ini", "--set", "train.epochs=100000",
            "--seed", "3", "--out", "my run", "--resume"])

    def test_training_does_not_begin_again(self):
        """Nor does a trace: its finished samples are not traced again."""
        self.configure(snapshots_checkpoint_s=1000)
        whole = self.reference()
        self.assertIsNotNone(self.stop_when("trace/step_00000010.npz.work"))
        work = self.path("run/trace/step_00000010.npz.work")
        n_bytes = os.path.getsize(work) if os.path.exists(work) else 0
        result = self.train("--config", "small.ini", "--trace", "-v", "--out", "run", "--resume")
        self.assertRegex(result.stderr, r"goes on after step (10|11|1\d|2\d|30) of 30\n")
        self.assertNotIn("step 0:", result.stderr)
        self.assertNotIn("step 1:", result.stderr)
        self.assert_same(whole)
        self.assertGreaterEqual(n_bytes, 0)


class Killed(Resume):
    def kill_at_random(self, n_kills):
        """One run is killed again and again, with one thread and with two."""
        whole, source, n_finished = self.reference(), random.Random(4), 0
        for number in range(n_kills):
            process = self.start("--resume", "--threads", str(1 + number % 2))
            time.sleep(self.seconds * source.uniform(0.05, 0.9))
            n_finished += process.poll() == 0
            process.kill()
            process.communicate()
            if process.returncode == 0 or number % 5 == 4:
                self.resume()
                self.assert_same(whole)
                shutil.rmtree(self.path("run"))
        self.assertLess(n_finished, n_kills)

    def test_at_random(self):
        self.kill_at_random(N_KILLS)

    def test_at_writes(self):
        """At every CRASH_STRIDE-th operation that changes a file."""
        arguments = ["small.ini", "run"]
        whole = self.reference()
        for nth in range(1, 100000, CRASH_STRIDE):
            with self.subTest(nth=nth):
                process = subprocess.run([CRASH_RUN, str(nth), *arguments], cwd=self.dir,
                                         env=self.env, timeout=60)
                if process.returncode == 0:
                    break
                self.assertEqual(process.returncode, -signal.SIGKILL)
                self.resume()
                self.assert_same(whole)
                shutil.rmtree(self.path("run"))
        self.assertGreater(nth, 300)

    def test_series(self):
        self.configure(run_seeds="1..2", baselines_count=1, snapshots_count=3, train_epochs=2)
        whole, source = self.reference(), random.Random(5)
        for _ in range(3):
            process = self.start("--resume")
            time.sleep(self.seconds * source.uniform(0.2, 0.7))
            process.kill()
            process.communicate()
        self.resume()
        self.assert_same(whole)


class Broken(Resume):
    def interrupted(self):
        whole = self.reference()
        self.assertIsNotNone(self.stop_when("snapshots/step_00000010.safetensors"))
        self.assertTrue(os.path.exists(self.path("run/snapshots/last-1.safetensors")))
        return whole

    def damage(self, name, change):
        path = self.path("run", name)
        harness.write(path, change(harness.read(path)))

    def test_checkpoints(self):
        """Falls back one, then to the beginning, and says so."""
        def flip(data):
            return data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]

        whole = self.interrupted()
        shutil.copytree(self.path("run"), self.path("kept"))
        last, before = "snapshots/last.safetensors", "snapshots/last-1.safetensors"
        for names, change, words in (
                ([last], flip, "checksum does not match"), ([last], lambda d: d[:200], "header"),
                ([last], lambda d: b"", "header"), ([last, before], flip, "checksum")):
            shutil.rmtree(self.path("run"))
            shutil.copytree(self.path("kept"), self.path("run"))
            for name in names:
                self.damage(name, change)
            stderr = self.resume().stderr
            self.assertEqual(stderr.count("passed over"), len(names), stderr)
            self.assertIn(last, stderr)
            self.assert_same(whole)

    def test_other_files(self):
        whole = self.interrupted()
        self.damage("metrics.csv", lambda data: data[:-20])
        self.resume()
        self.assert_same(whole)
        os.remove(self.path("run/trace/final.npz"))
        self.damage("manifest.json", lambda data: data.replace(b'"finished"', b'"running"'))
        self.damage("metrics.csv", lambda data: data + 50 * (data.splitlines()[-1] + b"\n"))
        harness.write(self.path("run/trace/final.npz.work"), b"PTWORK1\0" + bytes(1000))
        harness.write(self.path("run/trace/step_00000000.npz.work"), "left")
        harness.write(self.path("run/analysis/orders.csv.tmp-123"), "left")
        self.resume()
        self.assert_same(whole)

    def test_edited_configuration(self):
        whole = self.interrupted()
        before = read_tree(self.path("run"))
        result = self.resume("--set", "train.epochs=4", "--set", "model.hidden=8", status=USAGE)
        self.assertIn("model.hidden = 16, not 8; train.epochs = 3, not 4;", result.stderr)
        self.assertEqual(read_tree(self.path("run")), before)
        self.resume("--threads", 2, "--set", "snapshots.checkpoint_s=5")
        self.assert_same(whole)

    def test_another_data_set(self):
        whole = self.interrupted()
        before = read_tree(self.path("run"))
        os.rename(self.path("digits"), self.path("moved"))
        harness.write_data(self.path("digits"), n_train=170)
        result = self.resume(status=DATA)
        self.assertRegex(result.stderr, r"made with other data: \S*digits/train-images\S* has sha256")
        self.assertEqual(read_tree(self.path("run")), before)
        self.resume("--set", f"data.path={self.path('moved')}")
        self.assert_same(whole)

    def test_newer_version(self):
        self.interrupted()
        self.damage("manifest.json", lambda data: data.replace(b'"format": 1', b'"format": 2'))
        before = read_tree(self.path("run"))
        self.assertIn("of a newer version", self.resume(status=DATA).stderr)
        self.assertEqual(read_tree(self.path("run")), before)


class Ways(Resume):
    """What one may type after a stop."""

    def test_ways(self):
        whole = self.reference()
        os.mkdir(self.path("elsewhere"))
        os.rename(self.path("digits"), self.path("elsewhere/digits"))
        os.rename(self.path("small.ini"), self.path("elsewhere/small.ini"))
        first = [harness.TRAIN, "--config", "elsewhere/small.ini", "--trace", "-q", "--out", "run"]
        for more in (["--config", "elsewhere/small.ini", "--trace"],
                     ["--config", "run/config.ini"], ["--config", "run/config.ini", "--trace"], []):
            with self.subTest(more=more):
                process = subprocess.Popen(first, cwd=self.dir, env=self.env)
                while not os.path.exists(self.path("run/trace/step_00000010.npz")):
                    time.sleep(0.001)
                process.kill()
                process.wait()
                self.train(*more, "-q", "--out", "run", "--resume")
                self.assert_same(whole)
                shutil.rmtree(self.path("run"))

    def test_a_run_is_traced_afterwards(self):
        whole = self.reference()
        self.train("--config", "small.ini", "-q", "--out", "run")
        self.assertFalse(os.path.exists(self.path("run/trace")))
        self.resume()
        self.assert_same(whole)

    def test_where_nothing_is_and_where_all_is(self):
        whole = self.reference()
        os.mkdir(self.path("run"))
        self.resume()
        self.assert_same(whole)
        result = self.train("--config", "small.ini", "--trace", "--out", "run", "--resume")
        self.assertIn("run is complete: nothing is left to do\n", result.stderr)
        self.assert_same(whole)

    def test_closed_stdout(self):
        command = " ".join(map(shlex.quote, self.command()))
        subprocess.run(f"{command} | true", shell=True, cwd=self.dir, env=self.env, check=True)
        self.assertEqual(json.loads(harness.read(self.path("run/manifest.json")))["state"],
                         "finished")
        command = f"{shlex.quote(harness.TRAIN)} analyse run run | head -1"
        result = subprocess.run(command, shell=True, cwd=self.dir, capture_output=True, text=True)
        self.assertEqual(result.stdout.count("\n"), 1)


class Busy(Resume):
    def test_second_writer(self):
        self.configure(train_epochs=100000)
        process = self.start()
        while not os.path.exists(self.path("run/metrics.csv")):
            time.sleep(0.01)
        for arguments in (self.command("--resume")[1:], self.command()[1:], ["analyse", "run"],
                          ["report", "run"]):
            start = time.monotonic()
            stderr = self.train(*arguments, status=BUSY).stderr
            self.assertLess(time.monotonic() - start, 5)
            self.assertRegex(stderr, rf"run is in use: process {process.pid} on \S+, since "
                                     r"\d+-\d+-\d+T\d+:\d+:\d+Z,")
        process.kill()
        process.wait()
        self.assertTrue(os.path.exists(self.path("run/lock")))
        with open(self.path("run/lock"), "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def check_pair(self, *arguments):
        """Of two at once one works, and the other one says that the directory is in use."""
        pair = [self.start(*arguments) for _ in range(2)]
        try:
            while all(process.poll() is None for process in pair):
                time.sleep(0.001)
            pair.sort(key=lambda process: process.poll() is None)
            stdout, stderr = pair[0].communicate()
            self.assertEqual((pair[0].returncode, stdout), (BUSY, ""), stderr)
            self.assertIn("run is in use: ", stderr)
            while f"process {pair[1].pid} on ".encode() not in harness.read(self.path("run/lock")):
                time.sleep(0.001)
            time.sleep(0.05)
            self.assertIsNone(pair[1].poll())
        finally:
            pair[1].kill()
            pair[1].communicate()

    def test_two_at_the_same_instant(self):
        self.configure(train_epochs=100000)
        for number in range(48):
            with self.subTest(number=number):
                shutil.rmtree(self.path("run"), ignore_errors=True)
                if number % 3:
                    os.mkdir(self.path("run"))
                self.check_pair(*["--resume"] * (number % 3 == 2))

    def test_two_that_go_on_at_the_same_instant(self):
        self.configure(trace_players=12, trace_samples=160, trace_cells="all")
        self.train("--config", "small.ini", "-q", "--out", "run")
        finished = self.tree()
        for number in range(12):
            with self.subTest(number=number):
                self.check_pair("--resume")
                self.assertEqual({path: data for path, data in self.tree().items()
                                  if path in finished}, finished)


if __name__ == "__main__":
    harness.main()
