#!/usr/bin/env python3
"""Compares the generated part of doc/CONFIGURATION.md with what the program says of its keys.

usage: check_manual.py [--update] PRINT_MANUAL CONFIGURATION.md

PRINT_MANUAL is the program made of tests/unit/print_manual.c. What follows the line MARKER must be
its output; with --update that part is written anew. Exit status: 0 equal or written, 1 different,
2 usage.
"""
import difflib
import subprocess
import sys

MARKER = "<!-- What follows is generated: see the end of the first section. -->\n"


def main(arguments):
    update = arguments[:1] == ["--update"]
    if len(arguments) != 2 + update:
        sys.stderr.write(__doc__)
        return 2
    program, path = arguments[update:]
    generated = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    with open(path, encoding="utf-8") as file:
        written, marker, present = file.read().partition(MARKER)
    if not marker:
        print(f"{path}: no line {MARKER.strip()!r}")
        return 1
    if update:
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"{written}{MARKER}\n{generated}")
        return 0
    expected = ("\n" + generated).splitlines()
    difference = list(difflib.unified_diff(present.splitlines(), expected, path, "print_manual",
                                           lineterm=""))
    print("\n".join(difference))
    if difference:
        print(f"regenerate with: tests/check_manual.py --update {program} {path}")
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
