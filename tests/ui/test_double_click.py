# SPDX-License-Identifier: GPL-3.0-or-later
"""A double click in a file manager opens the set: by the types, the desktop file and the bus, as when installed."""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import ui_test  # noqa: E402
from ui_test import small_set  # noqa: E402
from window import App, Atspi, wait_for  # noqa: E402

from gi.repository import Gio, GLib  # noqa: E402

APP = "io.github.bootgraft.Bootgraft"


def run(*command):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, f"{command}: {done.stdout}"
    return done.stdout


def install():
    """For this session alone: what meson install puts into a prefix, with the program of the build."""
    built = pathlib.Path(os.environ["BOOTGRAFT_DATA"])
    share = pathlib.Path(os.environ["HOME"]) / ".local/share"
    program = os.environ["BOOTGRAFT_GUI"]
    # The bus goes to the home that the system knows, not to that of the session.
    services = pathlib.Path(os.environ["XDG_RUNTIME_DIR"]) / "dbus-1/services"
    for name, place in (("desktop", share / "applications"), ("xml", share / "mime/packages"), ("service", services)):
        text = (built / f"{APP}.{name}").read_text()
        if name != "xml":
            text, n_programs = re.subn(r"^Exec=(/.*/)?bootgraft ", f"Exec={program} ", text, flags=re.MULTILINE)
            assert n_programs == 1, text
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{APP}.{name}").write_text(text)
    run("update-mime-database", share / "mime")
    run("update-desktop-database", share / "applications")
    bus("ReloadConfig")


def bus(method, *names):
    connection = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    parameters = GLib.Variant(f"({'s' * len(names)})", names) if names else None
    return connection.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
                                parameters, None, Gio.DBusCallFlags.NONE, -1, None).unpack()


class Foreign:
    """A process that somebody else started, and waits for."""

    returncode = None

    def __init__(self, pid):
        self.pid = pid

    def poll(self):
        if self.returncode is None and not os.path.exists(f"/proc/{self.pid}"):
            self.returncode = 0
        return self.returncode

    def terminate(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, 15)

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, 9)

    def wait(self, patience=20):
        return wait_for("the end of the program", lambda: self.poll() is not None, patience) and self.returncode


class Activated(App):
    """The program as the bus starts it for a file that is double-clicked."""

    def __init__(self, path):
        Atspi.get_desktop(0).get_child_count()
        self.log = tempfile.TemporaryFile("w+")
        self.frames_file = pathlib.Path(tempfile.mkdtemp(prefix="bootgraft-frames-")) / "frames"
        run("gio", "open", path)
        (pid,) = wait_for("the program on the bus", lambda: bus("GetConnectionUnixProcessID", APP))
        self.process = Foreign(pid)


def assert_open(app):
    app.wait(holds=f"{small_set.INITRD}: {small_set.OLD} modules match the kernel")
    app.row(small_set.KERNEL)


def test_double_click(work, boot_set):
    """Of any of its files; once it is open, it has one window."""
    install()
    assert APP not in bus("ListNames")[0]
    with Activated(boot_set / small_set.INITRD) as app:
        assert_open(app)
        command = pathlib.Path(f"/proc/{app.process.pid}/cmdline").read_bytes().split(b"\0")
        assert command[1] == b"--gapplication-service", command
        for name in (small_set.ROOT, small_set.KERNEL, small_set.INITRD):
            run("gio", "open", boot_set / name)
        other = pathlib.Path(shutil.copytree(boot_set, work / "other"))
        run("gio", "open", other / small_set.KERNEL)
        wait_for("the second window", lambda: len(app.frames()) > 1)
        assert sorted(frame.get_name() for frame in app.frames()) == ["other", "set"]


def test_program_that_runs(work, boot_set):
    """The start page gives way to what is opened; no second program starts."""
    install()
    with App() as app:
        app.wait(name="Open folder…")
        run("gio", "open", boot_set / small_set.INITRD)
        assert_open(app)
        assert len(app.frames()) == 1
        # From a terminal, elsewhere, by a relative path.
        subprocess.run([os.environ["BOOTGRAFT_GUI"], small_set.KERNEL], cwd=boot_set, check=True, timeout=60)
        assert [frame.get_name() for frame in app.frames()] == ["set"]


def test_menu(work):
    """The action of the desktop file."""
    install()
    with App() as app:
        app.wait(name="Open folder…")
        run("gapplication", "action", APP, "new-window")
        wait_for("the second window", lambda: len(app.frames()) == 2)


if __name__ == "__main__":
    ui_test.main(globals())
