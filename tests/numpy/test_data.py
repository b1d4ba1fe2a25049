#!/usr/bin/env python3
"""Tables, images and records as Python reads them: the same samples, standardised alike.

usage: test_data.py LOAD_DATA SOURCE_ROOT
"""
import csv
import os
import random
import subprocess
import sys
import tempfile
import unittest

try:
    import numpy
except ImportError:
    sys.exit(77)

LOAD_DATA, ROOT = sys.argv[1:3]
FIXTURES = os.path.join(ROOT, "tests", "fixtures")


def is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False


def sort_key(texts):
    return float if all(map(is_number, texts)) else lambda text: text.encode()


class Data(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="phasetrace-")
        self.addCleanup(scratch.cleanup)
        self.dir = scratch.name

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def load(self, **keys):
        arguments = [f"{key}={value}" for key, value in keys.items()]
        subprocess.run([LOAD_DATA, self.path("out.npz"), *arguments], check=True)
        with numpy.load(self.path("out.npz")) as arrays:
            return dict(arrays)

    def compare(self, arrays, raw, labels, test_raw=None, test_labels=None):
        """raw [n, inputs] (NaN: missing) and labels of all samples, of a testing file if any."""
        inputs, index = arrays["inputs0"], arrays["index0"]
        chosen = raw[index]
        mean, deviation = numpy.nanmean(chosen, 0), numpy.nanstd(chosen, 0)
        deviation[deviation == 0] = 1
        numpy.testing.assert_allclose(arrays["mean"], mean, rtol=1e-6, atol=1e-6)
        numpy.testing.assert_allclose(arrays["deviation"], deviation, rtol=1e-5)
        for split in range(3):
            rows, known = (raw, labels) if split == 0 or test_raw is None else (test_raw, test_labels)
            inputs, index = arrays[f"inputs{split}"], arrays[f"index{split}"]
            self.assertEqual(len(set(index)), len(index))
            expected = numpy.nan_to_num((rows[index] - mean) / deviation, nan=0)
            numpy.testing.assert_allclose(inputs, expected, rtol=1e-4, atol=1e-5)
            numpy.testing.assert_array_equal(arrays[f"labels{split}"], known[index])

    # ---- Tables ----

    def write_table(self, name, n, seed):
        """Quoted and plain cells, commas, quotation marks and line ends in them, gaps."""
        source = random.Random(seed)
        jobs = ["smith", "baker, cook", 'the "boss"', "two\nlines", " blank ", "café"]
        with open(self.path(name), "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator=source.choice(["\n", "\r\n"]))
            writer.writerow(["age", "the job", "code", "id", "class"])
            for i in range(n):
                age = "" if source.random() < .05 else f"{source.gauss(40, 10):.3f}"
                job = source.choice(["?", "NA", "None"]) if source.random() < .05 else source.choice(jobs)
                code = source.choice(["10", "9", "100"])
                writer.writerow([age, job, code, i, source.choice(["10", "9", "9"])])

    def read_table(self, name, categorical, levels=None):
        """(raw inputs, label texts, levels) of the columns but id and class."""
        with open(self.path(name), encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        levels = levels or {}
        columns = []
        for column in ("age", "the job", "code"):
            cells = [row[column] for row in rows]
            # Cells that csv.writer did not have to quote lose their blanks.
            cells = [cell.strip() if not set(cell) & set(',"\n') else cell for cell in cells]
            missing = numpy.array([cell in ("", "?", "NA", "None") for cell in cells])
            if column in categorical:
                texts = {cell for cell, gap in zip(cells, missing) if not gap}
                order = levels.setdefault(column, sorted(texts, key=sort_key(texts)))
                block = numpy.array([[float(cell == level) for level in order] for cell in cells])
                block[missing] = numpy.nan
            else:
                block = numpy.array([[numpy.nan if gap else float(cell)]
                                     for cell, gap in zip(cells, missing)])
            columns.append(block)
        return numpy.hstack(columns), numpy.array([row["class"] for row in rows]), levels

    def number(self, labels):
        return numpy.array([["9", "10"].index(label) for label in labels])

    def test_one_file(self):
        self.write_table("all.csv", 500, 1)
        raw, labels, _ = self.read_table("all.csv", ["the job"])
        arrays = self.load(set="csv", path=self.path("all.csv"), label="class", ignore="id",
                           train_samples=300, test_samples=150, third_samples=50, missing="mean")
        self.compare(arrays, raw, self.number(labels))
        used = numpy.concatenate([arrays[f"index{split}"] for split in range(3)])
        self.assertEqual(sorted(used), list(range(500)))
        for split in range(3):
            share = arrays[f"labels{split}"].mean()
            self.assertAlmostEqual(share, (labels == "10").mean(), delta=1.01 / len(
                arrays[f"labels{split}"]))

    def test_two_files_and_levels_that_are_numbers(self):
        self.write_table("train.csv", 200, 2)
        self.write_table("test.csv", 100, 3)
        categorical = ["the job", "code"]
        raw, labels, levels = self.read_table("train.csv", categorical)
        test_raw, test_labels, _ = self.read_table("test.csv", categorical, levels)
        arrays = self.load(set="csv", path=self.path("train.csv"), test_path=self.path("test.csv"),
                           label="class", ignore="id", categorical=",".join(categorical),
                           missing="mean")
        self.compare(arrays, raw, self.number(labels), test_raw, self.number(test_labels))

    def test_rows_that_are_left_out(self):
        self.write_table("all.csv", 300, 4)
        raw, labels, _ = self.read_table("all.csv", ["the job"])
        whole = ~numpy.isnan(raw).any(1)
        arrays = self.load(set="csv", path=self.path("all.csv"), label="class", ignore="id",
                           train_samples=100, missing="drop")
        self.assertEqual(sum(len(arrays[f"index{split}"]) for split in range(3)), whole.sum())
        self.compare(arrays, raw[whole], self.number(labels[whole]))

    # ---- Images ----

    def test_records(self):
        def read(*names):
            records = numpy.concatenate([
                numpy.fromfile(os.path.join(FIXTURES, "cifar10", name), numpy.uint8)
                for name in names]).reshape(-1, 3073)
            return records[:, 1:].reshape(-1, 3, 1024) / 255, records[:, 0]
        arrays = self.load(set="cifar10", path=os.path.join(FIXTURES, "cifar10"))
        pixels, labels = read("data_batch_1.bin", "data_batch_2.bin")
        test_pixels, test_labels = read("test_batch.bin")
        mean, deviation = pixels.mean((0, 2)), pixels.std((0, 2))
        for split, (x, y) in enumerate([(pixels, labels), (test_pixels, test_labels)]):
            index = arrays[f"index{split}"]
            expected = ((x - mean[:, None]) / deviation[:, None])[index].reshape(len(index), -1)
            numpy.testing.assert_allclose(arrays[f"inputs{split}"], expected, atol=1e-5)
            numpy.testing.assert_array_equal(arrays[f"labels{split}"], y[index])

    def test_pictures(self):
        """All kinds of PNG, resized; the reference resizes with matrices."""
        sys.path.insert(0, FIXTURES)
        import make_png
        make_png.main(self.path("flat"))
        expected, labels = [], []
        with open(self.path("flat", "pixels.txt"), encoding="ascii") as file:
            lines = sorted(line.split() for line in file)
        for label in range(2):
            os.makedirs(self.path("tree", str(label)))
            for i, (name, height, width, channels, *pixels) in enumerate(lines):
                if i % 2 != label:
                    continue
                os.link(self.path("flat", name), self.path("tree", str(label), name))
                image = numpy.array(pixels, float).reshape(int(height), int(width), int(channels))
                expected.append(resize(numpy.repeat(image, 3 // int(channels), 2), 4))
                labels.append(label)
        arrays = self.load(set="images", path=self.path("tree"), size=4, train_samples=30)
        raw = arrays["inputs0"] * arrays["deviation"] + arrays["mean"]
        exact = numpy.array(expected)[arrays["index0"]]
        numpy.testing.assert_array_less(numpy.abs(255 * raw - exact), 0.501)
        numpy.testing.assert_array_equal(arrays["labels0"], numpy.array(labels)[arrays["index0"]])


def weights(n, m):
    """[m, n] of area means when m < n, of linear interpolation otherwise."""
    matrix = numpy.zeros((m, n))
    for i in range(m):
        if m < n:
            low, high = i * n / m, (i + 1) * n / m
            matrix[i] = [max(0, min(high, k + 1) - max(low, k)) * m / n for k in range(n)]
        else:
            centre = max(0, (i + .5) * n / m - .5)
            matrix[i, int(centre)] += 1 - centre % 1
            matrix[i, min(int(centre) + 1, n - 1)] += centre % 1
    return matrix


def resize(image, side):
    """[height, width, channels] to [channels * side * side]"""
    return numpy.einsum("ih,hwc,jw->cij", weights(image.shape[0], side), image,
                        weights(image.shape[1], side)).ravel()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
