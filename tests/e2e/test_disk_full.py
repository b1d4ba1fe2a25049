#!/usr/bin/env python3
"""A disk that fills up at any point of a run: status 4, and whatever is there is whole.

The disk is a small tmpfs in a mount namespace of the test's own (77 where that is not allowed).
"""
import json
import os
import re
import shutil
import struct
import subprocess
import sys

INSIDE = "PHASETRACE_IN_NAMESPACE"


def enter_namespace():
    """Starts this script anew where it may mount, if that is possible."""
    if INSIDE in os.environ:
        return
    mount = ["mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    for unshare in (["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"]):
        try:
            allowed = subprocess.run([*unshare, *mount], capture_output=True).returncode == 0
        except FileNotFoundError:
            break
        if allowed:
            os.environ[INSIDE] = "1"
            os.execvp(unshare[0], [*unshare, sys.executable, *sys.argv])
    print("mounting is not allowed: skipped")
    sys.exit(77)


enter_namespace()

import harness  # noqa: E402
from harness import IO, TrainCase  # noqa: E402


class DiskFull(TrainCase):
    def mount(self, options):
        os.makedirs(self.path("disk"), exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.path("disk")],
                       check=True)

    def run_on_disk(self, options):
        """The name of the file that did not fit, or None when the run did."""
        self.mount(options)
        run = self.path("disk", "run")
        try:
            result = subprocess.run([harness.TRAIN, "--config", "small.ini", "--trace", "-q",
                                     "--out", run], cwd=self.dir, env=self.env, text=True,
                                    capture_output=True, timeout=60)
            if os.path.isdir(run):
                harness.check_run_files(run)
            if result.returncode == 0:
                return None
            self.assertEqual(result.returncode, IO, result.stderr)
            self.assertEqual(result.stdout, "")
            message = re.fullmatch(r"(train: warning: the run needs about \d+ bytes, \d+ are free\n)?"
                                   r"train: (/[^:]*): [^\n]*: No space left on device"
                                   r"(; the run needs about \d+ bytes in all, \d+ are free)?\n"
                                   r"(to go on: [^\n]* --resume\n)?", result.stderr)
            self.assertTrue(message, result.stderr)
            self.assertEqual("size=32m" in options, not (message.group(1) or message.group(3)),
                             result.stderr)
            manifest = os.path.join(run, "manifest.json")
            if os.path.exists(manifest):
                with open(manifest, encoding="utf-8") as file:
                    self.assertIn(json.load(file)["state"], ("running", "failed"))
            return os.path.relpath(message.group(2), run)
        finally:
            subprocess.run(["umount", self.path("disk")], check=True)

    def test_every_size_of_disk(self):
        self.write_config(train_epochs=2, snapshots_count=3)
        failed_at = []
        for pages in (1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64, 96, 160, 240):
            with self.subTest(pages=pages):
                failed_at.append(self.run_on_disk(f"size={4 * pages}k"))
        kinds = {name and name.split("/")[0] for name in failed_at}
        self.assertLessEqual({"metrics.csv", "snapshots", "trace"}, kinds, failed_at)
        self.assertIsNone(self.run_on_disk("size=32m"))

    def test_goes_on_when_there_is_room(self):
        self.write_config(train_epochs=2, snapshots_count=3)
        self.train("--config", "small.ini", "--trace", "-q", "--out", "whole")
        whole = harness.read_tree(self.path("whole"))
        for pages in (4, 16, 32, 64, 160):
            with self.subTest(pages=pages):
                self.mount(f"size={4 * pages}k")
                run = self.path("disk", "run")
                arguments = ["--config", "small.ini", "--trace", "-q", "--out", run]
                try:
                    self.train(*arguments, status=IO)
                    subprocess.run(["mount", "-o", "remount,size=32m", self.path("disk")],
                                   check=True)
                    self.train(*arguments, "--resume")
                    tree = harness.read_tree(run)
                    self.assertEqual(set(tree), set(whole))
                    self.assertEqual([path for path in tree if tree[path] != whole[path]
                                      and path in harness.without_times(tree)], [])
                finally:
                    subprocess.run(["umount", self.path("disk")], check=True)

    def test_a_trace_goes_on_when_there_is_room(self):
        self.write_config(train_epochs=2, snapshots_count=3)
        self.train("--config", "small.ini", "-q", "--out", "run")
        self.train("trace", "run", "-q", "--out", "whole")
        whole = harness.without_times(harness.read_tree(self.path("whole")))
        for pages in (4, 32, 160):
            with self.subTest(pages=pages):
                self.mount(f"size={4 * pages}k")
                arguments = ["trace", "run", "-q", "--out", "disk/again"]
                try:
                    self.train(*arguments, status=IO)
                    subprocess.run(["mount", "-o", "remount,size=32m", self.path("disk")],
                                   check=True)
                    self.assertIn("--resume", self.train(*arguments, status=harness.USAGE).stderr)
                    self.train(*arguments, "--resume")
                    self.assertEqual(harness.without_times(harness.read_tree(
                        self.path("disk", "again"))), whole)
                finally:
                    subprocess.run(["umount", self.path("disk")], check=True)

    def fill(self):
        with open(self.path("disk", "filler"), "wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                pass

    def write_table(self, n_players):
        """Values of all masks, v.npy; no interaction of them is 0."""
        n = 1 << n_players
        shape = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({n},)}}".ljust(117) + "\n"
        values = [(17 * mask * mask + 5 * mask) % 1009 / 7 for mask in range(n)]
        harness.write(self.path("v.npy"), b"\x93NUMPY\1\0" + struct.pack("<H", 118) +
                      shape.encode() + struct.pack(f"<{n}d", *values))

    def test_every_verb_says_what_it_needs(self):
        self.write_config(train_epochs=1, snapshots_count=2)
        series = ["--config", "small.ini", "-q", "--trace", "--set", "run.seeds=1..2"]
        self.train("--config", "small.ini", "--trace", "-q", "--out", "whole")
        self.train(*series, "--out", "series")
        self.write_table(4)
        self.mount("size=96m")
        self.addCleanup(subprocess.run, ["umount", self.path("disk")], check=True)
        for name in ("run", "going"):
            shutil.copytree(self.path("whole"), self.path("disk", name))
        manifest = self.path("disk/going/manifest.json")
        harness.write(manifest, harness.read(manifest).replace(b'"finished"', b'"stopped"'))
        shutil.copytree(self.path("series"), self.path("disk", "series"))
        harness.write(self.path("disk/series/seed_2/manifest.json"), harness.read(manifest))
        for solver in ("and", "or"):
            self.train("extract", "v.npy", "--out", f"disk/{solver}.npz", "--solver", solver)
        before = harness.read_tree(self.path("disk"))
        self.fill()
        for words, arguments in (
                ("the run needs", ("--config", "small.ini", "--trace", "-q", "--out", "disk/new")),
                ("the run needs", ("--out", "disk/going", "-q", "--resume")),
                ("the run needs", ("trace", "whole", "-q", "--out", "disk/traced")),
                ("the runs need", (*series, "--out", "disk/new_series")),
                ("the runs need", (*series, "--out", "disk/series", "--resume")),
                ("tables, figures and page need", ("analyse", "disk/run", "-q")),
                ("figures and page need", ("report", "disk/run")),
                ("the figure needs", ("report", "disk/and.npz", "disk/or.npz")),
                ("the page needs", ("report", "whole", "whole", "--out", "disk/page.html")),
                ("the file needs", ("extract", "v.npy", "--out", "disk/interactions.npz"))):
            with self.subTest(arguments=arguments):
                stderr = self.train(*arguments, status=IO).stderr
                self.assertEqual(len(re.findall(rf"No space left on device; {words} about \d+ bytes "
                                                r"in all, \d+ are free\n", stderr)), 1, stderr)
                tree = harness.read_tree(self.path("disk"))
                self.assertEqual([name for name in before if tree[name] != before[name]], [])

    def test_an_export_says_what_it_needs(self):
        """There is room for the interactions, not for the same as text."""
        self.write_table(10)
        extract = ("extract", "v.npy", "--solver", "and", "--export", "shapiq", "--out")
        self.train(*extract, "interactions.npz")
        n_bytes = sum(os.path.getsize(self.path(f"interactions.{kind}.json"))
                      for kind in ("and", "or"))
        self.mount("size=48k")
        self.addCleanup(subprocess.run, ["umount", self.path("disk")], check=True)
        stderr = self.train(*extract, "disk/interactions.npz", status=IO).stderr
        message = re.search(r"disk/interactions\.and\.json: .*No space left on device; the files for "
                            r"shapiq need about (\d+) bytes in all, \d+ are free\n\Z", stderr)
        self.assertTrue(message, stderr)
        self.assertAlmostEqual(int(message.group(1)) / n_bytes, 1, delta=0.3)
        self.assertEqual(os.listdir(self.path("disk")), ["interactions.npz"])

    def test_every_number_of_files(self):
        self.write_config(train_epochs=2, snapshots_count=3)
        for inodes in range(2, 20, 2):
            with self.subTest(inodes=inodes):
                self.assertIsNotNone(self.run_on_disk(f"size=32m,nr_inodes={inodes}"))


if __name__ == "__main__":
    harness.main()
