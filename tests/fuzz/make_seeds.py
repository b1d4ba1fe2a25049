#!/usr/bin/env python3
"""Writes what the fuzz targets begin with: files that are sound, and files that are not.

usage: make_seeds.py TRAIN SOURCE_ROOT CORPUS OUT_DIRECTORY STAMP

OUT_DIRECTORY/NAME gets the files for fuzz_NAME: those of the corpus that make_corpus.py made, and
called sound-*, those of a small run of the program TRAIN. Files over 64 KiB are left out, the test
`corpus` has them. STAMP, an empty file, is written when all are there.
"""
import gzip
import glob
import os
import shutil
import struct
import subprocess
import sys
import zlib

LIMIT_BYTES = 1 << 16

CONFIG = """[data]
set = csv
path = table.csv
label = y
train_samples = 16
test_samples = 16
label_noise = 0.2

[model]
hidden = 3

[train]
optimizer = adam
batch_size = 8
epochs = 2

[snapshots]
schedule = epochs
count = 2

[trace]
samples = 2
players = 3
cells = all
mislabelled_samples = 1
final_samples = 3
stability_samples = 1
stability_draws = 2
values = {values}

[baselines]
count = 1
width = 1

[analysis]
replicates = 10
"""

# A path below the run directory, and the targets that read such a file.
FILES_OF_A_RUN = {
    "config.ini": ["ini"],
    "manifest.json": ["manifest"],
    "metrics.csv": ["metrics", "result_table"],
    "events.jsonl": ["events"],
    "snapshots/*.safetensors": ["safetensors", "checkpoint"],
    "trace/step_*.npz": ["trace", "npz"],
    "trace/stability.npz": ["stability"],
    "trace/inputs.json": ["inputs"],
    "analysis/claims.json": ["claims"],
    "analysis/about.json": ["about"],
    "analysis/phases.json": ["phases"],
    "analysis/examples.json": ["examples"],
    "analysis/*.csv": ["result_table"],
}

# Suffixes of make_corpus.py.
FILES_OF_THE_CORPUS = {
    ".idx3": ["idx"],
    ".npy": ["npy"],
    ".npz": ["npz"],
    ".safetensors": ["safetensors"],
    ".csv": ["metrics", "result_table"],
    ".png": ["png"],
    ".cifar": ["cifar"],
    ".table": ["table"],
}


class Seeds:
    def __init__(self, out):
        self.out = out

    def add(self, target, name, content):
        if len(content) <= LIMIT_BYTES:
            os.makedirs(os.path.join(self.out, target), exist_ok=True)
            with open(os.path.join(self.out, target, name), "wb") as f:
                f.write(content)

    def copy(self, targets, name, path):
        with open(path, "rb") as f:
            content = f.read()
        for target in targets:
            self.add(target, name, content)


def table():
    """Six columns of numbers; the label is whether the first two agree."""
    bits = [[(i * 37 + 11 * i * i) >> k & 1 for k in range(6)] for i in range(64)]
    rows = [",".join(map(str, row)) + (",p" if row[0] == row[1] else ",q") for row in bits]
    return "a,b,c,d,e,f,y\n" + "\n".join(rows) + "\n"


def npy(shape, values):
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    data = struct.pack(f"<{len(values)}d", *values)
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png():
    """An interlaced image in two colours with a transparent one."""
    header = struct.pack(">IIBBBBB", 2, 2, 8, 3, 0, 0, 1)
    pixels = zlib.compress(b"\0\1" + b"\0\0" + b"\0\1\0")
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"PLTE", b"abcdef")
            + chunk(b"tRNS", b"\x80") + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))


def add_small_ones(seeds):
    images = b"\0\0\x08\3" + struct.pack(">3I", 4, 3, 5) + bytes(60)
    seeds.add("idx", "sound-images", images)
    seeds.add("idx", "sound-images-gz", gzip.compress(images, mtime=0))
    seeds.add("idx", "sound-labels", b"\0\0\x08\1" + struct.pack(">I", 4) + bytes([0, 1, 1, 2]))
    seeds.add("cifar", "sound-batch", bytes([9]) + bytes(3072) + bytes([1]) + bytes(3072))
    seeds.add("table", "sound-table", table().encode())
    seeds.add("png", "sound-image", png())
    seeds.add("npy", "sound-table", npy((8,), [0, 1, 0, 2, 1, 1, 3, 5]))
    seeds.add("trace_work", "sound-records", bytes(2 * 1024))
    for i, text in enumerate(["train.epochs=3", "data.terms=and2 3, or3 -1", "sweep.run.seed=1, 2",
                              "sweep.train.learning_rate=0.1, 0.2", "model.layers=dense 3",
                              "trace.cells=0, 1, 2", "run.seeds=1..3"]):
        seeds.add("set", f"sound-{i}", text.encode())
    seeds.add("inputs", "sound-image", b'{"kind": "image", "classes": ["p", "q"], "grid": 2, '
              b'"channels": 1, "width": 2, "height": 2, "samples": [{"split": "train", "index": 0, '
              b'"true_label": 1, "pixels": "00ff7f80"}]}')


def run(train, folder, values):
    with open(os.path.join(folder, "table.csv"), "w") as f:
        f.write(table())
    with open(os.path.join(folder, "run.ini"), "w") as f:
        f.write(CONFIG.format(values=values))
    out = os.path.join(folder, values)
    subprocess.run([train, "--config", os.path.join(folder, "run.ini"), "--trace", "--out", out,
                    "-q"], check=True, stdout=subprocess.DEVNULL)
    return out


def add_runs(seeds, train, folder):
    for values in ("f8", "f4", "none"):
        out = run(train, folder, values)
        for pattern, targets in FILES_OF_A_RUN.items():
            paths = sorted(glob.glob(os.path.join(out, pattern)))
            assert paths, f"the run has no {pattern}"
            for path in paths:
                seeds.copy(targets, f"sound-{values}-{os.path.basename(path)}", path)


def add_extractions(seeds, train, folder):
    source = os.path.join(folder, "values.npy")
    with open(source, "wb") as f:
        f.write(npy((2, 8), [0, 1, 0, 2, 1, 1, 3, 5, 1, 0, 0, 0, 2, 2, 2, 1]))
    for solver in ("exact", "and"):
        out = os.path.join(folder, f"{solver}.npz")
        subprocess.run([train, "extract", source, "--solver", solver, "--out", out], check=True,
                       stdout=subprocess.DEVNULL)
        seeds.copy(["extraction", "npz"], f"sound-{solver}", out)


def main(train, root, corpus, out, stamp):
    # Where the program has a leak sanitizer: libraries keep memory until the process ends.
    os.environ["LSAN_OPTIONS"] = f"suppressions={root}/tests/lsan.supp:print_suppressions=0"
    shutil.rmtree(out, ignore_errors=True)
    seeds = Seeds(out)
    for name in os.listdir(corpus):
        seeds.copy(FILES_OF_THE_CORPUS[os.path.splitext(name)[1]], name,
                   os.path.join(corpus, name))
    for pattern in ("tests/corpus/ini/*.ini", "configs/*.ini", "configs/paper/*.ini"):
        for path in glob.glob(os.path.join(root, pattern)):
            seeds.copy(["ini"], os.path.basename(path), path)
    add_small_ones(seeds)
    work = os.path.join(out, "work")
    os.makedirs(work)
    add_runs(seeds, train, work)
    add_extractions(seeds, train, work)
    shutil.rmtree(work)
    with open(stamp, "w"):
        pass


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    main(*sys.argv[1:])
