#!/usr/bin/env python3
"""Signals: a run stops soon, says so, and what it leaves is whole."""
import json
import os
import re
import shutil
import signal
import subprocess
import time

import harness
from harness import TrainCase, check_run_files, read_csv, read_safetensors, read_tree, steps_of

SOON_S = 5
ASKING = ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129))


def wait_for(condition, what):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, f"waited 20 s for {what}"
        time.sleep(0.01)


class Stop(TrainCase):
    on_hangup = signal.SIG_DFL  # when the program begins

    def start(self, **changes):
        self.write_config(**changes)
        self.process = subprocess.Popen(
            [harness.TRAIN, "--config", "small.ini", "--trace", "-q", "--out", "run"],
            cwd=self.dir, env=self.env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            preexec_fn=lambda: signal.signal(signal.SIGHUP, self.on_hangup))
        self.addCleanup(self.process.communicate)
        self.addCleanup(self.process.kill)

    def start_training(self):
        """A run of hours, seen to be past its first epochs."""
        self.start(train_epochs=100000, snapshots_count=2)
        self.wait_for_epochs(5)

    def wait_for_epochs(self, n):
        log = self.path("run", "metrics.csv")
        wait_for(lambda: os.path.exists(log) and harness.read(log).count(b"\n") > n, log)

    def start_tracing(self, players, samples):
        """A run in the middle of its first trace."""
        self.start(trace_players=players, trace_samples=samples, trace_cells="all")
        wait_for(lambda: os.path.exists(self.path("run/snapshots/step_00000000.safetensors")),
                 "the first snapshot")
        time.sleep(0.3)

    def end(self, status, within_s=SOON_S):
        start = time.monotonic()
        self.stdout, self.stderr = self.process.communicate(timeout=60)
        self.assertLess(time.monotonic() - start, within_s)
        self.assertEqual(self.process.returncode, status, self.stderr)

    def check_stopped(self, reason):
        run = self.path("run")
        check_run_files(run)
        self.assertEqual(self.stdout, "")
        self.assertRegex(self.stderr, rf"\Atrain: run run: {reason}\nto go on: {re.escape(harness.TRAIN)} "
                                      r"--config small.ini --trace -q --out run --resume\n\Z")
        with open(os.path.join(run, "manifest.json"), encoding="utf-8") as file:
            manifest = json.load(file)
        self.assertEqual(manifest["state"], "stopped")
        self.assertRegex(manifest["reason"], rf"\A{reason}\Z")
        tensors, metadata = read_safetensors(os.path.join(run, "snapshots/last.safetensors"))
        self.assertIn("optimizer.momentum.fc1.weight", tensors)
        return int(metadata["phasetrace.step"])

    def test_while_training(self):
        for number, status in ASKING:
            with self.subTest(number=number):
                self.start_training()
                self.process.send_signal(number)
                self.end(status)
                step = self.check_stopped("stopped after step [0-9]+ of 1000000")
                self.assertIn(f"step {step} of", self.stderr)
                _, rows = read_csv(self.path("run", "metrics.csv"))
                self.assertEqual(int(rows[-1][0]), step // 10 * 10)
                self.assertEqual(steps_of(self.path("run"), "trace"), [0])
                os.rename(self.path("run"), self.path(f"run{status}"))

    def test_while_tracing(self):
        for number, status in ASKING:
            with self.subTest(number=number):
                self.start_tracing(players=12, samples=160)
                self.process.send_signal(number)
                self.end(status)
                self.assertEqual(self.check_stopped("stopped while tracing step 0"), 0)
                self.assertEqual(steps_of(self.path("run"), "trace"), [])
                os.rename(self.path("run"), self.path(f"run{status}"))

    def test_second_signal_ends_it_at_once(self):
        self.start_tracing(players=16, samples=2)
        # Held meanwhile, or it would have ended cleanly before the second one. Which of the two
        # comes second is the system's choice.
        for number in (signal.SIGSTOP, signal.SIGINT, signal.SIGTERM, signal.SIGCONT):
            self.process.send_signal(number)
        _, stderr = self.process.communicate(timeout=1)
        self.assertIn(self.process.returncode, (130, 143))
        self.assertEqual(stderr, "")
        check_run_files(self.path("run"))

    def test_hanging_up_again_and_again_asks_once(self):
        self.start_tracing(players=14, samples=2)
        while self.process.poll() is None:
            self.process.send_signal(signal.SIGHUP)
        self.end(129)
        self.check_stopped("stopped while tracing step 0")

    def test_nohup(self):
        self.on_hangup = signal.SIG_IGN
        self.start_training()
        self.process.send_signal(signal.SIGHUP)
        n_epochs = harness.read(self.path("run", "metrics.csv")).count(b"\n")
        self.wait_for_epochs(n_epochs + 100)
        self.process.send_signal(signal.SIGTERM)
        self.end(143)
        self.check_stopped("stopped after step [0-9]+ of 1000000")

    def test_interrupted_run_is_not_written_over(self):
        self.start_training()
        self.process.send_signal(signal.SIGINT)
        self.end(130)
        before = read_tree(self.path("run"))
        result = self.train("--config", "small.ini", "--out", "run", status=harness.USAGE)
        self.assertIn("--resume", result.stderr)
        self.assertEqual(read_tree(self.path("run")), before)

    def test_killed_at_any_moment(self):
        """Only temporary files may be cut."""
        run, n_files = self.path("run"), set()
        start = time.monotonic()
        self.start(train_epochs=2)
        self.end(0, within_s=60)
        whole_s = time.monotonic() - start
        shutil.rmtree(run)
        for number in range(1, 20):
            with self.subTest(number=number):
                self.start(train_epochs=2)
                time.sleep(whole_s * number / 20)
                self.process.kill()
                self.process.communicate()
                tree = read_tree(run)
                n_files.add(len(tree))
                for path in tree:
                    if ".tmp-" not in path:
                        harness.check_file(os.path.join(run, path))
                shutil.rmtree(run, ignore_errors=True)
        self.assertGreater(len(n_files), 3, "all were killed at the same moment")


if __name__ == "__main__":
    harness.main()
