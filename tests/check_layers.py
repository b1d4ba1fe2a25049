#!/usr/bin/env python3
"""Checks what a compiler does not: which layer may know which, and who may touch the world.

usage: check_layers.py SOURCE_ROOT

A file of src/LAYER, or a header of include/phasetrace, may include its own layer's headers and
those that LAYERS lists. Allocation, writing of files, and printing each have their place. What is
allowed although it breaks a rule stands in an exception table here, with its reason.
"""
import os
import re
import sys

# What each layer may include: layers, or single headers made of plain values.
LAYERS = {
    "base": set(),
    "num": {"base"},
    "fmt": {"base"},
    "data": {"base", "num", "fmt"},
    "nn": {"base", "num", "fmt"},
    "optim": {"base", "num"},
    "config": {"base", "fmt", "phasetrace/dataset.h", "phasetrace/network.h",
               "phasetrace/optimizer.h", "phasetrace/trace.h"},
    "train": {"base", "num", "fmt", "data", "nn", "optim", "config", "phasetrace/metrics.h"},
    "trace": {"base", "num", "fmt", "data", "nn", "config"},
    "analysis": {"base", "num", "fmt", "phasetrace/dataset.h", "phasetrace/trace.h"},
    "report": {"base", "fmt", "num/statistics.h", "num/student.h", "phasetrace/analysis.h",
               "phasetrace/dataset.h", "phasetrace/metrics.h", "phasetrace/trace.h"},
    "study": {"base", "num", "fmt", "data", "nn", "optim", "config", "train", "trace", "analysis"},
}
LAYERS["app"] = set(LAYERS) | {"report"}

PUBLIC_HEADERS = {
    "status": "base", "version": "base", "log": "base", "crew": "base", "dataset": "data",
    "network": "nn", "optimizer": "optim", "config": "config", "trace": "trace",
    "analysis": "analysis", "metrics": "analysis", "report": "report", "run": "study",
    "series": "study", "explain": "study", "weights": "train",
}

INCLUDE_EXCEPTIONS = {
}

# Libraries that one file or one layer stands for.
LIBRARIES = {
    "cblas.h": "src/num/gemm.c", "omp.h": "src/base/threads.c", "ini.h": "src/fmt/ini.c",
    "zlib.h": "src/fmt/", "png.h": ("src/report/", "src/fmt/png_read.c"), "cairo.h": "src/report/",
    "cairo-pdf.h": "src/report/", "cairo-svg.h": "src/report/", "signal.h": "src/app/",
}

# (what, pattern, where it is at home)
CALLS = [
    ("allocates", r"\b(m|c|re|aligned_)alloc\s*\(|\bposix_memalign\s*\(|\bstrn?dup\s*\(|"
                  r"(?<![\w>.])free\s*\(", ("src/base/mem.c",)),
    ("changes files", r"\bfopen\s*\((?![^;]*\"rb?\"\s*\))|\bfreopen\s*\(|\bfdopen\s*\(|"
                      r"\bO_(WRONLY|RDWR|CREAT|APPEND|TRUNC)\b|\bcreat\s*\(|\bmkdir\s*\(|"
                      r"\bmkstemp\s*\(|\btmpfile\s*\(|\brename\s*\(|\bunlink\s*\(|\bremove\s*\(|"
                      r"\bjson_dump_file\s*\(|\bgzopen\s*\(|\bpng_init_io\s*\(|"
                      r"\bcairo_(pdf|svg|ps)_surface_create\s*\(|"
                      r"\bcairo_surface_write_to_png\s*\(",
     ("src/base/fsio.c", "src/base/directory.c", "src/base/lock.c")),
    ("prints", r"\bv?f?printf\s*\(|\bf?puts\s*\(|\bf?putc\s*\(|\bputchar\s*\(|\bperror\s*\(|"
               r"\bstdout\b|\bstderr\b", ("src/app/",)),
    ("ends the process", r"\b_?(exit|Exit|abort)\s*\(|\bquick_exit\s*\(|\bassert\s*\(|\braise\s*\(",
     ("src/app/",)),
]

