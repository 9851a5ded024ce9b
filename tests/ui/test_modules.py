# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules page has what the command line has."""

import json
import os
import pathlib
import subprocess
import sys
from collections import Counter

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import ui_test  # noqa: E402
from ui_test import small_set  # noqa: E402
from window import App, keys, type_text  # noqa: E402

WORDS = {"same": "same", "gone": "gone", "builtin": "built in", "new": "new", "renamed": "renamed"}


def by_command(*arguments):
    done = subprocess.run([os.environ["BOOTGRAFT_CLI"], "modules", "--json", *arguments], check=True,
                          stdout=subprocess.PIPE)
    return json.loads(done.stdout)["modules"]


def open_page(app):
    app.row(small_set.KERNEL)
    keys("alt+2")


def test_all(work, boot_set):
    expected = by_command(boot_set)
    with App(boot_set) as app:
        open_page(app)
        app.wait_text(f"{len(expected)} modules")
        for module in expected:
            app.wait(name=module["name"])
        app.wait(name=f"✓ {small_set.OLD}")


def test_filter(work, boot_set):
    with App(boot_set) as app:
        open_page(app)
        app.wait_text("7 modules")
        app.action("win.search")
        type_text("other")
        app.wait_text("1 of 7 modules")


def test_comparison(work, boot_set):
    kernel = small_set.make_kernel(work / "kernel")
    counts = Counter(module["change"] for module in by_command(boot_set, "--diff", kernel))
    with App(boot_set) as app:
        open_page(app)
        app.wait_text("7 modules")
        app.press("Compare with a kernel")
        app.click(app.wait(name="A folder…"))
        app.choose("Choose a folder with the other kernel", kernel)
        app.wait_text(f"Compared with {small_set.NEW}")
        for change, word in WORDS.items():
            app.wait(name=f"{counts[change]} {word}")
        app.press("Swap to this kernel…")
        app.wait_text(f"{small_set.OLD} → {small_set.NEW}")


if __name__ == "__main__":
    ui_test.main(globals())
