# SPDX-License-Identifier: GPL-3.0-or-later
"""“New image…” makes of a folder what the command does, byte for byte."""

import os
import pathlib
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import ui_test  # noqa: E402
from ui_test import small_set  # noqa: E402
from window import App, Atspi, keys, picture, type_text, wait_for  # noqa: E402

import nested_set  # noqa: E402  (found by ui_test)
from nested_set import INNER, NESTED, ROOT  # noqa: E402

OLD = small_set.OLD
FILE = INNER.rsplit("/", 1)[1]
KEEP = "Keep the owners"
REMAKE = "New image of what is in it…"


def create(kind, source, out, *options):
    subprocess.run([os.environ["BOOTGRAFT_CLI"], "create", kind, source, "-o", out, *options], check=True,
                   stdout=subprocess.DEVNULL)
    return pathlib.Path(out)


def open_inner(app):
    app.wait(holds=f"{NESTED}: {OLD}")
    app.row(small_set.KERNEL)
    app.expand(ROOT, "LiveOS", FILE)
    app.row("usr")


def ask(app, row):
    """By the menu of what is selected."""
    select(app, row)
    app.press("Selected entries")
    app.wait(Atspi.Role.MENU_ITEM, "New image…")
    keys("m")
    app.wait(Atspi.Role.PUSH_BUTTON, "Create…")


def select(app, row):
    """Once more where the row has moved in the meantime: the tree may still be growing."""
    def is_selected():
        if has_state(row, Atspi.StateType.SELECTED):
            return True
        app.click(row)
        time.sleep(1)
        return False

    wait_for("the row to be selected", is_selected)


def size_said(app):
    """What the dialog says of the size, once it is computed."""
    return app.wait(Atspi.Role.LABEL, holds=" in files").get_name()


def choose(app, row, number, text):
    """The entry of this number, from 0, in the list of a row, which then shows the text."""
    def is_chosen():
        if app.find(Atspi.Role.LABEL, holds=text) is not None:
            return True
        app.click(app.wait(Atspi.Role.LABEL, row))
        time.sleep(1)
        keys("Home", *["Down"] * number, "Return")
        time.sleep(1)
        return False

    wait_for(f"{row}: {text}", is_chosen)


def has_state(node, state):
    return node.get_state_set().contains(state)


def is_on(node):
    return has_state(node, Atspi.StateType.CHECKED) or has_state(node, Atspi.StateType.PRESSED)


def save(app, out):
    app.press("Create…")
    app.choose("Save the new image", out)


def written(out):
    """It has its name only when it is whole."""
    wait_for(out.name, out.exists, patience=90)


def test_ext4_like_the_original(work):
    boot_set = nested_set.make_set(work / "set")
    before = small_set.digests(boot_set)
    with App(boot_set) as app:
        open_inner(app)
        ask(app, app.row(FILE))
        app.wait(Atspi.Role.LABEL, holds=f"{NESTED}:/")
        said = size_said(app)
        picture("create-ext4")
        save(app, work / "same.img")
        written(work / "same.img")
        app.wait_text("“same.img” is written and verified (")
        picture("create-done")
        assert f"{(work / 'same.img').stat().st_size / 1e6:.1f}" == re.match("[0-9.]+", said)[0], said
        ask(app, app.row("usr"))
        choose(app, "Features", 1, "As CentOS 7")
        app.wait(Atspi.Role.LABEL, holds="As CentOS 7")
        assert size_said(app)
        save(app, work / "part.img")
        written(work / "part.img")
    source = f"{boot_set / ROOT}:{INNER}"
    assert (work / "same.img").read_bytes() == create("ext4", f"{source}:/", work / "same").read_bytes()
    part = create("ext4", f"{source}:/usr", work / "part", "--features", "centos-7", "--label", "Anaconda")
    assert (work / "part.img").read_bytes() == part.read_bytes()
    assert small_set.digests(boot_set) == before and not list(work.glob(".bootgraft*"))


