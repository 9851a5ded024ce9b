# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job on a set of real size, through the window, and how long the window stood still in each part of it.

What counts is the longest time that the main loop did not come round, or that one frame took. What else a machine does
makes any program wait: a part that was too slow is tried again, and its best time counts.
"""

import os
import pathlib
import re
import shutil
import subprocess

from ui_test import small_set
from window import App, Atspi, keys, log, type_text, wait_for

LIMIT = 100
# From the window to its tree, from the key to the rows of a folder.
APPEARANCE_LIMIT = 300
TRIES = 8
FILTERED = re.compile(r"^[\d,]+ of [\d,]+ modules\b")
CACHE = pathlib.Path(os.environ["BOOTGRAFT_CACHE"])


class Pauses:
    """The longest pause of each part in ms, the best of all tries."""

    def __init__(self):
        self.best = {}
        self.limits = {}

    def note(self, part, pause, limit=LIMIT):
        self.best[part] = min(pause, self.best.get(part, pause))
        self.limits[part] = limit

    def take(self, app, part):
        """What APP did since the last call was PART."""
        self.note(part, app.pause())

    def slow(self):
        return [f"{part}: {pause:.0f} ms, not {self.limits[part]}" for part, pause in self.best.items()
                if pause > self.limits[part]]


def measure(steps, tries=TRIES):
    """steps (pauses), again while a part is too slow."""
    pauses = Pauses()
    for attempt in range(1, tries + 1):
        steps(pauses)
        if not pauses.slow():
            break
    log(f"seen {attempt} times")
    for part, pause in pauses.best.items():
        log(f"{part}: {pause:.0f} ms")
    return pauses


def smooth(steps):
    assert_smooth(measure(steps))


def assert_smooth(pauses):
    assert not pauses.slow(), "; ".join(pauses.slow())


def look_around(app, pauses):
    app.row(small_set.KERNEL)
    opening, _opened = app.mark("open")
    painting, _shown = app.mark("shown")
    _start, window = app.mark("window")
    showing, root = app.mark("root")
    pauses.note("opening", max(opening, painting, showing))
    pauses.note("the root's tree on the screen, after the window", root - window, APPEARANCE_LIMIT)
    app.wait(holds=f"{small_set.ROOT}: ")
    pauses.take(app, "showing the set")
    app.expand(small_set.ROOT, "usr")
    app.row("bin")
    pauses.take(app, "expanding a root")
    app.action("win.search")
    app.wait(Atspi.Role.ENTRY)
    type_text("virtio_")
    app.wait(holds=" entries", patience=90)
    pauses.take(app, "searching")
    keys("Escape")
    app.row(small_set.KERNEL)
    keys("alt+2")
    app.wait(holds=" modules")
    pauses.take(app, "listing the modules")
    app.action("win.search")
    type_text("virtio_net")
    wait_for("what is left of the modules", lambda: [one for one in app.everything()
                                                     if FILTERED.search(one.get_name() or "")])
    pauses.take(app, "filtering the modules")
    keys("alt+1")
    app.row(small_set.KERNEL)


def swap_and_export(app, pauses, kernel):
    release = (kernel / "release").read_text().strip()
    app.pause()
    app.drop(*kernel.glob("*.deb"))
    app.wait_text(f"→ {release}", patience=180)
    app.wait(name="Swap")
    pauses.take(app, "planning")
    app.press("Swap")
    app.wait(holds=f"{small_set.ROOT}: {release} modules match", patience=90)
    pauses.take(app, "swapping")
    app.action("win.export")
    app.wait_text("Images and their compression")
    keys("ctrl+a")
    type_text("out")
    app.press("Export")
    app.wait_text("is ready", patience=600)
    pauses.take(app, "exporting")


def main_job(boot_set, kernel):
    """Opens the set, looks around, swaps its kernel for that of the package in `kernel`, exports: (pauses, folder made)."""
    out = boot_set.with_name("out")

    def steps(pauses):
        shutil.rmtree(out, ignore_errors=True)
        with App(boot_set) as app:
            look_around(app, pauses)
            swap_and_export(app, pauses, kernel)

    return measure(steps), out


def swap_by_command(boot_set, kernel):
    out = boot_set.with_name("by-command")
    subprocess.run([os.environ["BOOTGRAFT_CLI"], "swap-kernel", boot_set, *kernel.glob("*.deb"), "-o", out], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return out
