#!/usr/bin/env python3
"""The same configuration gives the same bytes, whatever the threads, the place or the language."""
import os
import re
import subprocess

import harness
from harness import TrainCase, read_tree, without_times

SIDE_OF_LENET = 28


def comma_locale():
    """The name of an installed locale that writes one half as 0,5, or None."""
    try:
        names = subprocess.run(["locale", "-a"], capture_output=True, text=True).stdout.split()
    except FileNotFoundError:
        return None
    for name in names:
        point = subprocess.run(["locale", "decimal_point"], capture_output=True, text=True,
                               env={"PATH": os.environ["PATH"], "LC_ALL": name}).stdout.strip()
        if point == ",":
            return name
    return None


class Determinism(TrainCase):
    def tree(self, name, *arguments, config="small.ini", **options):
        """Every file of a run but those with times in them."""
        out = self.path("out", name)
        self.train("--config", self.path(config), "--trace", "-q", "--out", out, *arguments,
                   **options)
        return without_times(read_tree(out))

    def assert_same(self, tree, other, but_threads=False):
        self.assertEqual(set(tree), set(other))
        for name in tree:
            one, two = tree[name], other[name]
            if but_threads and name == "config.ini":
                one, two = (re.sub(rb"(?m)^threads = \d+$", b"", text) for text in (one, two))
            self.assertTrue(one == two, f"{name} differs")

    def test_whatever_surrounds_a_run(self):
        os.makedirs(self.path("else", "where"))
        language = comma_locale() or "C.UTF-8"
        reference = self.tree("reference", "--threads", 1)
        for number, (threads, options) in enumerate((
                (2, {}), (3, {}), (1, {"cwd": self.path("else", "where")}),
                (1, {"env": {"LC_ALL": language, "LANG": language, "TZ": "Asia/Kathmandu"}}),
                (2, {"env": {"OMP_THREAD_LIMIT": "1", "OMP_SCHEDULE": "static"}}),
                (2, {"env": {"OMP_NUM_THREADS": "3", "OPENBLAS_NUM_THREADS": "2"}}))):
            with self.subTest(threads=threads, **options):
                self.assert_same(reference, self.tree(f"other{number}", "--threads", threads,
                                                      **options), but_threads=threads > 1)

    def test_threads_with_other_kernels(self):
        self.write_config(train_epochs=2, snapshots_count=3)
        for cpu, blas in (("baseline", "Prescott"), ("avx2", "Haswell")):
            with self.subTest(cpu=cpu, blas=blas):
                env = {"PHASETRACE_CPU": cpu, "OPENBLAS_CORETYPE": blas}
                self.assert_same(self.tree(cpu + "1", "--threads", 1, env=env),
                                 self.tree(cpu + "3", "--threads", 3, env=env), but_threads=True)

    def test_threads_with_a_convolutional_network(self):
        harness.write_data(self.path("large"), 40, 40, SIDE_OF_LENET)
        self.write_config("lenet.ini", data_path="large", model_preset="lenet", train_epochs=2,
                          snapshots_count=3, trace_layer="relu1", trace_baseline="zero",
                          trace_background="mask", trace_draw="per-sample")
        self.assert_same(self.tree("one", "--threads", 1, config="lenet.ini"),
                         self.tree("three", "--threads", 3, config="lenet.ini"), but_threads=True)

    def test_a_run_repeats_itself_from_its_own_configuration(self):
        first = self.tree("first", "--seed", 5, "--set", "train.momentum=0.3")
        os.rename(self.path("small.ini"), self.path("gone.ini"))
        self.assert_same(first, self.tree("second", config="out/first/config.ini"))
        other = self.tree("third", "--seed", 6, config="out/first/config.ini")
        self.assertEqual(set(first), set(other))
        self.assertEqual({name for name in first if first[name] == other[name]},
                         {"analysis/theory_rows.csv"})  # the theory alone


if __name__ == "__main__":
    harness.main()
