# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the window share: a small set of their own, and running themselves as TAP."""

import inspect
import pathlib
import sys
import tempfile
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "cli/lib"))

import small_set  # noqa: E402


def main(scope):
    """Runs every function test_… of `scope`: test (work) or test (work, boot_set), as in tests/cli."""
    tests = [(name, value) for name, value in scope.items() if name.startswith("test_") and inspect.isfunction(value)]
    wanted = sys.argv[1:]
    unknown = set(wanted) - {name for name, _ in tests}
    if unknown:
        sys.exit(f"there is no test {', '.join(sorted(unknown))}")
    tests = [(name, test) for name, test in tests if not wanted or name in wanted]
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        try:
            with tempfile.TemporaryDirectory(prefix="bootgraft-ui-") as folder:
                work = pathlib.Path(folder)
                if "boot_set" in inspect.signature(test).parameters:
                    test(work, small_set.make_set(work / "set"))
                else:
                    test(work)
            print(f"ok {number} - {name}", flush=True)
        except Exception:  # whatever it is, the others are still tried
            failed += 1
            print(f"not ok {number} - {name}", flush=True)
            for line in traceback.format_exc().splitlines():
                print(f"# {line}", flush=True)
    sys.exit(1 if failed else 0)
