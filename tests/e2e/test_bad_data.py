#!/usr/bin/env python3
"""Data files that are not what they should be: the file, the place and the expectation are named.
"""
import gzip
import os
import struct

import harness
from harness import DATA, IO, TrainCase, idx_bytes

IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
PIXELS = harness.SIDE ** 2


def named(name):
    """How a message names the file: beside the configuration, which was given without a folder."""
    return "./digits/" + name + ":"


class BadData(TrainCase):
    def file(self, name):
        return self.path("digits", name)

    def refuses(self, status, expected, set_name="idx"):
        self.write_config(data_set=set_name)
        self.fails(status, expected, "--config", "small.ini", "--trace")

    def spoil(self, name, change):
        """Puts change(bytes) in the file's place."""
        harness.write(self.file(name), change(harness.read(self.file(name))))

    def compress(self, name, change=lambda data: data):
        """Replaces the file by name.gz, its bytes changed."""
        data = harness.read(self.file(name))
        os.remove(self.file(name))
        harness.write(self.file(name + ".gz"), change(gzip.compress(data, mtime=0)))

    def test_no_directory(self):
        self.write_config(data_path="nowhere")
        result = self.fails(IO, ["data.path = nowhere", "looked for"], "--config", "small.ini")
        for place in (f"{self.dir}/nowhere", f"{harness.SOURCE_ROOT}/datasets/nowhere"):
            self.assertIn(place, result.stderr)
        self.write_config(data_path="/nowhere/at/all")
        self.fails(IO, ["/nowhere/at/all"], "--config", "small.ini")

    def test_missing_file(self):
        os.remove(self.file(LABELS))
        self.refuses(IO, ["digits", "train-labels-idx1-ubyte"])

    def test_directory_in_place_of_a_file(self):
        os.remove(self.file(LABELS))
        os.mkdir(self.file(LABELS))
        self.refuses(IO, [named(LABELS), "not a regular file"])

    def test_compressed_files_are_read(self):
        plain = self.train("--config", "small.ini", "-q", "--out", "plain")
        for name in (IMAGES, LABELS, IMAGES.replace("train", "t10k")):
            self.compress(name)
        self.train("--config", "small.ini", "-q", "--out", "packed")
        self.assertEqual(plain.directory, "plain")
        self.assertEqual(harness.read(self.path("plain", "metrics.csv")),
                         harness.read(self.path("packed", "metrics.csv")))

    def test_truncated_gzip(self):
        for kept in (10000, 12, 4):
            with self.subTest(kept=kept):
                harness.write_data(self.path("digits"))
                self.compress(IMAGES, lambda data: data[:kept])
                self.refuses(DATA, [named(IMAGES + ".gz"), "byte"])

    def test_damaged_gzip(self):
        def flip(data):
            return data[:-6] + bytes([data[-6] ^ 1]) + data[-5:]
        self.compress(LABELS, flip)
        self.refuses(DATA, [named(LABELS + ".gz"), "byte"])

    def test_wrong_magic(self):
        self.spoil(IMAGES, lambda data: b"\x00\x00\x0d\x03" + data[4:])
        self.refuses(DATA, [named(IMAGES), "byte 2"])

    def test_files_that_are_swapped(self):
        os.rename(self.file(IMAGES), self.file("x"))
        os.rename(self.file(LABELS), self.file(IMAGES))
        os.rename(self.file("x"), self.file(LABELS))
        self.refuses(DATA, [named(IMAGES), "byte 3"])

    def test_empty_file(self):
        self.spoil(IMAGES, lambda data: b"")
        self.refuses(DATA, [named(IMAGES), "byte 0", "16 bytes"])

    def test_file_that_ends_early(self):
        self.spoil(IMAGES, lambda data: data[:-1])
        self.refuses(DATA, [named(IMAGES), str(160 * PIXELS - 1), str(160 * PIXELS)])

    def test_file_that_goes_on(self):
        self.spoil(LABELS, lambda data: data + b"\0")
        self.refuses(DATA, [named(LABELS), "161", "160"])

    def test_sizes_beyond_any_memory(self):
        huge = struct.pack(">4I", 0x803, 0xffffffff, 0xffffffff, 0xffffffff)
        self.spoil(IMAGES, lambda data: huge + data[16:])
        self.refuses(DATA, [named(IMAGES), "byte 12", "more values than an address holds"])

    def test_no_images(self):
        self.spoil(IMAGES, lambda data: idx_bytes((0, 12, 12), b""))
        self.spoil(LABELS, lambda data: idx_bytes((0,), b""))
        self.refuses(DATA, [named(IMAGES), "byte 4"])

    def test_as_many_labels_as_images(self):
        self.spoil(LABELS, lambda data: idx_bytes((159,), data[8:-1]))
        self.refuses(DATA, [named(LABELS), "159 labels", "160 images"])

    def test_images_of_one_size(self):
        self.spoil("t10k-images-idx3-ubyte",
                   lambda data: idx_bytes((160, 9, 16), data[16:]))
        self.refuses(DATA, [named("t10k-images-idx3-ubyte"), "9 x 16", "12 x 12"])

    def test_one_class(self):
        harness.write_data(self.path("digits"), n_classes=1)
        self.refuses(DATA, ["nothing to tell apart"])

    def test_label_out_of_range(self):
        self.spoil(LABELS, lambda data: data[:-3] + b"\x0a" + data[-2:])
        self.refuses(DATA, [named(LABELS), f"byte {8 + 157}", "sample 157", "10", "0 to 9"],
                     set_name="mnist")


if __name__ == "__main__":
    harness.main()
