# SPDX-License-Identifier: GPL-3.0-or-later
"""Broken input in the window: the sentence of the command line, on a card or a page, and the rest can be used."""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import ui_test  # noqa: E402
from ui_test import small_set  # noqa: E402
from window import App  # noqa: E402


def sentence(path):
    """What the command line says of it."""
    done = subprocess.run([os.environ["BOOTGRAFT_CLI"], "ls", path], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
                          text=True)
    assert done.returncode == 2, f"{path} can be read"
    text = done.stderr.strip().removeprefix("bootgraft-cli: ")
    # There it is called by the path that was given, here by its place in the set.
    return text.replace(str(path), path.name)


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


def test_flipped(work, boot_set):
    damage(boot_set, small_set.INITRD, lambda whole: whole[:-200] + bytes([whole[-200] ^ 0xff]) + whole[-199:])


def test_web_page(work, boot_set):
    damage(boot_set, small_set.ROOT, lambda whole: b"<!DOCTYPE html><html>404</html>")


def test_empty(work, boot_set):
    damage(boot_set, small_set.INITRD, lambda whole: b"")


def test_elf_kernel(work, boot_set):
    """A vmlinux under the name of vmlinuz."""
    (boot_set / small_set.KERNEL).write_bytes(pathlib.Path("/bin/true").read_bytes())
    with App(boot_set) as app:
        app.wait(holds=small_set.KERNEL)
        app.expand(small_set.ROOT)


def test_nothing_readable(work):
    folder = work / "only"
    folder.mkdir()
    (folder / "initrd.img").write_bytes(b"<!DOCTYPE html><html>404</html>")
    with App(folder / "initrd.img") as app:
        app.wait_text("This cannot be opened")
        app.wait_text("HTML")


def test_missing(work):
    with App(work / "none") as app:
        app.wait_text("This cannot be opened")


if __name__ == "__main__":
    ui_test.main(globals())
