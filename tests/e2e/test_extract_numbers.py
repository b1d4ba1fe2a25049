#!/usr/bin/env python3
"""What `train extract` writes, recomputed from the file alone (77: there is no NumPy)."""
import os
import sys

try:
    import numpy as np
except ImportError:
    print("NumPy is missing: skipped")
    sys.exit(77)

import harness
from harness import TrainCase

sys.path.insert(0, os.path.join(harness.SOURCE_ROOT, "tests", "numpy"))
import check_extract  # noqa: E402


def tables(n, draw):
    """Noise, a game of a few terms, one player that does nothing; scales from 1e-6 to 1e6."""
    masks = np.arange(1 << n)
    game = sum(draw.normal() * ((masks & s) == s) + draw.normal() * ((masks & s) != 0)
               for s in draw.integers(1, 1 << n, 4))
    noise = draw.normal(size=1 << n)
    return np.array([1e-6 * noise, game, 1e6 * game + 5, noise[masks & ~1], np.full(1 << n, 2.0)])


class ExtractNumbers(TrainCase):
    def extract(self, values, *options):
        np.save(self.path("values.npy"), values)
        self.train("extract", "values.npy", "--out", "out.npz", *options)
        self.assertEqual(list(check_extract.problems(self.path("out.npz"))), [])
        with np.load(self.path("out.npz")) as file:
            return {name: file[name] for name in file.files}

    def test_what_every_solver_writes_holds(self):
        draw = np.random.default_rng(5)
        for n in (1, 2, 5, 8):
            values = tables(n, draw)
            for options in ([], ["--tie-gap", "none"], ["--noise", "0.02"], ["--noise", "1"],
                            ["--noise", "0.04", "--tie-gap", "none"], ["--solver", "and"],
                            ["--solver", "or"], ["--solver", "sgd"],
                            ["--solver", "sgd", "--noise", "0.02"]):
                with self.subTest(n=n, options=options):
                    np.testing.assert_array_equal(self.extract(values, *options)["v"], values)

    def test_descent_never_beats_the_bound(self):
        values = tables(8, np.random.default_rng(6))
        for noise in ("0", "0.02"):
            exact = self.extract(values, "--noise", noise)
            descent = self.extract(values, "--noise", noise, "--solver", "sgd")
            slack = 1e-9 * np.abs(values).max(axis=1)
            self.assertTrue((descent["objective"] >= exact["dual_bound"] - slack).all())
            self.assertTrue((descent["objective"] <= 4 * exact["objective"] + slack).all())

    def test_answer_does_not_depend_on_names_or_units(self):
        values = tables(7, np.random.default_rng(7))[:4]
        plain = self.extract(values)
        shifted = self.extract(4 * values + 3)
        order = [3, 0, 6, 1, 5, 2, 4]
        moved = np.array([sum((m >> i & 1) << order[i] for i in range(7)) for m in range(128)])
        relabelled = np.empty_like(values)
        relabelled[:, moved] = values
        again = self.extract(relabelled)
        for name in ("I_and", "I_or"):
            scale = np.abs(plain[name]).max(axis=1, keepdims=True) + 1e-300
            self.assertLess((np.abs(again[name][:, moved] - plain[name]) / scale).max(), 1e-6)
            large = scale[:, 0] > 1e-3  # adding 3 to a table of size 1e-6 takes its digits
            difference = np.abs(shifted[name] / 4 - plain[name]) / scale
            self.assertLess(difference[large].max(), 1e-6)


if __name__ == "__main__":
    harness.main()
