#!/usr/bin/env python3
"""train inspect: what it says of files of every kind, and of damaged ones."""
import fcntl
import gzip
import json
import math
import os
import re
import shutil
import signal
import struct
import subprocess
import time
import zlib

import harness
from harness import TrainCase, read, read_npz, read_safetensors, write


def png(width, height, grey):
    """A PNG image of 8 bits, all its pixels alike."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", zlib.crc32(kind + data)))
    rows = (b"\0" + bytes([grey]) * width) * height
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0,
                                                              0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def npy(numbers, descr="<f8", code="d"):
    header = repr({"descr": descr, "fortran_order": False, "shape": (len(numbers),)}).encode()
    header += b" " * (63 - (10 + len(header)) % 64) + b"\n"
    return (b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header +
            struct.pack(f"<{len(numbers)}{code}", *numbers))


class Inspect(TrainCase):
    def look(self, path, **options):
        """The JSON document, which the text must agree with as to the kind."""
        document = json.loads(self.train("inspect", path, "--json", **options).stdout)
        text = self.train("inspect", path, **options).stdout.splitlines()
        self.assertEqual(text[0], str(path))
        self.assertRegex(text[1], rf"^kind +{document['kind']}$")
        self.assertEqual(document.pop("path"), str(path))
        return document

    def check_moments(self, row, numbers):
        numbers = list(numbers)
        mean = math.fsum(numbers) / len(numbers)
        deviation = math.sqrt(math.fsum((x - mean) ** 2 for x in numbers) / len(numbers))
        self.assertEqual((row["min"], row["max"]), (self.near(row["min"], min(numbers)),
                                                    self.near(row["max"], max(numbers))))
        self.assertAlmostEqual(row["mean"], mean, delta=1e-7 + 1e-7 * abs(mean))
        self.assertAlmostEqual(row["deviation"], deviation, delta=1e-6 + 1e-6 * deviation)

    def near(self, number, expected):
        return number if math.isclose(number, expected, rel_tol=1e-8) else expected


class Files(Inspect):
    def run_small(self, *arguments, out="run"):
        self.train("--config", "small.ini", "-q", "--out", out, "--set", "baselines.count=0",
                   "--set", "trace.final_samples=0", *arguments)
        return self.path(out)

    def test_snapshots(self):
        run = self.run_small()
        document = self.look("run/snapshots/step_00000010.safetensors")
        self.assertEqual((document["kind"], document["step"]), ("snapshot", "10"))
        tensors, metadata = read_safetensors(os.path.join(run, "snapshots",
                                                          "step_00000010.safetensors"))
        self.assertEqual(document["metadata"], metadata)
        self.assertEqual(document["numbers"], 144 * 16 + 16 + 16 * 4 + 4)
        self.assertEqual([row["name"] for row in document["tensors"]], list(tensors))
        for row in document["tensors"]:
            shape, numbers = tensors[row["name"]]
            self.assertEqual((row["shape"], row["type"]), (str(shape), "F32"))
            self.check_moments(row, numbers)

    def test_what_is_not_finite_is_counted(self):
        data = struct.pack("<3f", math.nan, 2, math.inf)
        header = json.dumps({"w": {"dtype": "F32", "shape": [3], "data_offsets": [0, 12]}}).encode()
        header += b" " * (-len(header) % 8)
        write(self.path("bad.safetensors"), struct.pack("<Q", len(header)) + header + data)
        document = self.look("bad.safetensors")
        self.assertEqual(document["kind"], "model")
        row = document["tensors"][0]
        self.assertEqual((row["not_finite"], row["min"], row["max"], row["mean"]), (2, 2, 2, 2))

    def test_traces(self):
        for values, said in (("f8", "double precision"), ("f4", "single precision"),
                             ("none", "not kept")):
            run = self.run_small("--trace", "--set", "trace.values=" + values, out=values)
            step = harness.steps_of(run, "trace")[-1]
            document = self.look(f"{values}/trace/step_{step:08}.npz")
            self.assertEqual((document["kind"], document["values"]), ("trace", said))
            self.assertEqual((document["step"], document["n_players"]), (60, 5))
            self.assertEqual(document["samples"], {"training": 4, "testing": 4})
            if values == "f4":
                continue
            arrays = read_npz(os.path.join(run, "trace", f"step_{step:08}.npz"))
            self.assertEqual([row["name"] for row in document["arrays"]], list(arrays))
            for row in document["arrays"]:
                self.check_moments(row, arrays[row["name"]][1])
            self.assertEqual(document["players"], list(arrays["players"][1][:5]))
            gaps = [(o - b) / o for o, b in zip(arrays["objective"][1], arrays["dual_bound"][1])]
            self.assertAlmostEqual(document["extraction"]["worst_gap"], max(0, *gaps), delta=1e-12)
            self.assertEqual(document["extraction"]["converged"], 8)
        self.assertEqual(self.look("f8/trace/stability.npz")["kind"], "stability")
        per_sample = self.run_small("--trace", "--set", "trace.draw=per-sample", out="own")
        self.assertEqual(self.look(os.path.join(per_sample, "trace", "step_00000000.npz"))
                         ["players"], "each sample has its own")

    def test_arrays(self):
        write(self.path("a.npy"), npy([3.0, -1.0, 4.0]))
        document = self.look("a.npy")
        self.assertEqual((document["kind"], document["type"], document["shape"]),
                         ("array", "<f8", "[3]"))
        self.check_moments(document, [3, -1, 4])
        write(self.path("b.npy"), npy([2 ** 40, 1], "<i8", "q"))
        self.assertEqual(self.look("b.npy")["max"], 2 ** 40)
        os.rename(self.path("a.npy"), self.path("nameless"))
        self.assertEqual(self.look("nameless")["kind"], "array")

    def test_data_sets(self):
        images = read(self.path("digits", "train-images-idx3-ubyte"))
        document = self.look("digits/train-images-idx3-ubyte")
        self.assertEqual((document["kind"], document["shape"]), ("IDX images", "[160, 12, 12]"))
        self.check_moments(document, images[16:])
        write(self.path("x.gz"), gzip.compress(read(self.path("digits", "t10k-labels-idx1-ubyte"))))
        document = self.look("x.gz")
        self.assertEqual(document["labels"], [{"label": i, "samples": 40} for i in range(4)])
        folder = self.look("digits")
        self.assertEqual([row["samples"] for row in folder["files"]], [160] * 4)
        write(self.path("batch.bin"), bytes([7]) + bytes(range(256)) * 12 + bytes([2]) +
              bytes(3072))
        document = self.look("batch.bin")
        self.assertEqual((document["kind"], document["samples"], document["mean"]),
                         ("CIFAR-10 batch", 2, 63.75))
        self.assertEqual(document["labels"], [{"label": 2, "samples": 1},
                                              {"label": 7, "samples": 1}])
        write(self.path("t.csv"), 'age,name\n30,"a, b"\n,c\n41.5,d\n')
        columns = self.look("t.csv")["columns"]
        self.assertEqual([(c["numbers"], c["texts"], c["empty"]) for c in columns],
                         [(2, 0, 1), (0, 3, 0)])
        self.check_moments(columns[0], [30, 41.5])

    def test_images(self):
        for name in ("birch/1", "birch/2", "oak/1"):
            path = self.path("leaves", name + ".png")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            write(path, png(5, 3, 200))
        self.assertEqual(self.look("leaves")["classes"], [{"class": "birch", "images": 2},
                                                          {"class": "oak", "images": 1}])
        document = self.look("leaves/oak/1.png")
        self.assertEqual([document[key] for key in ("height", "width", "channels", "mean")],
                         [3, 5, 1, 200])

    def test_configurations(self):
        self.write_config(run_seeds="1..3", sweep_data__label_noise="0, 0.1")
        text = read(self.path("small.ini")).decode().replace("data__label_noise", "data.label_noise")
        write(self.path("small.ini"), text)
        document = self.look("small.ini")
        self.assertEqual((document["kind"], document["runs"]), ("configuration", 6))
        self.assertEqual(document["settings"]["model.hidden"], "16")
        self.assertEqual(document["settings"]["sweep.data.label_noise"], "0, 0.1")
        self.assertNotIn("train.momentum", document["settings"], "it has its default")

    def check_costs(self, document, config, *sets):
        """As the dry run says, in its units."""
        plan = self.train("--config", config, "--trace", "--dry-run", *sets).stdout
        n, n_on_tables, n_layers = map(int, re.search(
            r"All 2\^(\d+) masked outputs of a sample, on tables for (\d+) of (\d+)", plan).groups())
        costs = document["value_tables"]
        self.assertEqual([costs[key] for key in ("players", "masks", "layers", "layers_on_tables")],
                         [n, 2 ** n, n_layers, n_on_tables])
        lines = plan[plan.index("All 2^"):].splitlines()[2:]
        for row in document["value_layers"] + [{"layer": "a sample", "kind": "", **costs}]:
            cells = [f"{row[key]:.0f}" for key in ("rows", "of_rows") if key in row]
            cells += [f"{row['flops'] / 1e6:.2f}", f"{row['flops_without'] / 1e6:.1f}",
                      f"{row['bytes'] / 1024:.1f}"]
            line = lines.pop(0)
            self.assertEqual(line.split(), [*row["layer"].split(), *row["kind"].split(), *cells])
        self.assertRegex(lines[0], f"a factor of {costs['factor']:.1f}$")
        self.assertAlmostEqual(costs["factor"], costs["flops_without"] / costs["flops"])

    def test_what_value_tables_cost(self):
        self.check_costs(self.look("small.ini"), "small.ini")
        shutil.copy(os.path.join(harness.SOURCE_ROOT, "configs", "mnist-lenet.ini"), self.dir)
        self.check_costs(self.look("mnist-lenet.ini"), "mnist-lenet.ini")
        self.run_small("--trace")
        self.check_costs(self.look("run"), "run/config.ini")
        self.run_small(out="plain")
        self.assertNotIn("value_tables", self.look("plain"))

    def test_costs_of_what_cannot_be_traced(self):
        self.run_small("--trace")
        os.rename(self.path("digits"), self.path("gone"))
        for path in ("small.ini", "run"):
            document = self.look(path)
            self.assertEqual(list(document["value_tables"]), ["unknown"])
            self.assertRegex(document["value_tables"]["unknown"], r"^data\.path = digits: no such")
        os.rename(self.path("gone"), self.path("digits"))
        self.write_config(model_preset="lenet", data_size=28, trace_layer="relu7",
                          trace_baseline="zero")
        self.assertIn("relu7", self.look("small.ini")["value_tables"]["unknown"])


class Runs(Inspect):
    run_small = Files.run_small

    def test_a_run(self):
        run = self.run_small("--trace")
        document = self.look("run")
        self.assertEqual([document[key] for key in ("kind", "state", "snapshots", "traces")],
                         ["run", "finished", 6, 6])
        self.assertNotIn("missing", document)
        for name in ("trace", "snapshots", "metrics.csv"):
            path = os.path.join(run, name)
            size = (os.path.getsize(path) if os.path.isfile(path) else
                    sum(map(len, harness.read_tree(path).values())))
            self.assertEqual(document["bytes"][name], size)
        self.assertEqual(document["bytes"]["all"],
                         sum(map(len, harness.read_tree(run).values())))
        with open(os.path.join(run, "analysis", "claims.json"), encoding="utf-8") as file:
            claims = json.load(file)
        for verdict, value in (("reproduced", True), ("not_reproduced", False),
                               ("not_measurable", None)):
            self.assertEqual(document["claims"].get(verdict, "").split(),
                             [c["id"] for c in claims if c["reproduced"] is value])
        rows = harness.read_csv(os.path.join(run, "metrics.csv"))[1]
        self.assertEqual(document["last_evaluation"]["evaluations"], len(rows))
        self.assertAlmostEqual(document["last_evaluation"]["test_loss"], float(rows[-1][3]),
                               delta=1e-8)

    def test_whether_somebody_writes_there(self):
        run = self.run_small()
        self.assertNotIn("in_use", self.look("run"))
        path = os.path.join(run, "manifest.json")
        write(path, read(path).replace(b'"finished"', b'"running"'))
        write(os.path.join(run, "lock"), "")
        self.assertIs(self.look("run")["in_use"], False)
        with open(os.path.join(run, "lock"), encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assertIs(self.look("run")["in_use"], True)

    def test_a_signal_ends_it(self):
        write(self.path("long.csv"), "a,b,c,d\n" + "1.5,2.5,3.5,4.5\n" * 2000000)
        process = subprocess.Popen([harness.TRAIN, "inspect", "long.csv"], cwd=self.dir,
                                   stdout=subprocess.DEVNULL)
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=60), -signal.SIGINT)

    def test_what_is_missing_is_named(self):
        run = self.run_small("--trace")
        os.remove(os.path.join(run, "trace", "step_00000010.npz"))
        os.remove(os.path.join(run, "trace", "stability.npz"))
        os.remove(os.path.join(run, "analysis", "claims.json"))
        os.remove(os.path.join(run, "manifest.json"))
        self.assertEqual(set(self.look("run")["missing"]),
                         {"trace/step_00000010.npz", "trace/stability.npz", "analysis/claims.json",
                          "manifest.json"})

    def test_a_run_that_was_not_traced_misses_nothing(self):
        self.run_small()
        document = self.look("run")
        self.assertNotIn("missing", document)
        self.assertEqual(document["traces"], 0)

    def test_a_series(self):
        self.run_small("--set", "run.seeds=1..2", out="series")
        shutil.rmtree(self.path("series", "seed_2"))
        document = self.look("series")
        self.assertEqual(document["kind"], "series of runs")
        self.assertEqual(document["runs"], [{"run": "series/seed_1", "state": "finished"},
                                            {"run": "series/seed_2", "state": "no manifest"}])


class Damage(Inspect):
    def damaged(self, name, data, *expected):
        write(self.path(name), data)
        self.fails(harness.DATA, [name, *expected], "inspect", name)

    def test_damaged_files_are_named_with_the_place(self):
        images = read(self.path("digits", "train-images-idx3-ubyte"))
        self.damaged("a-ubyte", images[:-1], "byte")
        self.damaged("b-ubyte", images[:2], "byte")
        self.damaged("c.gz", gzip.compress(images)[:-9], "byte")
        self.damaged("d.bin", bytes(3072), "byte 0", "3072 bytes")
        self.damaged("e.bin", bytes([1]) + bytes(3072) + bytes([10]) + bytes(3072),
                     "byte 3073", "label of sample 1 is 10")
        self.damaged("f.csv", "a,b\n1,2\n3\n", "3")
        self.damaged("g.png", png(4, 4, 9)[:40], "byte")
        self.damaged("h.npy", npy([1.0, 2.0])[:-1], "byte")
        self.damaged("i.npz", b"PK\3\4" + bytes(50), "byte")
        self.damaged("j.safetensors", b"\xff" * 20, "byte 0")
        self.damaged("k.npz", b"")
        self.damaged("strange.dat", b"what is this", "no file of a kind that is known")
        self.damaged("empty", b"", "no file of a kind that is known")

    def test_a_cut_trace(self):
        self.train("--config", "small.ini", "-q", "--out", "run", "--trace", "--set",
                   "baselines.count=0")
        path = self.path("run", "trace", "step_00000060.npz")
        whole = read(path)
        write(path, whole[:len(whole) // 2])
        self.fails(harness.DATA, ["step_00000060.npz", "byte"], "inspect",
                   "run/trace/step_00000060.npz")
        flipped = bytearray(whole)
        flipped[1000] ^= 1
        write(path, bytes(flipped))
        self.fails(harness.DATA, ["step_00000060.npz", "CRC-32"], "inspect",
                   "run/trace/step_00000060.npz")
        write(self.path("run", "manifest.json"), '{"state": "fin')
        self.fails(harness.DATA, ["manifest.json", ":1:"], "inspect", "run")

    def test_a_shipped_configuration_is_found(self):
        self.assertIn("run.name             smoke", self.train("inspect", "smoke.ini").stdout)

    def test_what_is_none_of_it(self):
        self.fails(harness.IO, ["absent", "no such file"], "inspect", "absent")
        self.fails(harness.USAGE, ["at least one file"], "inspect")
        os.makedirs(self.path("nothing"))
        self.fails(harness.DATA, ["nothing", "no run directory"], "inspect", "nothing")
        write(self.path("bad.ini"), "[train]\nepoch = 3\n")
        result = self.train("inspect", "bad.ini", status=harness.USAGE)
        self.assertIn("bad.ini:2:1", result.stderr)
        self.assertIn("epochs", result.stderr)

    def test_others_are_described_all_the_same(self):
        write(self.path("a.npy"), npy([1.0]))
        result = self.train("inspect", "absent", "a.npy", status=harness.IO)
        self.assertIn("a.npy\nkind ", result.stdout)

    def test_control_characters_are_not_printed(self):
        write(self.path("t.csv"), "a\033[31mb\n1\n")
        self.assertNotIn("\033", self.train("inspect", "t.csv").stdout)

    def test_a_reader_that_goes_away(self):
        process = subprocess.run(f"{harness.TRAIN} inspect digits small.ini | head -1; "
                                 "exit ${PIPESTATUS[0]}", shell=True, executable="/bin/bash",
                                 cwd=self.dir, env=self.env, capture_output=True, text=True,
                                 timeout=60)
        self.assertIn(process.returncode, (harness.OK, harness.IO))
        self.assertEqual(process.stdout, "digits\n")
        with open("/dev/full", "w", encoding="ascii") as full:
            self.train("inspect", "small.ini", status=harness.IO, stdout=full)



if __name__ == "__main__":
    harness.main()
