#!/usr/bin/env python3
"""Watching a run: what a terminal shows, and what events.jsonl says."""
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import termios
import time

import harness
from harness import TrainCase, USAGE, read_csv

SPLITS = {"training": "train", "held-out": "test"}


class Screen:
    """The part of a terminal that the program uses; it fails on anything else."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.lines = [[" "] * columns for _ in range(rows)]
        self.x = self.y = self.widest = 0
        self.colours, self.is_coloured = set(), False

    def feed(self, text):
        for piece in re.findall(r"\033\[[0-9;]*[A-Za-z]|[^\033]", text):
            if piece[0] == "\033":
                self.control(piece[2:-1], piece[-1])
            elif piece == "\r":
                self.x = 0
            elif piece == "\n":
                self.y += 1
            else:
                assert piece.isprintable(), repr(piece)
                if self.x == self.columns:
                    self.x, self.y = 0, self.y + 1
                self.scroll()
                self.lines[self.y][self.x] = piece
                self.x += 1
                self.widest = max(self.widest, self.x)
            self.scroll()

    def scroll(self):
        while self.y >= self.rows:
            self.lines.append([" "] * self.columns)
            del self.lines[0]
            self.y -= 1

    def control(self, number, letter):
        if letter == "A":
            self.y = max(0, self.y - int(number))
        elif letter == "J":
            self.lines[self.y][self.x:] = [" "] * (self.columns - self.x)
            self.lines[self.y + 1:] = [[" "] * self.columns for _ in self.lines[self.y + 1:]]
        elif letter == "m":
            self.colours.add(number)
            self.is_coloured = number != "0"
        else:
            raise AssertionError(f"unexpected control sequence {number}{letter}")

    def text(self):
        return "\n".join("".join(line).rstrip() for line in self.lines).strip("\n")


class Watch(TrainCase):
    def setUp(self):
        super().setUp()
        self.env.update(TERM="xterm", LC_ALL="C.UTF-8")
        self.env.pop("NO_COLOR", None)
        self.write_config(baselines_count=1, trace_final_samples=6)

    def watch(self, *arguments, columns=100, rows=40, meanwhile=None, status=0, env=None):
        """Runs the program with stderr on a terminal: a list of what the screen showed, one after
        each piece of output, the screen at the end, and all bytes."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        pid = os.fork()
        if pid == 0:
            os.chdir(self.dir)
            os.dup2(slave, 2)
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 0)
            os.dup2(null, 1)
            os.execve(harness.TRAIN, [harness.TRAIN, "--config", "small.ini", "--out", "run",
                                      *arguments], {**self.env, **(env or {})})
        os.close(slave)
        self.screen, output, shots, end = Screen(columns, rows), b"", [], time.monotonic() + 60
        while time.monotonic() < end:
            if not select.select([master], [], [], 1)[0]:
                continue
            try:
                piece = os.read(master, 1 << 16)
            except OSError:
                break
            output += piece
            if meanwhile:
                meanwhile(pid, master, output)
        os.close(master)
        result = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        self.assertEqual(result, status, output.decode())
        for frame in re.split("(?=\r(?:\033\\[[0-9]+A)?\033\\[J)", output.decode()):
            self.screen.feed(frame)
            shots.append(self.screen.text())
        self.assertFalse(self.screen.is_coloured, "a colour is left set")
        return shots, output.decode()

    def assert_clean(self, expected=r"time: data [^$]*"):
        """Nothing is left of what was replaced, and the cursor is at the beginning of a line."""
        self.assertEqual(self.screen.x, 0)
        self.assertRegex(self.screen.text(), rf"\A{expected}\Z")

    def test_the_line_fits_and_is_erased(self):
        for columns in (200, 100, 79, 50, 30, 12):
            with self.subTest(columns=columns):
                shots, _ = self.watch("--trace", columns=columns)
                os.rename(self.path("run"), self.path(f"run{columns}"))
                lines = [shot for shot in shots[:-1] if shot]
                self.assertTrue(lines)
                for line in lines:
                    self.assertNotIn("\n", line)
                    self.assertLess(len(line), columns - 2)
                self.assertTrue(any(line.startswith("epoch ") for line in lines))
                self.assert_clean()

    def test_the_line_says_where_the_run_stands(self):
        shots, _ = self.watch("--trace", columns=160)
        trained = [shot for shot in shots if "samples/s" in shot]
        self.assertRegex(trained[-1], r"\Aepoch [\d.]+/6(, tracing( \d+/\d+)?)?  loss [\d.]+ test [\d.]+  "
                                      r"accuracy [\d.]+% test [\d.]+%  \d+ samples/s  "
                                      r"(\d+ s left  )?\d+ MiB  \d/6 snapshots\Z")
        for part in ("baseline networks: epoch", "analysing", "drawing"):
            self.assertTrue(any(shot.startswith(part) for shot in shots), part)

    def bars(self, shot):
        """{(split, order): (AND cells, OR cells, value)} of a picture."""
        found, places = {}, {}
        for line in shot.split("\n"):
            titles = list(re.finditer(r"(training|held-out), 4 samples", line))
            if titles:
                places = {match.start(): SPLITS[match.group(1)] for match in titles}
            for match in re.finditer(r"(?:^|(?<=  )) ?(\d+) ([█#]*)([▒=]*)[▏|]? ([\d.e+-]+)", line):
                split = max((p, s) for p, s in places.items() if p <= match.start() + 1)[1]
                found[split, int(match.group(1))] = (
                    len(match.group(2)), len(match.group(3)), float(match.group(4)))
        return found

    def strengths(self, step):
        header, rows = read_csv(self.path("run/analysis/orders.csv"))
        rows = [dict(zip(header, row)) for row in rows]
        return {(row["split"], row["kind"], int(row["order"])): float(row["strength"])
                for row in rows if int(row["step"]) == step and row["split"] in SPLITS.values()}

    def check_bars(self, shots):
        """Of the last checkpoint, with the numbers of the analysis."""
        shot = [shot for shot in shots if "strength by order" in shot][-1]
        step = int(re.search(r"step (\d+)", shot).group(1))
        self.assertEqual(step, 60)
        expected, bars = self.strengths(step), self.bars(shot)
        self.assertEqual(set(bars), {(s, k) for s in SPLITS.values() for k in range(1, 6)})
        most = max(expected.values())
        longest = max(n_and + n_or for n_and, n_or, _ in bars.values())
        for (split, order), (n_and, n_or, value) in bars.items():
            strength = expected[split, "both", order]
            self.assertAlmostEqual(value, strength, delta=0.0051 * strength)
            self.assertAlmostEqual(n_and + n_or, strength / most * longest, delta=0.51)
            self.assertAlmostEqual(n_and, expected[split, "and", order] / most * longest, delta=1.01)
        return shot

    def test_bars_side_by_side(self):
        shots, _ = self.watch("--trace", "--live", columns=100)
        shot = self.check_bars(shots)
        self.assertRegex(shot, "training, 4 samples +held-out, 4 samples")
        self.assertIn("█", shot)
        self.assertEqual(self.screen.colours, {"34", "33", "0"})
        self.assertLess(max(len(line) for shot in shots[:-1] for line in shot.split("\n")), 98)
        self.assert_clean()

    def test_bars_below_each_other(self):
        shots, output = self.watch("--trace", "--live", columns=45,
                                   env={"LC_ALL": "C", "NO_COLOR": "1"})
        shot = self.check_bars(shots)
        self.assertRegex(shot, r"(?m)^training, 4 samples$")
        self.assertRegex(shot, r"(?m)^held-out, 4 samples$")
        self.assertNotRegex(output, r"\033\[[0-9;]*m")
        self.assertTrue(output.isascii())
        self.assertLess(max(len(line) for shot in shots[:-1] for line in shot.split("\n")), 43)

    def test_what_does_not_fit_is_left_out(self):
        shots, _ = self.watch("--trace", "--live", columns=100, rows=6)
        self.assertTrue(any("orders 1-3 of 5" in shot for shot in shots))
        self.assert_clean(r"[^$]*time: data [^$]*")

    def test_a_signal_leaves_a_clean_terminal(self):
        sent = []

        def interrupt(pid, _, output):
            if b"strength by order" in output and not sent:
                sent.append(os.kill(pid, signal.SIGINT))
        self.write_config(train_epochs=100000, snapshots_count=2)
        self.watch("--trace", "--live", meanwhile=interrupt, status=130)
        self.assert_clean(r"train: run run: stopped [^$]*\nto go on: [^$]*--live[^$]*")

    def test_an_error_leaves_a_clean_terminal(self):
        self.write_config(train_learning_rate=100, train_weight_decay=100)
        self.watch("--trace", "--live", status=harness.DIVERGED)
        self.assert_clean(r"train: run run: [^$]*")

    def test_a_terminal_that_becomes_narrow(self):
        narrow = []

        def shrink(pid, master, output):
            if b"strength by order" in output and not narrow:
                fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 40, 0, 0))
                narrow.append(len(output))
            if len(narrow) == 1 and len(output) > narrow[0] + 30000:
                narrow.append(os.kill(pid, signal.SIGINT))
        self.write_config(train_epochs=100000, snapshots_count=2)
        _, output = self.watch("--trace", "--live", meanwhile=shrink, status=130)
        last = output[:output.index("train: run")].split("\033[J")[-3]
        lines = re.sub(r"\r|\033\[[0-9;]*[Am]", "", last).split("\n")
        self.assertGreater(len(lines), 12)
        self.assertLess(max(map(len, lines)), 40)

    def test_a_terminal_that_can_do_nothing(self):
        _, output = self.watch("--trace", env={"TERM": "dumb"})
        self.assertNotIn("\033", output)
        self.assertEqual(output.count("epoch "), 6)

    def test_tables_where_there_is_no_terminal(self):
        stderr = self.train("--config", "small.ini", "--trace", "--live", "--out", "run").stderr
        self.assertNotIn("\033", stderr)
        tables = re.findall(r"order spectrum at step (\d+),.*\n.*\n((?: .*\n)+)", stderr)
        self.assertEqual([int(step) for step, _ in tables],
                         harness.steps_of(self.path("run"), "trace"))
        for step, table in tables:
            expected = self.strengths(int(step))
            for line in table.splitlines():
                order, *numbers = line.split()
                for number, (split, kind) in zip(numbers, (
                        (s, k) for s in ("train", "test") for k in ("and", "or", "both"))):
                    strength = expected[split, kind, int(order)]
                    self.assertAlmostEqual(float(number), strength, delta=1e-5 * strength)

    def test_requests_that_make_no_sense(self):
        self.fails(USAGE, ["--live", "--quiet"], "--config", "small.ini", "--live", "-q")
        stderr = self.train("--config", "small.ini", "--live", "--out", "run").stderr
        self.assertIn("nothing to show without --trace", stderr)


