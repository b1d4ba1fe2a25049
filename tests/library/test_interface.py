#!/usr/bin/env python3
"""What the library offers: headers that compile alone, and their functions but nothing else.

usage: test_interface.py LIBRARY INCLUDE CC [WORD]...

LIBRARY is the shared library, INCLUDE the folder with phasetrace/*.h, CC the C compiler with its
options. The C++ compiler is $CXX, or c++; without one the headers are not tried in C++.
"""
import glob
import os
import re
import shutil
import subprocess
import sys
import unittest

LIBRARY, INCLUDE, *CC = sys.argv[1:]
CXX = shutil.which(os.environ.get("CXX") or "c++")
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-I" + INCLUDE]


def headers():
    paths = sorted(glob.glob(os.path.join(INCLUDE, "phasetrace", "*.h")))
    assert len(paths) > 10, INCLUDE
    return paths


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def declared():
    """Names of all functions that a header declares."""
    names = []
    for path in headers():
        code = re.sub(r"/\*.*?\*/", "", text_of(path), flags=re.S)
        names += re.findall(r"^PT_API[^;(]*?(\w+)\(", code, re.M)
    return names


class Headers(unittest.TestCase):
    def compile_alone(self, compiler):
        for path in headers():
            source = f'#include "{path}"\n#include "{path}"\n'
            done = subprocess.run([*compiler, *WARNINGS, "-"], input=source, text=True,
                                  capture_output=True)
            self.assertEqual(done.returncode, 0, f"{path}\n{done.stderr}")

    def test_each_is_c11(self):
        self.compile_alone([*CC, "-std=c11", "-x", "c"])

    @unittest.skipUnless(CXX, "there is no C++ compiler")
    def test_each_is_cxx(self):
        self.compile_alone([CXX, "-std=c++11", "-x", "c++"])

    @unittest.skipUnless(CXX, "there is no C++ compiler")
    def test_functions_have_their_c_names_in_cxx(self):
        source = "".join(f'#include "{path}"\n' for path in headers())
        source += "void *const used[] = {" + ", ".join(f"(void *){n}" for n in declared()) + "};\n"
        source += "int main() { return used[0] == 0; }\n"
        done = subprocess.run([CXX, "-x", "c++", "-I" + INCLUDE, "-", "-S", "-o", "-"],
                              input=source, text=True, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        for name in declared():
            self.assertRegex(done.stdout, rf"\s{name}\b", "its name is mangled")

    def test_each_declaration_is_explained(self):
        for path in headers():
            for paragraph in re.split(r"\n\s*\n", text_of(path)):
                if re.search(r"^PT_API", paragraph, re.M):
                    self.assertIn("/*", paragraph, path)


class Library(unittest.TestCase):
    def test_exactly_what_is_declared_is_exported(self):
        lines = subprocess.run(["nm", "-D", "--defined-only", LIBRARY], check=True, text=True,
                               capture_output=True).stdout.splitlines()
        names = declared()
        self.assertEqual(len(set(names)), len(names), "a function is declared twice")
        self.assertEqual(sorted(line.split()[-1] for line in lines), sorted(names))

    def test_the_soname_has_a_version(self):
        dynamic = subprocess.run(["readelf", "-d", LIBRARY], check=True, text=True,
                                 capture_output=True).stdout
        self.assertRegex(dynamic, r"soname: \[libphasetrace\.so\.\d+\]")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
