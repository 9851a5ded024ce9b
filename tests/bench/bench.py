# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benches share: running a command with what it cost, medians of interleaved runs, one table, its limits."""

import contextlib
import dataclasses
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

# Ended from outside, a script still puts away what it made.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

# Many short runs against the noise of a busy machine, few long ones.
SHORTEST_RUNS = 15
QUICK_RUNS = 5
SOME_RUNS = 3


@dataclasses.dataclass(frozen=True)
class Cost:
    """Seconds and MB of a command with all that it waited for; of its processes, `memory` is the largest one's."""
    cpu: float
    wall: float
    memory: float
    runs: int = 1


def cache():
    return pathlib.Path(os.environ["BOOTGRAFT_CACHE"])


def program():
    return os.environ["BOOTGRAFT_CLI"]


@contextlib.contextmanager
def work_folder():
    """On the disk of the cache, whose speed is part of what is measured."""
    folder = tempfile.mkdtemp(prefix=".bench.", dir=cache())
    try:
        yield pathlib.Path(folder)
    finally:
        shutil.rmtree(folder)


def measure(command, stdin=None, stdout=subprocess.DEVNULL):
    """Runs `command` once. The memory of this script is in the figure as well: it holds nothing large."""
    with tempfile.TemporaryFile() as errors, open(stdin or os.devnull, "rb") as given:
        start = time.monotonic()
        child = subprocess.Popen([str(word) for word in command], stdin=given, stdout=stdout, stderr=errors)
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            child.kill()
            raise
        wall = time.monotonic() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip()[-2000:]
            raise RuntimeError(f"{' '.join(map(str, command))}: exit {child.returncode}: {said}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1000)


def median(costs):
    fields = {name: statistics.median(getattr(cost, name) for cost in costs) for name in ("cpu", "wall", "memory")}
    return Cost(runs=len(costs), **fields)


def interleaved(runs, *measures):
    """The median cost of each of `measures` (functions that give a Cost), one after the other in each round."""
    rounds = [[take() for take in measures] for _ in range(runs)]
    return [median(costs) for costs in zip(*rounds)]


class Table:
    """Prints as it goes: a row for each cost, a line for each limit."""

    def __init__(self):
        self.missed = 0
        self.limits = 0
        print(f"{'':<52} {'runs':>4} {'CPU s':>8} {'wall s':>8} {'MB':>6}")

    def row(self, what, cost):
        print(f"{what:<52} {cost.runs:>4} {cost.cpu:>8.2f} {cost.wall:>8.2f} {cost.memory:>6.0f}", flush=True)

    def judge(self, what, value, limit, good, sign):
        self.limits += 1
        self.missed += not good
        print(f"  {what}: {value:.3g} (limit {sign} {limit:.3g}){'' if good else '  MISSED'}", flush=True)

    def at_most(self, what, value, limit):
        self.judge(what, value, limit, value <= limit, "≤")

    def at_least(self, what, value, limit):
        self.judge(what, value, limit, value >= limit, "≥")

    def finish(self):
        """Measuring nothing is a miss too."""
        sys.exit(1 if self.missed or not self.limits else 0)
