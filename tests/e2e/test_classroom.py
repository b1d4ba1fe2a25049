"""Class configurations fit into a lesson; doc/CLASSROOM.md names what there is."""
import glob
import os
import re
import shlex

import harness

FOLDER = os.path.join(harness.SOURCE_ROOT, "configs", "class")
DOCUMENT = os.path.join(harness.SOURCE_ROOT, "doc", "CLASSROOM.md")
NAMES = sorted(os.path.basename(path) for path in glob.glob(os.path.join(FOLDER, "*.ini")))

# What one thread of a processor with AVX-512 does in a second: operations of training and of value
# tables; players times masks, of which each sample's extraction makes thousands of passes. A class
# configuration may take MOST_S on two such threads, so that it takes less than a minute on others.
FLOP_A_SECOND = 2e11
EXTRACTIONS_A_SECOND = 3.3e5
MOST_S = 45
BACKWARD = 3  # a training step costs about three forward passes
WIDER = 1.5 ** 2  # a baseline network


def numbers(pattern, text):
    return [float(group) for group in re.search(pattern, text, re.M).groups()]


def number(pattern, text):
    return numbers(pattern, text)[0]


def sweep_of(text):
    """(section.key, values) of a configuration with one swept key."""
    key, values = re.search(r"^\[sweep\]\n([\w.]+) = (.*)$", text, re.M).groups()
    return key, values.split(", ")


class Configurations(harness.TrainCase):
    def plans(self, name):
        """What --dry-run says of each setting of the file's sweep."""
        text = harness.read(os.path.join(FOLDER, name)).decode()
        key, values = sweep_of(text)
        return [(self.train("--config", f"class/{name}", "--trace", "--dry-run", "--set",
                            f"sweep.{key}=", "--set", f"{key}={value}").stdout, text)
                for value in values]

    def seconds(self, plan, text):
        """What one thread would take for a run, from counts alone."""
        batch, epochs, players = (number(rf"^{key} = (\d+)", text)
                                  for key in ("batch_size", "epochs", "players"))
        steps = number(r"^training: (\d+) steps", plan)
        testing = number(r"(\d+) testing samples$", plan)
        n_snapshots, at_each = numbers(r"^snapshots: (\d+), (\d+) samples traced at each$", plan)
        n_baselines, judged = numbers(r"^baseline networks: (\d+), traced on (\d+)", plan)
        forward, table = (line.split() for line in re.findall(r"^  a sample +(.*)$", plan, re.M))
        passes = BACKWARD * (steps * batch + n_baselines * WIDER * epochs * testing)
        traced, judged = n_snapshots * at_each, n_baselines * judged
        flop = passes * float(forward[1]) * 1e3 + (traced + WIDER * judged) * float(table[0]) * 1e6
        extractions = (traced + judged) * players * 2 ** players
        return flop / FLOP_A_SECOND + extractions / EXTRACTIONS_A_SECOND

    def test_each_is_planned_and_takes_part_of_a_lesson(self):
        self.assertGreaterEqual(len(NAMES), 4)
        for name in NAMES:
            work = sum(self.seconds(*pair) for pair in self.plans(name)) / 2
            print(f"{name}: {work:.0f} s on two threads of the usual machine")
            self.assertLess(work, MOST_S, name)


def commands():
    """The shell commands of the document, in order."""
    text = harness.read(DOCUMENT).decode()
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S)
    return [line for block in blocks for line in block.splitlines() if line]


class Document(harness.TrainCase):
    def outputs(self):
        """{directory: the settings' directories} of the runs that the commands make."""
        made = {}
        for line in commands():
            words = shlex.split(line)
            if "--config" not in words:
                continue
            name = words[words.index("--config") + 1]
            out = words[words.index("--out") + 1]
            text = harness.read(os.path.join(harness.SOURCE_ROOT, "configs", name)).decode()
            key, values = sweep_of(text)
            made[out] = [f"{out}/sweep_{key.split('.')[1]}={value}" for value in values]
        return made

    def test_its_configurations_are_planned(self):
        named = set()
        for line in commands():
            words = shlex.split(line)
            self.assertEqual(words[0], "train", line)
            if "--config" in words:
                named.add(words[words.index("--config") + 1])
                self.train(*words[1:], "--dry-run")
        self.assertEqual(named, {f"class/{name}" for name in NAMES})

    def test_what_it_reports_on_was_made_before(self):
        settings = {path for paths in self.outputs().values() for path in paths}
        reports = [shlex.split(line) for line in commands() if line.startswith("train report")]
        self.assertTrue(reports)
        for words in reports:
            runs = [word for word in words[2:] if "sweep_" in word]
            self.assertEqual(len(runs), 2, words)
            self.assertLessEqual(set(runs), settings)

    def test_its_figures_and_links_exist(self):
        text = harness.read(DOCUMENT).decode()
        targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
        self.assertGreaterEqual(sum(target.endswith(".png") for target in targets), 4)
        for target in targets:
            self.assertTrue(os.path.exists(os.path.join(os.path.dirname(DOCUMENT), target)), target)


if __name__ == "__main__":
    harness.main()
