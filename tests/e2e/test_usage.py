#!/usr/bin/env python3
"""The command line and the configuration: what is answered, and how mistakes are refused."""
import os
import re

import harness
from harness import IO, TrainCase, USAGE, read_tree


def config_lines(path):
    return harness.read(path).decode().splitlines()


class Questions(TrainCase):
    """What the program answers without a run."""

    def test_help_lists_every_option(self):
        text = self.train("--help").stdout
        source = harness.read(os.path.join(harness.SOURCE_ROOT, "src/app/options.c")).decode()
        options = re.findall(r'\[OPTION_\w+\] = \{"(--[\w-]+)", (?:"(-\w)"|NULL)', source)
        self.assertGreater(len(options), 10)
        for name, letter in options:
            self.assertRegex(text, rf"(?m)^  {letter + ', ' if letter else ''}{name}\b.*\w{{3}}")
        for status in ("0 ok", "2 usage", "3 bad data", "5 diverged", "7 out of memory", "129, 130"):
            self.assertRegex(text, "(?m)^  " + status.replace(" ", " +", 1))
        self.assertEqual(self.train("-h").stdout, text)
        self.assertLessEqual(max(map(len, text.splitlines())), 100)

    def test_version(self):
        text = self.train("--version").stdout
        version = re.search(r"version: '([\d.]+)'", harness.read(
            os.path.join(harness.SOURCE_ROOT, "meson.build")).decode()).group(1)
        self.assertRegex(text, rf"^train \(phasetrace\) {re.escape(version)}\n")
        self.assertRegex(text, r"(?m)^compiler +(gcc|clang) \d+\.\d+")
        self.assertRegex(text, r"(?m)^BLAS +OpenBLAS \d")
        self.assertRegex(text, r"(?m)flavour (openmp|pthreads|sequential), kernel \w+$")
        self.assertRegex(text, r"(?m)^kernels +(avx512|avx2|baseline)$")
        baseline = self.train("--version", env={"PHASETRACE_CPU": "baseline"}).stdout
        self.assertRegex(baseline, r"(?m)^kernels +baseline$")

    def test_every_key_is_explained(self):
        printed = self.train("--config", "small.ini", "--print-config").stdout
        section, keys = None, []
        for line in printed.splitlines():
            if line.startswith("["):
                section = line[1:-1]
            elif line and line[0] not in "#; ":
                keys.append((section, line.split(" =")[0]))
        self.assertGreater(len(keys), 25)
        everything = self.train("--help-config").stdout
        for section, key in keys:
            text = self.train("--help-config", f"{section}.{key}").stdout
            self.assertRegex(text, rf"\A\[{section}\]\n  {key}: [^(]*\(default[^)]*\)\n"
                                   r"(( {6,}\S.*)?\n)+\Z")
            self.assertIn(text.split("\n", 1)[1], everything)
        self.assertEqual(self.train("--help-config", "trace").stdout.count("(default"),
                         sum(section == "trace" for section, _ in keys))

    def test_printed_configuration_reads_back(self):
        self.write_config(data_classes="3, 0, 1", trace_cells="1, 2, 5, 6, 9, 10")
        printed = self.train("--config", "small.ini", "--seed", 1234567890123456789, "--set",
                             "train.momentum=0.1", "--print-config").stdout
        harness.write(self.path("printed.ini"), printed)
        again = self.train("--config", "printed.ini", "--print-config").stdout
        self.assertEqual(again, printed)
        for line in ("seed = 1234567890123456789", "momentum = 0.1", "classes = 3, 0, 1",
                     "cells = 1, 2, 5, 6, 9, 10", "path = digits", "learning_rate = 0.05"):
            self.assertRegex(printed, rf"(?m)^{line}$")

    def test_a_dry_run_makes_a_plan_and_no_file(self):
        before = read_tree(self.dir)
        text = self.train("--config", "small.ini", "--trace", "--dry-run").stdout
        self.assertEqual(read_tree(self.dir), before)
        self.assertFalse(os.path.exists(self.path("runs")))
        n_parameters = 16 * harness.SIDE ** 2 + 16 + 4 * 16 + 4
        self.assertIn(f"network: {n_parameters} parameters", text)
        self.assertIn("data: 160 training samples, 160 testing samples", text)
        self.assertIn("training: 60 steps, 10 an epoch", text)
        self.assertIn("snapshots: 6, 8 samples traced at each", text)
        for pattern in (r"fc1 +dense +16 +2320 +4\.6 +0\.1", r"time: about \d+ s on \d+ threads",
                        r"memory: at most \d+ MiB", r"disk: \d+ MiB of \d+ MiB free"):
            self.assertRegex(text, pattern)
        self.assertRegex(text, r"All 2\^\d+ masked outputs of a sample, on tables for \d of 3 layers")
        self.assertRegex(text, r"a sample +\d+\.\d+ +\d+\.\d+ +\d+\.\d\n  FLOPs saved: ")
        without = self.train("--config", "small.ini", "--dry-run").stdout
        self.assertNotIn("masked outputs", without)
        self.assertIn("snapshots: 6\n", without)

    def test_shipped_configurations_are_found_and_right(self):
        folder = os.path.join(harness.SOURCE_ROOT, "configs")
        for directory, _, names in os.walk(folder):
            for name in names:
                path = os.path.relpath(os.path.join(directory, name), folder)
                text = self.train("--config", path, "--print-config").stdout
                self.assertIn(f"name = {name[:-4]}\n", text)


