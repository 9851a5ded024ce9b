# SPDX-License-Identifier: GPL-3.0-or-later
"""A swap of the kernel in a squashfs: by the program, by hand, and the packing of the new modules alone."""

import json
import os
import pathlib
import shutil
import subprocess

from bench import cache, measure, program

HERE = pathlib.Path(__file__).resolve().parent
IMAGE = "filesystem.squashfs"


class Swap:
    """`image` gets the modules of `kernel` (a name in the cache); all is made in `work`."""

    # Its path in the set.
    image = IMAGE

    def __init__(self, image, old_kernel, kernel, work):
        self.work = work
        package = cache() / "kernels" / kernel
        self.release = (package / "release").read_text().strip()
        self.source = package / "root"
        self.modules = self.source / "lib/modules" / self.release
        # The squashfs and its kernel, no initrd: what is measured is the squashfs.
        self.set = work / "set"
        self.set.mkdir()
        os.link(old_kernel, self.set / "vmlinuz")
        (self.set / self.image).parent.mkdir(exist_ok=True)
        os.link(image, self.set / self.image)
        self.reports = {}

    def ours(self, effort):
        out = self.work / "out"
        with open(self.work / "report", "wb") as report:
            cost = measure([program(), "swap-kernel", self.set, self.source, "-o", out, "--effort", effort, "--json"],
                           stdout=report)
        report = json.loads((self.work / "report").read_text())
        self.reports[effort] = next(image for image in report["images"] if image["path"] == self.image)
        shutil.rmtree(out)
        return cost

    def by_hand(self):
        hand = self.work / "hand"
        hand.mkdir()
        cost = measure(["bash", HERE / "manual-swap.sh", self.set / IMAGE, self.modules, self.release, hand])
        shutil.rmtree(hand)
        return cost

    def modules_alone(self, compressor, block_size):
        """The physical limit: the new tree with its indexes, packed by mksquashfs."""
        alone = self.work / "alone"
        staged = alone / "lib/modules" / self.release
        shutil.copytree(self.modules, staged, symlinks=True)
        subprocess.run(["/sbin/depmod", "-b", alone, self.release], check=True)
        cost = measure(["mksquashfs", alone, self.work / "alone.squashfs", "-comp", compressor, "-b", block_size, "-noappend",
                        "-no-progress", "-quiet"])
        shutil.rmtree(alone)
        (self.work / "alone.squashfs").unlink()
        return cost

    def growth(self):
        """How much larger the new blocks are when they are made fast."""
        return self.reports["fast"]["encoded"] / self.reports["same"]["encoded"] - 1
