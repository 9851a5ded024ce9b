#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails on what the house rules of CONTRIBUTING.md forbid and a machine can see."""

import pathlib
import re
import subprocess
import sys

MAX_FILE = 600
MAX_TEST_FILE = 750
MAX_FUNCTION = 80

# What is forbidden, what to write instead, and where it is allowed all the same.
FORBIDDEN = [
    (re.compile(r"\bgoto\b"), "goto: split the function", ()),
    (re.compile(r"\b(TODO|FIXME|XXX|HACK)\b"), "unfinished business: finish it or file it", ()),
    (re.compile(r"\b(strcpy|strcat|sprintf|gets|strtok)\s*\("), "unbounded C string function", ()),
    (re.compile(r"\b(mmap|g_mapped_file_new)\s*\("), "mmap: a file cut short would be SIGBUS", ()),
    (re.compile(r"\b(g_warning|g_critical|g_message|g_print|g_printerr|printf|perror)\s*\("),
     "the library does not log", ("src/cli/", "src/helper/bootgraft-helper")),
    (re.compile(r"\bg_(get_real_time|date_time_new_now\w*)\s*\("),
     "no clock in what makes output: same input, same bytes",
     ("src/modules/graft-private-folder.c", "ui/session/graft-session-journal.c")),
    (re.compile(r"\bsqfs_dir_reader_get_full_hierarchy\b"), "a 4 KiB image explodes in it", ()),
    (re.compile(r"\barchive_read_support_(format|filter)_all\b"), "enable formats by name", ()),
]
FUNCTION_START = re.compile(r"^[a-z_][A-Za-z0-9_]* \(")
FIRST_LINE = re.compile(r"^/\* [a-z0-9.-]+\.[ch](: .+)?$")


def long_functions(lines):
    """(name, first line, length) of each function body above the limit; GNU style only."""
    start = None
    name = None
    for number, line in enumerate(lines, 1):
        if FUNCTION_START.match(line):
            name = line.split(" ")[0]
        elif line == "{":
            start = number
        elif line == "}" and start is not None:
            if number - start > MAX_FUNCTION:
                yield name, start, number - start
            start = None


def check_text(name, text):
    """All complaints about one C file."""
    lines = text.splitlines()
    base = pathlib.PurePosixPath(name).name
    is_test = base.startswith(("test-", "fuzz-", "graft-test-", "graft-fake-")) or base.endswith("-fixture.c")
    limit = MAX_TEST_FILE if is_test else MAX_FILE
    if not lines or not FIRST_LINE.match(lines[0]):
        yield 1, "the first line says the file's name and what it is"
    if "SPDX-License-Identifier: GPL-3.0-or-later" not in text[:600]:
        yield 1, "no SPDX line"
    if len(lines) > limit:
        yield len(lines), f"{len(lines)} lines: more than {limit}"
    for function, line, length in long_functions(lines):
        yield line, f"{function} has {length} lines: more than {MAX_FUNCTION}"
    for number, line in enumerate(lines, 1):
        for pattern, why, allowed in FORBIDDEN:
            if is_test and pattern is not FORBIDDEN[0][0] and pattern is not FORBIDDEN[1][0]:
                continue
            if pattern.search(line) and not name.startswith(tuple(allowed)):
                yield number, why


def tracked_files(tree):
    """C files of the checkout, those that git does not know yet among them."""
    listed = subprocess.run(
        ["git", "-C", tree, "-c", f"safe.directory={tree}", "ls-files", "-co", "--exclude-standard",
         "src/*.[ch]", "ui/*.[ch]", "tests/*.[ch]"],
        capture_output=True, text=True)
    if listed.returncode == 0:
        return [name for name in listed.stdout.split("\n") if name and (pathlib.Path(tree) / name).exists()]
    root = pathlib.Path(tree)
    return [str(p.relative_to(root)) for d in ("src", "ui", "tests") for p in (root / d).rglob("*.[ch]")]


def check_format(tree, names):
    result = subprocess.run(["clang-format", "--dry-run", "--Werror", *names], cwd=tree,
                            capture_output=True, text=True)
    for line in result.stderr.splitlines():
        if ": error: " in line:
            yield line.replace("code should be clang-formatted", "run clang-format -i")


def check_tree(tree):
    names = sorted(tracked_files(tree))
    for name in names:
        for number, why in check_text(name, (pathlib.Path(tree) / name).read_text()):
            yield f"{name}:{number}: {why}"
    yield from check_format(tree, names)


if __name__ == "__main__":
    found = list(check_tree(sys.argv[1]))
    print("\n".join(found))
    sys.exit(1 if found else 0)