CALL_EXCEPTIONS = {
    ("src/analysis/output.c", "allocates"): "frees text that jansson allocated",
    ("src/study/manifest.c", "allocates"): "frees text that jansson allocated",
}


def source_files(root):
    for top in ("src", "include"):
        for directory, _, names in os.walk(os.path.join(root, top)):
            for name in names:
                if name.endswith((".c", ".h")):
                    yield os.path.relpath(os.path.join(directory, name), root)


def without_comments(text):
    """Line numbers stay; string literals stay."""
    pattern = re.compile(r'("(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\')|/\*.*?\*/|//[^\n]*', re.S)
    return pattern.sub(lambda m: m.group(1) or "\n" * m.group(0).count("\n"), text)


def without_strings(text):
    return re.sub(r'"(?:\\.|[^"\\\n])*"', lambda m: m.group(0) if m.group(0) in ('"r"', '"rb"')
                  else '""', text)


def layer_of(path):
    parts = path.split("/")
    if parts[0] == "include":
        return PUBLIC_HEADERS.get(parts[-1][:-2])
    return parts[1] if len(parts) > 2 else None


def layer_of_include(name):
    folder, _, rest = name.partition("/")
    if folder == "phasetrace":
        return PUBLIC_HEADERS.get(rest[:-2])
    return folder if folder in LAYERS else None


def check_include(root, path, layer, name):
    """What is wrong with a quoted include, or None."""
    owner = layer_of_include(name)
    folder = "include" if name.startswith("phasetrace/") else "src"
    if owner is None or not os.path.exists(os.path.join(root, folder, name)):
        return f'includes "{name}", which is no header of a layer'
    if path.startswith("include/") and not name.startswith("phasetrace/"):
        return f'is public and includes "{name}", which is not'
    if owner == layer or owner in LAYERS[layer] or name in LAYERS[layer]:
        return None
    if (path, name) in INCLUDE_EXCEPTIONS:
        return None
    return f'includes "{name}": {layer} may not know {owner}'


def check_library(path, name):
    home = LIBRARIES.get(name)
    if home and not path.startswith(home):
        return f"includes <{name}>, which belongs to {home}"
    return None


def check_calls(path, text, used):
    for what, pattern, homes in CALLS:
        if path.startswith(homes):
            continue
        for match in re.finditer(pattern, text):
            if (path, what) in CALL_EXCEPTIONS:
                used.add((path, what))
            else:
                line = text.count("\n", 0, match.start()) + 1
                yield f"{path}:{line}: {what}: {match.group(0).strip()}"


def check_file(root, path, used):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        text = file.read()
    if not text.startswith("/*"):
        yield f"{path}:1: does not begin with a comment that says what the file is for"
    layer = layer_of(path)
    if layer not in LAYERS:
        yield f"{path}:1: belongs to no layer that this check knows"
        return
    code = without_comments(text)
    for number, line in enumerate(code.split("\n"), 1):
        quoted = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        angled = re.match(r"\s*#\s*include\s+<([^>]+)>", line)
        problem = None
        if quoted:
            used.add((path, quoted.group(1)))
            problem = check_include(root, path, layer, quoted.group(1))
        elif angled:
            problem = check_library(path, angled.group(1))
        if problem:
            yield f"{path}:{number}: {problem}"
    yield from check_calls(path, without_strings(code), used)


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    used, problems, n_files = set(), [], 0
    for path in sorted(source_files(sys.argv[1])):
        n_files += 1
        problems += check_file(sys.argv[1], path, used)
    for exception in [*INCLUDE_EXCEPTIONS, *CALL_EXCEPTIONS]:
        if exception not in used:
            problems.append(f"check_layers.py: the exception {exception} is not needed any more")
    print("\n".join(problems) if problems else f"{n_files} files keep to their layers")
    return 1 if problems or n_files == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
