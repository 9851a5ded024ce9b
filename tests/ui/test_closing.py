# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is lost by closing without being asked."""

import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import ui_test  # noqa: E402
from ui_test import small_set  # noqa: E402
from window import App, keys, wait_for  # noqa: E402


def edit(app):
    app.expand(small_set.ROOT)
    app.click(app.row("usr"))
    keys("Delete")
    app.wait(holds="Undo: ")


def test_unchanged(work, boot_set):
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        app.action("win.close")
        app.wait_until_gone()


def test_changed_and_kept_open(work, boot_set):
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        edit(app)
        app.action("win.close")
        app.wait_text("Close “set” without exporting?")
        app.press("Cancel")
        app.row(small_set.KERNEL)
        app.action("win.undo")
        app.row("usr")
        app.action("win.close")
        app.wait_until_gone()


def test_changed_and_closed(work, boot_set):
    before = small_set.digests(boot_set)
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        edit(app)
        app.action("win.close")
        app.wait_text("Close “set” without exporting?")
        app.press("Close")
        app.wait_until_gone()
    assert small_set.digests(boot_set) == before


def test_changed_and_exported(work, boot_set):
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        edit(app)
        app.action("win.close")
        app.wait_text("Close “set” without exporting?")
        app.press("Export…")
        app.wait_text("Images and their compression")
        app.press("Export")
        app.wait_text("is ready")
        app.press("Close")
        app.action("win.close")
        app.wait_until_gone()
    assert (work / f"set-{small_set.OLD}" / small_set.ROOT).exists()


def test_stopped_in_an_export(work, quick_set):
    """What it had begun to write is gone when the program is."""
    kernel = pathlib.Path(os.environ["BOOTGRAFT_CACHE"]) / "kernels/cloud"
    with App(quick_set) as app:
        app.row(small_set.KERNEL)
        app.drop(*kernel.glob("*.deb"))
        app.press("Swap", patience=90)
        app.wait(holds="Undo: ")
        app.action("win.export")
        app.wait_text("Images and their compression")
        app.press("Export")
        wait_for("what it writes", lambda: any(work.glob(".bootgraft-*")))
        # What takes only a moment is not listed.
        time.sleep(0.6)
        app.action("win.close")
        app.wait_text("Stop what is running?")
        app.press("Stop and close")
        app.wait_until_gone()
    assert [path.name for path in work.iterdir()] == [quick_set.name]


if __name__ == "__main__":
    ui_test.main(globals())
