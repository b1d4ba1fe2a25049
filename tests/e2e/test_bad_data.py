#!/usr/bin/env python3
"""Data files that are not what they should be: the file, the place and the expectation are named.
"""
import gzip
import json
import os
import struct
import sys

import harness
from harness import DATA, IO, USAGE, TrainCase, idx_bytes

sys.path.insert(0, os.path.join(harness.SOURCE_ROOT, "tests", "fixtures"))
from make_png import GREY, RGB, chunk, png  # noqa: E402

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

    def test_pipe_in_place_of_a_file(self):
        os.remove(self.file(LABELS))
        os.mkfifo(self.file(LABELS))
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

    def test_gzip_bomb(self):
        """Zeros behind a header that announces 1,888 bytes."""
        os.remove(self.file(IMAGES))
        name = self.file(IMAGES + ".gz")
        harness.write(name, gzip.compress(idx_bytes((13, 12, 12), bytes(30_000_000)), mtime=0))
        expected = ["its header announces 1888 bytes", "decompresses to more"]
        self.refuses(DATA, [named(IMAGES + ".gz"), *expected])
        self.fails(DATA, [name, *expected], "inspect", name)

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


class BadTable(TrainCase):
    """Each time the table is written anew."""

    ROWS = "age,job,income\n" + "".join(
        f"{20 + i},{'abc'[i % 3]},{'low' if i % 2 else 'high'}\n" for i in range(40))

    def refuses(self, expected, content, status=DATA, **changes):
        harness.write(self.path("people.csv"), content)
        standard = {"data_set": "csv", "data_path": "people.csv", "data_label": "income",
                    "data_train_samples": 20, "data_test_samples": 10, "trace_players": 2}
        self.write_config(**{**standard, **changes})
        self.fails(status, expected, "--config", "small.ini", "--trace")

    def test_ragged_rows(self):
        self.refuses(["./people.csv:42:", "2 cells", "header has 3"], self.ROWS + "1,a\n")
        self.refuses(["./people.csv:42:", "4 cells", "header has 3"], self.ROWS + "1,a,low,2\n")

    def test_words_among_numbers(self):
        for listed in ("", "job"):
            self.refuses(["./people.csv:42:", "column age", '"old" is no number', "unlike",
                          "data.categorical"],
                         self.ROWS + "old,a,low\n", data_categorical=listed)

    def test_missing_values(self):
        self.refuses(["./people.csv:42:", "column job", "missing", "data.missing = drop"],
                     self.ROWS + "1,?,low\n")

    def test_quotes_that_stay_open(self):
        self.refuses(["./people.csv:42:", "never closed"], self.ROWS + '1,"a,low\n')

    def test_zero_bytes(self):
        self.refuses(["./people.csv:42:", "zero byte"], self.ROWS + "1,a\0,low\n")

    def test_one_class(self):
        self.refuses(["./people.csv:", "nothing to tell apart"], self.ROWS.replace("high", "low"))

    def test_no_such_columns(self):
        self.refuses(["./people.csv:1:", "data.label", '"wage"'], self.ROWS, USAGE,
                     data_label="wage")
        self.refuses(["./people.csv:1:", "data.ignore", '"id"'], self.ROWS, USAGE,
                     data_ignore="id")

    def test_labels_that_training_lacks(self):
        harness.write(self.path("test.csv"), "age,job,income\n1,a,low\n2,b,none\n")
        self.refuses(["./test.csv:3:", "column income", '"none"', "no label"], self.ROWS,
                     data_test_path="test.csv", data_test_samples=0)

    def test_a_dry_run_says_what_columns_are(self):
        harness.write(self.path("people.csv"), self.ROWS)
        self.write_config(data_set="csv", data_path="people.csv", data_label="income",
                          data_train_samples=20, data_test_samples=10)
        text = self.train("--config", "small.ini", "--dry-run").stdout
        self.assertIn("\ncolumns: 1 are numbers, 1 are names: job (3)\n", text)
        self.write_config()
        self.assertNotIn("columns:", self.train("--config", "small.ini", "--dry-run").stdout)

    def test_names_that_training_lacks(self):
        """The run goes on, with a warning."""
        harness.write(self.path("people.csv"), self.ROWS)
        harness.write(self.path("test.csv"),
                      "age,job,income\n1,a,low\n2,poet,high\n" + "3,d,high\n1,b,low\n" * 7)
        self.write_config(data_set="csv", data_path="people.csv", data_label="income",
                          data_test_path="test.csv", data_train_samples=0, data_test_samples=0)
        result = self.train("--config", "small.ini", "--dry-run")
        self.assertEqual(result.stderr.count("warning"), 1, result.stderr)
        self.assertRegex(result.stderr, r'\./test\.csv:3: column job: "poet" .* 8 rows have such')

    def test_a_line_of_100_megabytes(self):
        self.refuses(["./people.csv:42:", "a row of more than 1048576 bytes"],
                     self.ROWS.encode() + b"1," + b"x" * 100_000_000 + b",low\n")

    def test_more_players_than_columns(self):
        self.refuses(["3 players", "2 of 2 features"], self.ROWS, USAGE, trace_players=3)

    def test_a_table_is_traced(self):
        """Players are columns; the manifest names them."""
        harness.write(self.path("people.csv"), self.ROWS)
        self.write_config(data_set="csv", data_path="people.csv", data_label="income",
                          data_train_samples=20, data_test_samples=10, trace_players=2,
                          baselines_count=0)
        run = self.train("--config", "small.ini", "--trace", "-q", "--out", "run").directory
        arrays = harness.read_npz(self.path(run, "trace", "final.npz"))
        shape, players = arrays["players"]
        self.assertEqual(list(players), [0, 1] * shape[0])
        manifest = json.loads(harness.read(self.path(run, "manifest.json")))
        self.assertEqual(manifest["data_classes"], ["high", "low"])
        self.assertEqual(manifest["data_features"],
                         [{"name": "age"}, {"name": "job", "levels": ["a", "b", "c"]}])
        harness.check_run_files(self.path(run))


