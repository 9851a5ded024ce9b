# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window exports boots by PXE, first try, and is what the command line makes: test_boot.py test_quick|test_demo

The window is held to its limits here, too."""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import main_job  # noqa: E402
import ui_test  # noqa: E402
from window import log  # noqa: E402

PXE_BOOT = pathlib.Path(__file__).parents[1] / "boot/pxe-boot"


def check(boot_set, name):
    kernel = main_job.CACHE / "kernels" / name
    pauses, out = main_job.main_job(boot_set, kernel)
    done = subprocess.run([PXE_BOOT, out, "--expect-release", (kernel / "release").read_text().strip()],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in done.stdout.splitlines():
        log(line)
    assert done.returncode == 0, f"{name} did not boot"
    main_job.assert_smooth(pauses)
    assert ui_test.members(out) == ui_test.members(main_job.swap_by_command(boot_set, kernel))


def test_quick(work, quick_set):
    check(quick_set, "cloud")


def test_demo(work, demo_set):
    check(demo_set, "newest")


if __name__ == "__main__":
    ui_test.main(globals())
