# SPDX-License-Identifier: GPL-3.0-or-later
"""Who does not see the window is told what each control is: none is without a name, or has its class for one."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import ui_test  # noqa: E402
from ui_test import small_set  # noqa: E402
from window import App, Atspi, actions, keys, shown, type_text, wait_for  # noqa: E402

TREE = pathlib.Path(__file__).parents[2]
CONTROLS = {Atspi.Role.PUSH_BUTTON, Atspi.Role.TOGGLE_BUTTON, Atspi.Role.CHECK_BOX, Atspi.Role.COMBO_BOX, Atspi.Role.ENTRY,
            Atspi.Role.TEXT, Atspi.Role.PROGRESS_BAR, Atspi.Role.SPIN_BUTTON, Atspi.Role.TREE_TABLE, Atspi.Role.MENU_ITEM,
            Atspi.Role.LIST_BOX}
CLASS = re.compile(r"^(Gtk|Adw|Graft)[A-Z]\w+$")


def check(app):
    nameless = []
    for node in app.everything():
        name = node.get_name() or ""
        if node.get_role() in CONTROLS and (not name or CLASS.match(name)) and shown(node):
            above, path = node.get_parent(), []
            # libadwaita 1.2 does not name the button that closes a toast; nothing of ours can.
            if name == "GtkImage" and above.get_name() == "AdwToastWidget":
                continue
            while above is not None and above.get_role() != Atspi.Role.APPLICATION:
                path.append(f"{above.get_role_name()} “{above.get_name() or ''}”")
                above = above.get_parent()
            nameless.append(f"{node.get_role_name()} “{name}” in {' in '.join(path[:5])}")
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


def test_create_dialog(work, boot_set):
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        app.action("win.new-image")
        app.wait_text("Choose a folder of this computer")
        check(app)


def test_cobbler_dialog(work):
    with App() as app:
        app.press("From Cobbler…")
        app.wait_text("There are no distros here")
        check(app)


def test_questions(work, boot_set):
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        app.press("Swap kernel…")
        app.wait_text("Swap the kernel")
        check(app)
        keys("Escape")
        wait_for("the question to go", lambda: len(app.windows()) == 1)
        app.expand(small_set.ROOT)
        app.click(app.row("usr"))
        keys("F2")
        app.wait(holds="_Rename")
        check(app)
        keys("Escape")
        wait_for("the question to go", lambda: len(app.windows()) == 1)
        app.click(app.row("usr"))
        keys("ctrl+i")
        app.wait(holds="Mode")
        check(app)
        keys("Escape")
        wait_for("the dialog to go", lambda: len(app.windows()) == 1)
        app.click(app.row("usr"))
        keys("Delete")
        app.wait(holds="Undo: ")
        app.action("win.close")
        app.wait_text("Close “set” without exporting?")
        check(app)
        keys("Escape")
        wait_for("the question to go", lambda: len(app.windows()) == 1)
        keys("ctrl+shift+slash")
        # Its own buttons are GTK's.
        app.wait_text("Keyboard shortcuts")


def test_failed(work):
    with App(work / "none") as app:
        app.wait_text("This cannot be opened")
        check(app)


def test_search(work, boot_set):
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        app.action("win.search")
        app.wait(Atspi.Role.ENTRY)
        check(app)
        type_text("small_fs")
        app.wait_text("2 entries")
        check(app)


def test_menus(work, boot_set):
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        for button, entry in (("Main menu", "Keyboard shortcuts"), ("Open a boot set", "Open folder…")):
            app.press(button)
            app.wait(Atspi.Role.MENU_ITEM, entry)
            check(app)
            keys("Escape")
            wait_for("the menu to go", lambda: app.find(Atspi.Role.MENU_ITEM, entry) is None)
        app.expand(small_set.ROOT)
        app.click(app.row("usr"))
        app.click(app.row("usr"), button=3)
        app.wait(Atspi.Role.MENU_ITEM)
        check(app)


def test_comparison(work, boot_set):
    kernel = small_set.make_kernel(work / "kernel")
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        keys("alt+2")
        app.press("Compare with a kernel")
        app.click(app.wait(name="A folder…"))
        app.choose("Choose a folder with the other kernel", kernel)
        app.wait_text(f"Compared with {small_set.NEW}")
        check(app)


def test_plan_that_cannot_be_and_result(work, boot_set):
    kernel = small_set.make_kernel(work / "kernel")
    (kernel / "vmlinuz").unlink()
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        app.drop(kernel / "modules-new")
        app.wait_text("This swap cannot be planned")
        check(app)
        app.press("Back to the set")
        app.action("win.export")
        app.wait_text("Images and their compression")
        app.press("Export")
        app.wait_text("is ready")
        check(app)


def test_actions_can_be_reached(work, boot_set):
    """Whatever the window can be told, it can be told by a key or in a menu."""
    reached = set()
    for path in (TREE / "ui").rglob("*"):
        if path.suffix == ".ui":
            reached.update(re.findall(r'<attribute name="action">(win\.[\w-]+)<', path.read_text()))
        elif path.suffix == ".c":
            reached.update(re.findall(r'add_shortcut \(\w+, "[^"]+", "(win\.[\w-]+)"\)', path.read_text()))
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        # Only what can be done now is offered: two edits, one taken back.
        app.expand(small_set.ROOT)
        for name in ("usr", "lib"):
            app.click(app.row(name))
            keys("Delete")
            wait_for(f"{name} to go", lambda gone=name: gone not in dict(app.rows()))
        app.action("win.undo")
        app.row("lib")
        offered = wait_for("something to do again", lambda: "win.redo" in actions(app.frame) and actions(app.frame))
    offered = {name for name in offered if name.startswith("win.")}
    assert {"win.undo", "win.export"} <= offered, offered
    # How what was dropped on tells the window; nobody asks for it.
    offered -= {"win.drop-refused"}
    assert offered <= reached, f"by no key and in no menu: {', '.join(sorted(offered - reached))}"


if __name__ == "__main__":
    ui_test.main(globals())