class BadImages(TrainCase):
    def setUp(self):
        super().setUp()
        for i in range(24):
            folder = self.path("pictures", "ab"[i % 2])
            os.makedirs(folder, exist_ok=True)
            rows = [[((37 * i + 11 * x + 5 * y) % 256,) for x in range(6)] for y in range(6)]
            harness.write(os.path.join(folder, f"{i:02d}.png"), png(rows, GREY, 8))

    def config(self, **changes):
        self.write_config(data_set="images", data_path="pictures", data_train_samples=12,
                          data_test_samples=8, trace_grid=3, trace_players=3,
                          **{"baselines_count": 0, **changes})

    def refuses(self, expected, content, name="a/00.png", status=DATA):
        harness.write(self.path("pictures", name), content)
        self.config()
        self.fails(status, expected, "--config", "small.ini", "--trace")

    def test_images_are_traced(self):
        self.config(data_size=7)
        run = self.train("--config", "small.ini", "--trace", "-q", "--out", "run").directory
        manifest = json.loads(harness.read(self.path(run, "manifest.json")))
        self.assertEqual(manifest["data_classes"], ["a", "b"])
        self.assertNotIn("data_features", manifest)

    def test_mixed_sizes(self):
        rows = [[(1,), (2,)]]
        self.refuses(["./pictures/a/02.png:", "6 x 6 pixels", "./pictures/a/00.png has 1 x 2"],
                     png(rows, GREY, 8))

    def test_other_files(self):
        self.refuses(["./pictures/a/00.png:", "byte 0", "no PNG"], "hello")
        self.refuses(["./pictures/a/00.png:", "byte 0", "empty"], "")

    def test_truncated(self):
        whole = harness.read(self.path("pictures", "a", "00.png"))
        self.refuses(["./pictures/a/00.png:", "byte 41", "ends"], whole[:50])

    def test_decompression_bomb(self):
        whole = png([[(1, 2, 3)]], RGB, 8)
        header = struct.pack(">IIBBBBB", 30000, 30000, 8, 2, 0, 0, 0)
        self.refuses(["./pictures/a/00.png:", "byte 16", "30000 x 30000", "at most"],
                     whole[:8] + chunk(b"IHDR", header) + whole[33:])

    def test_directory_in_place_of_an_image(self):
        os.mkdir(self.path("pictures", "a", "x.png"))
        self.config()
        self.fails(DATA, ["./pictures/a/x.png:", "a folder within class a"], "--config", "small.ini")

    def test_one_class(self):
        os.rename(self.path("pictures", "b"), self.path("pictures", ".b"))
        self.config()
        self.fails(DATA, ["./pictures:", "1 folders", "2 to 256"], "--config", "small.ini")


class BadRecords(TrainCase):
    def refuses(self, expected, content, status=DATA):
        os.makedirs(self.path("records"), exist_ok=True)
        harness.write(self.path("records", "data_batch_2.bin"), content)
        self.write_config(data_set="cifar10", data_path="records")
        self.fails(status, expected, "--config", "small.ini", "--trace")

    def test_records(self):
        record = bytes([3]) + bytes(3072)
        self.refuses(["./records:", "no test_batch.bin", "datasets/fetch cifar10"], record, IO)
        harness.write(self.path("records", "test_batch.bin"), record)
        self.refuses(["./records/data_batch_2.bin:", "byte 3073", "10", "0 to 9"],
                     record + b"\x0a" + record[1:])
        self.refuses(["./records/data_batch_2.bin:", "byte 3073", "1 bytes", "3073"],
                     record + b"\0")
        self.refuses(["./records/data_batch_2.bin:", "byte 0", "empty"], b"")


if __name__ == "__main__":
    harness.main()
