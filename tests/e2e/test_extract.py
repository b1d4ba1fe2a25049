#!/usr/bin/env python3
"""`train extract`: what it writes and prints for value tables, and which ones it refuses."""
import array
import json
import os
import random
import re
import resource
import signal
import struct
import subprocess
import time

import harness
from harness import DATA, IO, MEMORY, TrainCase, UNCONVERGED, USAGE


def write_npy(path, shape, numbers, descr="<f8"):
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {tuple(shape)!r}, }}"
    header = header.ljust(117) + "\n"
    code = {"<f8": "d", "<i8": "q", "<c16": "d"}[descr]
    harness.write(path, b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode()
                  + array.array(code, numbers).tobytes())


def toy():
    """x1 x2 x3 + x2 x3 + x3 x4 + (x4 or x5), the example that P5 works out."""
    for mask in range(32):
        x1, x2, x3, x4, x5 = (mask >> i & 1 for i in range(5))
        yield float(x1 * x2 * x3 + x2 * x3 + x3 * x4 + (x4 | x5))


def normal_numbers(n, seed=1):
    source = random.Random(seed)
    return [source.gauss(0, 1) for _ in range(n)]


class ExtractCase(TrainCase):
    def extract(self, *options, out="out.npz", **keywords):
        """What the program said, and the arrays of the file it wrote."""
        result = self.train("extract", "values.npy", "--out", out, *options, **keywords)
        self.assertEqual(result.directory, out)
        harness.check_file(self.path(out))
        return result, harness.read_npz(self.path(out))

    def write_values(self, shape, numbers, descr="<f8"):
        write_npy(self.path("values.npy"), shape, numbers, descr)


