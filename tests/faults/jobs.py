# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of export."""

import os
import shutil

import faults
import nested_set
import packages
import small_set
from small_set import INITRD, NEW, ROOT, noise, run
from sweep import Sweep


class Inputs:
    """What the jobs read, made when it is asked for."""

    def __init__(self, work, boot_set=None, kernel=None):
        self.work = work
        self.set = boot_set or small_set.make_set(work / "set")
        self.given_kernel = kernel

    def kernel(self):
        if self.given_kernel is None:
            self.given_kernel = small_set.make_kernel(self.work / "kernel")
        return self.given_kernel

    def noise(self, size):
        """A file of the host. Zeros after the first part: the store takes them in, an image is not written in a thousand calls
        of one kind."""
        path = self.work / f"noise{size}"
        if not path.exists():
            path.write_bytes(noise("uploaded", 20000).ljust(size, b"\0"))
            path.chmod(0o644)
            os.utime(path, (small_set.TIME, small_set.TIME))
        return path

    def tree(self):
        """A package's content. One module is too large for the store's shared file."""
        tree = packages.make_tree(self.work / "tree")
        large = tree / "lib/modules" / NEW / "kernel/drivers/net/small_large.ko"
        source = small_set.module("small_large.ko", NEW, []) + f'.data\n.incbin "{self.noise(1200000)}"\n'
        run("as", "--64", "-o", large, "-", input=source.encode())
        small_set.settle(tree)
        return tree

    def package(self, make, name):
        path = self.work / name
        if not path.exists():
            make(self.tree(), path)
        return path

    def add_blocks(self):
        """To the initrd, which has a plain segment and one of gzip, one of xz in several blocks, which are carried over one
        by one."""
        folder = self.work / "blocks"
        (folder / "blocks").mkdir(parents=True)
        for i in range(6):
            (folder / f"blocks/{i}").write_bytes(noise(f"block {i}", 5000))
        small_set.settle(folder)
        segment = run("xz", "--check=crc32", "--block-size=4096", "-T1", "-c", input=small_set.cpio(folder))
        with open(self.set / INITRD, "ab") as file:
            file.write(segment)


class Swap(Sweep):
    """A swapped kernel to a new folder."""

    def arguments(self):
        return ["swap-kernel", self.set, self.inputs.kernel(), "-o", self.place / "out"]


class Package(Swap):
    """The same out of a package, which the helper reads; a large module lies in a file of the store."""

    make, name = staticmethod(packages.make_deb), "kernel.deb"

    def arguments(self):
        return ["swap-kernel", self.set, self.inputs.package(self.make, self.name), "-o", self.place / "out"]


class Rpm(Package):
    make, name = staticmethod(packages.make_rpm), "kernel.rpm"


class Edit(Sweep):
    """Edits to a new folder, which one process does by itself: no call of a helper is met at the same time."""

    def edits(self, size=20000):
        return ["--upload", f"{self.inputs.noise(size)}:{ROOT}:/usr/bin/noise", "--delete", f"{ROOT}:/usr/share/small/text5",
                "--append-line", f"{INITRD}:/conf/modules:small_fs"]

    def arguments(self):
        return ["edit", self.set, "-o", self.place / "out", *self.edits()]


class Copy(Sweep):
    """An untouched set."""

    def arguments(self):
        return ["export", self.set, "--full", "-o", self.place / "out"]


class Repack(Sweep):
    """Other compressions, all anew."""

    def arguments(self):
        return ["export", self.set, "--compression", f"{ROOT}=xz", "--compression", f"{INITRD}=zstd", "-o", self.place / "out"]


class Spill(Edit):
    """Uploads that go into the store: to a file of its own, and to the file that small ones share."""

    def arguments(self):
        return [*super().arguments(), "--upload", f"{self.inputs.noise(1500000)}:{ROOT}:/usr/bin/large", "--mkdir",
                f"{ROOT}:/new", "--copy-in", f"{self.inputs.kernel() / 'modules-new'}:{ROOT}:/new/modules"]


class Image(Edit):
    """One image to a new file."""

    def arguments(self):
        return ["edit", self.set, "--image", ROOT, "-o", self.place / "new.squashfs", "--upload",
                f"{self.inputs.noise(20000)}:{ROOT}:/usr/bin/noise", "--delete", f"{ROOT}:/usr/share/small/text5"]


class Initrd(Sweep):
    """An initrd alone, by a name without a folder: a plain segment and one of gzip are written anew, of one of xz only some
    blocks."""

    def __init__(self, work, inputs):
        super().__init__(work, inputs)
        inputs.add_blocks()

    def arguments(self):
        return ["edit", self.set, "--image", INITRD, "-o", "new.img", "--write",
                f"{INITRD}:/kernel/x86/microcode/GenuineIntel.bin:new", "--append-line", f"{INITRD}:/conf/modules:small_fs",
                "--delete", f"{INITRD}:/blocks/3"]


class Unpacked(Initrd):
    """The same without compression."""

    def arguments(self):
        return [*super().arguments(), "--compression", f"{INITRD}=none"]


class InPlace(Sweep):
    """A swapped kernel over the set's own files: afterwards all old or all new."""

    kept = ()

    def set_up(self):
        super().set_up()
        self.place.rmdir()
        shutil.copytree(self.set, self.place)
        for name in self.kept:
            (self.place / name).write_text(f"{name}: kept by an earlier export\n")

    def arguments(self):
        return ["swap-kernel", self.place, self.inputs.kernel(), "--in-place"]

    def judge(self, fault, done, killed):
        if killed or self.strays():
            # Recovery comes before any set is opened.
            recovered = self.bootgraft("info", self.place)
            if recovered.returncode != 0:
                self.complain("the next start does not recover", fault, recovered.stderr.decode())
        # What was killed is judged as if it had ended: recovered, it has left nothing.
        super().judge(fault, done, False)


class Kept(InPlace):
    """Edits over files of which older ones were kept already."""

    kept = (f"{INITRD}.bootgraft-old", f"{ROOT}.bootgraft-old", f"{ROOT}.2.bootgraft-old")

    def arguments(self):
        return ["edit", self.place, "--in-place", *Edit.edits(self)]


class Nested(Swap):
    """A swapped kernel in an ext4 in a squashfs, which is patched and of which few blocks are packed anew."""

    def __init__(self, work, inputs):
        super().__init__(work, inputs)
        self.set = nested_set.make_set(inputs.work / "nested")


class NestedInPlace(Nested, InPlace):
    """The same over the set's own files."""

    arguments = InPlace.arguments


class Extract(Sweep):
    """Files of an image to this machine: each is whole or is not there; those before it stay. They are not read back, so a
    disk that lies is not found out."""

    calls = faults.CALLS
    losable = False

    def arguments(self):
        return ["extract", f"{self.set / ROOT}:/usr", self.place / "out"]

    def judge(self, fault, done, killed):
        found, expected = self.found(fault)
        for path in found:
            # Folders get their modes last.
            if found[path] != expected.get(path) and not (self.place / path).is_dir():
                self.complain("is not whole", fault, path)
        if done.returncode == 0 and found != expected:
            self.false_successes += 1
            print(f"FALSE {fault}: exit 0, but not everything is there", flush=True)


JOBS = {"swap": Swap, "edit": Edit, "in-place": InPlace, "kept": Kept, "copy": Copy, "repack": Repack, "spill": Spill,
        "image": Image, "initrd": Initrd, "unpacked": Unpacked, "deb": Package, "rpm": Rpm, "nested": Nested,
        "nested-in-place": NestedInPlace, "extract": Extract}
