#!/usr/bin/env python3
"""Places a run cannot write to, or has no room in: directories, stdout, memory."""
import json
import os
import resource
import subprocess

import harness
from harness import IO, MEMORY, TrainCase, USAGE, read_tree, without_times

NOBODY = 65534
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
GIB = 1 << 30


def limit_address_space():
    resource.setrlimit(resource.RLIMIT_AS, (3 * GIB, 3 * GIB))


class RunDirectory(TrainCase):
    def test_directory_that_is_not_empty(self):
        os.mkdir(self.path("mine"))
        harness.write(self.path("mine", "thesis.txt"), "all of it")
        before = read_tree(self.dir)
        self.fails(USAGE, ["mine", "--resume"], "--config", "small.ini", "--out", "mine")
        self.fails(USAGE, ["small.ini", "--resume"], "--config", "small.ini", "--out", "small.ini")
        self.assertEqual(read_tree(self.dir), before)

    def test_empty_directory_is_used(self):
        os.mkdir(self.path("empty"))
        result = self.train("--config", "small.ini", "-q", "--out", "empty")
        self.assertEqual(result.stdout, "empty\n")
        harness.check_run_files(self.path("empty"))

    def test_names_that_are_no_utf8(self):
        """Which JSON cannot hold."""
        data, run, again = (os.fsencode(self.path(name)) + b"\xff" for name in
                            ("data", "run", "again"))
        os.rename(self.path("digits"), data)
        for arguments in ((b"--config", b"small.ini", b"--set", b"data.path=" + data, b"-q",
                           b"--out", run),
                          (b"trace", run, b"-q", b"--set", b"data.path=" + data, b"--out", again)):
            result = subprocess.run([harness.TRAIN, *arguments], cwd=self.dir, env=self.env,
                                    capture_output=True)
            self.assertEqual(result.returncode, 0, result.stderr)
        manifests = [json.loads(harness.read(directory + b"/manifest.json"))
                     for directory in (run, again)]
        self.assertEqual([len(manifest["data_files"]) for manifest in manifests], [4, 4])
        self.assertEqual([manifest["source"] for manifest in manifests],
                         [None, os.path.join(self.dir, "run?")])

    def test_file_in_the_way(self):
        self.fails(IO, ["small.ini", "cannot create"], "--config", "small.ini", "--out",
                   "small.ini/run")

    def test_two_runs_at_once(self):
        started = [subprocess.Popen([harness.TRAIN, "--config", "small.ini", "-q"], cwd=self.dir,
                                    env=self.env, stdout=subprocess.PIPE) for _ in range(4)]
        names = sorted(process.communicate()[0].decode() for process in started)
        self.assertEqual([process.returncode for process in started], [0] * 4)
        self.assertEqual(names, [f"runs/small-00{i}\n" for i in (1, 2, 3, 4)])


class Permissions(TrainCase):
    """As someone who is not root, whom no permission stops."""

    def setUp(self):
        super().setUp()
        self.prefix = AS_NOBODY if os.geteuid() == 0 else []
        os.chmod(self.dir, 0o555)
        self.addCleanup(os.chmod, self.dir, 0o755)
        try:
            asked = subprocess.run([*self.prefix, harness.TRAIN, "--version"], capture_output=True)
        except FileNotFoundError:
            self.skipTest("there is no setpriv")
        if asked.returncode != 0:
            self.skipTest("another user cannot run the program where it is")

    def test_directory_that_cannot_be_written(self):
        for arguments, place in (([], "runs"), (["--out", "a/b"], "a"), (["--out", "c"], "c")):
            self.fails(IO, [place, "Permission denied"], "--config", "small.ini", *arguments,
                       prefix=self.prefix)

    def test_file_that_cannot_be_read(self):
        name = "t10k-images-idx3-ubyte"
        os.chmod(self.path("digits", name), 0)
        self.fails(IO, [name, "Permission denied"], "--config", "small.ini", prefix=self.prefix)
        os.chmod(self.path("small.ini"), 0)
        self.fails(IO, ["small.ini", "Permission denied"], "--config", "small.ini",
                   prefix=self.prefix)


class Output(TrainCase):
    def unwritten(self, stdout, *arguments):
        result = self.train(*arguments, status=IO, stdout=stdout)
        self.assertRegex(result.stderr, r"\Atrain: cannot write to standard output: [^\n]+\n\Z")

    def test_full_device(self):
        with open("/dev/full", "wb") as full:
            for arguments in (["--help"], ["--version"], ["--help-config"],
                              ["--config", "small.ini", "--print-config"],
                              ["--config", "small.ini", "--dry-run"],
                              ["--config", "small.ini", "--trace", "-q", "--out", "run"]):
                self.unwritten(full, *arguments)
        harness.check_run_files(self.path("run"))
        self.assertTrue(os.path.exists(self.path("run", "analysis", "claims.json")))

    def test_reader_that_went_away(self):
        reader, writer = os.pipe()
        os.close(reader)
        self.unwritten(writer, "--config", "small.ini", "--trace", "-q", "--out", "run")
        os.close(writer)
        harness.check_run_files(self.path("run"))

    def test_no_standard_streams(self):
        self.train("--config", "small.ini", "--trace", "-q", "--out", "usual")
        command = f"exec {harness.TRAIN} --config small.ini --trace --out bare <&- >&- 2>&-"
        status = subprocess.run(command, shell=True, cwd=self.dir, env=self.env, timeout=60)
        self.assertEqual(status.returncode, IO)
        usual, bare = read_tree(self.path("usual")), read_tree(self.path("bare"))
        self.assertEqual(without_times(usual), without_times(bare))


class Memory(TrainCase):
    """With 3 GiB of address space. What does not fit is refused before memory is filled."""

    def setUp(self):
        super().setUp()
        self.env.pop("MALLOC_PERTURB_", None)  # which meson sets: malloc then fills its memory
        asked = subprocess.run([harness.TRAIN, "--version"], capture_output=True,
                               preexec_fn=limit_address_space)
        if asked.returncode != 0:
            self.skipTest("the program itself needs more, as with an address sanitizer")

    def refuses(self, *arguments, **changes):
        self.write_config(**changes)
        self.fails(MEMORY, ["out of memory", "bytes wanted"], "--config", "small.ini", *arguments,
                   preexec_fn=limit_address_space)
        used_kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        self.assertLess(used_kib, 256 * 1024)

    def test_trace_that_does_not_fit(self):
        """Its tables of 2^16 values a sample; in the second case the first of them would."""
        for samples in (10000, 1500):
            harness.write_data(self.path("digits"), samples, samples, side=4)
            self.refuses("--trace", trace_players=16, trace_cells="all", trace_samples=samples)

    def test_network_that_does_not_fit(self):
        """Its gradients; the parameters alone would."""
        self.refuses(model_hidden="20000, 20000")


if __name__ == "__main__":
    harness.main()
