#!/usr/bin/env python3
"""A run's tables, recomputed from their definitions with NumPy (77: there is no NumPy)."""
import glob
import json
import os
import subprocess
import sys

try:
    import numpy as np
except ImportError:
    print("NumPy is missing: skipped")
    sys.exit(77)

import harness
from harness import TrainCase

N_PLAYERS = harness.CONFIG["trace"]["players"]
MASKS = np.arange(1 << N_PLAYERS)
SIZES = np.array([bin(mask).count("1") for mask in MASKS])
IS_SUBSET = (MASKS[:, None] & MASKS[None, :]) == MASKS[:, None]  # [S, T]: S within T
MEETS = (MASKS[:, None] & MASKS[None, :]) != 0  # [S, T]: S and T have a player in common


def harsanyi(f):
    """Sums over the subsets T of each S of (-1)^(|S| - |T|) f(T); f is [samples, masks]."""
    signs = np.where(IS_SUBSET.T, (-1.0) ** (SIZES[:, None] - SIZES[None, :]), 0.0)
    return f @ signs.T


class Numbers(TrainCase):
    def traces(self, **changes):
        """Traces the small network as changed; a list of {name: array}, one a checkpoint."""
        self.write_config(**changes)
        self.run_directory = self.path(self.train("--config", "small.ini", "--trace",
                                                  "-q").directory)
        traces = []
        for path in sorted(glob.glob(os.path.join(self.run_directory, "trace", "step_*.npz"))):
            with np.load(path) as file:
                traces.append({name: file[name] for name in file.files})
        self.assertEqual(len(traces), harness.CONFIG["snapshots"]["count"])
        return traces

    def check_tables(self, trace):
        """What holds for every extraction."""
        u = trace["v"] - trace["v"][:, :1]
        i_and, i_or = trace["I_and"], trace["I_or"]
        rebuilt = i_and[:, 1:] @ IS_SUBSET[1:] + i_or[:, 1:] @ MEETS[1:]
        if "noise" in trace:
            rebuilt += trace["noise"]
        np.testing.assert_allclose(rebuilt, u, rtol=0, atol=1e-9 * np.abs(u).max())
        np.testing.assert_array_equal(i_and[:, 0], 0)
        np.testing.assert_array_equal(i_or[:, SIZES <= 1], 0)
        total = np.abs(i_and).sum(axis=1) + np.abs(i_or).sum(axis=1)
        np.testing.assert_allclose(trace["objective"], total, rtol=1e-12)
        self.assertTrue((trace["dual_bound"] <= trace["objective"] * (1 + 1e-12)).all())

    def check_analysis(self, *scripts):
        """The run's tables, recomputed from its traces by the scripts."""
        for name in scripts or ("check_orders.py", "check_comparisons.py"):
            check = os.path.join(harness.SOURCE_ROOT, "tests", "numpy", name)
            result = subprocess.run([sys.executable, check, self.run_directory],
                                    capture_output=True, text=True)
            if result.returncode == 77:
                self.skipTest(result.stdout)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def check_extraction(self, allowed_gap, **changes):
        """The traces of a run whose extractions must be optimal up to the gap."""
        traces = self.traces(data_label_noise=0.1, **changes)
        for trace in traces:
            self.check_tables(trace)
            self.assertTrue((trace["status"] == 0).all())
            gap = trace["objective"] - trace["dual_bound"]
            self.assertTrue((gap <= allowed_gap * trace["objective"]).all(), gap)
            plain = np.abs(harsanyi(trace["v"] - trace["v"][:, :1])).sum(axis=1)
            self.assertTrue((trace["objective"] <= plain * (1 + 1e-9)).all())
        self.check_analysis()
        return traces

    def test_sparsest_interactions(self):
        for changes in ({}, {"trace_draw": "per-sample", "trace_background": "mask"}):
            for trace in self.check_extraction(1.001e-4, trace_noise=0, trace_tie_gap=0, **changes):
                self.assertNotIn("noise", trace)

    def test_unique_interactions(self):
        # The rule that makes the answer unique costs up to 1e-4 of the strength (doc/METHOD.md).
        self.check_extraction(3e-4, trace_noise=0)

    def test_noise_term(self):
        for trace in self.check_extraction(3e-4, trace_noise=0.05):
            bound = 0.05 * np.abs(trace["v"][:, -1:] - trace["v"][:, :1])
            self.assertTrue((np.abs(trace["noise"]) <= bound * (1 + 1e-12)).all())
            np.testing.assert_array_equal(trace["noise"][:, 0], 0)
            self.assertGreater(np.abs(trace["noise"]).max(), 0)

    def test_the_larger_sample_takes_over_what_was_traced(self):
        """Tables of the last checkpoint are not computed twice: how many there are changes nothing."""
        finals = []
        for n_samples in (2, 5):
            self.traces(trace_samples=n_samples, trace_final_samples=12)
            with np.load(os.path.join(self.run_directory, "trace", "final.npz")) as file:
                order = np.lexsort((file["sample_index"], file["split"]))
                finals.append({name: file[name][order] for name in (
                    "split", "sample_index", "label", "v", "I_and", "I_or", "objective", "status")})
        for name, values in finals[0].items():
            np.testing.assert_array_equal(values, finals[1][name], name)

    def test_theory(self):
        self.traces(data_label_noise=0.1)
        self.check_analysis("check_theory.py")
        with open(os.path.join(self.run_directory, "analysis", "phases.json"),
                  encoding="utf-8") as file:
            self.assertIsNotNone(json.load(file)["test"]["t_star"])  # so that parts are fitted

    def test_and_interactions_are_harsanyi_dividends(self):
        for trace in self.traces(trace_solver="and"):
            self.check_tables(trace)
            u = trace["v"] - trace["v"][:, :1]
            np.testing.assert_allclose(trace["I_and"], harsanyi(u), rtol=0,
                                       atol=1e-12 * np.abs(u).max())
            np.testing.assert_array_equal(trace["I_or"], 0)
        self.check_analysis()

    def test_or_interactions_are_dividends_of_what_is_left(self):
        for trace in self.traces(trace_solver="or"):
            self.check_tables(trace)
            u = trace["v"] - trace["v"][:, :1]
            expected = -harsanyi(u[:, ::-1])
            expected[:, 0] = 0
            scale = np.abs(u).max()
            np.testing.assert_allclose(trace["I_and"] + trace["I_or"], expected, rtol=0,
                                       atol=1e-12 * scale)
            np.testing.assert_array_equal(trace["I_and"][:, SIZES > 1], 0)
        self.check_analysis()


if __name__ == "__main__":
    harness.main()
