# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job, through the window alone: a kernel is dropped on it by another program, the plan read, swapped, undone,
done again, exported: the same bytes as by the command line."""

import json
import os
import pathlib
import subprocess
import sys
import time
import unittest.mock

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import ui_test  # noqa: E402
from ui_test import small_set  # noqa: E402
from window import App, Atspi, keys, picture, type_text, wait_for, walk  # noqa: E402

NEW, OLD = small_set.NEW, small_set.OLD


def swap_by_command(boot_set, kernel, out):
    subprocess.run([os.environ["BOOTGRAFT_CLI"], "swap-kernel", boot_set, kernel, "-o", out], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def export(app, name):
    """Into the new folder NAME beside the set."""
    app.action("win.export")
    app.wait_text("Images and their compression")
    keys("ctrl+a")
    type_text(name)
    app.press("Export")
    app.wait_text(f"“{name}” is ready", patience=90)
    app.press("Close")


def select_driver_choice(app, position):
    """In the list of the plan: the same, all, these."""
    row = app.wait(holds="Drivers in the initrd")
    app.click(row)
    time.sleep(0.5)
    for _ in range(position):
        keys("Down")
    keys("Return")


def assert_swapped(app):
    app.wait(holds=f"{small_set.ROOT}: {NEW} modules match the kernel")
    app.wait(holds=f"{small_set.INITRD}: {NEW} modules match the kernel")


def test_story(work, boot_set):
    kernel = small_set.make_kernel(work / "kernel")
    before = small_set.digests(boot_set)
    with App(boot_set) as app:
        app.wait(holds=f"{small_set.INITRD}: {OLD}")
        app.drop(kernel)
        app.wait_text(f"{OLD} → {NEW}")
        app.wait_text("3 drivers found again")
        app.press("Swap")
        assert_swapped(app)
        app.action("win.undo")
        app.wait(holds=f"{small_set.ROOT}: {OLD} modules match the kernel")
        app.action("win.redo")
        assert_swapped(app)
        app.wait(name=f"Undo: Swap the kernel for {NEW}")
        export(app, "swapped")
    swap_by_command(boot_set, kernel, work / "by-command")
    assert ui_test.members(work / "swapped") == ui_test.members(work / "by-command")
    assert small_set.digests(boot_set) == before


def test_swap_undo_and_swap_again(work, boot_set):
    kernel = small_set.make_kernel(work / "kernel")
    with App(boot_set, env={"G_SLICE": "always-malloc"}) as app:
        app.wait(holds=f"{small_set.INITRD}: {OLD}")
        for _ in range(2):
            app.drop(kernel)
            app.wait_text(f"{OLD} → {NEW}")
            app.press("Swap")
            assert_swapped(app)
            app.action("win.undo")
            app.wait(holds=f"{small_set.ROOT}: {OLD} modules match the kernel")


def test_paths_are_bytes(work, boot_set):
    """A kernel, a set and an image whose names are not UTF-8."""
    name = os.fsdecode(b"caf\xe9")
    kernel = small_set.make_kernel(work / name)
    boot_set = boot_set.rename(boot_set.with_name(f"set-{name}"))
    (boot_set / small_set.ROOT).rename(boot_set / f"{name}.squashfs")
    with App(boot_set / f"{name}.squashfs") as app:
        app.wait(holds=f"{small_set.INITRD}: {OLD}")
        app.drop(kernel)
        app.wait_text(f"{OLD} → {NEW}")
        app.press("Swap")
        app.wait(holds=f".squashfs: {NEW} modules match the kernel")
        app.click(app.wait(holds=f".squashfs: {NEW} modules match the kernel"))
        app.wait(Atspi.Role.LABEL, "Root file system")


def test_sizes_are_those_of_the_new_kernel(work, boot_set):
    kernel = small_set.make_kernel(work / "kernel")
    with open(kernel / "vmlinuz", "ab") as file:
        file.write(bytes(1 << 20))
    with App(boot_set) as app:
        app.wait(holds=f"{small_set.INITRD}: {OLD}")
        app.drop(kernel)
        app.press("Swap")
        assert_swapped(app)
        app.wait_text("kernel · 1.1\N{NO-BREAK SPACE}MB")


def test_modules_are_chosen(work, boot_set):
    kernel = small_set.make_kernel(work / "kernel")
    with App(boot_set) as app:
        app.wait(holds=f"{small_set.INITRD}: {OLD}")
        app.drop(kernel)
        app.wait_text(f"{OLD} → {NEW}")
        select_driver_choice(app, 2)
        app.wait_text("3 of 4 chosen")
        picture("chooser")
        app.click(app.wait(Atspi.Role.CHECK_BOX, "small_net"))
        app.wait_text("2 of 4 chosen")
        app.press("Use these")
        app.wait_text("2 modules chosen")
        picture("chosen")
        app.press("Swap")
        assert_swapped(app)
        export(app, "swapped")
    subprocess.run([os.environ["BOOTGRAFT_CLI"], "swap-kernel", boot_set, kernel, "-o", work / "by-command", "--select",
                    "small_fs,small_lib"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert ui_test.members(work / "swapped") == ui_test.members(work / "by-command")


def test_what_is_lost_is_told(work, boot_set):
    kernel = small_set.make_kernel(work / "kernel")
    (kernel / "modules-new/kernel/drivers/net/small_net.ko").unlink()
    with App(boot_set) as app:
        app.wait(holds=f"{small_set.INITRD}: {OLD}")
        app.drop(kernel)
        row = app.wait_text("Gone: the new kernel has no such driver")
        assert app.find(Atspi.Role.LABEL, "small_net") is None
        app.click(row)
        app.wait(Atspi.Role.LABEL, "small_net")
        app.press("Swap")
        app.wait_text("could not be carried over")
        app.press("Close")
        assert_swapped(app)


def add_many_drivers(boot_set, count):
    """To the initrd; the new kernel has none of them."""
    names = {f"kernel/many/many_{i:03}.ko": [] for i in range(count)}
    work = boot_set.with_name("many")
    work.mkdir()
    with unittest.mock.patch.dict(small_set.MODULES, names), \
            unittest.mock.patch.object(small_set, "IN_INITRD", [*small_set.IN_INITRD, *names]):
        (boot_set / small_set.INITRD).write_bytes(small_set.make_initrd(work, OLD))


def test_very_much_is_lost(work, boot_set):
    """The button stays on the screen, and each layer says what it loses; the initrd, which boots first, is told first."""
    kernel = small_set.make_kernel(work / "kernel")
    (kernel / "modules-new/kernel/drivers/net/small_other.ko").unlink()
    add_many_drivers(boot_set, 300)
    with App(boot_set) as app:
        app.wait(holds=f"{small_set.INITRD}: {OLD}")
        app.drop(kernel)
        app.wait_text("Gone: the new kernel has no such driver")
        app.press("Swap")
        app.wait_text("301 drivers could not be carried over")
        dialog = app.windows()[-1]
        height = dialog.get_extents(Atspi.CoordType.WINDOW).height
        assert height <= app.frame.get_extents(Atspi.CoordType.WINDOW).height, height
        names = app.wait_text("many_000, many_001").get_name()
        assert "small_other" not in names and "many_299" in names, names
        picture("lost")
        labels = [one.get_name() for one in walk(dialog) if one.get_role() == Atspi.Role.LABEL]
        assert labels.index(small_set.INITRD) < labels.index(names) < labels.index(small_set.ROOT), labels
        assert labels[labels.index(small_set.ROOT) + 1] == "small_other", labels
        app.press("Close")
        assert_swapped(app)


def test_modules_alone_then_the_kernel(work, boot_set):
    kernel = small_set.make_kernel(work / "kernel")
    (kernel / "vmlinuz").rename(work / "vmlinuz-new")
    with App(boot_set) as app:
        app.wait(holds=f"{small_set.INITRD}: {OLD}")
        app.drop(kernel / "modules-new")
        app.wait_text("This swap cannot be planned")
        app.wait_text(f"give the vmlinuz of {NEW} as well")
        app.press("Add the kernel file…")
        app.choose("Choose the kernel file", work / "vmlinuz-new")
        app.wait_text(f"{OLD} → {NEW}")
        app.press("Swap")
        assert_swapped(app)


def test_the_plan_can_be_left(work, boot_set):
    kernel = small_set.make_kernel(work / "kernel")
    with App(boot_set) as app:
        app.wait(holds=f"{small_set.INITRD}: {OLD}")
        app.drop(kernel)
        app.wait_text(f"{OLD} → {NEW}")
        app.press("Leave as it is")
        app.wait(holds=f"{small_set.ROOT}: {OLD} modules match the kernel")
        wait_for("that nothing can be undone", lambda: app.find(name="Undo") is not None)


def test_not_a_kernel(work, boot_set):
    kernel = small_set.make_kernel(work / "kernel")
    (work / "page.deb").write_text("<!DOCTYPE html><html>404</html>")
    with App(boot_set) as app:
        app.wait(holds=f"{small_set.INITRD}: {OLD}")
        app.press("Swap kernel…")
        app.press("Choose a file…")
        app.choose("Choose a kernel package or a vmlinuz", work / "page.deb")
        app.wait_text("This swap cannot be planned")
        app.wait_text("page.deb")
        app.press("Choose another…")
        app.press("Choose a file…")
        app.choose("Choose a kernel package or a vmlinuz", kernel / "vmlinuz")
        app.wait_text(f"no modules for {NEW}")
        app.drop(kernel)
        app.wait_text(f"{OLD} → {NEW}")
        app.press("Leave as it is")
        app.row(small_set.KERNEL)


def test_export_says_why_not(work, boot_set):
    (work / "taken").mkdir()
    with App(boot_set) as app:
        app.wait(holds=f"{small_set.INITRD}: {OLD}")
        app.action("win.export")
        app.wait_text("Images and their compression")
        keys("ctrl+a")
        type_text("taken")
        app.wait_text("“taken” exists already")
        keys("ctrl+a")
        type_text("not/taken")
        app.wait_text("A name has no “/”")
        keys("ctrl+a")
        type_text("n" * 256)
        app.wait_text("A name cannot be longer than 255 bytes")
        keys("ctrl+a")
        type_text("inside")
        app.press("Choose…")
        app.choose("Choose where the new folder will be made", boot_set / "pxelinux.cfg")
        app.wait_text("would lie in the set's own folder")
        assert not app.find(Atspi.Role.PUSH_BUTTON, "Export").get_state_set().contains(Atspi.StateType.SENSITIVE)


def test_unedited_export_is_the_same(work, boot_set):
    with App(boot_set) as app:
        app.wait(holds=f"{small_set.INITRD}: {OLD}")
        export(app, "copy")
    listed = json.loads((work / "copy" / "bootgraft.json").read_text())
    assert listed, "bootgraft.json is empty"
    assert ui_test.members(work / "copy") == ui_test.members(boot_set)


if __name__ == "__main__":
    ui_test.main(globals())
