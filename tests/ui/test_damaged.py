# SPDX-License-Identifier: GPL-3.0-or-later
"""Broken input in the window: the sentence of the command line, on a card or a page, and the rest can be used."""

import gzip
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import ui_test  # noqa: E402
from ui_test import small_set  # noqa: E402
from window import App, keys, type_text, wait_for  # noqa: E402


PAGE = b"<!DOCTYPE html><html>404</html>"
OTHER = "6.1.0-3-small"


def command_line(*arguments, under=()):
    """The one sentence with which the command line gives up."""
    done = subprocess.run([*under, os.environ["BOOTGRAFT_CLI"], *[str(word) for word in arguments]], stderr=subprocess.PIPE,
                          stdout=subprocess.DEVNULL, text=True)
    assert done.returncode == 2, f"{arguments}: exit {done.returncode}, {done.stderr}"
    return done.stderr.strip().removeprefix("bootgraft-cli: ")


def sentence(path, under=()):
    """What it says of an image. There it is called by the path that was given, here by its place in the set."""
    return command_line("ls", path, under=under).replace(str(path), path.name)


def assert_usable(app, damaged):
    """Another image can be looked into, and is."""
    other = small_set.ROOT if damaged != small_set.ROOT else small_set.INITRD
    app.expand(other)


def check(boot_set, name):
    said = sentence(boot_set / name)
    with App(boot_set) as app:
        app.wait(holds=said)
        assert_usable(app, name)
        app.click(app.row(name))


def damage(boot_set, name, change):
    path = boot_set / name
    whole = path.read_bytes()
    path.write_bytes(change(whole))
    check(boot_set, name)
    path.write_bytes(whole)


def test_truncated(work, boot_set):
    for name in (small_set.INITRD, small_set.ROOT):
        damage(boot_set, name, lambda whole: whole[:len(whole) // 2])


def flip(whole, offset, length=1):
    return whole[:offset] + bytes(byte ^ 0xff for byte in whole[offset:offset + length]) + whole[offset + length:]


def test_flipped(work, boot_set):
    """The end of a stream, its middle, and a squashfs's inode table."""
    damage(boot_set, small_set.INITRD, lambda whole: flip(whole, len(whole) - 200))
    start = (boot_set / small_set.INITRD).read_bytes().index(b"\x1f\x8b\x08")
    damage(boot_set, small_set.INITRD, lambda whole: flip(whole, start + (len(whole) - start) // 2, 4))
    damage(boot_set, small_set.ROOT, lambda whole: flip(whole, 64))


def test_web_page(work, boot_set):
    damage(boot_set, small_set.ROOT, lambda whole: PAGE)


def test_empty(work, boot_set):
    for name in (small_set.INITRD, small_set.ROOT):
        damage(boot_set, name, lambda whole: b"")


def test_kernel(work, boot_set):
    """It has no list of entries: the sentence is that of info."""
    kernel = boot_set / small_set.KERNEL
    whole = kernel.read_bytes()
    for damaged in (PAGE, b"", whole[:300], flip(whole, 0x202), pathlib.Path("/bin/true").read_bytes()):
        kernel.write_bytes(damaged)
        said = command_line("info", boot_set)
        with App(boot_set) as app:
            app.wait(holds=said)
            assert_usable(app, small_set.KERNEL)


# Whoever may read everything gives that up.
LIKE_ANY_USER = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"] if os.geteuid() == 0 else []


def test_unreadable(work, boot_set):
    for name in (small_set.INITRD, small_set.ROOT):
        (boot_set / name).chmod(0)
        said = sentence(boot_set / name, LIKE_ANY_USER)
        assert "Permission denied" in said, said
        with App(boot_set, under=LIKE_ANY_USER) as app:
            app.wait(holds=said)
            assert_usable(app, name)
        (boot_set / name).chmod(0o644)


def test_no_set_at_all(work, boot_set):
    """Each has the command line's words, and the window can open another."""
    (work / "folder.img").mkdir()
    os.mkfifo(work / "pipe.img")
    for name in ("folder.img", "pipe.img", "none.img"):
        said = command_line("info", work / name)
        with App(work / name) as app:
            app.wait_text("This cannot be opened")
            app.wait(holds=said)
            app.press("Open folder…")
            app.choose("Open the folder of a boot set", boot_set)
            wait_for("another window with the set", lambda: "set" in [frame.get_name() for frame in app.frames()])


def test_bomb(work):
    (work / "bomb.img").write_bytes(gzip.compress(gzip.compress(b"\0" * (300 << 20), 9), 9))
    said = command_line("info", work / "bomb.img")
    with App(work / "bomb.img") as app:
        app.wait(holds=said.replace(f"{work}/", ""), patience=90)


def assert_same_refusal(app, boot_set, kernel, out):
    """A swap that the command line does not do is not planned either, for the same reason."""
    said = command_line("swap-kernel", boot_set, kernel, "-o", out)
    app.drop(kernel)
    app.wait_text("This swap cannot be planned")
    app.wait(holds=said)
    app.press("Back to the set")


def test_no_kernel(work, boot_set):
    kernel = small_set.make_kernel(work / "kernel")
    (boot_set / small_set.KERNEL).unlink()
    (boot_set / small_set.ENTRY).unlink()
    with App(boot_set) as app:
        app.wait(holds=f"{small_set.INITRD}: {small_set.OLD} no kernel to compare with")
        assert_same_refusal(app, boot_set, kernel, work / "out")
        app.expand(small_set.ROOT)


def test_no_modules(work, boot_set):
    kernel = small_set.make_kernel(work / "kernel")
    for name in (small_set.INITRD, small_set.ROOT):
        subprocess.run([os.environ["BOOTGRAFT_CLI"], "edit", boot_set, "--in-place", "--delete", f"{name}:/usr/lib/modules"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with App(boot_set) as app:
        for name in (small_set.INITRD, small_set.ROOT):
            app.wait(holds=f"{name}:  no modules")
        assert_same_refusal(app, boot_set, kernel, work / "out")
        app.expand(small_set.ROOT)


def test_two_module_folders(work, boot_set):
    small_set.write_modules(work / OTHER, OTHER)
    subprocess.run([os.environ["BOOTGRAFT_CLI"], "edit", boot_set, "-o", work / "two", "--copy-in",
                    f"{work / OTHER}:{small_set.ROOT}:/usr/lib/modules"], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    with App(work / "two") as app:
        card = app.wait(holds=f"{small_set.ROOT}: ").get_name()
        assert small_set.OLD in card and OTHER in card, card
        app.expand(small_set.ROOT)


def test_changed_on_disk_while_open(work, boot_set):
    """It is not exported, and the window goes on."""
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        app.wait(holds=f"{small_set.ROOT}: {small_set.OLD}")
        with open(boot_set / small_set.ROOT, "ab") as image:
            image.write(b"more")
        app.action("win.export")
        app.wait_text("Images and their compression")
        keys("ctrl+a")
        type_text("out")
        app.press("Export")
        app.wait_text("The set was not exported")
        assert small_set.ROOT in app.wait(holds="changed").get_name()
        assert not (work / "out").exists()
        app.press("Close")
        app.row(small_set.KERNEL)


def test_nothing_readable(work):
    folder = work / "only"
    folder.mkdir()
    (folder / "initrd.img").write_bytes(PAGE)
    with App(folder / "initrd.img") as app:
        app.wait_text("This cannot be opened")
        app.wait_text("HTML")


if __name__ == "__main__":
    ui_test.main(globals())
