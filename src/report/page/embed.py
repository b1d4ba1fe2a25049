#!/usr/bin/env python3
"""Makes a C file of the files that a page carries in itself.

usage: embed.py OUTPUT.c HEADER NAME=FILE...

NAME becomes an array of the file's bytes and NAME_bytes their number.
"""
import sys


def main(output, header, *pairs):
    lines = [f"/* Made by embed.py. */\n#include \"{header}\"\n"]
    for name, path in (pair.split("=", 1) for pair in pairs):
        with open(path, "rb") as file:
            data = file.read()
        lines.append(f"const size_t {name}_bytes = {len(data)};\nconst char {name}[] = {{")
        for start in range(0, len(data), 20):
            lines.append("    " + " ".join(f"{byte if byte < 128 else byte - 256},"
                                           for byte in data[start:start + 20]))
        lines.append("};\n")
    with open(output, "w", encoding="ascii") as file:
        file.write("\n".join(lines))


main(*sys.argv[1:])
