# SPDX-License-Identifier: GPL-3.0-or-later
"""The Flatpak as a user has it: a double click gives it one file, the portal's dialogs give it folders, and what it exports
is what the program exports outside of a sandbox, byte for byte."""

import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree

TREE = pathlib.Path(__file__).parents[2]
sys.path[:0] = [str(TREE / "tests/ui/lib"), str(TREE / "tests/desktop")]

import test_mime  # noqa: E402
import ui_test  # noqa: E402
from ui_test import members, small_set  # noqa: E402
from window import App, Atspi, NAME, children, keys, log, picture, type_text, wait_for, walk  # noqa: E402

APP = "io.github.bootgraft.Bootgraft"
BANNER = "The kernel and squashfs of this set lie beside this file."


def run(*command, env=None):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env={**os.environ, **(env or {})})
    assert done.returncode == 0, f"{command}: {done.stdout}"
    return done.stdout


def is_running():
    return APP in run("flatpak", "ps", "--columns=application").split()


class Sandboxed:
    """The process behind the sandbox, of which only Flatpak knows the number."""

    returncode = None

    def poll(self):
        if self.returncode is None and not is_running():
            self.returncode = 0
        return self.returncode

    def terminate(self):
        with contextlib.suppress(AssertionError):
            run("flatpak", "kill", APP)

    kill = terminate

    def wait(self, patience=20):
        return wait_for("the end of the program", lambda: self.poll() is not None, patience) and self.returncode


def find_dialog(title):
    for application in children(Atspi.get_desktop(0)):
        if application.get_name() == "xdg-desktop-portal-gtk":
            return next((one for one in children(application) if one.get_name() == title), None)
    return None


def find_entry(dialog):
    """There are others, which are not shown."""
    return next((one for one in walk(dialog) if one.get_role() == Atspi.Role.TEXT
                 and one.get_state_set().contains(Atspi.StateType.SHOWING)), None)


def press_slash():
    """What makes the dialog show an entry, in a while."""
    keys("slash")
    time.sleep(1)


def type_path(entry, path):
    if Atspi.Text.get_text(entry.get_text_iface(), 0, -1) == path:
        return True
    Atspi.EditableText.set_text_contents(entry.get_editable_text_iface(), path)
    time.sleep(1)
    return False


class Flatpak(App):
    """The program as the bus starts it for a file that is double-clicked; without one from the menu."""

    def __init__(self, path=None):
        Atspi.get_desktop(0).get_child_count()
        self.log = tempfile.TemporaryFile("w+")
        self.frames_file = pathlib.Path(tempfile.mkdtemp(prefix="bootgraft-frames-")) / "frames"
        self.process = Sandboxed()
        # The bus gives a program 25 s to start, which are few on a busy machine.
        command = ["gio", "open", str(path)] if path is not None else ["gapplication", "launch", APP]
        wait_for("an answer of the program", lambda: subprocess.run(command).returncode == 0)

    def __enter__(self):
        try:
            self.frame = wait_for("the window", self.look_for_frame, 60)
        except BaseException as error:
            self.__exit__(type(error), error, None)
            raise
        return self

    def application(self):
        """The only one of its name: the bus knows the number of its proxy, not its own."""
        return next((one for one in children(Atspi.get_desktop(0)) if one.get_name() == NAME), None)

    def give(self, title, folder):
        """A folder, in the portal's dialog, which is another program's (GTK 3) and slow to take what is typed."""
        dialog = wait_for(f"the dialog “{title}”", lambda: find_dialog(title))
        entry = wait_for("the entry of the path", lambda: find_entry(dialog) or press_slash())
        wait_for("the path", lambda: type_path(entry, str(folder)))
        # By its button, the list of completions would keep the pointer and the keyboard to itself.
        keys("Return")
        wait_for("the end of the dialog", lambda: find_dialog(title) is None)


def assert_whole(app):
    app.wait(holds=f"{small_set.INITRD}: {small_set.OLD} modules match the kernel")
    app.row(small_set.KERNEL)


def swap_natively(boot_set, kernel, out):
    run(os.environ["BOOTGRAFT_CLI"], "swap-kernel", boot_set, kernel, "-o", out)
    return members(out)