def test_folder_of_this_computer(work, boot_set):
    tree = work / "tree"
    (tree / "sub").mkdir(parents=True)
    (tree / "sub/noise").write_bytes(small_set.noise("file", 300000))
    (tree / "text").write_text("text\n" * 1000)
    small_set.settle(tree)
    os.chown(tree / "text", 1234, 1234)
    with App(boot_set) as app:
        app.row(small_set.INITRD)
        app.action("win.new-image")
        app.wait_text("Choose a folder of this computer")
        picture("create-nothing")
        app.press("Choose…")
        app.choose("Choose the folder that the image is made of", tree)
        assert "known when it is packed · 3 entries" in size_said(app)
        picture("create-folder")
        choose(app, "Compression", 1, "zstd")
        save(app, work / "folder.squashfs")
        written(work / "folder.squashfs")
        app.action("win.new-image")
        app.wait_text("Choose a folder of this computer")
        app.press("Choose…")
        app.choose("Choose the folder that the image is made of", tree)
        choose(app, "Kind", 2, "newc: an archive")
        app.click(app.wait(Atspi.Role.LABEL, KEEP))
        wait_for("the switch", lambda: any(node.get_name() == KEEP and is_on(node) for node in app.everything()))
        save(app, work / "folder.cpio")
        written(work / "folder.cpio")
    by_command = create("squashfs", tree, work / "command.squashfs", "--compression", "zstd")
    assert (work / "folder.squashfs").read_bytes() == by_command.read_bytes()
    by_command = create("newc", tree, work / "command.cpio", "--keep-owners")
    assert (work / "folder.cpio").read_bytes() == by_command.read_bytes()


def test_refused(work, boot_set):
    """What is there already is not replaced, even where the file dialog was told that it may; a label too long is said."""
    (work / "there.img").write_text("there")
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        ask(app, app.row(small_set.ROOT))
        choose(app, "Kind", 0, "ext4")
        app.click(app.wait(Atspi.Role.LABEL, "Label"))
        type_text("much-too-long-a-label")
        app.wait_text("room for a label of 16 bytes")
        keys("ctrl+a", "BackSpace")
        wait_for("the reason to go", lambda: app.find(holds="room for a label") is None)
        save(app, work / "there.img")
        app.press("Replace")
        app.wait_text("The image was not made")
        app.wait_text("there.img exists")
        app.press("Close")
    assert (work / "there.img").read_text() == "there"


def test_cancelled(work):
    boot_set = nested_set.make_set(work / "set")
    (work / "tree").mkdir()
    # So much takes its time, so that there is one to cancel in.
    with open(work / "tree/large", "wb") as large:
        for _ in range(300):
            large.write(os.urandom(1 << 20))
    with App(boot_set) as app:
        app.wait(holds=f"{NESTED}: {OLD}")
        app.action("win.new-image")
        app.wait_text("Choose a folder of this computer")
        app.press("Choose…")
        app.choose("Choose the folder that the image is made of", work / "tree")
        size_said(app)
        save(app, work / "out.img")
        # What shows itself leaves the keyboard alone; closed and opened again it takes it.
        cancel = "Cancel: Making out.img"
        app.wait(name=cancel)
        app.press("What is running")
        wait_for("the list of jobs to close", lambda: app.find(name=cancel) is None)
        app.press("What is running")
        app.wait(name=cancel)
        keys("space")
        app.wait_text("nothing of it remains")
        assert not (work / "out.img").exists() and not list(work.glob(".bootgraft*")), list(work.iterdir())


def test_way_out(work):
    """Where an ext4 cannot be edited for its features, its details offer a new one of what is in it, which can."""
    boot_set = nested_set.make_set(work / "set")
    tree = work / "x"
    small_set.make_root_tree(work, work / "root", OLD)
    small_set.settle(work / "root")
    (tree / "LiveOS").mkdir(parents=True)
    nested_set.make_ext4(work / "root", tree / "LiveOS/rootfs.img", features="inline_data,^has_journal")
    (boot_set / ROOT).unlink()
    nested_set.make_squashfs(tree, boot_set / ROOT)
    with App(boot_set) as app:
        open_inner(app)
        app.click(app.row("LiveOS"))
        wait_for("no offer of what can be edited", lambda: app.find(name=REMAKE) is None)
        app.click(app.row("usr"))
        app.wait(holds="does not write file systems with inline_data")
        picture("create-way-out")
        app.press(REMAKE)
        app.wait(Atspi.Role.LABEL, holds=f"{NESTED}:/")
        size_said(app)
        save(app, work / "new.img")
        written(work / "new.img")
    by_command = create("ext4", f"{boot_set / ROOT}:{INNER}:/", work / "command.img")
    assert (work / "new.img").read_bytes() == by_command.read_bytes()
    subprocess.run([os.environ["BOOTGRAFT_CLI"], "edit", work / "new.img", "--image", "new.img", "-o", work / "edited.img", "--mkdir",
                    "new.img:/new"], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    ui_test.main(globals())
