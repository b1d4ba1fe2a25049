#!/usr/bin/env python3
"""Makes datasets/mnist-small from the full MNIST files.

usage: make_mnist_small.py FULL_DIRECTORY OUT_DIRECTORY

Takes 6,000 digits of the training file and 4,000 of the test file, as many of each class, in the
order of the full files. Within a class those are taken whose index has the smallest SHA-256, a
choice that no version of any random number generator can change. The same input gives the same
bytes.
"""
import gzip
import hashlib
import os
import struct
import sys

N_CLASSES = 10
PARTS = {"train": 6000, "t10k": 4000}
LIMIT_BYTES = 2_000_000


def read(directory, name):
    path = os.path.join(directory, name)
    if os.path.exists(path):
        with open(path, "rb") as f:
            return f.read()
    with gzip.open(path + ".gz", "rb") as f:
        return f.read()


def read_images(directory, name):
    content = read(directory, name)
    magic, n, rows, columns = struct.unpack(">4I", content[:16])
    size = rows * columns
    if magic != 0x803 or len(content) != 16 + n * size:
        sys.exit(f"{name}: not an IDX file of images")
    return content[:4], [content[16 + i * size : 16 + (i + 1) * size] for i in range(n)], rows, columns


def read_labels(directory, name):
    content = read(directory, name)
    magic, n = struct.unpack(">2I", content[:8])
    if magic != 0x801 or len(content) != 8 + n or max(content[8:]) >= N_CLASSES:
        sys.exit(f"{name}: not an IDX file of digits' labels")
    return content[8:]


def rank(part, index):
    return hashlib.sha256(f"mnist-small {part} {index}".encode()).digest()


def choose(part, labels, n_wanted):
    chosen = []
    for digit in range(N_CLASSES):
        indices = [i for i, label in enumerate(labels) if label == digit]
        chosen += sorted(indices, key=lambda i: rank(part, i))[: n_wanted // N_CLASSES]
    if len(chosen) != n_wanted:
        sys.exit(f"{part}: a class has fewer than {n_wanted // N_CLASSES} digits")
    return sorted(chosen)


def write(directory, name, content):
    path = os.path.join(directory, name + ".gz")
    packed = gzip.compress(content, 9, mtime=0)
    with open(path, "wb") as f:
        # Byte 9 names the system; Pythons differ in what they put there.
        f.write(packed[:9] + b"\xff" + packed[10:])
    print(f"{hashlib.sha256(content).hexdigest()}  {name}")
    return len(packed)


def main(full, out):
    os.makedirs(out, exist_ok=True)
    total = 0
    for part, n_wanted in PARTS.items():
        magic, images, rows, columns = read_images(full, f"{part}-images-idx3-ubyte")
        labels = read_labels(full, f"{part}-labels-idx1-ubyte")
        if len(labels) != len(images):
            sys.exit(f"{part}: {len(images)} images, {len(labels)} labels")
        chosen = choose(part, labels, n_wanted)
        header = magic + struct.pack(">3I", n_wanted, rows, columns)
        total += write(out, f"{part}-images-idx3-ubyte", header + b"".join(images[i] for i in chosen))
        header = struct.pack(">2I", 0x801, n_wanted)
        total += write(out, f"{part}-labels-idx1-ubyte", header + bytes(labels[i] for i in chosen))
    if total > LIMIT_BYTES:
        sys.exit(f"{total} bytes in all, the limit is {LIMIT_BYTES}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
