#!/usr/bin/env python3
"""A run's page in headless Chromium; skipped where Chromium, Node or playwright-core are missing.

usage: test_browser.py TRAIN SOURCE_ROOT BUILD_ROOT

playwright-core is looked for in BUILD_ROOT/node_modules, where `npm install --prefix BUILD_ROOT
playwright-core` puts it, or in $PLAYWRIGHT_CORE. What is checked in the page stands in browser.js.
"""
import os
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
CONFIG = """
[run]
name = <i>smoke
[data]
set = mnist
path = mnist-small
train_samples = 200
test_samples = 200
third_samples = 50
label_noise = 0.1
[model]
preset = mlp
hidden = 16
[train]
learning_rate = 0.05
batch_size = 32
epochs = 4
[snapshots]
count = 5
[trace]
samples = 6
players = 5
grid = 4
cells = nocorner
baseline = channel-mean
final_samples = 0
stability_samples = 0
[baselines]
count = 1
"""


def main(train, source_root, build_root):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    module = os.environ.get("PLAYWRIGHT_CORE",
                            os.path.join(build_root, "node_modules", "playwright-core"))
    node = shutil.which("node")
    if not (chromium and node and os.path.isdir(module)):
        print("skipped: this needs chromium, node and playwright-core")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="phasetrace-") as scratch:
        config = os.path.join(scratch, "page.ini")
        with open(config, "w", encoding="utf-8") as file:
            file.write(CONFIG)
        environment = {**os.environ, "PHASETRACE_DATA": os.path.join(source_root, "datasets")}
        command = [os.path.abspath(train), "--config", config, "--trace", "-q", "--out", "run"]
        subprocess.run(command, check=True, cwd=scratch, env=environment,
                       stdout=subprocess.DEVNULL)
        script = os.path.join(source_root, "tests", "e2e", "browser.js")
        page = os.path.join(scratch, "run", "report.html")
        return subprocess.run([node, script, module, chromium, page], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
