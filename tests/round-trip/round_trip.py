# SPDX-License-Identifier: GPL-3.0-or-later
"""What the round-trip tests share: running the program, a work folder, and the verdict over many cases."""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

# Ended from outside, a script still puts away what it made.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

# What a hand edit gets as its time, by SOURCE_DATE_EPOCH.
EDIT_TIME = 1577934245

# Differences shown of one case: the first ones tell, thousands hide them.
SHOWN = 12


def cache():
    """Where scripts/test keeps the sets, kernels and initrds."""
    return pathlib.Path(os.environ["BOOTGRAFT_CACHE"])


def program():
    return os.environ["BOOTGRAFT_CLI"]


def is_root():
    return os.geteuid() == 0


@contextlib.contextmanager
def work_folder(place=None):
    """On the disk of the cache: sets are too large for a /tmp in memory."""
    folder = tempfile.mkdtemp(prefix=".round-trip.", dir=place or cache())
    try:
        yield pathlib.Path(folder)
    finally:
        shutil.rmtree(folder)


def run(*command, **options):
    """Standard output as bytes; a failure carries what the command said."""
    options.setdefault("stdout", subprocess.PIPE)
    done = subprocess.run([str(word) for word in command], stderr=subprocess.PIPE, **options)
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()[-4000:]
        raise RuntimeError(f"{' '.join(map(str, command))}: exit {done.returncode}: {said}")
    return done.stdout


def bootgraft(*arguments, **options):
    environment = dict(os.environ, SOURCE_DATE_EPOCH=str(EDIT_TIME))
    return run(program(), *arguments, env=environment, **options)


def edit_image(image, out, *steps):
    """Writes one image of a set, edited, to the new file `out`. What a step calls IMAGE is the file's name."""
    bootgraft("edit", image.parent, "--image", image.name, "-o", out, *steps)


class Verdict:
    """Counts checks; a case that raises has failed, and the next one goes on."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def that(self, what, holds, why=""):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {what}{': ' if why else ''}{why}", flush=True)

    def equal(self, what, expected, found):
        self.that(what, expected == found, f"expected {expected!r}, found {found!r}")

    def no_differences(self, what, lines):
        lines = list(lines)
        shown = "".join(f"\n    {line}" for line in lines[:SHOWN])
        self.that(what, not lines, f"{len(lines)} differences{shown}")

    @contextlib.contextmanager
    def case(self, name):
        before = self.failed
        start = time.monotonic()
        try:
            yield
        except Exception as problem:  # a case is one of many: whatever it is, the others are still tried
            self.that(name, False, f"{type(problem).__name__}: {problem}")
        if self.failed == before:
            print(f"ok     {name} ({time.monotonic() - start:.1f} s)", flush=True)

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed or not self.passed else 0)
