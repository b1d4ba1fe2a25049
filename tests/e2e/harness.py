"""What the tests of the whole program share: running it, a small data set, reading its files.

Each test script is run as `script.py TRAIN SOURCE_ROOT` and ends with harness.main(). It needs
nothing but Python's standard library; a script that wants more exits with 77 when it is missing.
"""
import ast
import array
import csv
import json
import math
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import unittest
import zipfile
import zlib

TRAIN, SOURCE_ROOT = (os.path.abspath(path) for path in sys.argv[1:3])

# Status codes the program documents.
OK, USAGE, DATA, IO, DIVERGED, BUSY, MEMORY, UNCONVERGED = 0, 2, 3, 4, 5, 6, 7, 8

SIDE, N_CLASSES, N_IMAGES = 12, 4, 160  # of the small data set

CONFIG = {
    "run": {"name": "small"},
    "data": {"set": "idx", "path": "digits", "train_samples": 0, "test_samples": 0},
    "model": {"hidden": "16"},
    "train": {"learning_rate": 0.05, "batch_size": 16, "epochs": 6},
    "snapshots": {"count": 6},
    "trace": {"samples": 4, "players": 5, "grid": 4},
}


# ---- Data and configurations ----

def idx_bytes(shape, payload):
    """An IDX file of unsigned bytes."""
    return struct.pack(f">BBBB{len(shape)}I", 0, 0, 8, len(shape), *shape) + payload


