# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits come back after a crash; two windows of two programs know of each other; recipes are saved and applied."""

import fcntl
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import ui_test  # noqa: E402
from ui_test import small_set  # noqa: E402
from window import App, keys, picture, wait_for  # noqa: E402


def state(work):
    """A state folder of the test's own: its journals are its own, too."""
    return {"XDG_STATE_HOME": str(work / "state")}


def edit(app):
    app.expand(small_set.ROOT)
    app.click(app.row("usr"))
    keys("Delete")
    app.wait(holds="Undo: ")


def crash(app):
    """As by kill -9, at once after what was seen."""
    app.process.kill()
    app.process.wait()


def crashed(work, boot_set):
    app = App(boot_set, env=state(work))
    with_app = app.__enter__()
    try:
        with_app.row(small_set.KERNEL)
        edit(with_app)
    finally:
        crash(with_app)


def journals(work):
    return sorted(path.name for path in (work / "state/bootgraft/journal").glob("*"))


def test_restored_after_a_crash(work, boot_set):
    crashed(work, boot_set)
    assert len(journals(work)) == 1
    with App(boot_set, env=state(work)) as app:
        app.wait_text("were not exported.")
        picture("journal-left")
        app.press("Restore")
        app.wait(holds="Undo: Delete")
        app.expand(small_set.ROOT)
        app.action("win.undo")
        app.row("usr")
        app.action("win.redo")
        app.wait(holds="Undo: Delete")
        crash(app)
        app.process.returncode = 0
    # What was restored is kept as ever.
    with App(boot_set, env=state(work)) as app:
        app.wait_text("were not exported.")
        app.press("Restore")
        app.wait(holds="Undo: Delete")
        app.process.kill()
        app.process.wait()
        app.process.returncode = 0


def test_discarded_after_a_crash(work, boot_set):
    crashed(work, boot_set)
    with App(boot_set, env=state(work)) as app:
        app.wait_text("were not exported.")
        app.press("Discard")
        wait_for("no banner", lambda: app.find(holds="were not exported.") is None)
        app.row(small_set.KERNEL)
        app.action("win.close")
        app.wait_until_gone()
    assert journals(work) == []


def test_two_programs(work, boot_set):
    """The lock is what tells; another program of the user's has it."""
    crashed(work, boot_set)
    with open(work / "state/bootgraft/journal" / journals(work)[0], "rb") as journal:
        fcntl.flock(journal, fcntl.LOCK_EX)
        with App(boot_set, env=state(work)) as app:
            app.wait_text("open in another window or program")
            assert app.find(holds="were not exported.") is None
    # It kept away from what is not its own.
    with App(boot_set, env=state(work)) as app:
        app.wait_text("were not exported.")


def test_recipe(work, boot_set):
    recipe = work / "recipe.json"
    with App(boot_set, env=state(work)) as app:
        app.row(small_set.KERNEL)
        edit(app)
        app.action("win.save-recipe")
        app.choose("Save the steps as a recipe", recipe)
        app.wait_text("The recipe was saved")
        app.action("win.undo")
        app.row("usr")
        app.action("win.apply-recipe")
        app.choose("Apply a recipe", recipe)
        app.wait_text("The recipe was applied")
        app.wait(holds="Undo: ")
        # There is nothing left that it could delete.
        app.action("win.apply-recipe")
        app.choose("Apply a recipe", recipe)
        app.wait_text("These steps do not fit this set and were left out")
        app.press("Close")
    assert [step["step"] for step in json.loads(recipe.read_text())["steps"]] in (["delete"], ["group"])


if __name__ == "__main__":
    ui_test.main(globals())
