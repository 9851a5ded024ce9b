# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole set as one tree, and its edits."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

from gi.repository import Gio, GLib

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import ui_test  # noqa: E402
from ui_test import small_set  # noqa: E402
from window import App, Atspi, find, keys, picture, type_text, wait_for  # noqa: E402


def names(app):
    return [name for name, _ in app.rows()]


def listed(image):
    """Names at the top of IMAGE, by the command line."""
    done = subprocess.run([os.environ["BOOTGRAFT_CLI"], "ls", "--json", image], check=True, stdout=subprocess.PIPE)
    return [entry["address"].rsplit("/", 1)[1] for entry in json.loads(done.stdout)["entries"]]


def open_root(app):
    app.row(small_set.KERNEL)
    app.expand(small_set.ROOT)
    app.row("usr")


def test_tree_as_the_command_line_lists_it(work, boot_set):
    with App(boot_set) as app:
        open_root(app)
        shown = names(app)
    inside = shown[shown.index(small_set.ROOT) + 1:shown.index(small_set.ENTRY)]
    assert sorted(inside) == sorted(listed(boot_set / small_set.ROOT)), inside


def test_segments(work, boot_set):
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        app.expand(small_set.INITRD)
        wait_for("two segments", lambda: sum("egment" in name for name in names(app)) >= 2)


def test_details(work, boot_set):
    with App(boot_set) as app:
        app.click(app.row(small_set.KERNEL))
        app.wait_text("bzImage")
        open_root(app)
        app.expand("usr", "lib", "modules", small_set.OLD, "kernel", "fs")
        app.click(app.row("small_fs.ko"))
        app.wait_text("small_lib")
        app.wait_text(small_set.OLD)


def search(app, text, found):
    app.row(small_set.KERNEL)
    app.wait(holds=f"{small_set.ROOT}: {small_set.OLD}")
    app.action("win.search")
    app.wait(Atspi.Role.ENTRY)
    type_text(text)
    app.wait_text(found)


def test_search(work, boot_set):
    with App(boot_set) as app:
        search(app, "small_fs", "2 entries")
        # What tells the two apart comes first.
        app.wait(holds=f"{small_set.INITRD}: /usr/lib/modules/")
        app.wait(holds=f"{small_set.ROOT}: /usr/lib/modules/")
        picture("found")
        keys("Escape")
        app.row(small_set.KERNEL)


def test_return_before_a_search_began(work, boot_set):
    """It leads to what is found then, not to what an earlier search had found."""
    with App(boot_set) as app:
        search(app, "small_fs", "2 entries")
        keys("ctrl+a")
        type_text("small_net")
        keys("Return")
        app.wait(Atspi.Role.LABEL, "Kernel module")
        app.wait_text("/kernel/drivers/net/small_net.ko")


def go_to_address(app, address):
    app.action("win.search")
    app.wait(Atspi.Role.ENTRY)
    keys("ctrl+a")
    type_text(address)
    keys("Return")


def test_address_with_a_segment(work, boot_set):
    """Of an image without segments there is no such entry; the only segment of an initrd is the initrd."""
    initrd = (boot_set / small_set.INITRD).read_bytes()
    (boot_set / small_set.INITRD).write_bytes(initrd[initrd.index(b"\x1f\x8b\x08"):])
    with App(boot_set) as app:
        app.wait(holds=f"{small_set.INITRD}: {small_set.OLD}")
        for path in ("/", "/usr"):
            go_to_address(app, f"{small_set.ROOT}@1:{path}")
            app.wait_text("There is no such entry")
        go_to_address(app, f"{small_set.INITRD}@1:/etc")
        app.row("etc")
        app.wait(name="/etc")


def test_new_folder_rename_undo_redo(work, boot_set):
    with App(boot_set) as app:
        open_root(app)
        app.click(app.row("usr"))
        keys("ctrl+shift+n")
        app.wait_text("New folder")
        keys("ctrl+a")
        type_text("added")
        app.press("Create")
        app.row("added")
        app.click(app.row("added"))
        keys("F2")
        app.wait(holds="_Rename")
        keys("ctrl+a")
        type_text("renamed")
        app.press("Rename")
        app.row("renamed")
        app.wait(holds="Undo: ")
        app.action("win.undo")
        app.row("added")
        app.action("win.undo")
        wait_for("the folder to go", lambda: "added" not in names(app))
        app.action("win.redo")
        app.row("added")


def test_delete_several(work, boot_set):
    with App(boot_set) as app:
        open_root(app)
        app.click(app.row("usr"))
        keys("shift+Down", "Delete")
        wait_for("both to go", lambda: "usr" not in names(app))
        left = names(app)
        app.action("win.undo")
        app.row("usr")
        assert len(names(app)) == len(left) + 2, (left, names(app))


def delete(app, name):
    app.click(app.row(name))
    keys("Delete")


# A toast with a button goes by itself after ten seconds: sooner than that it was taken away.
SOON = 9


def test_a_later_deletion_takes_the_place_of_the_offer_to_undo(work, boot_set):
    """One button at a time, and it undoes what the text beside it names."""
    with App(boot_set) as app:
        open_root(app)
        delete(app, "usr")
        app.wait_text("“usr” deleted")
        end = time.monotonic() + SOON
        delete(app, "lib")
        app.wait_text("“lib” deleted")
        assert time.monotonic() < end, "the second offer waited for the first"
        wait_for("the first offer to go", lambda: app.find(holds="“usr” deleted") is None)
        app.press("Undo")
        app.row("lib")
        assert "usr" not in names(app), names(app)


