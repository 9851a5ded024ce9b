# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the window share: a small set of their own, and running themselves as TAP."""

import inspect
import os
import pathlib
import shutil
import sys
import tempfile
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "cli/lib"))

import small_set  # noqa: E402


REAL_SETS = ("quick", "demo")


def members(folder):
    """The digests of an export without the list of them, in which the paths of the exports differ."""
    return {name: entry for name, entry in small_set.digests(folder).items() if name != "bootgraft.json"}


def call(test):
    """With what it names: work, a folder of its own; boot_set, a small set in it; quick_set or demo_set, a copy of that
    set. An export is made beside its set, and nothing may be made in the cache."""
    wanted = inspect.signature(test).parameters
    real = next((name for name in REAL_SETS if f"{name}_set" in wanted), None)
    # Sets are too large for a /tmp in memory.
    place = os.environ["BOOTGRAFT_CACHE"] if real else None
    with tempfile.TemporaryDirectory(prefix=".ui-" if real else "bootgraft-ui-", dir=place) as folder:
        work = pathlib.Path(folder)
        given = {"work": work}
        if real:
            given[f"{real}_set"] = pathlib.Path(shutil.copytree(pathlib.Path(place) / real, work / real))
        if "boot_set" in wanted:
            given["boot_set"] = small_set.make_set(work / "set")
        test(**given)


def main(scope):
    """Runs every function test_… of `scope`, or those that are named on the command line, as TAP."""
    tests = [(name, value) for name, value in scope.items() if name.startswith("test_") and inspect.isfunction(value)]
    wanted = sys.argv[1:]
    unknown = set(wanted) - {name for name, _ in tests}
    if unknown:
        sys.exit(f"no such test: {', '.join(sorted(unknown))}")
    tests = [(name, test) for name, test in tests if not wanted or name in wanted]
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        try:
            call(test)
            print(f"ok {number} - {name}", flush=True)
        except Exception:  # whatever it is, the others are still tried
            failed += 1
            print(f"not ok {number} - {name}", flush=True)
            for line in traceback.format_exc().splitlines():
                print(f"# {line}", flush=True)
    sys.exit(1 if failed else 0)
