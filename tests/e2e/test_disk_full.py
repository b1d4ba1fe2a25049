#!/usr/bin/env python3
"""A disk that fills up at any point of a run: status 4, and whatever is there is whole.

The disk is a small tmpfs in a mount namespace of the test's own (77 where that is not allowed).
"""
import json
import os
import re
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
            self.assertEqual("size=16m" in options, not (message.group(1) or message.group(3)
                             or message.group(2).endswith("config.ini")), result.stderr)
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
        self.assertIsNone(self.run_on_disk("size=16m"))

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
                    subprocess.run(["mount", "-o", "remount,size=16m", self.path("disk")],
                                   check=True)
                    self.train(*arguments, "--resume")
                    tree = harness.read_tree(run)
                    self.assertEqual(set(tree), set(whole))
                    self.assertEqual([path for path in tree if tree[path] != whole[path]
                                      and path in harness.without_times(tree)], [])
                finally:
                    subprocess.run(["umount", self.path("disk")], check=True)

    def test_every_number_of_files(self):
        self.write_config(train_epochs=2, snapshots_count=3)
        for inodes in range(2, 20, 2):
            with self.subTest(inodes=inodes):
                self.assertIsNotNone(self.run_on_disk(f"size=16m,nr_inodes={inodes}"))


if __name__ == "__main__":
    harness.main()
