# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is lost by closing without being asked."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import ui_test  # noqa: E402
from ui_test import small_set  # noqa: E402
from window import LIB, App, keys, wait_for  # noqa: E402


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



@contextlib.contextmanager
def session_manager(work):
    """A function: what a session manager was asked so far, which is there before the program."""
    said = work / "session-manager"
    with open(said, "w") as file:
        process = subprocess.Popen(["/usr/bin/python3", "-B", LIB / "session_manager.py"], stdout=file)
    try:
        wait_for("the session manager", lambda: "ready" in said.read_text())
        yield lambda: said.read_text().splitlines()[1:]
    finally:
        process.kill()
        process.wait()


def test_logout_waits_for_an_export_of_an_unchanged_set(work, boot_set):
    # Longer than a job is hidden.
    os.truncate(boot_set / small_set.ROOT, 300 << 20)
    with session_manager(work) as asked, App(boot_set) as app:
        app.row(small_set.KERNEL)
        app.action("win.export")
        app.wait_text("Images and their compression")
        app.press("Export")
        app.wait_text("is ready")
        wait_for("the inhibitor to come and go", lambda: asked() == ["set 1", "released 1"], 5)


def test_logout_does_not_wait_for_a_window_that_was_closed(work, boot_set):
    other = shutil.copytree(boot_set, work / "other")
    with session_manager(work) as asked, App(other, boot_set) as app:
        app.row(small_set.KERNEL)
        newest = app.windows()[-1]
        app.frame = newest
        edit(app)
        wait_for("the inhibitor", lambda: asked() == ["set 1"], 5)
        app.action("win.close")
        app.wait_text("without exporting?")
        app.press("Close")
        # Not by the windows: GTK 4.8 crashes when it is asked for one that goes at that moment.
        wait_for("the inhibitor to go", lambda: asked() == ["set 1", "released 1"], 5)
        time.sleep(0.5)
        assert len(app.frames()) == 1


if __name__ == "__main__":
    ui_test.main(globals())