class Results(ExtractCase):
    def test_toy(self):
        self.write_values([32], toy())
        result, arrays = self.extract("--threads", 1)
        expected = {"I_and": {0b00111: 1, 0b00110: 1, 0b01100: 1}, "I_or": {0b11000: 1}}
        for name, interactions in expected.items():
            shape, numbers = arrays[name]
            self.assertEqual(shape, (1, 32))
            for chosen, number in enumerate(numbers):
                self.assertAlmostEqual(number, interactions.get(chosen, 0), delta=1e-3)
        self.assertEqual(arrays["status"], ((1,), array.array("i", [0])))
        self.assertAlmostEqual(arrays["objective"][1][0], 4, delta=1e-3)
        self.assertNotIn("noise", arrays)
        self.assertEqual((arrays["gap"][1][0], arrays["tie_gap"][1][0]), (1e-4, 1e-5))
        rows = [line.split() for line in result.stdout.splitlines()]
        self.assertEqual([row[:3] for row in rows[2:7]],
                         [["1", "0", "0"], ["2", "2", "1"], ["3", "1", "0"], ["4", "0", "0"],
                          ["5", "0", "0"]])
        self.assertRegex(result.stdout, r"\A1 table, 5 players; salient: .* 0\.05 [^\n;]*\n")
        self.assertRegex(result.stdout, r"(?m)^sum of sizes +(4|4\.000\d+|3\.999\d+)$")
        self.assertRegex(result.stdout, r"(?m)^worst gap +[\d.e-]+$")
        self.assertEqual(result.stderr, "")

    def test_options_are_recorded(self):
        self.write_values([2, 8], normal_numbers(16))
        _, arrays = self.extract("--noise", "0.05", "--gap=1e-3", "--tie-gap", "none")
        self.assertEqual(arrays["noise"][0], (2, 8))
        for name, value in (("noise_share", 0.05), ("gap", 1e-3), ("tie_gap", 0), ("solver", 0)):
            self.assertEqual(arrays[name][1][0], value)
        for name, number in (("and", 1), ("or", 2), ("sgd", 3)):
            result, arrays = self.extract("--solver", name)
            self.assertEqual(arrays["solver"][1][0], number)
            self.assertNotIn("lower bound", result.stdout)

    def test_threads_do_not_matter(self):
        self.write_values([7, 64], normal_numbers(7 * 64))
        for options in (["--noise", "0.02"], ["--solver", "sgd"], []):
            outputs = set()
            for threads in (1, 2, 3):
                result, _ = self.extract("--threads", threads, *options)
                outputs.add((harness.read(self.path("out.npz")), result.stdout))
            self.assertEqual(len(outputs), 1)

    def test_an_existing_file_is_replaced(self):
        self.write_values([4], [0, 1, 2, 4])
        harness.write(self.path("out.npz"), "old")
        self.extract()
        self.write_values([8], range(7))
        self.fails(DATA, ["values.npy", "56 bytes"], "extract", "values.npy", "--out", "out.npz")
        self.assertEqual(harness.read_npz(self.path("out.npz"))["v"][0], (1, 4))

    def test_gap_that_is_not_reached(self):
        self.write_values([2, 64], normal_numbers(128))
        options = ["--max-iterations", 30]
        strict, arrays = self.extract(*options, status=UNCONVERGED)
        self.assertEqual(list(arrays["status"][1]), [1, 1])
        self.assertEqual(list(arrays["iterations"][1]), [60, 60])
        self.assertRegex(strict.stderr, r"\Atrain: warning: 2 of 2 tables .*iteration cap.*\n\Z")
        lax, _ = self.extract(*options, "--allow-unconverged")
        self.assertEqual((lax.stdout, lax.stderr), (strict.stdout, strict.stderr))

    def test_degenerate_tables(self):
        for numbers in ([2.5, 2.5], [-0.0, 0.0, 0.0, -0.0], [1e-300] * 4, [3, 3, 3, 5]):
            self.write_values([len(numbers)], numbers)
            for options in (["--noise", "0.02"], ["--solver", "and"], ["--solver", "or"],
                            ["--solver", "sgd"], []):
                _, arrays = self.extract(*options)
                self.assertLessEqual(arrays["objective"][1][0], 6.001)

    def test_export_for_shapiq(self):
        self.write_values([32], toy())
        _, arrays = self.extract("--export", "shapiq", "--solver", "and", out="toy.npz")
        with open(self.path("toy.and.json"), encoding="utf-8") as file:
            exported = json.load(file)
        # The published dividends of the toy.
        self.assertEqual(exported["data"], {"Empty": 0, "3": 1, "4": 1, "3,4": -1, "1,2": 1,
                                            "2,3": 1, "0,1,2": 1})
        self.assertEqual(exported["metadata"], {
            "n_players": 5, "index": "Moebius", "max_order": 5, "min_order": 0,
            "estimated": False, "estimation_budget": None, "baseline_value": 0})
        with open(self.path("toy.or.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["data"], {"Empty": 0})
        self.write_values([2, 32], [*toy(), *normal_numbers(32)])
        _, arrays = self.extract("--export", "shapiq", out="two.npz")
        with open(self.path("two.1.or.json"), encoding="utf-8") as file:
            data = json.load(file)["data"]
        self.assertEqual(data["0,2,4"], arrays["I_or"][1][32 + 0b10101])


class Comparison(ExtractCase):
    def setUp(self):
        super().setUp()
        self.write_values([3, 32], [*toy(), *normal_numbers(64)])
        self.extract(out="exact.npz")
        self.extract("--solver", "sgd", out="sgd.npz")

    def test_figure(self):
        arguments = ["report", "exact.npz", "sgd.npz"]
        probe = subprocess.run([harness.TRAIN, *arguments], cwd=self.dir, capture_output=True,
                               text=True)
        if "Cairo" in probe.stderr:
            self.skipTest("this build draws no figures")
        result = self.train(*arguments)
        self.assertEqual((result.stdout, result.stderr), ("exact.comparison.png\n", ""))
        harness.check_file(self.path("exact.comparison.png"))
        for kind in ("svg", "pdf"):
            self.assertIn(f"exact.comparison.{kind}", os.listdir(self.dir))
        self.write_values([1, 32], toy())
        self.extract(out="other.npz")
        self.fails(DATA, ["other.npz", "other values v", "exact.npz"], "report", "exact.npz",
                   "other.npz")
        self.fails(IO, ["none.npz", "No such file"], "report", "exact.npz", "none.npz")

    def test_runs_and_files_do_not_mix(self):
        self.fails(USAGE, ["run directories or .npz files", "not both"], "report", "exact.npz", ".")


class Refusals(ExtractCase):
    def refuses(self, status, expected, *options, values="values.npy", out="out.npz", **keywords):
        self.fails(status, expected, "extract", values, "--out", out, *options, **keywords)

    def test_what_is_no_value_table(self):
        self.refuses(IO, ["nowhere.npy", "No such file"], values="nowhere.npy")
        harness.write(self.path("values.npy"), "none of that kind")
        self.refuses(DATA, ["values.npy", "byte 0"])
        self.write_values([2, 6], normal_numbers(12))
        self.refuses(DATA, ["values.npy", "[2, 6]", "2^n"])
        self.write_values([2, 2, 2], normal_numbers(8))
        self.refuses(DATA, ["values.npy", "[2, 2, 2]", "[m, 2^n]"])
        self.write_values([8], range(8), "<i8")
        self.refuses(DATA, ["values.npy", "<i8", "expected <f8"])
        self.write_values([4], range(8), "<c16")
        self.refuses(DATA, ["values.npy", "byte 20", "'<f8'"])
        self.write_values([0, 4], [])
        self.refuses(DATA, ["values.npy", "no table"])
        self.write_values([1 << 21], [0] * 8)
        self.refuses(DATA, ["values.npy", "bytes"])

    def test_values_that_are_not_finite(self):
        for number, name in ((float("nan"), "nan"), (float("-inf"), "-inf")):
            numbers = normal_numbers(32)
            numbers[21] = number
            self.write_values([4, 8], numbers)
            self.refuses(DATA, ["values.npy", "table 2", "mask 5", name])

    def test_output_that_cannot_be_written(self):
        self.write_values([4], range(4))
        self.refuses(IO, ["nowhere/out.npz", "No such file"], out="nowhere/out.npz")
        self.refuses(IO, ["/proc/out.npz"], out="/proc/out.npz")
        self.refuses(USAGE, ["--out values.npy", ".npz"], out="values.npy")

    def test_too_little_memory(self):
        if b"__asan_init" in harness.read(harness.TRAIN):
            self.skipTest("a sanitizer wants all addresses")
        self.write_values([1 << 20], [0.5] * (1 << 20))
        limit = 400 << 20
        self.refuses(MEMORY, ["1 tables of 2^20 values", "out of memory"], "--threads", 1,
                     "--noise", "0.02", env={"OPENBLAS_NUM_THREADS": "1"},
                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))

    def test_a_signal_ends_it_without_a_file(self):
        self.write_values([1 << 16], normal_numbers(1 << 16))
        process = subprocess.Popen([harness.TRAIN, "extract", "values.npy", "--out", "out.npz"],
                                   cwd=self.dir, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True)
        time.sleep(0.7)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
        self.assertEqual((process.returncode, stdout), (128 + signal.SIGINT, ""))
        self.assertEqual(stderr, "train: stopped while extracting\n")
        self.assertEqual([name for name in os.listdir(self.dir) if "out" in name], [])

    def test_command_line(self):
        self.write_values([4], range(4))
        for options, expected in (
                (["--gap", "0"], "--gap 0: expected a number from 1e-10 to 0.1"),
                (["--gap", "x"], "--gap x"), (["--noise", "-1"], "--noise -1"),
                (["--noise", "nan"], "--noise nan"), (["--tie-gap", "non"], "--tie-gap non"),
                (["--solver", "exakt"], "did you mean exact?"),
                (["--threads", "-1"], "--threads -1"), (["--threads", "9999"], "0 to 1024"),
                (["--max-iterations", "0"], "--max-iterations 0"),
                (["--export", "shap"], "--export shap: expected shapiq"),
                (["--solver", "and", "--noise", "0.1"], "--noise goes with"),
                (["--solver", "sgd", "--gap", "0.1"], "--gap goes with"),
                (["--gap", "0.1", "--gap", "0.2"], "--gap is given twice"),
                (["--nois", "0.1"], "did you mean --noise?"),
                (["--config", "small.ini"], "--config is no option of train extract, but of train"),
                (["more.npy"], "one file to read and one to write")):
            self.refuses(USAGE, [expected], *options)
        self.fails(USAGE, ["train extract VALUES.npy --out FILE.npz"], "extract", "values.npy")
        self.fails(USAGE, ["train extract VALUES.npy --out FILE.npz"], "extract", "--out", "o.npz")
        self.fails(USAGE, ["--solver is no option of train, but of train extract"], "--solver",
                   "sgd")


class Help(TrainCase):
    def test_options_stand_with_their_verb(self):
        text = self.train("extract", "--help").stdout
        self.assertEqual(text, self.train("--help").stdout)
        verbs = re.split(r"\n\n  (train\S*(?: \w+)?)  ", text)
        options = dict(zip(verbs[1::2], verbs[2::2]))
        self.assertEqual(list(options), ["train", "train trace", "train analyse", "train report",
                                         "train extract", "train inspect"])
        self.assertIn("--seed", options["train"])
        self.assertIn("--tie-gap G|none", options.pop("train extract"))
        self.assertNotIn("--tie-gap", "".join(options.values()))
        self.assertRegex(text, r"(?m)^  8 +extract")


if __name__ == "__main__":
    harness.main()
