#!/usr/bin/env python3
"""An installation is complete, and works wherever it is put, without the source tree.

usage: test_install.py TRAIN SOURCE_ROOT BUILD PREFIX CC [WORD]...

Installs BUILD, set up for PREFIX, into a temporary directory, moves that, and works from there. In
the program that is tested the path of the source tree is overwritten by one that does not exist.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

TRAIN, SOURCE_ROOT, BUILD, PREFIX, *CC = sys.argv[1:]


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


class Installation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="phasetrace-")
        cls.addClassCleanup(cls.scratch.cleanup)
        staged, moved = (os.path.join(cls.scratch.name, name) for name in ("staged", "moved"))
        run("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", staged)
        os.rename(staged + PREFIX, moved)
        cls.root = moved
        cls.files = {os.path.relpath(os.path.join(folder, name), moved)
                     for folder, _, names in os.walk(moved) for name in names}
        cls.work = os.path.join(cls.scratch.name, "work")
        os.mkdir(cls.work)

    def find(self, ending):
        found = [path for path in self.files if path.endswith(ending)]
        self.assertEqual(len(found), 1, f"{ending}: {found}")
        return os.path.join(self.root, found[0])

    def without_source_tree(self):
        """A copy of the program in the same folder; what it is built from is out of its sight."""
        program = self.find("bin/train")
        with open(program, "rb") as file:
            data = file.read()
        gone = ("/nowhere" + "/" * len(SOURCE_ROOT))[:len(SOURCE_ROOT)].encode()
        self.assertIn(SOURCE_ROOT.encode() + b"\0", data)
        copy = program + "-alone"
        with open(copy, "wb") as file:
            file.write(data.replace(SOURCE_ROOT.encode() + b"\0", gone + b"\0"))
        os.chmod(copy, 0o755)
        return copy

    def test_everything_is_there(self):
        for folder, target, skipped in (("include/phasetrace", "include/phasetrace", ()),
                                        ("configs", "share/phasetrace/configs", ()),
                                        ("datasets/mnist-small",
                                         "share/phasetrace/datasets/mnist-small", ()),
                                        ("examples", "share/doc/phasetrace/examples",
                                         ("meson.build",))):
            for path, _, names in os.walk(os.path.join(SOURCE_ROOT, folder)):
                if "__pycache__" in path:
                    continue
                for name in set(names) - set(skipped):
                    inside = os.path.relpath(os.path.join(path, name),
                                             os.path.join(SOURCE_ROOT, folder))
                    self.assertIn(os.path.join(target, inside), self.files)
        for name in ("README.md", "NEWS.md", "LICENSE", "doc/METHOD.md", "doc/FORMATS.md",
                     "doc/figures/three_phases.png"):
            self.assertIn("share/doc/phasetrace/" + name, self.files)
        for name in ("tools/torch_export.py", "datasets/fetch"):
            self.assertTrue(os.access(self.find("share/phasetrace/" + name), os.X_OK))
        self.assertFalse([path for path in self.files if path.endswith("meson.build")])

    def test_the_program_finds_what_it_is_shipped_with(self):
        program = self.without_source_tree()
        environment = {k: v for k, v in os.environ.items() if k != "PHASETRACE_DATA"}
        plan = run(program, "--config", "mnist.ini", "--trace", "--dry-run", cwd=self.work,
                   env=environment)
        self.assertIn("data: 2000 training samples", plan)
        out = run(program, "--config", "smoke.ini", "-q", "--out", "run", "--set",
                  "train.epochs=1", cwd=self.work, env=environment)
        self.assertEqual(out, "run\n")
        with open(os.path.join(self.work, "run", "manifest.json"), encoding="utf-8") as file:
            manifest = file.read()
        self.assertIn(os.path.join(self.root, "share/phasetrace/datasets/mnist-small"), manifest)
        self.assertNotIn(SOURCE_ROOT, manifest)

    def test_the_manual_page(self):
        page = self.find("share/man/man1/train.1")
        with open(page, encoding="utf-8") as file:
            self.assertTrue(file.read().startswith(".Dd "))
        if not shutil.which("man"):
            self.skipTest("man is missing")
        done = subprocess.run(["man", "--warnings", "-l", page], capture_output=True, text=True,
                              env={**os.environ, "LC_ALL": "C.UTF-8", "MANPAGER": "cat",
                                   "MANWIDTH": "100"})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for words in ("train --config FILE [--trace]", "trace.players", "--live", "EXIT STATUS"):
            self.assertIn(words.split(".")[-1], done.stdout)

    @unittest.skipUnless(shutil.which("bash"), "no bash")
    def test_the_completion(self):
        """That of shipped configurations is of those that lie beside the program on the PATH."""
        script = self.find("share/bash-completion/completions/train")
        path = os.path.dirname(self.find("bin/train")) + os.pathsep + os.environ["PATH"]
        for line, expected in (("train insp", "inspect"), ("train trace run --conf", "--config"),
                               ("train --set trace.pl", "trace.players="),
                               ("train --config mnist-le", "mnist-lenet.ini")):
            program = ('source "$1" && COMP_LINE=$2 COMP_POINT=${#2} && _train && '
                       'printf "%s\\n" "${COMPREPLY[@]}"; complete -p train')
            text = run("bash", "-c", program, "bash", script, line, cwd=self.work,
                       env={**os.environ, "PATH": path})
            self.assertEqual(text.splitlines(), [expected, "complete -F _train train"])

    def test_programs_are_built_with_the_library(self):
        pc = self.find("pkgconfig/phasetrace.pc")
        environment = {**os.environ, "PKG_CONFIG_PATH": os.path.dirname(pc),
                       "LD_LIBRARY_PATH": os.path.dirname(os.path.dirname(pc))}
        with open(pc, encoding="utf-8") as file:
            is_movable = "pcfiledir" in file.read()  # the default, but a builder may choose
        options = [] if is_movable else ["--define-variable=prefix=" + self.root]
        flags = run("pkg-config", *options, "--cflags", "--libs", "phasetrace",
                    env=environment).split()
        for example in ("trace_callback", "trace_mlp"):
            source = self.find(f"examples/{example}.c")
            program = os.path.join(self.work, example)
            run(*CC, "-std=c11", "-Wall", "-Wextra", "-Werror", source, *flags, "-o", program)
        text = run(os.path.join(self.work, "trace_callback"), env=environment, cwd=self.work)
        self.assertIn("+1.50  sun and warm\n", text)
        loaded = run("ldd", os.path.join(self.work, "trace_callback"), env=environment)
        self.assertRegex(loaded, r"libphasetrace\.so\.\d+ => .*/moved/")


if __name__ == "__main__":
    if not shutil.which("meson") or not shutil.which("pkg-config"):
        print("meson or pkg-config is missing: skipped")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1])
