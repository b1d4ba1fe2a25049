#!/usr/bin/env python3
"""What --help, the README, the manual page and the completion say agrees.

usage: test_manual.py TRAIN SOURCE_ROOT PRINT_PAGES
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

TRAIN, ROOT, PAGES = map(os.path.abspath, sys.argv[1:4])


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def options_in(text):
    return set(re.findall(r"(?<![\w-])(--?[a-z][a-z-]*)", text))


def help_options():
    """{verb: its options} and what all of them have; the verb of a run is ''."""
    found, verb = {}, None
    for line in output(TRAIN, "--help").splitlines():
        if re.match(r"  train( \w+)?  ", line):
            verb = line.split("  ")[1].partition(" ")[2].strip()
            found[verb] = set()
        elif line == "  with any of them":
            verb = "all"
            found[verb] = set()
        elif verb is not None and line.startswith("  -"):
            found[verb] |= options_in(re.split(r"(?<=\S)  +", line.strip())[0])
    return found


def readme():
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        return file.read()


def table(text, heading):
    """The first column, as text, of the rows under a heading line."""
    rows = text[text.index(heading):].splitlines()[2:]
    rows = rows[:next(i for i, row in enumerate(rows) if not row.startswith("|"))]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def statuses(text):
    return set(map(int, re.findall(r"\d+", text)))


def help_statuses():
    lines = output(TRAIN, "--help").partition("Exit status:\n")[2].splitlines()
    return set().union(*(statuses(line[:29]) for line in lines))


class Agreement(unittest.TestCase):
    def test_the_tables_of_the_readme(self):
        options = help_options()
        text = readme()
        first = set().union(*(options_in(row[0]) for row in table(text, "| Option | Meaning |")))
        self.assertEqual(first, options[""] | options["all"])
        of_extract = table(text, "| Option of `extract` |")
        self.assertEqual(set().union(*(options_in(row[0]) for row in of_extract)),
                         options["extract"])
        verbs = {row[0].strip("`"): options_in(row[1]) for row in table(text, "| Verb | Which")}
        self.assertEqual(verbs, {verb: options.get(verb, set()) for verb in verbs})
        self.assertEqual(set(verbs) | {"", "extract", "all"}, set(options))

    def test_the_usage_of_the_readme(self):
        usage = readme().partition("## Use\n")[2].partition("```")[2].partition("```")[0]
        verbs = set(re.findall(r"^train ([a-z]+)", usage, re.M))
        self.assertEqual(verbs, set(help_options()) - {"", "all"})

    def test_the_manual_page(self):
        page = output(PAGES, "man")
        options = help_options()
        for verb, expected in options.items():
            name = "With any of them" if verb == "all" else f"train {verb}".strip()
            part = page.partition(f".Ss {name}\n")[2]
            part = re.split(r"^\.S[sh] ", part, flags=re.M)[0]
            found = set()
            for line in part.splitlines():
                if line.startswith(".It "):
                    found |= {"-" + word for word in re.findall(r"Fl (\S+)", line)}
            self.assertEqual(found, expected, verb)
        for key in re.findall(r"^\[[a-z]+\]|^; ?|^([a-z_]+) =", output(
                TRAIN, "--config", os.path.join(ROOT, "configs", "smoke.ini"),
                "--print-config"), re.M):
            if key:
                self.assertIn(f".It Cm {key}\n", page)

    def test_exit_statuses(self):
        expected = help_statuses()
        paragraph = re.search(r"Exit status: [^.]*\.", readme()).group(0)
        self.assertEqual(set(map(int, re.findall(r"(?<=[ \n])(\d+)(?=[\s,])", paragraph))), expected)
        page = output(PAGES, "man").partition(".Sh EXIT STATUS\n")[2].partition(".Sh ")[0]
        items = re.findall(r"^\.It (.*)", page, re.M)
        self.assertEqual(set().union(*map(statuses, items)), expected)

    def test_every_status_that_is_produced_is_documented(self):
        with open(os.path.join(ROOT, "include", "phasetrace", "status.h"), encoding="utf-8") as f:
            codes = dict(re.findall(r"(PT_\w+) = (-?\d+)", f.read()))
        codes.pop("PT_E_STOPPED")  # 129, 130, 143
        produced = {-int(code) for code in codes.values()} | {129, 130, 143}
        for folder, _, names in os.walk(os.path.join(ROOT, "src", "app")):
            for name in names:
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    produced |= set(map(int, re.findall(r"#define EXIT_\w+ (\d+)", file.read())))
        self.assertEqual(produced, help_statuses())


class Errors(unittest.TestCase):
    """Messages name verbs, options and usage as --help does."""

    def refused(self, *arguments):
        result = subprocess.run([TRAIN, *arguments], capture_output=True, text=True)
        self.assertEqual((result.returncode, result.stdout), (2, ""), result.stderr)
        self.assertTrue(result.stderr.endswith("`train --help` lists the options\n"))
        return result.stderr

    def test_verbs(self):
        verbs = set(help_options()) - {"", "all"}
        told = self.refused("inspekt")
        self.assertEqual(set(re.search(r"verbs ([a-z, ]+);", told).group(1).split(", ")), verbs)
        self.assertIn("did you mean inspect?", told)
        self.assertIn("argument 2 is empty", self.refused("inspect", ""))
        for verb in verbs:
            self.assertIn(verb, self.refused(verb).partition("\n")[0])

    def test_options(self):
        options = help_options()
        for verb in set(options) - {"all"}:
            words, name = ([verb], f"train {verb}") if verb else ([], "train")
            for option in set.union(*options.values()) - options[verb] - options["all"]:
                told = self.refused(*words, option)
                owner = re.match(rf"train: {option} is no option of {name}, but of train ?(\w*)\n",
                                 told)
                self.assertIn(option, options[owner.group(1)])
            self.assertIn("unknown option --nonsense", self.refused(*words, "--nonsense"))

    def test_values(self):
        usage = dict(re.findall(r"(?m)^  (--[a-z-]+) ([A-Za-z0-9.|_=]+) ",
                                output(TRAIN, "--help")))
        for option in ("--config", "--set", "--seed", "--threads"):
            self.assertIn(f"{option} needs a value: {option} {usage[option]}",
                          self.refused("trace", "run", option))
        for option in ("--noise", "--gap", "--solver", "--export"):
            self.assertIn(f"{option} needs a value: {option} {usage[option]}",
                          self.refused("extract", "v.npy", option))


class Page(unittest.TestCase):
    def test_no_complaints(self):
        page = output(PAGES, "man")
        if shutil.which("mandoc"):
            result = subprocess.run(["mandoc", "-Tlint", "-Wstyle"], input=page, text=True,
                                    capture_output=True, check=False)
            complaints = [line for line in result.stdout.splitlines()
                          if "unknown manual" not in line and "operating system" not in line]
            self.assertEqual(complaints, [])
        elif shutil.which("man"):
            result = subprocess.run(["man", "--warnings", "-l", "-"], input=page, text=True,
                                    capture_output=True, check=False,
                                    env={**os.environ, "LC_ALL": "C.UTF-8", "MANPAGER": "cat"})
            self.assertEqual((result.returncode, result.stderr), (0, ""))
        else:
            self.skipTest("neither mandoc nor man")

    def test_lines_are_for_an_editor(self):
        for line in output(PAGES, "man").splitlines():
            self.assertLessEqual(len(line), 80, line)


@unittest.skipUnless(shutil.which("bash"), "no bash")
class Completion(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="phasetrace-")
        cls.dir = cls.scratch.name
        os.makedirs(os.path.join(cls.dir, "here", "runs"))
        os.makedirs(os.path.join(cls.dir, "share", "configs", "paper"))
        for name in ("here/mine.ini", "here/two words.ini", "here/v.npy", "here/m.safetensors", "here/page.html",
                     "share/configs/mnist.ini", "share/configs/paper/noise.ini"):
            with open(os.path.join(cls.dir, name), "w", encoding="ascii"):
                pass
        script = re.sub(r"(?m)^( *)cd (.*/configs['\"])", rf"\1cd '{cls.dir}/share/configs'",
                        output(PAGES, "bash"))
        cls.script = os.path.join(cls.dir, "train")
        with open(cls.script, "w", encoding="utf-8") as file:
            file.write(script)

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def complete(self, line, breaks=None):
        program = f"source {self.script}\n"
        if breaks is not None:
            program += f"COMP_WORDBREAKS={breaks!r}\n"
        program += ('COMP_LINE=$1 COMP_POINT=${#1}\n_train\n'
                    '((${#COMPREPLY[@]})) && printf "%s\\n" "${COMPREPLY[@]}"\ntrue')
        result = subprocess.run(["bash", "-c", program, "bash", line], text=True, timeout=10,
                                capture_output=True, check=True, cwd=os.path.join(self.dir, "here"))
        self.assertEqual(result.stderr, "")
        return set(result.stdout.splitlines())

    def test_verbs_and_options(self):
        options = help_options()
        self.assertEqual(self.complete("train "), set(options) - {"", "all"})
        self.assertEqual(self.complete("train in"), {"inspect"})
        for verb in set(options) - {"all"}:
            long = {o for o in options[verb] | options["all"] if o.startswith("--")}
            line = f"train {verb} -" if verb else "train -"
            self.assertEqual(self.complete(line), long)
        self.assertEqual(self.complete("train extract --max"), {"--max-iterations"})

    def test_keys_and_their_values(self):
        keys = self.complete("train --config mnist.ini --set ")
        self.assertIn("trace.players=", keys)
        self.assertGreater(len(keys), 60)
        self.assertEqual(self.complete("train --set trace.so"), {"trace.solver="})
        self.assertEqual(self.complete("train --set trace.solver="), {"exact", "and", "or", "sgd"})
        self.assertEqual(self.complete("train --set=trace.solver=ex"), {"exact"})
        self.assertEqual(self.complete("train trace run --set trace.solver=ex", breaks=" "),
                         {"trace.solver=exact"})
        self.assertEqual(self.complete("train --set trace.players="), set())
        self.assertEqual(self.complete("train extract --solver s"), {"sgd"})
        self.assertEqual(self.complete("train report a b --out "), {"runs", "page.html"})
        self.assertEqual(self.complete("train extract --tie-gap "), {"none"})
        self.assertEqual(self.complete("train --help-config trace.so"), {"trace.solver"})

    def test_files(self):
        self.assertEqual(self.complete("train --config "),
                         {"mine.ini", "two words.ini", "mnist.ini", "runs", "paper"})
        self.assertEqual(self.complete("train --config paper/"), {"paper/noise.ini"})
        self.assertEqual(self.complete("train trace "), {"m.safetensors", "runs"})
        self.assertEqual(self.complete("train extract "), {"v.npy", "runs"})
        self.assertEqual(self.complete("train analyse r"), {"runs"})
        self.assertIn("two words.ini", self.complete("train inspect "))
        self.assertEqual(self.complete("train --out "), {"runs"})


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])
