#!/usr/bin/python3
"""Runs the Python snippets of a Markdown file on a small run, in order, as one program.

usage: check_snippets.py TRAIN CONFIG MARKDOWN

The run is made in a temporary directory as runs/mnist-001, the name that the snippets use, and the
values of its last trace are extracted into interactions.npz. Snippets that import a package that is
not installed are left out. Exit status: 0 all ran, 1 one failed, 2
usage, 77 NumPy is missing.
"""
import glob
import importlib.util
import os
import re
import subprocess
import sys
import tempfile


def extract(train):
    """interactions.npz of the values in the last trace"""
    import numpy as np
    with np.load(sorted(glob.glob("runs/mnist-001/trace/*.npz"))[-1]) as trace:
        np.save("values.npy", trace["v"])
    subprocess.run([train, "extract", "values.npy", "--out", "interactions.npz", "--noise", "0.02",
                    "--export", "shapiq"], check=True, stdout=subprocess.DEVNULL)


def main(train, config, markdown):
    if not importlib.util.find_spec("numpy"):
        print("numpy is missing: skipped")
        return 77
    train, config = os.path.abspath(train), os.path.abspath(config)
    with open(markdown, encoding="utf-8") as file:
        text = file.read()
    names = {}
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        subprocess.run([train, "--config", config, "--trace", "-q", "--out", "runs/mnist-001"],
                       check=True, stdout=subprocess.DEVNULL)
        extract(train)
        for match in re.finditer(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            line = text.count("\n", 0, match.start()) + 1
            print(f"{markdown}:{line}")
            packages = re.findall(r"^(?:import|from) (\w+)", match.group(1), re.MULTILINE)
            if all(importlib.util.find_spec(package) for package in packages):
                exec(compile("\n" * line + match.group(1), markdown, "exec"), names)
            else:
                print("left out: a package is missing")
        os.chdir("/")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.stderr.write(__doc__)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
