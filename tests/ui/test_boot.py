# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window exports boots by PXE, first try: test_boot.py test_quick|test_demo"""

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
    out = main_job.main_job(boot_set, kernel)
    done = subprocess.run([PXE_BOOT, out, "--expect-release", (kernel / "release").read_text().strip()],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in done.stdout.splitlines():
        log(line)
    assert done.returncode == 0, f"{name} did not boot"


def test_quick(work, quick_set):
    check(quick_set, "cloud")


def test_demo(work, demo_set):
    check(demo_set, "newest")


if __name__ == "__main__":
    ui_test.main(globals())
