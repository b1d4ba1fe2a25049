#!/usr/bin/python3
"""Reads every file of a run directory with nothing but NumPy, and says what is in it.

    read_run.py runs/mnist-001

read() is what to copy: it returns arrays by name for .npz, .npy, .csv and .safetensors, and the
document of a .json file.
"""
import json
import os
import sys

import numpy as np


def read_safetensors(path):
    """{name: array}; the metadata, such as the training step, are texts."""
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
        data = file.read()
    metadata = header.pop("__metadata__", {})
    tensors = {name: np.frombuffer(data[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"])
               for name, entry in header.items()}
    return {**tensors, "__metadata__": metadata}


def read_csv(path):
    """{column: array}; an empty cell of a column of numbers is NaN."""
    table = np.genfromtxt(path, delimiter=",", names=True, dtype=None, encoding="utf-8")
    return {name: np.atleast_1d(table[name]) for name in table.dtype.names or ()}


def read_npz(path):
    with np.load(path, allow_pickle=False) as arrays:
        return dict(arrays)


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


READERS = {".safetensors": read_safetensors, ".csv": read_csv, ".npz": read_npz,
           ".npy": lambda path: {"array": np.load(path, allow_pickle=False)}, ".json": read_json}


def read(path):
    """What the file holds; None for a kind that is not for reading (figures, config.ini)."""
    reader = READERS.get(os.path.splitext(path)[1])
    return reader(path) if reader else None


def describe(content):
    if isinstance(content, list):
        return f"a list of {len(content)}"
    return ", ".join(f"{name} {list(value.shape)}" if isinstance(value, np.ndarray) else str(name)
                     for name, value in content.items())


def main(run):
    for folder, subfolders, names in os.walk(run):
        subfolders.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            content = read(path)
            if content is not None:
                print(f"{os.path.relpath(path, run)}: {describe(content)}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
