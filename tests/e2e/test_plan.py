"""What --dry-run says a run will weigh, against the run; runs whose traces keep less of v."""
import json
import os
import re
import resource

import harness
from harness import read_tree

UNITS = {"bytes": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


def amounts(text):
    """Every "12.3 KiB" in a text, as bytes."""
    return [float(number) * UNITS[unit]
            for number, unit in re.findall(r"([\d.]+) (bytes|KiB|MiB|GiB)", text)]


def trace_bytes(directory, pattern):
    return sum(os.path.getsize(os.path.join(folder, name))
               for folder, _, names in os.walk(directory) for name in names
               if re.search(pattern, os.path.join(os.path.relpath(folder, directory), name)))


def claims_of(run):
    with open(os.path.join(run, "analysis", "claims.json"), encoding="utf-8") as file:
        return {claim["id"]: claim for claim in json.load(file)}


class Plans(harness.TrainCase):
    def check(self, *settings):
        arguments = ["--config", "small.ini", "--trace"]
        for setting in settings:
            arguments += ["--set", setting]
        plan = self.train(*arguments, "--dry-run").stdout
        result = self.train(*arguments, "--out", "run")
        line = re.search(r"^traces: .*$", plan, re.M).group()
        announced = amounts(line)
        measured = [trace_bytes(self.path("run"), r"\.npz$"),
                    trace_bytes(self.path("run"), r"^trace/step_00000000\.npz$"),
                    trace_bytes(self.path("run"), r"^trace/final\.npz$"),
                    trace_bytes(self.path("run"), r"^baselines/.*\.npz$"),
                    trace_bytes(self.path("run"), r"^trace/stability\.npz$"),
                    trace_bytes(self.path("run"), r"^trace/plant\.npz$")]
        measured = [size for size in measured if size > 0]
        self.assertEqual(len(announced), len(measured), line)
        for a, b in zip(announced, measured):  # four digits are printed
            self.assertLess(abs(a - b), 1e-3 * b, line)
        memory = amounts(re.search(r"^memory: .*$", plan, re.M).group())[0]
        peak = amounts(re.search(r"memory at most .*$", result.stderr, re.M).group())[0]
        self.assertLess(abs(memory - peak), 0.1 * peak + (1 << 20))

    def test_files_have_the_size_that_was_announced(self):
        self.write_config(trace_third_samples=3, data_third_samples=20, baselines_count=2,
                          data_test_samples=120)
        self.check("trace.players=8", "trace.final_samples=8")

    def test_without_the_larger_sample_and_values(self):
        self.write_config(baselines_count=0)
        self.check("trace.final_samples=0", "trace.stability_samples=0", "trace.values=none",
                   "trace.noise=0")

    def test_memory_of_wide_baseline_networks_with_large_maps(self):
        self.write_config(model_preset="layers", trace_players=2, baselines_count=3,
                          train_batch_size=128, baselines_width=2,
                          model_layers="conv 64 3x3 padding 1, relu, conv 64 3x3, relu, maxpool 2, "
                                       "dense classes", train_epochs=1)
        self.check("trace.final_samples=8")

    def test_a_network_that_is_too_large_is_refused_before_it_is_made(self):
        sizes = ", ".join(["dense 32768"] * 40)  # 42e9 parameters
        self.write_config(model_preset="layers")
        arguments = ["--config", "small.ini", "--set", f"model.layers={sizes}, dense classes"]
        used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        plan = self.train(*arguments, "--dry-run", status=harness.MEMORY)
        run = self.train(*arguments, "--out", "run", status=harness.MEMORY)
        used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - used
        self.assertLess(used, 2, "it was made")
        self.assertRegex(plan.stdout, r"network: 41\d{9} parameters\n")
        self.assertRegex(plan.stdout, r"(?m)^  fc40 +dense +32768 +1073774592 ")
        self.assertRegex(plan.stderr, r"\Atrain: training this network takes \d+ GiB \(parameters, "
                         r"gradients and the optimiser's state 4\d\d, .* this machine allows [\d.]+\n")
        self.assertEqual(run.stderr, plan.stderr)
        self.assertFalse(os.path.exists(self.path("run")))

    def test_many_players_are_estimated(self):
        self.write_config(trace_players=16, trace_cells="all", trace_samples=2)
        plan = self.train("--config", "small.ini", "--trace", "--dry-run").stdout
        self.assertRegex(plan, r"a traced sample: about [\d.e+]+ s of one thread")
        self.assertIn("warning: tracing will take about", plan)


class Values(harness.TrainCase):
    def test_less_of_v_changes_one_claim_and_nothing_else(self):
        trees, sizes = {}, {}
        self.write_config()
        for values in "f8", "f4", "none":
            self.train("--config", "small.ini", "--trace", "--set", f"trace.values={values}",
                       "--out", values)
            sizes[values] = os.path.getsize(self.path(values, "trace", "step_00000000.npz"))
            trees[values] = read_tree(self.path(values, "analysis"))
        self.assertGreater(sizes["f8"], sizes["f4"])
        self.assertGreater(sizes["f4"], sizes["none"])
        for values in "f4", "none":
            differing = {name for name in trees["f8"] if trees[values][name] != trees["f8"][name]}
            self.assertEqual(differing, {"claims.json"})
            claims, exact = claims_of(self.path(values)), claims_of(self.path("f8"))
            self.assertIsNone(claims.pop("D1")["reproduced"])
            self.assertIs(exact.pop("D1")["reproduced"], True)
            self.assertEqual(claims, exact)
            self.train("analyse", values)
            self.assertEqual(read_tree(self.path(values, "analysis")), trees[values])

    def test_bytes_do_not_depend_on_threads_when_samples_are_few(self):
        self.write_config(trace_players=12, trace_cells="nocorner", trace_samples=1,
                        trace_final_samples=0, trace_solver="and", baselines_count=0)
        trees = []
        for threads in 1, 2, 3, 4, 8:
            self.train("--config", "small.ini", "--trace", "--threads", threads, "--out",
                       f"t{threads}")
            trees.append(read_tree(self.path(f"t{threads}", "trace")))
        for tree in trees[1:]:
            self.assertEqual(tree, trees[0])


if __name__ == "__main__":
    harness.main()
