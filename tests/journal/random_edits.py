#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""random_edits.py FORMAT COUNT [SEED]: random edits with undo and redo in between, against a plain model of a tree.

Environment: EDIT_RANDOMLY, the program that does it, and BOOTGRAFT_CLI, which diffs and verifies what it exported.
"""

import os
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cli/lib"))

import cli_test
import nested_set
import small_set

# The set, and the image in it.
SETS = {
    "initrd": (small_set.make_set, small_set.INITRD),
    "squashfs": (small_set.make_set, small_set.ROOT),
    "ext4": (lambda folder: small_set.make_set(folder, root_name=small_set.ROOT_EXT4), small_set.ROOT_EXT4),
    "nested": (nested_set.make_set, nested_set.NESTED),
}


def main():
    name, count = sys.argv[1:3]
    seed = sys.argv[3] if len(sys.argv) > 3 else str(random.randrange(1 << 31))
    make_set, image = SETS[name]
    print(f"random_edits.py {name} {count} {seed}", flush=True)
    with cli_test.work_folder() as work:
        make_set(work / "set")
        before = small_set.digests(work / "set")
        (work / "uploads").mkdir()
        environment = {**os.environ, "XDG_STATE_HOME": str(work / "state"), "LC_ALL": "C.UTF-8",
                       "BOOTGRAFT_HELPER": str(cli_test.helper())}
        ended = subprocess.run([os.environ["EDIT_RANDOMLY"], work / "set", image, seed, count, work / "out"],
                               cwd=work / "uploads", env=environment)
        assert ended.returncode == 0, f"it ended with {ended.returncode}"
        cli_test.succeeds("verify", work / "out", "--full")
        assert small_set.digests(work / "set") == before, "the set itself was changed"


main()