def draw_images(n, side, n_classes, seed):
    """Noisy copies of one pattern a class: (pixels, labels)."""
    source = random.Random(1)
    patterns = [source.randbytes(side * side) for _ in range(n_classes)]
    source = random.Random(seed)
    labels = bytes(i % n_classes for i in range(n))
    pixels = bytearray()
    for label in labels:
        noise = source.randbytes(side * side)
        pixels += bytes((p + 2 * q) // 3 for p, q in zip(patterns[label], noise))
    return bytes(pixels), labels


def write_data(directory, n_train=N_IMAGES, n_test=N_IMAGES, side=SIDE, n_classes=N_CLASSES):
    """The four IDX files of a generated data set."""
    os.makedirs(directory, exist_ok=True)
    for prefix, n, seed in (("train", n_train, 2), ("t10k", n_test, 3)):
        pixels, labels = draw_images(n, side, n_classes, seed)
        write(os.path.join(directory, f"{prefix}-images-idx3-ubyte"),
              idx_bytes((n, side, side), pixels))
        write(os.path.join(directory, f"{prefix}-labels-idx1-ubyte"), idx_bytes((n,), labels))


def write(path, data):
    with open(path, "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())


def read(path):
    with open(path, "rb") as file:
        return file.read()


def config_text(**changes):
    """An INI file: CONFIG, changed by arguments like train_epochs=3 or trace_players=8."""
    sections = {name: dict(keys) for name, keys in CONFIG.items()}
    for name, value in changes.items():
        section, key = name.split("_", 1)
        sections.setdefault(section, {})[key] = value
    return "\n".join(f"[{section}]\n" + "".join(f"{k} = {v}\n" for k, v in keys.items())
                     for section, keys in sections.items())


# ---- Reading what a run left ----

def read_tree(directory):
    """{path relative to the directory: bytes} of every file"""
    tree = {}
    for folder, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(folder, name)
            tree[os.path.relpath(path, directory)] = read(path)
    return tree


def without_times(tree):
    """The same without the files that hold times, which differ from run to run."""
    return {path: data for path, data in tree.items()
            if os.path.basename(path) not in ("manifest.json", "events.jsonl")}


def read_npy(data):
    """(shape, numbers) of a .npy file of float64, int64 or int32."""
    assert data[:6] == b"\x93NUMPY", "no .npy file"
    length = struct.unpack_from("<H", data, 8)[0]
    header = ast.literal_eval(data[10:10 + length].decode())
    assert not header["fortran_order"]
    numbers = array.array({"<f8": "d", "<i4": "i", "<i8": "q"}[header["descr"]])
    numbers.frombytes(data[10 + length:])
    assert len(numbers) == math.prod(header["shape"]), "the array is cut"
    return header["shape"], numbers


def read_npz(path):
    """{name: (shape, numbers)}; the archive's checksums are checked."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name[:-4]: read_npy(archive.read(name)) for name in archive.namelist()}


def read_safetensors(path):
    """({name: (shape, numbers)}, metadata) of a file of float32 tensors."""
    data = read(path)
    length = struct.unpack_from("<Q", data)[0]
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__", {})
    tensors, expected = {}, 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = entry["data_offsets"]
        assert entry["dtype"] == "F32" and begin == expected, name
        assert end - begin == 4 * math.prod(entry["shape"]), name
        numbers = array.array("f")
        numbers.frombytes(data[8 + length + begin:8 + length + end])
        tensors[name] = (entry["shape"], numbers)
        expected = end
    assert len(data) == 8 + length + expected, "the file has another length than its header says"
    return tensors, metadata


def read_csv(path):
    """(column names, rows as lists of text); every line is whole. A log may be empty."""
    text = read(path).decode()
    assert text.endswith("\n") or not text, f"{path}: the last line is cut"
    rows = list(csv.reader(text.splitlines())) or [[]]
    assert all(len(row) == len(rows[0]) for row in rows), f"{path}: lines differ in length"
    return rows[0], rows[1:]


def check_png(data):
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    position = 8
    while position < len(data):
        length = struct.unpack_from(">I", data, position)[0]
        chunk = data[position + 4:position + 8 + length]
        assert zlib.crc32(chunk) == struct.unpack_from(">I", data, position + 8 + length)[0]
        position += 12 + length
    assert chunk[:4] == b"IEND", "the picture is cut"


def check_finite(path, numbers):
    assert all(map(math.isfinite, numbers)), f"{path}: a number is not finite"


def check_file(path):
    """The file is whole, and what it stores is finite."""
    if path.endswith(".npz"):
        for _, numbers in read_npz(path).values():
            check_finite(path, numbers)
    elif path.endswith(".safetensors"):
        for _, numbers in read_safetensors(path)[0].values():
            check_finite(path, numbers)
    elif path.endswith(".csv"):
        for row in read_csv(path)[1]:
            assert not any(re.fullmatch("[+-]?(nan|inf.*)", cell, re.I) for cell in row), path
    elif path.endswith(".json"):
        json.loads(read(path), parse_constant=lambda word: unfit(path, word))
    elif path.endswith(".jsonl"):
        text = read(path).decode()
        assert not text or text.endswith("\n"), f"{path}: the last line is cut"
        for line in text.splitlines():
            json.loads(line, parse_constant=lambda word: unfit(path, word))
    elif path.endswith(".png"):
        check_png(read(path))
    elif path.endswith(".svg"):
        assert read(path).rstrip().endswith(b"</svg>"), path
    elif path.endswith(".html"):
        assert read(path).rstrip().endswith(b"</html>"), path
    elif path.endswith(".pdf"):
        assert read(path).startswith(b"%PDF") and read(path).rstrip().endswith(b"%%EOF"), path
    elif not path.endswith((".npz.work", "/lock")):  # of a run that did not end
        assert path.endswith(".ini") and read(path), f"{path}: unexpected file"


def unfit(path, word):
    raise AssertionError(f"{path} has a {word}")


def check_run_files(run):
    """Every file of a run, however it ended, is complete; there are no temporary files."""
    for path in read_tree(run):
        check_file(os.path.join(run, path))


def steps_of(run, folder):
    """The steps for which the folder has a file."""
    matches = map(re.compile(r"step_(\d{8})\.(?:npz|safetensors)$").match,
                  os.listdir(os.path.join(run, folder)))
    return sorted(int(match.group(1)) for match in matches if match)


# ---- Running the program ----

class Result:
    """How a run of the program ended."""

    def __init__(self, process):
        self.status = process.returncode
        self.stdout, self.stderr = process.stdout, process.stderr

    @property
    def directory(self):
        """The run directory: the last line of what it printed."""
        return self.stdout.splitlines()[-1]


class TrainCase(unittest.TestCase):
    """A test in a temporary directory of its own, with the small data set in digits/."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="phasetrace-")
        self.addCleanup(scratch.cleanup)
        self.dir = scratch.name
        self.env = {**os.environ, "PHASETRACE_DATA": self.dir}
        write_data(self.path("digits"))
        self.write_config()

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def write_config(self, name="small.ini", **changes):
        write(self.path(name), config_text(**changes))

    def train(self, *arguments, status=OK, env=None, cwd=None, prefix=(), **options):
        """Runs the program; fails the test when it does not end as expected."""
        process = subprocess.run([*prefix, TRAIN, *map(str, arguments)], cwd=cwd or self.dir,
                                 env={**self.env, **(env or {})}, text=True,
                                 stdin=subprocess.DEVNULL, **{"stdout": subprocess.PIPE,
                                                              "stderr": subprocess.PIPE,
                                                              "timeout": 60, **options})
        self.assertEqual(process.returncode, status,
                         f"{arguments}\nstdout: {process.stdout}\nstderr: {process.stderr}")
        return Result(process)

    def fails(self, status, expected, *arguments, **options):
        """The program refuses in one line that has the pieces of `expected` in it, in order, before
        it makes any file. A mistake on the command line adds where to read on."""
        before = set(os.listdir(self.dir))
        result = self.train(*arguments, status=status, **options)
        self.assertEqual(result.stdout, "")
        self.assertRegex(result.stderr, ".*".join(map(re.escape, expected)))
        self.assertRegex(result.stderr, r"\Atrain: [^\n]*\n(`train --help` .*\n)?\Z")
        self.assertEqual(set(os.listdir(self.dir)), before, "it made files before it failed")
        return result


def main():
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
