#!/usr/bin/env python3
"""The pages that runs, series of runs and comparisons end with: one file each, sound HTML."""
import html.parser
import json
import os
import re

import harness
from harness import IO, USAGE, TrainCase, read

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta"}
MAX_BYTES = 2 << 20


def read_json(path):
    return json.loads(read(path))


class Page(html.parser.HTMLParser):
    """Elements of a page, with its mistakes: tags that do not pair, ids that are there twice."""

    def __init__(self, path):
        super().__init__(convert_charrefs=True)
        self.text, self.elements, self.mistakes, self.open = {}, [], [], []
        self.feed(read(path).decode())
        self.close()
        self.mistakes += [f"<{tag}> is not closed" for tag, _ in self.open]
        ids = [e["id"] for _, e in self.elements if "id" in e]
        self.mistakes += [f"id {i} is there twice" for i in set(ids) if ids.count(i) > 1]

    def handle_starttag(self, tag, attributes):
        element = dict(attributes)
        self.elements.append((tag, element))
        if tag not in VOID:
            self.open.append((tag, element))

    def handle_endtag(self, tag):
        if not self.open or self.open[-1][0] != tag:
            self.mistakes.append(f"</{tag}> at {self.getpos()}")
        else:
            self.open.pop()

    def handle_data(self, data):
        for tag, element in self.open[-1:]:
            key = element.get("id", tag)
            self.text[key] = self.text.get(key, "") + data

    def all(self, tag, **attributes):
        return [e for t, e in self.elements
                if t == tag and all(e.get(k) == v for k, v in attributes.items())]


