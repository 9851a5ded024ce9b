# SPDX-License-Identifier: GPL-3.0-or-later
"""A squashfs of 4 GB with 300,000 entries: what the window takes for it."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import main_job  # noqa: E402
import ui_test  # noqa: E402
from ui_test import small_set  # noqa: E402
from window import App, keys, log, type_text  # noqa: E402

# Megabytes of the whole program, the toolkit's own among them, at the most it ever had.
MEMORY = 150
LARGE = main_job.CACHE / "large"
# Without it GTK 4.8 maps 55 MB of the driver that draws OpenGL in software, though nothing is drawn by it.
QUIET = {"GDK_DEBUG": "gl-disable"}


def peak(app):
    status = pathlib.Path(f"/proc/{app.process.pid}/status").read_text()
    return int(re.search(r"^VmHWM:\s+(\d+) kB$", status, re.M)[1]) / 1000


def test_memory(work):
    image = LARGE / small_set.ROOT
    assert image.stat().st_size > 1 << 32, "the image is smaller than 4 GiB"
    with App(env=QUIET) as app:
        log(f"without a set: {peak(app):.0f} MB")
    with App(LARGE, env=QUIET) as app:
        app.row(small_set.KERNEL)
        app.wait(holds=f"{small_set.ROOT}: ")
        log(f"the set on the screen: {peak(app):.0f} MB")
        app.expand(small_set.ROOT, "pile")
        app.row("folder-0000")
        app.expand("all")
        app.row("entry-000000")
        log(f"10,000 entries on the screen: {peak(app):.0f} MB")
        app.click(app.row("entry-000000"))
        keys("End")
        app.row("sbin")
        log(f"scrolled to the end: {peak(app):.0f} MB")
        app.action("win.search")
        # A folder that nobody has opened yet, the last of all; to get there all are read.
        type_text("file-2799")
        app.wait_text("99 entries", patience=120)
        log(f"searched in all entries: {peak(app):.0f} MB")
        # What is shown of so many has a limit.
        keys("ctrl+a")
        type_text("file-")
        app.wait_text("The first 2000 of", patience=120)
        reached = peak(app)
        log(f"277,200 found: {reached:.0f} MB")
    assert reached <= MEMORY, f"{reached:.0f} MB"


if __name__ == "__main__":
    ui_test.main(globals())