def export(app, where):
    """Into a folder that the portal's dialog gives, since what lies around the set is not seen."""
    app.action("win.export")
    app.wait_text("Images and their compression")
    app.wait_text("Choose the folder that the new one will be made in")
    picture("flatpak-export")
    keys("ctrl+a")
    type_text("out")
    app.press("Choose…")
    app.give("Choose where the new folder will be made", where)
    app.press("Export")
    app.wait_text("is ready", patience=120)
    picture("flatpak-ready")


def test_whole_way(work, boot_set):
    """Double click, banner, folder, swap, export."""
    kernel = small_set.make_kernel(work / "kernel")
    where = work / "exports"
    where.mkdir()
    before = small_set.digests(boot_set)
    start = time.monotonic()
    with Flatpak(boot_set / small_set.INITRD) as app:
        log(f"double click to window: {time.monotonic() - start:.1f} s")
        app.wait_text(BANNER)
        app.wait(holds="no kernel to compare with")
        picture("flatpak-banner")
        app.press("Choose the folder…")
        app.give("Choose the folder of this set", boot_set)
        assert_whole(app)
        wait_for("the end of the first window", lambda: len(app.frames()) == 1)
        (app.frame,) = app.frames()
        assert app.find(name=BANNER) is None
        # The portal's own path is nobody's business.
        assert app.find(holds="/doc/") is None
        picture("flatpak-set")
        app.action("win.swap-folder")
        app.give("Choose a folder with the new kernel", kernel)
        app.press("Swap")
        app.wait(holds=f"{small_set.ROOT}: {small_set.NEW} modules match", patience=90)
        export(app, where)
    assert members(where / "out") == swap_natively(boot_set, kernel, work / "native")
    assert small_set.digests(boot_set) == before
    log(f"all of it: {time.monotonic() - start:.1f} s")


def test_given_once(work, boot_set):
    """The next double click finds the folder that was given."""
    with Flatpak(boot_set / small_set.KERNEL) as app:
        app.wait_text("The other files of this set lie beside this file.")
        app.press("Choose the folder…")
        # Not that of the set: it is asked for again.
        app.give("Choose the folder of this set", work)
        app.wait_text(f"has no {small_set.KERNEL}")
        app.press("Choose the folder…")
        app.give("Choose the folder of this set", boot_set)
        assert_whole(app)
    for name in (small_set.INITRD, small_set.KERNEL):
        with Flatpak(boot_set / name) as app:
            assert_whole(app)
            assert app.find(name="Choose the folder…") is None


def test_drop(work, boot_set):
    """Files arrive; a folder that does not is asked for."""
    with Flatpak() as app:
        app.wait(name="Open folder…")
        app.drop(boot_set)
        app.wait_text("the desktop may hand over no folders", patience=20)
        picture("flatpak-drop")
        app.press("Choose the folder…")
        app.give("Choose the folder that was dropped", boot_set)
        assert_whole(app)


def test_command_line(work, boot_set):
    """With a folder that is named for it, it does what the native one does."""
    kernel = small_set.make_kernel(work / "kernel")
    run("flatpak", "run", f"--filesystem={work}", "--command=bootgraft-cli", APP, "swap-kernel", boot_set, kernel,
        "-o", work / "out")
    assert members(work / "out") == swap_natively(boot_set, kernel, work / "native")


def test_asks_for_nothing_else(work):
    """What the built Flatpak may see is what the manifest says: no files, no network, no names on the bus."""
    asked = run("flatpak", "info", "--show-permissions", APP)
    for word in ("filesystems=", "network", "Session Bus Policy", "System Bus Policy"):
        assert word not in asked, asked
    for tool in ("depmod", "e2fsck", "mke2fs", "resize2fs"):
        run("flatpak", "run", "--command=sh", APP, "-c", f"PATH=$PATH:/usr/sbin:/app/sbin; command -v {tool}")


def test_exported_types(work):
    """What tests/desktop looks at as that which Flatpak exports is what it exports."""
    (exported,) = pathlib.Path(os.environ["FLATPAK_USER_DIR"]).glob(f"exports/share/mime/packages/{APP}.xml")
    expected = test_mime.as_flatpak_exports((pathlib.Path(os.environ["BOOTGRAFT_DATA"]) / f"{APP}.xml").read_text())
    assert ElementTree.canonicalize(exported.read_text(), strip_text=True) == \
        ElementTree.canonicalize(expected, strip_text=True)


if __name__ == "__main__":
    ui_test.main(globals())
