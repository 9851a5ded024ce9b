#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""killed_edits.py COUNT [SEED]: a program that edits without end is killed at random moments; its journal always opens, and has
every edit that the program had said was made (one more may be there).

Environment: EDIT_RANDOMLY, BOOTGRAFT_CLI (for its helper).
"""

import os
import pathlib
import random
import select
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cli/lib"))

import cli_test
import small_set

# At most so long it may edit before it is killed, seconds.
LONGEST = 1.5


def edit_and_kill(command, cwd, environment, moment):
    """The number of the last edit that was said to be made, when it is killed so long after its first."""
    with subprocess.Popen(command, cwd=cwd, env=environment, stdout=subprocess.PIPE) as process:
        said = b""
        end = None
        while end is None or time.monotonic() < end:
            wait = 60 if end is None else max(0, end - time.monotonic())
            if not select.select([process.stdout], [], [], wait)[0]:
                assert end is not None, "no edit was made in a minute"
                continue
            more = os.read(process.stdout.fileno(), 65536)
            assert more, f"it ended by itself: {process.wait()}"
            said += more
            end = end or time.monotonic() + moment
        process.kill()
        said += process.stdout.read()
    whole = said[: said.rindex(b"\n")] if b"\n" in said else b"0"
    return int(whole.split(b"\n")[-1])


def main():
    count = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 31)
    chance = random.Random(seed)
    print(f"killed_edits.py {count} {seed}", flush=True)
    program = os.environ["EDIT_RANDOMLY"]
    made = 0
    with cli_test.work_folder() as work:
        small_set.make_set(work / "set")
        for number in range(count):
            image = [small_set.INITRD, small_set.ROOT][number % 2]
            state, uploads = work / "state", work / "uploads"
            uploads.mkdir()
            environment = {**os.environ, "XDG_STATE_HOME": str(state), "LC_ALL": "C.UTF-8",
                           "BOOTGRAFT_HELPER": str(cli_test.helper())}
            arguments = [state / "journal", work / "set", image, str(seed + number)]
            last = edit_and_kill([program, "--journal", *arguments], uploads, environment, chance.uniform(0, LONGEST))
            ended = subprocess.run([program, "--restore", *arguments, str(last)], cwd=uploads, env=environment)
            assert ended.returncode == 0, f"killed after edit {last}, run {number}: {ended.returncode}"
            made += last
            shutil.rmtree(uploads)
            shutil.rmtree(state)
    print(f"{count} kills after {made} edits")
    assert made > count, "it was always killed before it edited"


main()
