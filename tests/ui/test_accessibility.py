# SPDX-License-Identifier: GPL-3.0-or-later
"""Who does not see the window is told what each control is: none is without a name, or has its class for one."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import ui_test  # noqa: E402
from ui_test import small_set  # noqa: E402
from window import App, Atspi, keys, shown, wait_for, walk  # noqa: E402

CONTROLS = {Atspi.Role.PUSH_BUTTON, Atspi.Role.TOGGLE_BUTTON, Atspi.Role.CHECK_BOX, Atspi.Role.COMBO_BOX,
            Atspi.Role.PROGRESS_BAR, Atspi.Role.SPIN_BUTTON, Atspi.Role.TREE_TABLE, Atspi.Role.MENU_ITEM}
CLASS = re.compile(r"^(Gtk|Adw|Graft)[A-Z]\w+$")


def check(app):
    nameless = []
    for window in app.windows():
        for node in walk(window):
            name = node.get_name() or ""
            if node.get_role() in CONTROLS and (not name or CLASS.match(name)):
                # What is insensitive and never shown is nobody's control.
                if shown(node) and node.get_state_set().contains(Atspi.StateType.SENSITIVE):
                    nameless.append(f"{node.get_role_name()} “{name}” in {node.get_parent().get_role_name()} "
                                    f"“{node.get_parent().get_name()}”")
    assert not nameless, "; ".join(nameless)


def test_start_page(work):
    with App() as app:
        app.wait_text("Open a boot set")
        check(app)


def test_contents(work, boot_set):
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        app.click(app.row(small_set.INITRD))
        app.wait_text("Segments")
        check(app)


def test_modules(work, boot_set):
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        keys("alt+2")
        app.wait_text("7 modules")
        check(app)


def test_swap_plan(work, boot_set):
    kernel = small_set.make_kernel(work / "kernel")
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        app.drop(kernel)
        app.wait_text(f"{small_set.OLD} → {small_set.NEW}")
        check(app)


def test_export_dialog(work, boot_set):
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        app.action("win.export")
        app.wait_text("Images and their compression")
        check(app)


def test_questions(work, boot_set):
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        app.press("Swap kernel…")
        app.wait_text("Swap the kernel")
        check(app)
        keys("Escape")
        wait_for("the question to go", lambda: len(app.windows()) == 1)
        app.click(app.row(small_set.KERNEL))
        keys("ctrl+shift+slash")
        # Its own buttons are GTK's.
        app.wait_text("Keyboard shortcuts")


if __name__ == "__main__":
    ui_test.main(globals())
