# SPDX-License-Identifier: GPL-3.0-or-later
"""The window never stands still for more than a tenth of a second."""

import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import main_job  # noqa: E402
import ui_test  # noqa: E402
from ui_test import small_set  # noqa: E402
from window import App, type_text, wait_for  # noqa: E402

ENTRIES = 100_000


def test_a_halt_is_seen(work, boot_set):
    """A check that cannot fail checks nothing."""
    def steps(pauses):
        with App(boot_set) as app:
            app.row(small_set.KERNEL)
            app.pause()
            app.process.send_signal(signal.SIGSTOP)
            time.sleep(0.3)
            app.process.send_signal(signal.SIGCONT)
            pauses.take(app, "a stopped program")

    pauses = main_job.measure(steps, tries=1)
    assert pauses.slow() and pauses.best["a stopped program"] >= 250, pauses.best


def make_long_folder(work, image):
    """A squashfs in the place of IMAGE with a folder "many" of ENTRIES files."""
    many = work / "root" / "many"
    many.mkdir(parents=True)
    for i in range(ENTRIES):
        (many / f"entry-{i:06}").touch()
    # From a tar archive it takes them minutes.
    subprocess.run(["mksquashfs", many.parent, image, "-noappend", "-no-progress", "-quiet"], check=True,
                   stdout=subprocess.DEVNULL)


def time_to_folder(app, row):
    """From the press until its rows are painted, ms. To look for them meanwhile would hold the window up."""
    before = len(app.marks())
    app.process.send_signal(signal.SIGUSR1)
    app.unfold(row)
    asked, folder = (wait_for(name, lambda: [at for found, _pause, at in app.marks()[before:] if found == name])[0]
                     for name in ("asked", "folder"))
    return folder - asked


def test_long_folder(work, boot_set):
    make_long_folder(work, boot_set / small_set.ROOT)

    def steps(pauses):
        with App(boot_set) as app:
            app.row(small_set.KERNEL)
            app.wait(holds=f"{small_set.ROOT}: ")
            app.pause()
            app.expand(small_set.ROOT)
            app.row("many")
            taken = time_to_folder(app, app.row("many"))
            pauses.note(f"{ENTRIES:,} entries on the screen", taken, main_job.APPEARANCE_LIMIT)
            app.row("entry-000000")
            pauses.take(app, f"expanding {ENTRIES:,} entries")
            app.action("win.search")
            type_text("entry-0999")
            app.wait_text("100 entries", patience=60)
            pauses.take(app, f"searching in {ENTRIES:,} entries")

    main_job.smooth(steps)


def test_quick(work, quick_set):
    """Then the same by the command line: the same bytes."""
    kernel = main_job.CACHE / "kernels/cloud"
    pauses, out = main_job.main_job(quick_set, kernel)
    main_job.assert_smooth(pauses)
    assert ui_test.members(out) == ui_test.members(main_job.swap_by_command(quick_set, kernel))


if __name__ == "__main__":
    ui_test.main(globals())
