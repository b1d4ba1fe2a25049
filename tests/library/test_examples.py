#!/usr/bin/env python3
"""The examples do what they say; their numbers are compared with a run's, or added up by hand.

usage: test_examples.py TRAIN SOURCE_ROOT EXAMPLES PYTHON

EXAMPLES is the folder of the programs, PYTHON an interpreter that may have NumPy and PyTorch.
"""
import json
import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.abspath(sys.argv[2]), "tests", "e2e"))
import harness
from harness import SOURCE_ROOT, TRAIN, read_npz

EXAMPLES, PYTHON = os.path.abspath(sys.argv[3]), sys.argv[4]
SCRIPTS = os.path.join(SOURCE_ROOT, "examples")
DIGITS = os.path.join(SOURCE_ROOT, "datasets", "mnist-small")


def has(module):
    return subprocess.run([PYTHON, "-c", f"import {module}"], capture_output=True).returncode == 0


class Examples(harness.TrainCase):
    def run_it(self, *command, status=0, **options):
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.dir, timeout=100,
                              **options)
        self.assertEqual(done.returncode, status, f"{command}\n{done.stdout}\n{done.stderr}")
        return done

    def example(self, name, *arguments, **options):
        return self.run_it(os.path.join(EXAMPLES, name), *map(str, arguments), **options)

    def traced_run(self):
        self.train("--config", "smoke.ini", "--trace", "-q", "--out", "run", "--set",
                   "train.epochs=4", "--set", "baselines.count=1", "--set", "trace.final_samples=0")
        steps = harness.steps_of(self.path("run"), "trace")
        return self.path("run", "trace", f"step_{steps[-1]:08d}.npz")

    def test_a_function_in_c(self):
        self.assertEqual(self.example("trace_callback").stdout,
                         " +2.00  friend or dog\n +1.50  sun and warm\n"
                         " -1.00  friend and dog and cake\n +0.50  sun\n"
                         "together 5.000, and nothing sparser than 5.000 is possible\n")

    def test_traces_and_networks_of_a_run(self):
        arrays = read_npz(self.traced_run())
        self.spectrum_is_that_of(arrays)
        self.network_says_what_the_run_says(arrays)
        self.mistakes_are_told()

    def spectrum_is_that_of(self, arrays):
        path = self.path("run", "trace")
        path = os.path.join(path, sorted(n for n in os.listdir(path) if n.startswith("step"))[-1])
        text = self.example("read_trace", path).stdout
        (n_samples, n_sets), _ = arrays["I_and"]
        tests = [i for i in range(n_samples) if arrays["split"][1][i] == 1]
        self.assertIn(f", {len(tests)} testing samples\n", text)
        rows = re.findall(r"(?m)^ *(\d+) +([\d.]+)( #*)?$", text)
        self.assertEqual(len(rows), n_sets.bit_length() - 1)
        for order, strength, _ in rows:
            sets = [s for s in range(n_sets) if bin(s).count("1") == int(order)]
            total = sum(abs(arrays[kind][1][i * n_sets + s])
                        for kind in ("I_and", "I_or") for i in tests for s in sets)
            self.assertAlmostEqual(float(strength), total / len(tests), delta=1e-6)
        self.assertEqual(max(len(bar) - 1 for _, _, bar in rows), 50)

    def network_says_what_the_run_says(self, arrays):
        """With all of the image there its log-odds do not depend on the players."""
        (n_samples, n_sets), v = arrays["v"]
        i = next(i for i in range(n_samples) if arrays["split"][1][i] == 1)
        index, label = arrays["sample_index"][1][i], arrays["label"][1][i]
        text = self.example("trace_mlp", "run/snapshots/last.safetensors", DIGITS, index).stdout
        first = re.match(r"label (\d+), log-odds (\S+) of the whole image, (\S+) of none", text)
        self.assertEqual(int(first.group(1)), label)
        self.assertAlmostEqual(float(first.group(2)), v[(i + 1) * n_sets - 1], delta=1e-4)
        rows = re.findall(r"(?m)^ *([+-][\d.]+) (and|or )  ([.#]{3})  ([.#]{3})  ([.#]{3})$", text)
        self.assertEqual(len(rows), 10)
        strengths = [abs(float(row[0])) for row in rows]
        self.assertEqual(strengths, sorted(strengths, reverse=True))

    def mistakes_are_told(self):
        weights = "run/snapshots/last.safetensors"
        done = self.example("trace_mlp", weights, DIGITS, 10 ** 9, status=2)
        self.assertIn("not among the testing samples", done.stderr)
        done = self.example("trace_mlp", "small.ini", DIGITS, 1, status=3)
        self.assertRegex(done.stderr, r"\Atrace_mlp: .*byte 0")
        done = self.example("read_trace", "nowhere.npz", status=4)
        self.assertRegex(done.stderr, r"\Aread_trace: .*\n\Z")

    @unittest.skipUnless(has("numpy"), "NumPy is missing")
    def test_all_files_of_a_run_in_python(self):
        self.traced_run()
        done = self.run_it(PYTHON, os.path.join(SCRIPTS, "read_run.py"), "run")
        self.assertEqual(done.stderr, "")
        told = dict(line.split(": ", 1) for line in done.stdout.splitlines())
        readable = {path for path in harness.read_tree(self.path("run"))
                    if path.endswith((".npz", ".npy", ".csv", ".json", ".safetensors"))}
        self.assertEqual(set(told), readable)
        self.assertIn("fc1.weight [32, 784]", told["snapshots/last.safetensors"])
        self.assertRegex(told["analysis/orders.csv"], r"^step \[\d+\], epoch \[\d+\], ")
        self.assertRegex(told["trace/step_00000000.npz"], r"v \[\d+, 64\], I_and \[\d+, 64\], ")

    @unittest.skipUnless(has("torch"), "PyTorch is missing")
    def test_from_torch_to_the_report(self):
        self.run_with_torch(os.path.join(SCRIPTS, "torch_to_report.py"), "out")
        self.check_report(self.path("out", "traced"))

    @unittest.skipUnless(has("torch"), "PyTorch is missing")
    def test_the_model_of_the_readme(self):
        text = harness.read(os.path.join(SOURCE_ROOT, "README.md")).decode()
        program = text.partition("**A model from PyTorch**")[2]
        program = program.partition("```python\n")[2].partition("```")[0]
        self.assertEqual(program.count("mnist.ini"), 1)
        harness.write(self.path("readme.py"), program.replace("mnist.ini", "smoke.ini"))
        self.run_with_torch("readme.py")
        self.check_report(self.path("traced"))

    def run_with_torch(self, *arguments):
        path = os.path.dirname(TRAIN) + os.pathsep + os.environ["PATH"]
        self.run_it(PYTHON, *arguments, env={**self.env, "PATH": path, "PYTHONPATH": os.path.join(
            SOURCE_ROOT, "tools")})

    def check_report(self, run):
        harness.check_run_files(run)
        self.assertEqual(len(harness.steps_of(run, "trace")), 1)
        with open(os.path.join(run, "manifest.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["source"], "model.safetensors")
        with open(os.path.join(run, "report.html"), encoding="utf-8") as file:
            self.assertIn("</html>", file.read()[-100:])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
