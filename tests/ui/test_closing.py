# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is lost by closing without being asked."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import ui_test  # noqa: E402
from ui_test import small_set  # noqa: E402
from window import App, keys  # noqa: E402


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


if __name__ == "__main__":
    ui_test.main(globals())