class CommandLineMistakes(TrainCase):
    def test_unknown_option(self):
        self.fails(USAGE, ["--confg", "did you mean --config?"], "--confg", "small.ini")
        self.fails(USAGE, ["--trase", "did you mean --trace?"], "--config", "small.ini",
                   "--trase")
        self.fails(USAGE, ["unknown option -x"], "-x")

    def test_missing_value(self):
        for option in ("--config", "--set", "--seed", "--threads", "--out"):
            self.fails(USAGE, [f"{option} needs a value", option], option)

    def test_value_that_is_not_taken(self):
        self.fails(USAGE, ["--trace takes no value"], "--config", "small.ini", "--trace=yes")

    def test_nothing_to_do(self):
        self.fails(USAGE, ["no configuration", "--config FILE"])
        self.fails(USAGE, ["report", "run directory"], "report")

    def test_too_much(self):
        self.fails(USAGE, ["small.ini"], "small.ini")
        self.fails(USAGE, ["--config", "twice"], "--config", "small.ini", "--config", "small.ini")

    def test_configuration_that_is_not_there(self):
        self.fails(IO, ["nowhere.ini", "configs/nowhere.ini"], "--config", "nowhere.ini")
        self.fails(IO, ["/nowhere/x.ini", "No such file"], "--config", "/nowhere/x.ini")
        self.fails(IO, [self.path("digits"), "not a regular file"], "--config", self.path("digits"))

    def test_configuration_that_is_a_pipe(self):
        """Nobody ever writes into it."""
        os.mkfifo(self.path("pipe.ini"))
        self.fails(IO, ["pipe.ini", "not a regular file"], "--config", "pipe.ini", timeout=10)

    def test_configuration_from_standard_input(self):
        redirected = ["sh", "-c", 'exec "$@" < small.ini', "sh"]
        self.train("--config", "/dev/stdin", "--print-config", prefix=redirected)

    def test_report_of_what_is_no_run(self):
        self.fails(IO, ["nowhere/analysis", "No such file"], "report", "nowhere")


class ConfigurationMistakes(TrainCase):
    def report(self, text, *arguments):
        """What is said about a configuration; nothing else may happen."""
        harness.write(self.path("bad.ini"), text)
        before = read_tree(self.dir)
        result = self.train("--config", "bad.ini", "--trace", *arguments, status=USAGE)
        self.assertEqual(result.stdout, "")
        self.assertEqual(read_tree(self.dir), before)
        return result.stderr

    def test_place_line_caret_and_suggestion(self):
        self.assertEqual(self.report("[trace]\n  playrs = 8\n"),
                         "bad.ini:2:3: unknown key 'playrs' in [trace]; did you mean 'players'?\n"
                         "    2 |   playrs = 8\n"
                         "      |   ^~~~~~\n")

    def test_unknown_section(self):
        self.assertRegex(self.report("[trian]\nepochs = 3\n"),
                         r"\Abad.ini:1:2: unknown section \[trian\]; did you mean \[train\]\?\n")

    def test_everything_at_once(self):
        text = self.report("[train]\nepochs = 0\nmomentum = 1\nmomentum = 0.5\nbatch_size = 8x\n"
                           "[model]\npreset = lenett\n",
                           "--set", "run.seed=-1", "--set", "trace.x=1")
        places = re.findall(r"(?m)^(bad.ini:\d+:\d+|--set): ", text)
        self.assertEqual(places, ["bad.ini:2:10", "bad.ini:3:12", "bad.ini:4:1", "bad.ini:5:14",
                                  "bad.ini:7:10", "--set", "--set"])
        self.assertIn("did you mean 'lenet'?", text)
        self.assertIn("      | --set run.seed=-1\n      |                ^~\n", text)

    def test_settings(self):
        for setting, expected in (("foo", "expected section.key=value"),
                                  ("trace.players=21", "a whole number from 2 to 20"),
                                  ("trace.gap=nan", "gap=nan"),
                                  ("train.learning_rate=1e999", "learning_rate=1e999"),
                                  ("model.hidden=16,,8", "hidden=16,,8"),
                                  ("run.name=a/b", "name=a/b")):
            text = self.report("", "--set", setting)
            self.assertIn(expected, text)
            self.assertIn(f"--set {setting}\n", text)
        self.assertIn("run.threads=many", self.report("", "--threads", "many"))

    def test_players_and_cells(self):
        self.assertRegex(self.report("[trace]\ngrid = 3\nplayers = 9\n"),
                         r"bad.ini:3:11: 9 players need as many cells: .*nocorner has 5")
        self.assertRegex(self.report("[trace]\ncells = 1, 2, 99\nplayers = 3\n"),
                         r"bad.ini:2:15: there is no cell 99: .* 0 to 15")

    def test_layer_of_an_mlp(self):
        self.assertRegex(self.report("[trace]\nlayer = relu1\n"), r"bad.ini:2:9: .*an mlp")


