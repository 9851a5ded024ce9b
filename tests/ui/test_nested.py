# SPDX-License-Identifier: GPL-3.0-or-later
"""An ext4 in a squashfs is part of the tree, below its file, and is edited, swapped and exported there."""

import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import ui_test  # noqa: E402
from ui_test import small_set  # noqa: E402
from window import App, Atspi, find, keys, picture, type_text, wait_for, walk  # noqa: E402

import nested_set  # noqa: E402  (found by ui_test)
from nested_set import INNER, NESTED, ROOT  # noqa: E402

NEW, OLD = small_set.NEW, small_set.OLD
FILE = INNER.rsplit("/", 1)[1]
CANCEL = "Cancel: Exporting to out"


def cli(*words):
    done = subprocess.run([os.environ["BOOTGRAFT_CLI"], *[str(word) for word in words]], check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout


def names(app):
    return [name for name, _row in app.rows()]


def open_inner(app):
    """Down to the files of the ext4."""
    app.wait(holds=f"{NESTED}: {OLD}")
    app.row(small_set.KERNEL)
    app.expand(ROOT, "LiveOS", FILE)
    app.row("usr")


STATES = ("new", "edited", "changed", "changed inside")


def wait_state(app, name, state):
    """What the row of this name is marked as; "": not at all."""
    def look():
        row = next((row for one, row in app.rows() if one == name), None)
        texts = [node.get_name() for node in walk(row)] if row is not None else None
        return texts is not None and next((text for text in texts if text in STATES), "") == state
    wait_for(f"{name}: {state or 'no mark'}", look)


def export(app, name):
    app.action("win.export")
    app.wait_text("Images and their compression")
    keys("ctrl+a")
    type_text(name)
    picture("nested-export")
    app.press("Export")
    app.wait_text(f"“{name}” is ready", patience=90)
    picture("nested-exported")
    app.press("Close")


def make_folder(app, folder, name):
    """In this folder."""
    app.click(app.row(folder))
    keys("ctrl+shift+n")
    app.wait_text("New folder")
    keys("ctrl+a")
    type_text(name)
    app.press("Create")
    app.row(name)


def test_tree(work):
    boot_set = nested_set.make_set(work / "set")
    with App(boot_set) as app:
        open_inner(app)
        picture("nested-tree")
        shown = names(app)
        inside = [json.loads(cli("ls", "--json", f"{boot_set / ROOT}:{INNER}:/"))["entries"]]
        listed = [entry["address"].rsplit("/", 1)[1] for entry in inside[0]]
        at = shown.index(FILE)
        assert shown[at - 2:at] == [ROOT, "LiveOS"], shown
        assert sorted(shown[at + 1:at + 1 + len(listed)]) == sorted(listed), shown
        # No second row for it, beside the file that it lies in.
        assert NESTED not in shown, shown
        # The card says where it lies, and how much room there is.
        app.wait(Atspi.Role.LABEL, f"in {ROOT}")
        app.wait(Atspi.Role.LABEL, holds="ext4 · ")
        app.expand("usr", "bin")
        app.click(app.row("tool"))
        app.wait(name="/usr/bin/tool")
        app.click(app.row(FILE))
        app.wait(Atspi.Role.LABEL, "Free inodes")
        app.wait(Atspi.Role.LABEL, "Free space")
        app.wait(Atspi.Role.LABEL, "Lies in")
        picture("nested-details")


def test_card_leads_to_its_file(work):
    boot_set = nested_set.make_set(work / "set")
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        app.click(app.wait(holds=f"{NESTED}: {OLD} modules match"))
        wait_for("the row", lambda: FILE in names(app))
        app.wait(Atspi.Role.LABEL, "Free inodes")


def test_search_and_address(work):
    boot_set = nested_set.make_set(work / "set")
    with App(boot_set) as app:
        app.wait(holds=f"{NESTED}: {OLD}")
        app.action("win.search")
        app.wait(Atspi.Role.ENTRY)
        type_text("text11")
        app.wait_text("1 entry")
        app.wait(holds=f"{NESTED}: /usr/share/small")
        picture("nested-found")
        keys("Return")
        app.wait(name="/usr/share/small/text11")
        app.action("win.search")
        app.wait(Atspi.Role.ENTRY)
        keys("ctrl+a")
        type_text(f"{NESTED}:/usr/share/small/text4")
        keys("Return")
        app.row("text4")
        app.wait(name="/usr/share/small/text4")


def test_edit_undo_and_export(work):
    boot_set = nested_set.make_set(work / "set")
    before = small_set.digests(boot_set)
    with App(boot_set) as app:
        open_inner(app)
        make_folder(app, "usr", "added")
        wait_state(app, FILE, "changed inside")
        wait_state(app, "LiveOS", "changed inside")
        wait_state(app, ROOT, "changed")
        app.wait(holds="Undo: ")
        app.action("win.undo")
        wait_for("the folder to go", lambda: "added" not in names(app))
        wait_state(app, FILE, "")
        app.action("win.redo")
        app.row("added")
        app.expand("usr", "bin")
        app.click(app.row("tool"))
        keys("Delete")
        wait_for("the tool to go", lambda: "tool" not in names(app))
        export(app, "edited")
    assert small_set.digests(boot_set) == before
    cli("edit", boot_set, "-o", work / "by-command", "--mkdir", f"{NESTED}:/usr/added", "--delete", f"{NESTED}:/usr/bin/tool")
    assert ui_test.members(work / "edited") == ui_test.members(work / "by-command")


def test_cancelled(work):
    """While an ext4 that was edited is written in its squashfs; nothing of it stays."""
    boot_set = nested_set.make_set(work / "set", kilobytes=400000)
    before = small_set.digests(boot_set)
    # So much takes its time, so that there is one to cancel in.
    with open(work / "large", "wb") as large:
        for _ in range(300):
            large.write(os.urandom(1 << 20))
    with App(boot_set) as app:
        open_inner(app)
        app.drop(work / "large", on=app.row(FILE))
        app.wait_text(f"“large” imported into {NESTED}:/")
        app.action("win.export")
        app.wait_text("Images and their compression")
        keys("ctrl+a")
        type_text("out")
        app.press("Export")
        # What shows itself leaves the keyboard alone; closed and opened again it takes it.
        app.wait(name=CANCEL)
        picture("nested-running")
        app.press("What is running")
        wait_for("the list of jobs to close", lambda: app.find(name=CANCEL) is None)
        app.press("What is running")
        app.wait(name=CANCEL)
        keys("space")
        app.wait_text("nothing of it remains")
        assert small_set.digests(boot_set) == before
        assert not (work / "out").exists() and not list(work.glob(".bootgraft*")), list(work.iterdir())


def test_attributes_of_both(work):
    """Of what is inside, and of the file that it is."""
    boot_set = nested_set.make_set(work / "set")
    with App(boot_set) as app:
        open_inner(app)
        for name in ("usr", FILE):
            app.click(app.row(name))
            keys("ctrl+i")
            app.wait(holds="Mode")
            field = wait_for("the mode", lambda: find(app.windows()[-1], Atspi.Role.TEXT))
            field.get_editable_text_iface().set_text_contents("0700")
            app.press("Apply")
            wait_for("the dialog to go", lambda: len(app.windows()) == 1)
            app.wait_text("rwx------")
        export(app, "changed")
    cli("edit", boot_set, "-o", work / "by-command", "--chmod", f"0700:{NESTED}:/usr", "--chmod", f"0700:{ROOT}:{INNER}")
    assert ui_test.members(work / "changed") == ui_test.members(work / "by-command")


def test_extract_and_drop(work):
    boot_set = nested_set.make_set(work / "set")
    (work / "out").mkdir()
    (work / "driver.conf").write_text("options small\n")
    with App(boot_set) as app:
        open_inner(app)
        app.drop(work / "driver.conf", on=app.row(FILE))
        app.wait_text(f"“driver.conf” imported into {NESTED}:/")
        app.row("driver.conf")
        app.click(app.row("usr"))
        keys("ctrl+shift+e")
        app.choose("Extract into a folder", work / "out")
        wait_for("the extracted file", lambda: (work / "out/usr/share/small/noise-too").is_file())
        app.wait_text("Extracted 1 entry")
    assert (work / "out/usr/share/small/noise").read_bytes() == small_set.noise("root", 30000)
    assert (work / "out/usr/share/big").read_bytes() == small_set.noise("big", 3 << 20)


def test_deleted_as_a_file(work):
    """What was edited inside of it is lost, and that is said before anything is written."""
    boot_set = nested_set.make_set(work / "set")
    with App(boot_set) as app:
        open_inner(app)
        make_folder(app, "usr", "added")
        app.click(app.row(FILE))
        keys("Delete")
        wait_for("the file to go", lambda: FILE not in names(app))
        app.wait_text("its file was moved, replaced or deleted")
        app.action("win.export")
        app.wait_text("undo one of the two")
        app.press("Cancel")
        wait_for("the dialog to go", lambda: len(app.windows()) == 1)
        # No kernel sees what is in it: a swap is planned without it.
        app.drop(small_set.make_kernel(work / "kernel"))
        app.wait_text(f"{OLD} → {NEW}")
        app.wait(Atspi.Role.LABEL, small_set.INITRD)
        assert app.find(Atspi.Role.LABEL, NESTED) is None
        app.press("Leave as it is")
        app.action("win.undo")
        app.expand(FILE, "usr")
        app.row("added")


def test_swap(work):
    boot_set = nested_set.make_set(work / "set")
    kernel = small_set.make_kernel(work / "kernel")
    with App(boot_set) as app:
        app.wait(holds=f"{small_set.INITRD}: {OLD}")
        app.wait(holds=f"{NESTED}: {OLD}")
        app.drop(kernel)
        app.wait_text(f"{OLD} → {NEW}")
        app.wait(Atspi.Role.LABEL, NESTED)
        app.wait_text("They fit into this file system")
        picture("nested-plan")
        app.press("Swap")
        app.wait(holds=f"{NESTED}: {NEW} modules match the kernel")
        export(app, "swapped")
    cli("swap-kernel", boot_set, kernel, "-o", work / "by-command")
    assert ui_test.members(work / "swapped") == ui_test.members(work / "by-command")


GROW = "Make the file system larger (by "


def grow_check(app):
    return app.wait(Atspi.Role.CHECK_BOX, holds=GROW)


def is_checked(check):
    return check.get_state_set().contains(Atspi.StateType.CHECKED)


def can_press(app, name):
    button = app.wait(Atspi.Role.PUSH_BUTTON, name)
    return button.get_state_set().contains(Atspi.StateType.SENSITIVE)


def assert_same_larger(work, boot_set, name):
    """What the window wrote to NAME is what the command wrote, and its ext4 is larger than it was, and in order."""
    assert ui_test.members(work / name) == ui_test.members(work / "by-command")
    before = nested_set.extract(boot_set / ROOT, work / f"{name}.before")
    after = nested_set.extract(work / name / ROOT, work / f"{name}.after")
    assert after.stat().st_size > before.stat().st_size, (before.stat().st_size, after.stat().st_size)
    subprocess.run(["e2fsck", "-fn", after], check=True, stdout=subprocess.DEVNULL)


def test_no_room(work):
    """Said with how much is lacking, by the plan, and by the card and the export of what is too much; and made larger once
    that is asked for."""
    boot_set = nested_set.make_set(work / "set", kilobytes=4608)
    kernel = small_set.make_kernel(work / "kernel")
    with open(kernel / "modules-new/kernel/lib/small_lib.ko", "ab") as module:
        module.write(small_set.noise("large", 4 << 20))
    (work / "large").write_bytes(small_set.noise("large", 4 << 20))
    with App(boot_set) as app:
        open_inner(app)
        app.drop(kernel)
        app.wait(Atspi.Role.LABEL, holds="free now, and lacks ")
        check = grow_check(app)
        assert not is_checked(check) and not can_press(app, "Swap")
        picture("nested-plan-no-room")
        app.click(check)
        wait_for("the button to swap", lambda: can_press(app, "Swap"))
        picture("nested-plan-grow")
        app.click(check)
        wait_for("no button to swap", lambda: not can_press(app, "Swap"))
        app.click(check)
        app.press("Swap")
        app.wait(holds=f"{NESTED}: {NEW} modules match the kernel")
        app.wait(Atspi.Role.LABEL, holds="ext4 · grows by ")
        picture("nested-growing")
        export(app, "larger")
        cli("swap-kernel", boot_set, kernel, "--grow", "-o", work / "by-command")
        assert_same_larger(work, boot_set, "larger")
        # The plan before said it, and undo takes back the edits alone.
        app.action("win.undo")
        app.wait(holds=f"{NESTED}: {OLD} modules match the kernel")
        app.drop(kernel)
        assert is_checked(grow_check(app)) and can_press(app, "Swap")


def test_no_room_for_edits(work):
    boot_set = nested_set.make_set(work / "set", kilobytes=4608)
    (work / "large").write_bytes(small_set.noise("large", 4 << 20))
    os.utime(work / "large", (small_set.TIME, small_set.TIME))
    with App(boot_set) as app:
        open_inner(app)
        app.drop(work / "large", on=app.row(FILE))
        app.wait(holds=f"{NESTED}: {OLD} {NESTED} needs")
        app.action("win.export")
        app.wait_text("Images and their compression")
        keys("ctrl+a")
        type_text("larger")
        app.wait(Atspi.Role.LABEL, holds=" more: the edits take up to")
        picture("nested-export-no-room")
        check = grow_check(app)
        assert not is_checked(check) and not can_press(app, "Export")
        app.click(check)
        app.wait(Atspi.Role.LABEL, holds=" · grows by ")
        wait_for("the button to export", lambda: can_press(app, "Export"))
        picture("nested-export-grow")
        app.click(check)
        app.wait(Atspi.Role.LABEL, holds=" more: the edits take up to")
        wait_for("no button to export", lambda: not can_press(app, "Export"))
        app.click(check)
        wait_for("the button to export", lambda: can_press(app, "Export"))
        app.press("Export")
        app.wait_text("“larger” is ready", patience=90)
        app.press("Close")
        app.wait(holds=f"{NESTED}: {OLD} modules match the kernel")
    cli("edit", boot_set, "--grow", "-o", work / "by-command", "--upload", f"{work / 'large'}:{NESTED}:/large")
    assert_same_larger(work, boot_set, "larger")


def test_look_inside(work):
    """Of images where no distribution has one, only those that are asked for."""
    plain = nested_set.make_set(work / "plain")
    cli("edit", plain, "-o", work / "set", "--upload", f"{plain / ROOT}:{small_set.INITRD}:/root.squashfs")
    boot_set = work / "set"
    image = f"{small_set.INITRD}:/root.squashfs"
    with App(boot_set) as app:
        app.wait(holds=f"{NESTED}: {OLD}")
        app.expand(small_set.INITRD, "All segments together")
        for name, found in (("init", False), ("root.squashfs", True)):
            app.click(app.row(name))
            app.press("Selected entries")
            app.wait(Atspi.Role.MENU_ITEM, "Look inside")
            keys("l")
            if not found:
                app.wait_text("is no image with files inside")
                app.press("Close")
        app.wait(holds=f"{image}: ")
        app.expand("root.squashfs")
        wait_for("what is in it", lambda: names(app).count("LiveOS") == 1)
        make_folder(app, "LiveOS", "added")
        wait_state(app, "root.squashfs", "changed inside")
        export(app, "out")
    cli("edit", boot_set, "-o", work / "by-command", "--mkdir", f"{image}:/LiveOS/added")
    assert ui_test.members(work / "out") == ui_test.members(work / "by-command")


def test_read_only(work):
    boot_set = nested_set.make_set(work / "set")
    inner = nested_set.extract(boot_set / ROOT, work / "x/outer")
    small_set.run("debugfs", "-w", "-R", "feature has_journal needs_recovery", inner)
    (boot_set / ROOT).unlink()
    nested_set.make_squashfs(work / "x/outer", boot_set / ROOT)
    (work / "driver.conf").write_text("options small\n")
    with App(boot_set) as app:
        open_inner(app)
        app.wait(Atspi.Role.LABEL, holds="read-only · ext4")
        app.click(app.row("usr"))
        app.wait(holds="its journal holds changes")
        picture("nested-read-only")
        assert app.find(Atspi.Role.PUSH_BUTTON, "Change attributes") is None
        keys("Delete")
        app.drop(work / "driver.conf", on=app.row("usr"))
        app.wait(holds="cannot be edited: its journal")
        assert "usr" in names(app) and "driver.conf" not in names(app)
        # The file itself can go.
        app.click(app.row(FILE))
        keys("Delete")
        wait_for("the file to go", lambda: FILE not in names(app))


if __name__ == "__main__":
    ui_test.main(globals())
