# SPDX-License-Identifier: GPL-3.0-or-later
"""A set is opened by whatever names it, and says what it is."""

import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import ui_test  # noqa: E402
from ui_test import small_set  # noqa: E402
from window import App, Atspi, keys  # noqa: E402


def assert_open(app):
    for member in small_set.MEMBERS:
        app.wait(holds=f"{member}:")
    app.row(small_set.KERNEL)


def test_folder(work, boot_set):
    with App(boot_set) as app:
        assert_open(app)
        assert app.frame.get_name() == "set", app.frame.get_name()
        app.wait(holds=f"{small_set.INITRD}: {small_set.OLD} modules match the kernel")


def test_image(work, boot_set):
    with App(boot_set / small_set.INITRD) as app:
        assert_open(app)


def test_relative_path(work, boot_set):
    with App("set", cwd=work) as app:
        assert_open(app)


def test_start_page(work, boot_set):
    with App() as app:
        app.press("Open folder…")
        app.choose("Open the folder of a boot set", boot_set)
        assert_open(app)


def test_no_set(work):
    (work / "empty").mkdir()
    with App(work / "empty") as app:
        app.wait_text("This cannot be opened")
        app.wait(Atspi.Role.PUSH_BUTTON, "Open folder…")


def test_two_windows(work, boot_set):
    other = work / "other"
    shutil.copytree(boot_set, other)
    with App(boot_set, other) as app:
        assert_open(app)
        assert sorted(frame.get_name() for frame in app.frames()) == ["other", "set"]


def test_mismatch(work):
    boot_set = small_set.make_set(work / "set", kernel_release=small_set.NEW)
    with App(boot_set) as app:
        app.wait_text(f"The kernel is {small_set.NEW}")
        app.wait(holds=f"{small_set.ROOT}: {small_set.OLD} no modules for {small_set.NEW}")
        app.press("Swap modules…")
        app.wait_text("Swap the kernel")
        keys("Escape")


def test_names_of_releases_are_escaped(work, boot_set):
    """No image writes more lines on its card, nor bytes that are no text."""
    small_set.add_release(boot_set, b"6.0-\xff\n")
    with App(boot_set) as app:
        app.wait(holds=rf"{small_set.INITRD}: 6.0-\xff\n, {small_set.OLD} modules of several kernels")


def test_only_what_is_shown_is_seen(work, boot_set):
    """Of the tests themselves: every page is in the tree, also one that was left or never came."""
    with App(boot_set) as app:
        assert_open(app)
        assert app.find(name="New folder"), "a button of the page shown"
        for text in ("This cannot be opened", "This swap cannot be planned", "Compare with a kernel"):
            assert app.find(name=text) is None, f"“{text}” is on no page that is shown"
        keys("alt+2")
        app.wait(name="Compare with a kernel")
        assert app.find(name="New folder") is None, "the page of the contents was left"


if __name__ == "__main__":
    ui_test.main(globals())