class ImpossibleRuns(TrainCase):
    """A configuration that reads well and does not fit the data or the network."""

    def refuses(self, expected, *settings, **changes):
        self.write_config(**changes)
        sets = [part for setting in settings for part in ("--set", setting)]
        self.fails(USAGE, expected, "--config", "small.ini", "--trace", *sets)
        self.fails(USAGE, expected, "--config", "small.ini", "--trace", "--dry-run", *sets)

    def test_grid_finer_than_the_map(self):
        self.refuses(["13 x 13", "12 x 12"], trace_grid=13)

    def test_layers(self):
        harness.write_data(self.path("large"), 20, 20, 28)
        lenet = {"data_path": "large", "model_preset": "lenet", "trace_baseline": "zero"}
        self.refuses(["no layer 'relu9'"], trace_layer="relu9", **lenet)
        self.refuses(["'conv1' cannot be masked"], trace_layer="conv1", **lenet)
        self.refuses(["'relu3' cannot be masked"], trace_layer="relu3", **lenet)
        self.write_config(trace_layer="relu1", **lenet)
        result = self.train("--config", "small.ini", "--trace", "--set", "trace.baseline=black",
                            status=USAGE)
        self.assertIn("say baseline = zero", result.stderr)

    def test_network_too_deep_for_the_images(self):
        harness.write_data(self.path("tiny"), 20, 20, 4)
        self.refuses(["layer conv2", "5x5 kernel", "[6, 2, 2]"], data_path="tiny",
                     model_preset="lenet")

    def test_layers_that_do_not_fit_are_told_with_their_place(self):
        lists = "relu,\n    conv 4 3x3, dense 30,\n  relu, maxpool 2 stride 1, dense classes"
        expected = "'maxpool 2 stride 1': layer pool1 needs a map, and fc1 before it gives 30 numbers"
        self.write_config(model_preset="layers", model_layers=lists)
        line = config_lines(self.path("small.ini")).index("  relu, maxpool 2 stride 1, dense classes")
        self.fails(USAGE, [f"small.ini:{line + 1}:9: {expected}"], "--config", "small.ini")
        self.fails(USAGE, ["train: model.layers: 'conv 2 13x13': layer conv1: the 13x13 kernel does "
                           "not fit the input [1, 12, 12]"], "--config", "small.ini", "--set",
                   "model.layers=conv 2 13x13, dense classes")

    def test_batches_of_one_sample(self):
        self.write_config(model_preset="layers", train_batch_size=1,
                          model_layers="dense 8, batchnorm, relu, dense classes")
        one = ["layer bn1 has one value a channel", "train.batch_size = 1 cuts 160 samples"]
        self.fails(USAGE, one, "--config", "small.ini")
        last = ["layer bn1 has one value", "train.batch_size = 16 cuts 33 samples", "end of each"]
        sets = ["--set", "train.batch_size=16", "--set"]
        self.fails(USAGE, last, "--config", "small.ini", *sets, "data.train_samples=33")
        self.train("--config", "small.ini", "--dry-run", *sets, "data.train_samples=34")
        self.train("--config", "small.ini", "--dry-run", *sets, "data.test_samples=33")
        self.fails(USAGE, ["baseline networks", *last], "--config", "small.ini", *sets,
                   "data.test_samples=33", "--trace")
        self.train("--config", "small.ini", "--dry-run", "--set",
                   "model.layers=batchnorm, dense classes")

    def test_more_samples_than_there_are(self):
        self.refuses(["trace.samples", "161", "160"], trace_samples=161)
        self.refuses(["train", "161", "160"], data_train_samples=161)
        self.refuses(["test", "101", "100"], data_test_samples=101, data_third_samples=60)
        self.refuses(["161", "160"], data_third_samples=161)

    def test_class_that_the_data_do_not_have(self):
        self.refuses(["class 7", "0 to 3"], data_classes="0, 7")


if __name__ == "__main__":
    harness.main()
