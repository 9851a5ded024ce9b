# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the command line share: running it, and running themselves as TAP."""

import contextlib
import inspect
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import traceback

import jsonschema

import small_set

SCHEMAS = pathlib.Path(__file__).parents[3] / "data/schema"


# The leak checker of a sanitized build cannot work under strace, which is a debugger to it.
TRACED = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}


class Ended:
    """How a run of the program ended."""

    def __init__(self, done):
        self.code = done.returncode
        self.out = done.stdout
        self.err = done.stderr.decode(errors="replace")

    def json(self, schema):
        """Standard output, which must be as data/schema/ says."""
        assert self.code in (0, 1), f"exit {self.code}: {self.err}"
        found = json.loads(self.out)
        rules = json.loads((SCHEMAS / f"{schema}.json").read_text())
        jsonschema.Draft202012Validator(rules).validate(found)
        return found


def program():
    return os.environ["BOOTGRAFT_CLI"]


def bootgraft(*arguments, env=None, **options):
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(small_set.TIME), "LC_ALL": "C.UTF-8", **(env or {})}
    options.setdefault("stdout", subprocess.PIPE)
    return Ended(subprocess.run([program(), *[os.fspath(word) for word in arguments]], stderr=subprocess.PIPE,
                                env=environment, **options))


def succeeds(*arguments, **options):
    ended = bootgraft(*arguments, **options)
    assert ended.code == 0, f"{arguments}: exit {ended.code}: {ended.err}"
    return ended


def fails(code, *arguments, naming=(), **options):
    """One sentence on standard error that names what it should; nothing on standard output."""
    ended = bootgraft(*arguments, **options)
    assert ended.code == code, f"{arguments}: exit {ended.code}, not {code}: {ended.err}"
    lines = ended.err.strip().splitlines()
    assert len(lines) == 1, f"{arguments}: not one sentence: {ended.err!r}"
    assert lines[0].startswith("bootgraft-cli: "), lines[0]
    for word in [naming] if isinstance(naming, str) else naming:
        assert word in lines[0], f"{lines[0]!r} does not name {word!r}"
    return ended


def helper():
    """The helper program of the build that is tested."""
    return pathlib.Path(os.environ.get("BOOTGRAFT_HELPER") or pathlib.Path(program()).parents[1] / "helper/bootgraft-helper")


def pretend(work, tool, what):
    """The environment with a helper that does `what` instead of running the tool."""
    script = work / "pretended-helper"
    script.write_text(f'#!/bin/sh\ncase " $* " in *" {tool} "*) {what};; esac\nexec {helper()} "$@"\n')
    script.chmod(0o755)
    return {"BOOTGRAFT_HELPER": str(script)}


def strays(folder):
    """Temporary things that should be gone."""
    return sorted(str(path) for path in pathlib.Path(folder).rglob(".bootgraft-*"))


def find_stopped(command, wanted):
    """(process, how often it was taken from its processor) for the one that runs this and does not run."""
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            arguments = (folder / "cmdline").read_bytes().split(b"\0")
            if arguments[1:2] == [os.fsencode(command)] and wanted <= set(arguments):
                status = dict(line.split(":\t", 1) for line in (folder / "status").read_text().splitlines() if ":\t" in line)
                if status["State"][0] in "Tt":
                    return int(folder.name), status["voluntary_ctxt_switches"], status["nonvoluntary_ctxt_switches"]
        except OSError:
            continue
    return None


def wait_for_stopped(command, *words):
    """The process that runs this command with these words and is stopped.

    A traced one stands still for a moment at each call; the one meant stays where it is.
    """
    wanted = {os.fsencode(word) for word in words}
    before = None
    for _ in range(120):
        found = find_stopped(command, wanted)
        if found is not None and found == before:
            return found[0]
        before = found
        time.sleep(0.5)
    raise AssertionError("the program never stopped")


def go_on(process, stopped):
    """Lets it go on, as often as it takes: what it said on standard error."""
    for _ in range(60):
        with contextlib.suppress(ProcessLookupError):
            os.kill(stopped, signal.SIGCONT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=1)[1].decode()
    raise AssertionError("the program did not go on")


@contextlib.contextmanager
def work_folder():
    with tempfile.TemporaryDirectory(prefix="bootgraft-cli-") as folder:
        yield pathlib.Path(folder)


def same_bytes(expected, found):
    assert expected == found, f"expected {expected!r}, found {found!r}"


def same_members(expected, found):
    """The same files, whatever they came by: that stands in the recipe in bootgraft.json."""
    same_bytes(*({name: entry for name, entry in files.items() if name != "bootgraft.json"} for files in (expected, found)))


def main(scope, make_set=small_set.make_set):
    """Runs every function test_… of `scope` in a work folder with a set of its own in set/, as `make_set` makes it."""
    # Under nohup it is ignored, and so it would be by all that is started from here.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    tests = [(name, value) for name, value in scope.items() if name.startswith("test_") and inspect.isfunction(value)]
    wanted = sys.argv[1:]
    tests = [(name, test) for name, test in tests if not wanted or name in wanted]
    print(f"1..{len(tests)}")
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        try:
            with work_folder() as work:
                if "boot_set" in inspect.signature(test).parameters:
                    test(work, make_set(work / "set"))
                else:
                    test(work)
            print(f"ok {number} - {name}", flush=True)
        except Exception:  # whatever it is, the others are still tried
            failed += 1
            print(f"not ok {number} - {name}", flush=True)
            for line in traceback.format_exc().splitlines():
                print(f"# {line}", flush=True)
    sys.exit(1 if failed else 0)
