# SPDX-License-Identifier: GPL-3.0-or-later
"""The window as a user without eyes has it: through the accessibility tree, with keys and mouse by xdotool."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

LIB = pathlib.Path(__file__).parent
NAME = "bootgraft"
BUTTONS = (Atspi.Role.PUSH_BUTTON, Atspi.Role.TOGGLE_BUTTON)
PATIENCE = float(os.environ.get("BOOTGRAFT_PATIENCE", "40"))

# What GTK says on a machine without the services of a desktop; anything else is a failure.
HARMLESS = [
    re.compile(r"Unable to acquire session bus"),
    re.compile(r"Failed to set fd limit"),
    re.compile(r"Unable to create dbus proxy"),
]
COMPLAINT = re.compile(r"(WARNING|CRITICAL|ERROR) \*\*|ERROR: AddressSanitizer|runtime error:")


class NotSeen(AssertionError):
    """What was waited for did not come."""


def wait_for(what, look, patience=None):
    """The first answer of look() that is true; nodes that vanish meanwhile are looked for again."""
    end = time.monotonic() + (patience or PATIENCE)
    while True:
        with contextlib.suppress(GLib.Error):
            answer = look()
            if answer:
                return answer
        if time.monotonic() > end:
            raise NotSeen(f"{what}: not seen in {patience or PATIENCE:.0f} s")
        time.sleep(0.05)


def children(node):
    for i in range(node.get_child_count()):
        child = node.get_child_at_index(i)
        if child is not None:
            yield child


def walk(node):
    """Depth first, NODE itself first."""
    yield node
    for child in children(node):
        yield from walk(child)


def shown(node):
    """Whether it is on the screen. GTK 4.8 calls every page of a stack visible, and one that was left keeps its place;
    but only what is mapped has a point in it. A page of a stack has no place of its own: what it lies in counts."""
    while "Component" not in node.get_interfaces():
        node = node.get_parent()
        if node is None:
            return False
    box = node.get_extents(Atspi.CoordType.WINDOW)
    return box.width > 0 and node.contains(box.x + box.width // 2, box.y + box.height // 2, Atspi.CoordType.WINDOW)


def walk_shown(node):
    """The same, without the pages that are not shown."""
    yield node
    is_page = "Component" not in node.get_interfaces()
    for child in children(node):
        if not is_page or shown(child):
            yield from walk_shown(child)


def find(node, role=None, name=None, holds=None):
    """The first node below with this role, and this name, or one that has HOLDS in it."""
    for one in walk(node):
        if role is not None and one.get_role() != role:
            continue
        text = one.get_name() or ""
        if (name is None or text == name) and (holds is None or holds in text):
            return one
    return None


def actions(node):
    return [node.get_action_name(i) for i in range(node.get_n_actions())]


def act(node, name):
    offered = actions(node)
    if name in offered:
        return node.do_action(offered.index(name))
    raise NotSeen(f"{node.get_role_name()} “{node.get_name()}” has no action {name}")


def xdotool(*words):
    # A search with --sync would wait for ever.
    subprocess.run(["xdotool", *[str(word) for word in words]], check=True, stdout=subprocess.DEVNULL,
                   timeout=3 * PATIENCE)


def point_at_window():
    """Without a window manager the window below the pointer gets the keys; each lies in this corner."""
    xdotool("mousemove", 150, 20)


def keys(*names):
    """Pressed one after the other: "ctrl+z", "Return"."""
    point_at_window()
    for name in names:
        xdotool("key", name)
        time.sleep(0.08)


def type_text(text):
    point_at_window()
    xdotool("type", "--delay", "15", text)


def picture(name):
    folder = os.environ.get("BOOTGRAFT_PICTURES")
    if folder:
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        subprocess.run(["import", "-window", "root", f"{folder}/{name}.png"], check=False)


class App:
    """The program, started with ARGUMENTS by the command UNDER, which becomes it; to be used in a with statement."""

    def __init__(self, *arguments, env=None, cwd=None, under=()):
        # The registry, before the program.
        Atspi.get_desktop(0).get_child_count()
        self.log = tempfile.TemporaryFile("w+")
        self.frames_file = pathlib.Path(tempfile.mkdtemp(prefix="bootgraft-frames-")) / "frames"
        self.process = subprocess.Popen([*under, os.environ["BOOTGRAFT_GUI"], *[str(word) for word in arguments]],
                                        stdout=self.log, stderr=self.log, cwd=cwd,
                                        env={**os.environ, "G_ENABLE_DIAGNOSTIC": "0",
                                             "BOOTGRAFT_FRAMES": str(self.frames_file), **(env or {})})

    def __enter__(self):
        try:
            self.frame = wait_for("the window", self.look_for_frame)
            xdotool("search", "--sync", "--onlyvisible", "--pid", self.process.pid)
        except BaseException as error:
            # No with statement is left that never was entered.
            self.__exit__(type(error), error, None)
            raise
        return self

    def __exit__(self, kind, value, traceback):
        if kind is not None:
            picture(f"{os.path.basename(sys.argv[0])}-{int(time.monotonic())}")
        ended = self.end()
        shutil.rmtree(self.frames_file.parent, ignore_errors=True)
        if kind is None:
            # A program that crashed after the last thing that was waited for has failed, too.
            assert ended in (0, -signal.SIGTERM), f"the program ended with {ended}: {self.read_log()}"
            self.check_log()
        else:
            for line in self.read_log().splitlines():
                print(f"# the program: {line}", flush=True)
        return False

    def end(self):
        """Ends the program, if it runs; what it ended with."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return "a halt: it did not heed SIGTERM"

    def marks(self):
        """(name, longest pause in ms, ms since the start) of each mark of the frame recorder so far."""
        lines = self.frames_file.read_text().splitlines() if self.frames_file.exists() else []
        return [(name, float(pause), float(at)) for name, pause, at in (line.split() for line in lines)]

    def mark(self, name):
        """(longest pause, ms since the start) of the first mark of this name, once it is there."""
        return wait_for(f"the mark {name}", lambda: [mark[1:] for mark in self.marks() if mark[0] == name])[0]

    def pause(self):
        """The longest time in ms, since the mark before, that the window stood still."""
        before = len(self.marks())
        self.process.send_signal(signal.SIGUSR1)
        return wait_for("the mark", lambda: self.marks()[before:])[0][1]

    def application(self):
        for one in children(Atspi.get_desktop(0)):
            if one.get_name() == NAME and one.get_process_id() == self.process.pid:
                return one
        return None

    def look_for_frame(self):
        assert self.process.poll() is None, f"the program ended with {self.process.returncode}: {self.read_log()}"
        application = self.application()
        return application and next(iter(self.frames()), None)

    def frames(self):
        return [one for one in self.windows() if one.get_role() == Atspi.Role.FRAME]

    def windows(self):
        assert self.process.poll() is None, f"the program ended with {self.process.returncode}: {self.read_log()}"
        application = self.application()
        return list(children(application)) if application else []

    def read_log(self):
        self.log.seek(0)
        return self.log.read()

    def check_log(self):
        for line in self.read_log().splitlines():
            if COMPLAINT.search(line) and not any(one.search(line) for one in HARMLESS):
                raise AssertionError(f"the program complained: {line}")

    def wait_until_gone(self, patience=20):
        self.process.wait(patience)
        assert self.process.returncode == 0, f"it ended with {self.process.returncode}"

    def action(self, name):
        """One of the window's actions without a parameter: "win.undo"."""
        wait_for(f"the action {name}", lambda: name in actions(self.frame))
        # A window that closes has no time to answer.
        with contextlib.suppress(GLib.Error):
            act(self.frame, name)

    def everything(self):
        """Of the newest window first: a dialog lies over the window that asked."""
        for window in reversed(self.windows()):
            yield from walk_shown(window)

    def find(self, role=None, name=None, holds=None):
        for one in self.everything():
            if role is not None and one.get_role() != role:
                continue
            text = one.get_name() or ""
            if (name is None or text == name) and (holds is None or holds in text) and shown(one):
                return one
        return None

    def wait(self, role=None, name=None, holds=None, patience=None):
        return wait_for(f"{role and role.value_nick} “{name or holds}”", lambda: self.find(role, name, holds),
                        patience)

    def wait_text(self, text, patience=None):
        """A label, or anything else that says it."""
        return self.wait(holds=text, patience=patience)

    def press(self, name, patience=None):
        """A button that is shown, once it can be pressed."""
        def ready():
            for one in self.everything():
                # A button of a message dialog is called "_Close Close".
                text = one.get_name() or ""
                if one.get_role() in BUTTONS and (text == name or "_" in text and text.endswith(f" {name}")):
                    # What wraps the button of a menu has its name, and no action.
                    pressed = "click" in actions(one)
                    if pressed and one.get_state_set().contains(Atspi.StateType.SENSITIVE) and shown(one):
                        return one
            return None
        act(wait_for(f"the button “{name}”", ready, patience), "click")

    # The tree of the contents.

    def each_row(self, node=None):
        """(name, row) of each row of the contents that there is a widget for, from the top."""
        node = node or self.find(Atspi.Role.TREE_TABLE)
        for one in children(node) if node else []:
            if one.get_role() != Atspi.Role.TABLE_ROW:
                yield from self.each_row(one)
                continue
            label = find(one, Atspi.Role.LABEL)
            if label is not None and label.get_name():
                yield label.get_name(), one

    def rows(self):
        return list(self.each_row())

    def row(self, name, patience=None):
        """The first row of this name."""
        return wait_for(f"the row “{name}”",
                        lambda: next((row for found, row in self.each_row() if found == name), None), patience)

    def expand(self, *names):
        """Each of these rows, one below the other; of rows of one name the first."""
        for name in names:
            self.unfold(self.row(name))
            time.sleep(0.2)

    def unfold(self, row):
        for one in walk(row):
            if "listitem.expand" in actions(one):
                act(one, "listitem.expand")
                return
        raise NotSeen(f"the row “{row.get_name()}” cannot be expanded")

    def place(self, node):
        """The middle of NODE on the screen; the window lies in the corner."""
        box = node.get_extents(Atspi.CoordType.WINDOW)
        return box.x + box.width // 2 + 5, box.y + box.height // 2 + 5

    def click(self, node, button=1):
        x, y = self.place(node)
        xdotool("mousemove", x, y, "sleep", "0.1", "click", button)

    def drop(self, *files, on=None):
        """Files from another program, onto a node or the middle of the window."""
        x, y = self.place(on) if on is not None else (500, 500)
        source = subprocess.Popen(["/usr/bin/python3", "-B", LIB / "drag_source.py", *[str(one) for one in files]],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for("the source of the drag", lambda: subprocess.run(
                ["xdotool", "search", "--name", "Drag source of the tests"], capture_output=True).stdout.split())
            window = subprocess.run(["xdotool", "search", "--name", "Drag source of the tests"], check=True,
                                    capture_output=True, text=True).stdout.split()[-1]
            xdotool("windowmove", window, 1100, 740)
            time.sleep(0.5)
            xdotool("mousemove", 1160, 790, "sleep", "0.2", "mousedown", 1, "sleep", "0.2")
            for _ in range(5):
                xdotool("mousemove_relative", "--", -16, -10, "sleep", "0.05")
            for step in range(1, 8):
                xdotool("mousemove", 1080 - (1080 - x) * step // 7, 740 - (740 - y) * step // 7, "sleep", "0.06")
            time.sleep(0.4)
            xdotool("mouseup", 1)
            # It ends once it was told that the drop was taken or refused: by a portal, files are asked for only then.
            with contextlib.suppress(subprocess.TimeoutExpired):
                source.wait(10)
            time.sleep(0.3)
        finally:
            source.kill()
            source.wait()

    def choose(self, title, path):
        """Answers a file dialog with PATH."""
        xdotool("search", "--sync", "--name", title)
        time.sleep(0.5)
        point_at_window()
        xdotool("key", "slash", "sleep", "0.8", "key", "ctrl+a")
        xdotool("type", "--delay", "25", str(path))
        time.sleep(0.3)
        keys("Return")


def log(text):
    print(f"# {text}", flush=True)
    sys.stdout.flush()