def test_an_offer_to_undo_goes_with_its_step(work, boot_set):
    with App(boot_set) as app:
        open_root(app)
        delete(app, "usr")
        app.wait_text("“usr” deleted")
        end = time.monotonic() + SOON
        keys("ctrl+z")
        app.row("usr")
        wait_for("the offer to go", lambda: app.find(holds="“usr” deleted") is None, end - time.monotonic())


def portal_of_documents():
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    return bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
                         GLib.Variant("(s)", ("org.freedesktop.portal.Documents",)), None, Gio.DBusCallFlags.NONE, -1)[0]


def test_drop_of_files(work, boot_set):
    """Also of folders, which the portal of Debian 12 does not hand over."""
    assert portal_of_documents() or not pathlib.Path("/dev/fuse").exists()
    (work / "driver.conf").write_text("options small\n")
    (work / "folder").mkdir()
    (work / "folder" / "inside").write_text("x")
    with App(boot_set) as app:
        open_root(app)
        app.drop(work / "driver.conf", work / "folder", on=app.row("usr"))
        app.wait_text(f"2 entries imported into {small_set.ROOT}:/usr")
        app.wait(holds="Undo: ")
        app.expand("usr")
        app.row("driver.conf")
        app.row("folder")


def test_drop_of_a_file_and_a_set(work, boot_set):
    """The set is opened, not what happens to be first."""
    (work / "driver.conf").write_text("options small\n")
    shutil.copytree(boot_set, work / "other")
    with App(boot_set) as app:
        open_root(app)
        app.drop(work / "driver.conf", work / "other", on=app.row("usr"))
        wait_for("the other window", lambda: "other" in [frame.get_name() for frame in app.frames()])


def test_extract(work, boot_set):
    (work / "out").mkdir()
    with App(boot_set) as app:
        open_root(app)
        app.click(app.row("usr"))
        keys("ctrl+shift+e")
        app.choose("Extract into a folder", work / "out")
        wait_for("the extracted folder", lambda: (work / "out" / "usr").is_dir())


def set_mode(app, mode):
    """Of what is selected; what the dialog said before."""
    keys("ctrl+i")
    app.wait(holds="Mode")
    field = wait_for("the mode", lambda: find(app.windows()[-1], Atspi.Role.TEXT))
    before = Atspi.Text.get_text(field, 0, Atspi.Text.get_character_count(field))
    field.get_editable_text_iface().set_text_contents(mode)
    app.press("Apply")
    wait_for("the dialog to go", lambda: len(app.windows()) == 1)
    return before


def test_attributes(work, boot_set):
    with App(boot_set) as app:
        open_root(app)
        app.click(app.row("usr"))
        set_mode(app, "0700")
        app.wait(holds="Undo: ")
        app.wait_text("rwx------")


def test_what_was_found_is_edited_twice(work, boot_set):
    with App(boot_set) as app:
        search(app, "text3", "1 entry")
        app.click(app.row("text3"))
        set_mode(app, "0600")
        app.wait_text("rw-------")
        before = set_mode(app, "0644")
        assert before == "0600", before
        app.wait_text("rw-r--r--")


def test_what_was_found_is_deleted(work, boot_set):
    with App(boot_set) as app:
        search(app, "text1", "3 entries")
        app.click(app.row("text10"))
        keys("Delete")
        app.wait_text("2 entries")
        app.action("win.undo")
        app.wait_text("3 entries")
        app.row("text10")


def test_what_was_found_is_extracted_as_it_is_now(work, boot_set):
    (work / "out").mkdir()
    with App(boot_set) as app:
        search(app, "text3", "1 entry")
        app.click(app.row("text3"))
        set_mode(app, "0600")
        app.wait_text("rw-------")
        app.action("win.undo")
        app.wait_text("rw-r--r--")
        keys("ctrl+shift+e")
        app.choose("Extract into a folder", work / "out")
        wait_for("the extracted file", lambda: (work / "out" / "text3").is_file())
        app.wait_text("Extracted 1 entry")
    mode = (work / "out" / "text3").stat().st_mode & 0o7777
    assert mode == 0o644, oct(mode)


# What a text needs, in pixels: by a program of its own, since this one has no windows.
MEASURE = """import sys, gi
gi.require_version("Gtk", "4.0")
from gi.repository import Gtk
Gtk.init()
label = Gtk.Label(label=sys.argv[1])
label.add_css_class("numeric")
print(label.measure(Gtk.Orientation.HORIZONTAL, -1)[1])
"""


def test_owners_are_not_cut(work, boot_set):
    owner = "65534:65534"
    subprocess.run([os.environ["BOOTGRAFT_CLI"], "edit", boot_set, "-o", work / "out", "--chown", f"{owner}:{small_set.ROOT}:/usr"],
                   check=True, stdout=subprocess.DEVNULL)
    needed = subprocess.run(["/usr/bin/python3", "-c", MEASURE, owner], check=True, stdout=subprocess.PIPE).stdout
    with App(work / "out") as app:
        app.expand(small_set.ROOT)
        cell = wait_for("its owner", lambda: find(app.row("usr"), name=owner))
        width = cell.get_extents(Atspi.CoordType.WINDOW).width
    assert width >= int(needed), (width, int(needed))


if __name__ == "__main__":
    ui_test.main(globals())