class Pages(TrainCase):
    def check(self, path):
        self.assertLess(os.path.getsize(path), MAX_BYTES)
        page = Page(path)
        self.assertEqual(page.mistakes, [])
        directory = os.path.dirname(path)
        for _, element in page.elements:
            for key in "src", "href", "xlink:href", "data", "action":
                target = element.get(key) or "#"
                known = target.startswith(("#", "data:", "https://arxiv.org/abs/"))
                self.assertTrue(known or os.path.exists(os.path.join(directory, target)), target)
            self.assertFalse([key for key in element if key.startswith("on")], element)
        for sheet in re.findall(r"(?s)<style>(.*?)</style>", read(path).decode()):
            self.assertNotRegex(sheet, r"url\(|@import")
        return page

    def run_once(self, *arguments, **changes):
        self.write_config(**changes)
        result = self.train("--config", "small.ini", "--trace", "-q", *arguments)
        return self.path(result.directory)

    def test_run(self):
        run = self.run_once(data_label_noise=0.1)
        page = self.check(os.path.join(run, "report.html"))
        claims = read_json(os.path.join(run, "analysis", "claims.json"))
        shown = [e["data-claim"] for e in page.all("tr") if "data-claim" in e]
        self.assertEqual(shown, [claim["id"] for claim in claims])
        data = json.loads(page.text["data"])
        steps = harness.steps_of(run, "trace")
        self.assertEqual(data["steps"], steps)
        self.assertEqual(page.all("input", id="checkpoint")[0]["max"], str(len(steps) - 1))
        self.check_strengths(run, data)
        self.check_samples(run, page, data)
        sections = {e.get("id") for e in page.all("section")}
        self.assertLessEqual({"overview", "checkpoints", "samples", "claims", "words",
                              "configuration"}, sections)

    def check_strengths(self, run, data):
        """The bars of a checkpoint add up to the strength that orders.csv has."""
        header, rows = harness.read_csv(os.path.join(run, "analysis", "orders.csv"))
        rows = [dict(zip(header, row)) for row in rows]
        for split in "train", "test":
            for step, at in zip(data["steps"], data[split]):
                wanted = sum(float(r["strength"]) for r in rows if r["split"] == split
                             and r["kind"] == "both" and int(r["step"]) == step)
                got = sum(abs(v) for layer in at["bars"] for side in layer for v in side)
                self.assertAlmostEqual(got, wanted, delta=2e-3 * wanted + 1e-9)
                self.assertAlmostEqual(at["strength"], wanted, delta=2e-3 * wanted + 1e-9)

    def check_samples(self, run, page, data):
        """The interactions that are shown are the largest of the trace's."""
        examples = read_json(os.path.join(run, "analysis", "examples.json"))["samples"]
        self.assertEqual(len(data["samples"]), len(examples))
        self.assertEqual(len(page.all("article")), len(examples))
        trace = harness.read_npz(os.path.join(run, "trace", f"step_{data['steps'][-1]:08d}.npz"))
        index, split = trace["sample_index"][1], trace["split"][1]
        n = 1 << len(examples[0]["players"])
        for example, shown in zip(examples, data["samples"]):
            i = list(zip(split, index)).index(({"train": 0, "test": 1}[example["split"]],
                                               example["sample_index"]))
            values = [*trace["I_and"][1][i * n:(i + 1) * n], *trace["I_or"][1][i * n:(i + 1) * n]]
            largest = sorted(map(abs, values), reverse=True)
            for rank, (subset, is_or, effect, _) in enumerate(shown[-1][1:]):
                self.assertAlmostEqual(effect, values[is_or * n + subset], delta=1e-3 * abs(effect))
                self.assertAlmostEqual(abs(effect), largest[rank], delta=1e-3 * abs(effect))

    def test_without_baseline_networks(self):
        run = self.run_once(baselines_count=0, data_third_samples=0)
        page = self.check(os.path.join(run, "report.html"))
        self.assertEqual(page.all("rect", **{"class": "bar gen"}), [])
        self.assertTrue(page.all("rect", **{"class": "bar train"}))

    def test_hostile_name(self):
        run = self.run_once("--set", "run.name=<script>alert(1)", "--out", "plain")
        page = self.check(os.path.join(run, "report.html"))
        self.assertEqual(page.text["h1"], "<script>alert(1)")
        self.assertEqual(len(page.all("script")), 2)

    def test_seeds_and_sweeps(self):
        run = self.run_once("--set", "run.seeds=1,2", "--out", "seeds", train_epochs=1)
        page = self.check(os.path.join(run, "report.html"))
        self.assertEqual([e["href"] for e in page.all("a") if "seed_" in e["href"]],
                         ["seed_1/report.html", "seed_2/report.html"])
        self.check(os.path.join(run, "seed_1", "report.html"))
        self.write_config(train_epochs=1)
        with open(self.path("small.ini"), "a") as file:
            file.write("\n[sweep]\ndata.label_noise = 0, 0.2\n")
        run = self.path(self.train("--config", "small.ini", "--trace", "-q").directory)
        page = self.check(os.path.join(run, "report.html"))
        self.assertEqual(len([e for e in page.all("a") if e["href"].startswith("sweep_")]), 2)
        self.assertTrue(page.all("td"))

    def test_again_from_the_analysis_alone(self):
        run = self.run_once()
        before = read(os.path.join(run, "report.html"))
        os.remove(os.path.join(run, "report.html"))
        for name in os.listdir(os.path.join(run, "trace")):
            if name.endswith(".npz"):
                os.remove(os.path.join(run, "trace", name))
        self.train("report", run)
        self.assertEqual(read(os.path.join(run, "report.html")), before)

    def test_comparison(self):
        first = self.run_once(train_epochs=1)
        second = self.run_once(train_epochs=2)
        result = self.train("report", first, second)
        path = os.path.join(first, "comparison.html")
        self.assertEqual(result.stdout.splitlines(), [first, second, path])
        page = self.check(path)
        self.assertIn("train.epochs", read(path).decode())
        self.assertEqual(len(page.all("path", **{"class": "curve run-2"})), 4)
        os.remove(path)
        result = self.train("report", first, second, "--out", "two.html")
        self.assertEqual(result.directory, "two.html")
        self.check(self.path("two.html"))
        self.assertFalse(os.path.exists(path))

    def test_wrong_comparisons(self):
        self.fails(USAGE, ["--out names the page", "two or more"], "report", "run", "--out",
                   "x.html")
        run = self.run_once(train_epochs=1)
        self.train("report", run, run, "--out", "nowhere/x.html", status=IO)


if __name__ == "__main__":
    harness.main()
