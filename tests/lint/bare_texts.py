#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that users see and nobody can translate: bare_texts.py TREE

A call that sets an error takes its text from _ ("…"), g_dngettext () or a variable, never from a bare literal. What the
confined helper program says in English stands in src/helper/graft-helper-text.c, where it is translated.
"""

import re
import sys
from pathlib import Path

# Of which argument on there may be a text, from 0.
CALLS = {
    "g_set_error": 3,
    "g_set_error_literal": 3,
    "g_error_new": 2,
    "g_error_new_literal": 2,
    "g_prefix_error": 1,
    "g_propagate_prefixed_error": 2,
}
OWN = re.compile(r"graft_\w*(?:error\w*|_fail|add_problem)$")
TRANSLATED = {"_", "N_", "ngettext", "g_dngettext"}

TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|#[^\n]*(?<!\\)(?:\\\n[^\n]*)*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\])+\'|\w+|\S', re.S)
DIRECTIVE = re.compile(r"%[-0-9.*]*(?:[lz]*[a-zA-Z]|%|$)|\\.")


def is_text(literal, call):
    """A name ("zlib") among the arguments of a function of our own is no text; a format of only directives never is."""
    words = DIRECTIVE.sub("", literal)
    has_letters = re.search(r"[A-Za-z]", words) is not None
    return (has_letters and (call in CALLS or " " in words)) or words == ": "


def check_text(text):
    """Yields the line and the literal of each text that is bare."""
    tokens = [(found.group(), found.start()) for found in TOKEN.finditer(text)
              if not found.group().startswith(("/*", "//", "#"))]
    calls = []
    for i, (token, start) in enumerate(tokens):
        before = tokens[i - 1][0] if i > 0 else ""
        if token == "(":
            calls.append([before, 0])
        elif token == ")" and calls:
            calls.pop()
        elif token == "," and calls:
            calls[-1][1] += 1
        elif token[0] == '"':
            names = [name for name, _ in calls]
            if TRANSLATED.intersection(names):
                continue
            # Only the innermost call counts: strcmp (name, "none of it") in an argument is no text.
            inner = next((call for call in reversed(calls) if re.match(r"\w", call[0])
                          and call[0] not in ("if", "return")), None)
            if inner is not None and (inner[1] >= CALLS.get(inner[0], 99) or OWN.match(inner[0])):
                if is_text(token[1:-1], inner[0]):
                    yield text.count("\n", 0, start) + 1, token


def check_helper(tree):
    """Yields the texts of the helper program that graft-helper-text.c lacks."""
    known = (tree / "src/helper/graft-helper-text.c").read_text(encoding="utf-8")
    for path in sorted((tree / "src/helper/program").glob("*.c")):
        text = path.read_text(encoding="utf-8")
        for found in re.finditer(r'(?:\bfail|archive_set_error) \([^;{]*?("(?:\\.|[^"\\])*")', text):
            literal = re.sub(r"%\.\d+s", "%s", found.group(1))
            if is_text(literal[1:-1], "") and f"N_ ({literal})" not in known:
                yield path.relative_to(tree), literal


def main():
    tree = Path(sys.argv[1])
    failed = False
    for path in sorted((tree / "src").rglob("*.[ch]")):
        name = str(path.relative_to(tree))
        if re.match(r"(test-|graft-(test|fake|step-fixture))", path.name) \
                or "/helper/program/" in name:
            continue
        for line, literal in check_text(path.read_text(encoding="utf-8")):
            print(f"{name}:{line}: {literal} cannot be translated: write _ ({literal})")
            failed = True
    for name, literal in check_helper(tree):
        print(f"{name}: {literal} is not in src/helper/graft-helper-text.c")
        failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