class Events(TrainCase):
    def events(self, run="run"):
        text = harness.read(self.path(run, "events.jsonl")).decode()
        self.assertTrue(text.endswith("\n"))
        return [json.loads(line) for line in text.splitlines()]

    def of(self, events, name):
        return [event for event in events if event["event"] == name]

    def test_events_are_what_the_tables_say(self):
        self.write_config(baselines_count=1, trace_final_samples=6)
        self.train("--config", "small.ini", "--trace", "-q", "--out", "run")
        events = self.events()
        self.assertEqual((events[0]["event"], events[-1]["event"]), ("started", "finished"))
        self.assertEqual((events[0]["steps"], events[0]["step"], events[0]["trace"]), (60, 0, True))
        self.assertEqual([e["part"] for e in self.of(events, "part")][:2], ["baselines", "analysis"])
        self.check_metrics(events)
        self.check_traces(events)
        elapsed = [event["elapsed_s"] for event in events]
        self.assertEqual(elapsed, sorted(elapsed))
        with open(self.path("run/manifest.json"), encoding="utf-8") as file:
            times = json.load(file)["times"]
        for name, seconds in events[-1]["seconds"].items():
            self.assertAlmostEqual(times[name], seconds, delta=1e-3)

    def check_metrics(self, events):
        header, rows = read_csv(self.path("run/metrics.csv"))
        rows = {int(row[0]): dict(zip(header, map(float, row))) for row in rows}
        self.assertEqual([e["step"] for e in self.of(events, "epoch")], list(range(10, 61, 10)))
        self.assertEqual([e["step"] for e in self.of(events, "snapshot")],
                         harness.steps_of(self.path("run"), "snapshots"))
        for event in self.of(events, "epoch") + self.of(events, "snapshot"):
            self.assertEqual({name: event[name] for name in header}, rows[event["step"]])
        for event in self.of(events, "snapshot"):
            self.assertTrue(os.path.exists(self.path("run", event["file"])))

    def check_traces(self, events):
        header, rows = read_csv(self.path("run/analysis/orders.csv"))
        expected = {}
        for row in (dict(zip(header, row)) for row in rows):
            splits = expected.setdefault(int(row["step"]), {})
            kinds = splits.setdefault(row["split"], {})
            kinds.setdefault(row["kind"], []).append(float(row["strength"]))
        traces = self.of(events, "trace")
        self.assertEqual({e["step"]: e["strength"] for e in traces if "strength" in e}, expected)
        self.assertEqual(traces[-1]["file"], "trace/final.npz")
        for event in traces:
            arrays = harness.read_npz(self.path("run", event["file"]))
            self.assertEqual(event["samples"], arrays["status"][0][0])
            self.assertEqual(event["unconverged"], sum(map(bool, arrays["status"][1])))
            self.assertGreater(event["seconds"], 0)

    def test_a_run_that_goes_on(self):
        """The log goes on behind its last whole line; the times of all parts are added up."""
        self.write_config(train_epochs=3, snapshots_checkpoint_s=0)
        self.train("--config", "small.ini", "--trace", "-q", "--out", "run")
        log = self.path("run/events.jsonl")
        whole = harness.read(log)
        manifest = self.path("run/manifest.json")
        with open(manifest, encoding="utf-8") as file:
            record = json.load(file)
        record["state"] = "running"
        record["times"].update(train_s=1000, trace_s=2000)
        record["trace_work"].update(values_s=300, extraction_s=400)
        harness.write(manifest, json.dumps(record))
        harness.write(log, whole + b'{"event":"epo')
        stderr = self.train("--config", "small.ini", "--trace", "--out", "run", "--resume").stderr
        self.assertTrue(harness.read(log).startswith(whole + b'{"event":"resumed"'))
        self.assertEqual(self.events()[-1]["event"], "finished")
        with open(manifest, encoding="utf-8") as file:
            record = json.load(file)
        self.assertAlmostEqual(record["times"]["train_s"], 1000, delta=5)
        self.assertAlmostEqual(record["trace_work"]["extraction_s"], 400, delta=5)
        self.assertRegex(stderr, r"time: .*training 100\d\.\d s.*tracing 200\d\.\d s \(values 30\d\.\d, "
                                 r"extraction 40\d\.\d thread-seconds\)")

    def test_how_a_run_ended(self):
        self.write_config(train_learning_rate=100, train_weight_decay=100)
        self.train("--config", "small.ini", "-q", "--out", "run", status=harness.DIVERGED)
        last = self.events()[-1]
        self.assertEqual(last["event"], "diverged")
        with open(self.path("run/manifest.json"), encoding="utf-8") as file:
            self.assertEqual(last["reason"], json.load(file)["reason"])


if __name__ == "__main__":
    harness.main()
